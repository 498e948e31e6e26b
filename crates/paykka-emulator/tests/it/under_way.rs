//! Notifications that are being sent while something else is asked for: who waits for them, and who mustn't.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use axum::Router;
use http::StatusCode;
use paykka_emulator::{Emulator, LoopbackServer};
use paykka_model::NotificationKind;
use tokio::sync::{Semaphore, mpsc};

use crate::caller::{MERCHANT, STEP, builder};
use crate::notifications::plain_receiver;

/// A receiver that says what came and answers when it is let.
struct Slow {
    server: LoopbackServer,
    came: mpsc::UnboundedReceiver<Held>,
    may_answer: Arc<Semaphore>,
    order: Arc<Mutex<Vec<&'static str>>>,
}

/// A notification that isn't answered yet; when its connection is cut, the other side of the sender is closed.
type Held = mpsc::Receiver<()>;

fn slow() -> Slow {
    let (sender, came) = mpsc::unbounded_channel();
    let (may_answer, order) = (Arc::new(Semaphore::new(0)), Arc::<Mutex<Vec<_>>>::default());
    let (gate, said) = (Arc::clone(&may_answer), Arc::clone(&order));
    let receive = move || async move {
        let (_held, seen) = mpsc::channel(1);
        sender.send(seen).unwrap();
        gate.acquire().await.unwrap().forget();
        said.lock().unwrap().push("answered");
        StatusCode::OK
    };
    let server = LoopbackServer::plain(Router::new().fallback(receive)).unwrap();
    Slow { server, came, may_answer, order }
}

impl Slow {
    fn url(&self) -> String {
        format!("http://{}/slow", self.server.address())
    }
}

/// Is notified at once.
fn change(emulator: &Emulator, payee: &str) {
    emulator.add_payee(MERCHANT, payee, "USD");
    emulator.set_status(NotificationKind::Payee, MERCHANT, payee, "CHANGED").unwrap();
}

/// What must end in time.
async fn soon<T>(what: impl Future<Output = T>) -> T {
    tokio::time::timeout(Duration::from_secs(8), what).await.unwrap()
}

#[tokio::test]
async fn who_settles_or_advances_is_answered_also_while_something_is_always_being_sent() {
    let mut slow = slow();
    let emulator = builder().notify_to(slow.url()).start().await.unwrap();
    let end = emulator.business_time() + 1_000;
    change(&emulator, "S");
    let mut held = vec![slow.came.recv().await.unwrap()];
    let flow = async {
        for number in 0.. {
            // The next one comes before the one before is answered; the gate keeps their order.
            change(&emulator, &format!("S{number}"));
            held.push(slow.came.recv().await.unwrap());
            slow.may_answer.add_permits(1);
        }
    };
    let waiting = async {
        emulator.settle().await;
        emulator.advance(STEP).await;
    };
    tokio::select! {
        () = soon(waiting) => {}
        () = flow => {}
    }
    assert_eq!(emulator.business_time(), end);
}

#[tokio::test]
async fn a_reset_and_a_restore_wait_for_what_is_being_sent() {
    let mut slow = slow();
    let emulator = builder().notify_to(slow.url()).start().await.unwrap();
    let snapshot = emulator.snapshot().unwrap();
    for restores in [false, true] {
        change(&emulator, "B1");
        let _held = slow.came.recv().await.unwrap();
        let done = async {
            if restores {
                emulator.restore(&snapshot).await.unwrap();
            } else {
                emulator.reset().await;
            }
            slow.order.lock().unwrap().push("done");
        };
        // The first is polled first, and the gate is opened by the second.
        tokio::join!(done, async { slow.may_answer.add_permits(1) });
    }
    assert_eq!(*slow.order.lock().unwrap(), ["answered", "done", "answered", "done"]);
    assert!(emulator.deliveries().is_empty());
}

#[tokio::test]
async fn a_receiver_that_does_not_answer_is_cut_by_a_reset() {
    let mut slow = slow();
    let emulator = builder().notify_to(slow.url()).start().await.unwrap();
    change(&emulator, "B1");
    let mut held = slow.came.recv().await.unwrap();
    soon(emulator.reset()).await;
    assert_eq!(soon(held.recv()).await, None);
    // What comes now is new.
    change(&emulator, "B1");
    let _new = slow.came.recv().await.unwrap();
    slow.may_answer.add_permits(1);
    soon(emulator.settle()).await;
    assert_eq!(emulator.deliveries()[0].outcome(), Ok(StatusCode::OK));
}

#[tokio::test]
async fn one_who_does_not_answer_holds_up_nobody_else() {
    let mut slow = slow();
    let (server, mut inbox) = plain_receiver(&[200]);
    let other = format!("http://{}/quick", server.address());
    let emulator = builder().notify_to(slow.url()).notify_to(other).start().await.unwrap();
    let payees: Vec<_> = (0..70).map(|number| format!("S{number}")).collect();
    payees.iter().for_each(|payee| change(&emulator, payee));
    let mut held = Vec::new();
    for _ in &payees {
        soon(inbox.recv()).await.unwrap();
        held.extend(slow.came.try_recv());
    }
    // And the slow one itself is sent so many at one time.
    while held.len() < 64 {
        held.push(soon(slow.came.recv()).await.unwrap());
    }
    slow.may_answer.add_permits(payees.len());
    soon(emulator.settle()).await;
    assert!(emulator.deliveries().iter().all(|delivery| delivery.outcome() == Ok(StatusCode::OK)));
}
