//! Several processes on one file.

use std::collections::BTreeSet;
use std::io::{BufRead as _, BufReader, Write as _};
use std::process::{Child, Command, Stdio};
use std::time::Duration;

use paykka_inbox::rusqlite::Connection;
use paykka_inbox::{Handled, SqliteInbox, Worker};
use paykka_webhook::inbox::{BoxError, Claimed, Counts, EventState, Inbox as _, InboxError, Stored};

use crate::rig::{Rig, claim, numbered, payment};

const FILE: &str = "PAYKKA_TEST_FILE";
const FROM: &str = "PAYKKA_TEST_FROM";
const NAME: &str = "PAYKKA_TEST_NAME";

/// A process of this same program, which runs one of the tests below that are ignored else.
pub(crate) struct Process {
    child: Child,
    lines: std::io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Process {
    pub(crate) fn start(test: &str, variables: &[(&str, String)]) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", test, "--ignored", "--nocapture"])
            .envs(variables.iter().map(|(name, value)| (*name, value)))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, lines }
    }

    /// Waits for a line that begins so, and gives its rest.
    pub(crate) fn wait_for(&mut self, start: &str) -> String {
        let mut lines = self.lines.by_ref().map(Result::unwrap);
        let line = lines.find_map(|line| line.strip_prefix(start).map(str::to_owned));
        line.unwrap_or_else(|| panic!("the process ended without saying `{start}`"))
    }

    /// Whole lines that begin so, of a process that ended or was killed.
    pub(crate) fn rest(&mut self, start: &str) -> Vec<String> {
        let lines = self.lines.by_ref().map_while(Result::ok);
        lines.filter_map(|line| line.strip_prefix(start).map(str::to_owned)).collect()
    }

    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// A signal by its name.
    fn signal(&self, name: &str) {
        let sent = Command::new("kill").args([&format!("-{name}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
    }

    /// A line to its standard input.
    fn tell(&mut self) {
        writeln!(self.child.stdin.as_mut().unwrap()).unwrap();
    }

    fn end(&mut self) {
        assert!(self.child.wait().unwrap().success());
    }
}

/// A test that fails leaves no process behind.
impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub(crate) fn variables(rig: &Rig) -> (&'static str, String) {
    (FILE, rig.path.to_str().unwrap().to_owned())
}

/// Waits, off the runtime, for a line of standard input.
pub(crate) async fn told() {
    let read = tokio::task::spawn_blocking(|| std::io::stdin().read_line(&mut String::new()));
    read.await.unwrap().unwrap();
}

pub(crate) fn file() -> Option<String> {
    std::env::var(FILE).ok()
}

#[tokio::test(flavor = "multi_thread")]
async fn several_processes_store_at_once_and_a_delivery_that_all_get_is_stored_once() {
    let rig = Rig::new().await;
    // Each has fifty of its own, and fifty that they share.
    let mut processes: Vec<_> = (0..4)
        .map(|at| {
            let from = (FROM, (1_000 * (at + 1)).to_string());
            Process::start("processes::child_that_stores", &[variables(&rig), from])
        })
        .collect();
    processes.iter_mut().for_each(|process| drop(process.wait_for("READY")));
    processes.iter_mut().for_each(Process::tell);
    let mut new = 0;
    for process in &mut processes {
        process.end();
        let lines = process.rest("STORED ");
        assert_eq!(lines.len(), 100);
        new += lines.iter().filter(|line| *line == "New").count();
    }
    let listed = rig.list(EventState::Waiting).await;
    let distinct: BTreeSet<_> = listed.iter().map(|it| it.delivery).collect();
    assert_eq!((new, listed.len(), distinct.len()), (250, 250, 250));
}

#[tokio::test]
#[ignore = "a process of its own, which the test above begins"]
async fn child_that_stores() {
    let (Some(file), Ok(from)) = (file(), std::env::var(FROM)) else { return };
    let from: u64 = from.parse().unwrap();
    let inbox = SqliteInbox::builder(file).open().await.unwrap();
    let deliveries: Vec<_> = (from..from + 50)
        .chain(0..50)
        .map(|at| numbered(&payment(&format!("P{}", at % 10), "PROCESSING", at), at))
        .collect();
    println!("\nREADY");
    told().await;
    for delivery in deliveries {
        println!("STORED {:?}", inbox.store(delivery).await.unwrap());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_processes_handle_a_thousand_events_of_one_object_in_order() {
    let rig = Rig::new().await;
    let ours = Connection::open(&rig.path).unwrap();
    ours.busy_timeout(Duration::from_secs(10)).unwrap();
    ours.execute_batch(
        "CREATE TABLE bookings (seq INTEGER PRIMARY KEY AUTOINCREMENT, fee INTEGER, who TEXT)",
    )
    .unwrap();
    let mut workers = ["a", "b"].map(|name| {
        Process::start("processes::child_that_works", &[variables(&rig), (NAME, name.to_owned())])
    });
    workers.iter_mut().for_each(|worker| drop(worker.wait_for("READY")));
    for fee in 0..1_000 {
        assert_eq!(rig.store(&payment("P1", "PROCESSING", fee)).await, Stored::New);
    }
    for worker in &mut workers {
        worker.tell();
        worker.end();
    }
    let mut statement = ours.prepare("SELECT fee, who FROM bookings ORDER BY seq").unwrap();
    let booked: Vec<(u64, String)> = statement
        .query_map([], |row| Ok((row.get::<_, i64>(0)?, row.get(1)?)))
        .unwrap()
        .map(|row| row.map(|(fee, who)| (u64::try_from(fee).unwrap(), who)).unwrap())
        .collect();
    let fees: Vec<_> = booked.iter().map(|(fee, _)| *fee).collect();
    assert_eq!(fees, (0..1_000).collect::<Vec<_>>());
    let who: BTreeSet<_> = booked.iter().map(|(_, who)| who.as_str()).collect();
    assert_eq!(who.len(), 2, "both worked");
    assert_eq!(rig.inbox.counts().await.unwrap(), Counts::default());
}

/// Works until it is told to end and there is no more to do.
#[tokio::test]
#[ignore = "a process of its own, which the test above begins"]
async fn child_that_works() {
    let (Some(file), Ok(name)) = (file(), std::env::var(NAME)) else { return };
    let inbox = SqliteInbox::builder(file).open().await.unwrap();
    println!("\nREADY");
    let handler = booking(inbox.clone(), name);
    let until_empty = {
        let inbox = inbox.clone();
        async move {
            told().await;
            empty(&inbox).await;
        }
    };
    Worker::new(inbox).at_once(2).poll(Duration::from_millis(1)).run(handler, until_empty).await;
}

fn booking(
    inbox: SqliteInbox,
    name: String,
) -> impl Fn(Claimed) -> std::pin::Pin<Box<dyn Future<Output = Result<Handled, InboxError>> + Send>> + Send + Sync
{
    move |event| {
        let (inbox, name) = (inbox.clone(), name.clone());
        Box::pin(async move {
            let fee = fee(&event);
            let sql = "INSERT INTO bookings (fee, who) VALUES (?1, ?2)";
            inbox
                .book(&event.claim, move |transaction| {
                    transaction.execute(sql, (fee, name)).map(drop).map_err(BoxError::from)
                })
                .await?;
            Ok(Handled::Marked)
        })
    }
}

pub(crate) fn fee(event: &Claimed) -> i64 {
    let body = std::str::from_utf8(event.kept.body()).unwrap();
    body.rsplit_once(':').unwrap().1.trim_end_matches('}').parse().unwrap()
}

/// Looks again whenever something may have happened.
pub(crate) async fn empty(inbox: &SqliteInbox) {
    while inbox.counts().await.unwrap().depth > 0 {
        inbox.woken(Duration::from_millis(5)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_event_whose_worker_is_killed_before_its_handler_is_handled_after_the_lease() {
    let rig = Rig::with(|builder| builder.clock(std::time::SystemTime::now)).await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let mut process = Process::start("processes::child_that_claims_and_hangs", &[variables(&rig)]);
    let claimed = process.wait_for("CLAIMED ");
    process.kill();
    assert!(rig.claim().await.is_none(), "its lease holds");
    let later = rig.another().clock(|| std::time::SystemTime::now() + crate::rig::LEASE);
    let later = later.open().await.unwrap();
    let event = claim(&later).await.unwrap();
    assert_eq!((event.claim.delivery.to_string(), event.attempt), (claimed, 2));
    later.done(&event.claim).await.unwrap();
}

#[tokio::test]
#[ignore = "a process of its own, which the test above begins"]
async fn child_that_claims_and_hangs() {
    let Some(file) = file() else { return };
    let inbox = SqliteInbox::builder(file).open().await.unwrap();
    println!("\nCLAIMED {}", claim(&inbox).await.unwrap().claim.delivery);
    std::future::pending::<()>().await;
}

#[tokio::test(flavor = "multi_thread")]
#[cfg(unix)]
async fn a_worker_that_was_frozen_past_its_lease_books_nothing() {
    let rig = Rig::with(|builder| builder.clock(std::time::SystemTime::now)).await;
    let ours = Connection::open(&rig.path).unwrap();
    ours.execute_batch("CREATE TABLE bookings (fee INTEGER, who TEXT)").unwrap();
    rig.store(&payment("P1", "SUCCESS", 7)).await;
    let mut frozen = Process::start("processes::child_that_books_when_told", &[variables(&rig)]);
    frozen.wait_for("CLAIMED");
    frozen.signal("STOP");
    let later = rig.another().clock(|| std::time::SystemTime::now() + crate::rig::LEASE);
    let later = later.open().await.unwrap();
    let event = claim(&later).await.unwrap();
    frozen.signal("CONT");
    frozen.tell();
    assert_eq!(frozen.wait_for("BOOKED "), "overtaken: true");
    assert_eq!(booking(later, "another".to_owned())(event).await.unwrap(), Handled::Marked);
    let booked: String = ours.query_row("SELECT who FROM bookings", [], |row| row.get(0)).unwrap();
    assert_eq!(booked, "another");
}

#[tokio::test]
#[ignore = "a process of its own, which the test above begins"]
async fn child_that_books_when_told() {
    let Some(file) = file() else { return };
    let inbox = SqliteInbox::builder(file).open().await.unwrap();
    let event = claim(&inbox).await.unwrap();
    println!("\nCLAIMED");
    told().await;
    let booked = booking(inbox, "the frozen one".to_owned())(event).await;
    println!("BOOKED overtaken: {}", booked.is_err_and(|error| error.is_overtaken()));
}
