//! What goes to the log, at any level: which object, what happened, and nothing of what a notification holds.

use std::io::Write;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use paykka_inbox::Worker;
use paykka_webhook::inbox::{BoxError, Claimed, EventState, Inbox as _};
use tracing_subscriber::fmt::MakeWriter;

use crate::rig::{Rig, payment};

/// Stands in each body, and in what the handler says of it.
const SECRET: &str = "SECRETSTATUS";

#[derive(Clone, Default)]
struct Log(Arc<Mutex<Vec<u8>>>);

impl Write for Log {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().write(bytes)
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Log {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

#[tokio::test]
async fn failures_are_logged_without_what_the_notification_holds() {
    let log = Log::default();
    let subscriber = tracing_subscriber::fmt().with_max_level(tracing::Level::TRACE).with_writer(log.clone());
    // For all threads, the database's among them. No other test sets one.
    tracing::subscriber::set_global_default(subscriber.finish()).unwrap();

    let pauses = |builder: paykka_inbox::SqliteInboxBuilder| {
        builder.attempts(2).pauses(Duration::ZERO, Duration::ZERO)
    };
    let rig = Rig::with(pauses).await;
    rig.store(&payment("P1", SECRET, 0)).await;
    rig.store(SECRET).await;
    let handler = |event: Claimed| async move {
        let body = String::from_utf8(event.kept.body().to_vec()).unwrap();
        Err::<(), _>(BoxError::from(format!("can't book {body}")))
    };
    let until_dead = async {
        while rig.list(EventState::Dead).await.len() < 2 {
            rig.inbox.woken(Duration::from_millis(1)).await;
        }
    };
    Worker::new(rig.inbox.clone()).run(handler, until_dead).await;

    let text = String::from_utf8(log.0.lock().unwrap().clone()).unwrap();
    let object = "object=M24061911365700670/payment.notification/P1";
    for expected in ["an event wasn't handled and comes again", "an event is dead and waits for a person"] {
        let line = text.lines().find(|line| line.contains(expected));
        assert!(line.is_some_and(|line| line.contains(object)), "{expected}: {text}");
    }
    assert!(!text.contains(SECRET), "{text}");
}
