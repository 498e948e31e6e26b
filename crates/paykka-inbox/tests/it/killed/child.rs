//! The processes that are killed, in this same program.

use std::io::Write as _;
use std::time::Duration;

use paykka_inbox::{Handled, SqliteInbox, Worker};
use paykka_webhook::inbox::{BoxError, Claimed, Inbox as _};

use super::{EACH, FROM, LOG};
use crate::processes::{fee, file};
use crate::rig::{numbered, payment};

#[tokio::test]
#[ignore = "a process of its own, which the test above begins"]
async fn that_stores() {
    let (Some(file), Ok(from)) = (file(), std::env::var(FROM)) else { return };
    let from: u64 = from.parse().unwrap();
    let inbox = SqliteInbox::builder(file).open().await.unwrap();
    // Signed before, so that what is interrupted is the storing.
    let deliveries: Vec<_> = (from..from + EACH)
        .map(|at| (at, numbered(&payment(&format!("P{}", at % 5), "PROCESSING", at), at)))
        .collect();
    println!("\nREADY");
    for (at, delivery) in deliveries {
        inbox.store(delivery).await.unwrap();
        println!("ACK {at}.");
    }
    std::future::pending::<()>().await;
}

#[tokio::test]
#[ignore = "a process of its own, which the test above begins"]
async fn that_works() {
    let (Some(file), Ok(log)) = (file(), std::env::var(LOG)) else { return };
    // A short lease, since what the one before had in hand has to come again.
    let inbox =
        SqliteInbox::builder(file).lease(Duration::from_millis(100)).attempts(1_000).open().await.unwrap();
    println!("\nREADY");
    worker(&inbox).run(handler(inbox, log), std::future::pending()).await;
}

pub(super) fn worker(inbox: &SqliteInbox) -> Worker {
    Worker::new(inbox.clone()).poll(Duration::from_millis(1))
}

pub(super) type Handling = std::pin::Pin<Box<dyn Future<Output = Result<Handled, BoxError>> + Send>>;

/// Does something outside, which can't be taken back; then books.
pub(super) fn handler(inbox: SqliteInbox, log: String) -> impl Fn(Claimed) -> Handling + Send + Sync {
    move |event| {
        let (inbox, log) = (inbox.clone(), log.clone());
        Box::pin(async move {
            let (object, fee) = (event.claim.object.id().to_owned(), fee(&event));
            let mut log = std::fs::OpenOptions::new().append(true).create(true).open(log)?;
            log.write_all(format!("{fee}\n").as_bytes())?;
            inbox
                .book(&event.claim, move |transaction| {
                    let sql = "INSERT INTO bookings (object, fee) VALUES (?1, ?2)";
                    transaction.execute(sql, (object, fee)).map(drop).map_err(BoxError::from)
                })
                .await?;
            std::io::stdout().write_all(b"BOOKED\n")?;
            Ok(Handled::Marked)
        })
    }
}
