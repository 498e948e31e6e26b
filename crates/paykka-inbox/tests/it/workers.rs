//! The worker's loop: who is called, what a failure does, and how it ends.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use paykka_inbox::rusqlite::Connection;
use paykka_inbox::{Handled, SqliteInbox, Worker};
use paykka_webhook::inbox::{BoxError, Claimed, EventState, Inbox as _};
use tokio::sync::{Notify, mpsc, oneshot};

use crate::rig::{Rig, delivery, payment};

/// A worker that runs beside the test, with what it has handled.
struct Running {
    handled: mpsc::UnboundedReceiver<String>,
    stop: oneshot::Sender<()>,
    ended: tokio::task::JoinHandle<()>,
}

impl Running {
    fn start<F, Fut>(worker: Worker, handler: F) -> Self
    where
        F: Fn(Claimed) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<Handled, BoxError>> + Send,
    {
        let (tell, handled) = mpsc::unbounded_channel();
        let (stop, stopped) = oneshot::channel::<()>();
        let handler = Arc::new(handler);
        let handle = move |event: Claimed| {
            let (tell, handler) = (tell.clone(), Arc::clone(&handler));
            async move {
                let id = event.claim.object.id().to_owned();
                let result = handler(event).await;
                tell.send(id).unwrap();
                result
            }
        };
        let ended = tokio::spawn(worker.run(handle, async move { _ = stopped.await }));
        Self { handled, stop, ended }
    }

    async fn stop(self) {
        self.stop.send(()).unwrap();
        self.ended.await.unwrap();
    }
}

/// An hour between looks, so that only a wake-up brings work.
fn worker(inbox: &SqliteInbox) -> Worker {
    Worker::new(inbox.clone()).poll(Duration::from_secs(3_600))
}

#[tokio::test]
async fn what_is_stored_wakes_the_worker_of_the_same_process() {
    let rig = Rig::new().await;
    let mut running = Running::start(worker(&rig.inbox), |_| async { Ok(Handled::Mark) });
    for id in ["P1", "P2", "P3"] {
        rig.store(&payment(id, "SUCCESS", 0)).await;
        assert_eq!(running.handled.recv().await.unwrap(), id);
    }
    running.stop().await;
    assert_eq!(rig.list(EventState::Done).await.len(), 3);
}

#[tokio::test]
async fn what_another_opener_stored_is_found_by_looking() {
    let rig = Rig::new().await;
    let looking = Worker::new(rig.inbox.clone()).poll(Duration::from_millis(1));
    let mut running = Running::start(looking, |_| async { Ok(Handled::Mark) });
    let other = rig.another().open().await.unwrap();
    other.store(delivery(&payment("P1", "SUCCESS", 0))).await.unwrap();
    assert_eq!(running.handled.recv().await.unwrap(), "P1");
    running.stop().await;
}

#[tokio::test]
async fn several_objects_are_handled_at_once() {
    let rig = Rig::new().await;
    for id in ["P1", "P2", "P3"] {
        rig.store(&payment(id, "SUCCESS", 0)).await;
    }
    let together = Arc::new(tokio::sync::Barrier::new(3));
    let mut running = Running::start(worker(&rig.inbox).at_once(3), move |_| {
        let together = Arc::clone(&together);
        // Ends when all three are here.
        async move {
            together.wait().await;
            Ok(Handled::Mark)
        }
    });
    for _ in 0..3 {
        running.handled.recv().await.unwrap();
    }
    running.stop().await;
}

#[tokio::test]
async fn a_shutdown_lets_the_running_handler_end_and_claims_nothing_more() {
    let rig = Rig::new().await;
    rig.store(&payment("P1", "PROCESSING", 0)).await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let (begun, go_on) = (Arc::new(Notify::new()), Arc::new(Notify::new()));
    let mut running = Running::start(worker(&rig.inbox), {
        let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
        move |_| {
            let (begun, go_on) = (Arc::clone(&begun), Arc::clone(&go_on));
            async move {
                begun.notify_one();
                go_on.notified().await;
                Ok(Handled::Mark)
            }
        }
    });
    begun.notified().await;
    running.stop.send(()).unwrap();
    go_on.notify_one();
    running.ended.await.unwrap();
    assert_eq!(running.handled.recv().await.as_deref(), Some("P1"));
    assert_eq!((rig.list(EventState::Done).await.len(), rig.list(EventState::Waiting).await.len()), (1, 1));
}

#[tokio::test]
async fn errors_panics_and_slowness_are_failures_and_are_kept_for_a_person() {
    let lease = Duration::from_millis(100);
    let rig = Rig::with(|builder| builder.attempts(1).lease(lease)).await;
    for id in ["error", "panic", "slow"] {
        rig.store(&payment(id, "SUCCESS", 0)).await;
    }
    let running = Running::start(worker(&rig.inbox), |event: Claimed| async move {
        match event.claim.object.id() {
            "error" => Err("the ledger is closed".into()),
            "panic" => panic!("as it would in a handler"),
            _ => std::future::pending().await,
        }
    });
    let mut dead = Vec::new();
    while dead.len() < 3 {
        rig.inbox.woken(Duration::from_millis(1)).await;
        dead = rig.list(EventState::Dead).await;
    }
    running.stop().await;
    for listed in dead {
        let said = rig.inbox.show(listed.delivery).await.unwrap().unwrap().said.unwrap();
        let expected = match listed.object.unwrap().id() {
            "error" => "the ledger is closed",
            "panic" => "the handler panicked",
            _ => "the handler took longer than nine tenths of the lease",
        };
        assert_eq!(said, expected);
    }
}

#[tokio::test]
async fn a_booking_and_its_mark_are_one() {
    let rig = Rig::with(|builder| builder.pauses(Duration::ZERO, Duration::ZERO)).await;
    let ours = Connection::open(&rig.path).unwrap();
    ours.execute_batch("CREATE TABLE bookings (id TEXT)").unwrap();
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let (inbox, times) = (rig.inbox.clone(), Arc::new(AtomicUsize::new(0)));
    let mut running = Running::start(worker(&rig.inbox), move |event: Claimed| {
        let (inbox, times) = (inbox.clone(), Arc::clone(&times));
        async move {
            let id = event.claim.object.id().to_owned();
            inbox
                .book(&event.claim, move |transaction| {
                    transaction.execute("INSERT INTO bookings VALUES (?1)", [id])?;
                    match times.fetch_add(1, Ordering::Relaxed) {
                        0 => Err(BoxError::from("no")),
                        1 => panic!("as it would in a booking"),
                        _ => Ok(()),
                    }
                })
                .await?;
            Ok(Handled::Marked)
        }
    });
    for _ in 0..3 {
        running.handled.recv().await.unwrap();
    }
    running.stop().await;
    let booked: i64 = ours.query_row("SELECT count(*) FROM bookings", [], |row| row.get(0)).unwrap();
    assert_eq!((booked, rig.list(EventState::Done).await[0].attempts), (1, 3));
}

#[tokio::test]
async fn a_booking_under_a_claim_that_is_over_isnt_made() {
    let rig = Rig::new().await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let first = rig.claim().await.unwrap();
    rig.clock.forward(first.claim.lease);
    let second = rig.claim().await.unwrap();
    let booked = rig.inbox.book(&first.claim, |_| -> Result<(), BoxError> { panic!("it was called") }).await;
    assert!(booked.unwrap_err().is_overtaken());
    assert_eq!(rig.inbox.book(&second.claim, |_| Ok::<_, BoxError>(7)).await.unwrap(), 7);
}
