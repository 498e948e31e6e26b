//! With an inbox, what is verified is durable before it is acknowledged; what isn't durable isn't acknowledged.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use paykka_webhook::inbox::{
    Claim, Counts, EventState, Failed, Forgotten, Inbox, InboxError, Listed, Next, Pending, Placement,
    Record, Shown, Stored,
};
use paykka_webhook::testing::Notice;
use paykka_webhook::{DeliveryId, Reason, Receiver, VerifierBuilder};
use tokio::sync::Notify;

use crate::world::{Clock, PATH, any_kind, at, genuine, payment, payments, post, signed, with_body};

/// As much of an inbox as a receiver needs. Real ones are tested with it in `paykka-inbox`.
#[derive(Debug, Default)]
struct Shelf {
    stored: Mutex<Vec<(Record, Placement)>>,
    is_broken: AtomicBool,
    is_slow: AtomicBool,
    written: Notify,
}

impl Inbox for Shelf {
    fn store(&self, delivery: paykka_webhook::inbox::Arrival) -> Pending<'_, Stored> {
        Box::pin(async move {
            if self.is_broken.load(Ordering::SeqCst) {
                return Err(InboxError::storage("writing", "no space left on device"));
            }
            if self.is_slow.load(Ordering::SeqCst) {
                self.written.notified().await;
            }
            let (record, placement) = delivery.into_parts();
            let mut stored = self.stored.lock().unwrap();
            if stored.iter().any(|(known, _)| known.delivery == record.delivery) {
                return Ok(Stored::Known);
            }
            stored.push((record, placement));
            Ok(Stored::New)
        })
    }

    fn claim(&self) -> Pending<'_, Next> {
        panic!("a receiver claims nothing")
    }

    fn done<'a>(&'a self, _: &'a Claim) -> Pending<'a, ()> {
        panic!("a receiver handles nothing")
    }

    fn fail<'a>(&'a self, _: &'a Claim, _: &'a str) -> Pending<'a, Failed> {
        panic!("a receiver handles nothing")
    }

    fn release<'a>(&'a self, _: &'a Claim) -> Pending<'a, ()> {
        panic!("a receiver handles nothing")
    }

    fn woken(&self, _: Duration) -> std::pin::Pin<Box<dyn Future<Output = ()> + Send + '_>> {
        panic!("a receiver waits for nothing")
    }

    fn counts(&self) -> Pending<'_, Counts> {
        panic!("a receiver looks at nothing")
    }

    fn list(&self, _: EventState, _: u32) -> Pending<'_, Vec<Listed>> {
        panic!("a receiver looks at nothing")
    }

    fn show(&self, _: DeliveryId) -> Pending<'_, Option<Shown>> {
        panic!("a receiver looks at nothing")
    }

    fn requeue(&self, _: DeliveryId) -> Pending<'_, ()> {
        panic!("a receiver changes nothing")
    }

    fn acknowledge(&self, _: DeliveryId) -> Pending<'_, ()> {
        panic!("a receiver changes nothing")
    }

    fn forget(&self) -> Pending<'_, Forgotten> {
        panic!("a receiver forgets nothing")
    }
}

fn storing(verifier: VerifierBuilder) -> (Receiver, Arc<Shelf>) {
    let shelf = Arc::<Shelf>::default();
    (Receiver::storing(verifier.build().unwrap(), shelf.clone()), shelf)
}

#[tokio::test]
async fn what_is_acknowledged_lies_in_the_inbox() {
    let (receiver, shelf) = storing(payments());
    let message = genuine();
    assert_eq!(post(&receiver, &message).await, Reason::Stored);
    assert_eq!(post(&receiver, &message).await, Reason::Again);
    let stored = shelf.stored.lock().unwrap();
    let (record, placement) = &stored[0];
    assert_eq!(
        (stored.len(), &record.body, record.path.as_str(), record.late_by),
        (1, &message.body, PATH, None)
    );
    let Placement::Object { object, .. } = placement else { panic!("{placement:?}") };
    assert_eq!(object.id(), "R1");
}

#[tokio::test]
async fn what_the_inbox_cant_keep_is_not_acknowledged() {
    let (receiver, shelf) = storing(payments());
    shelf.is_broken.store(true, Ordering::SeqCst);
    let message = genuine();
    let reason = post(&receiver, &message).await;
    assert_eq!((reason, reason.status().as_u16()), (Reason::Inbox, 503));
    shelf.is_broken.store(false, Ordering::SeqCst);
    assert_eq!(post(&receiver, &message).await, Reason::Stored);
}

#[tokio::test(start_paused = true)]
async fn a_slow_inbox_is_waited_for_as_long_as_a_handler() {
    let (receiver, shelf) = storing(payments());
    shelf.is_slow.store(true, Ordering::SeqCst);
    let message = genuine();
    assert_eq!(post(&receiver, &message).await, Reason::AckDeadline);
    shelf.written.notify_one();
    receiver.shutdown().await;
    assert_eq!(shelf.stored.lock().unwrap().len(), 1);
}

/// Copies of one message that somebody caught must not fill the memory of a receiver whose inbox stalls.
#[tokio::test(start_paused = true)]
async fn before_an_inbox_that_stalls_so_many_wait_and_no_more() {
    let (receiver, shelf) = storing(payments());
    shelf.is_slow.store(true, Ordering::SeqCst);
    let message = genuine();
    let mut waiting = tokio::task::JoinSet::new();
    for _ in 0..300 {
        let (receiver, message) = (receiver.clone(), message.clone());
        waiting.spawn(async move { post(&receiver, &message).await });
    }
    let answers = waiting.join_all().await;
    let of = |reason| answers.iter().filter(|answer| **answer == reason).count();
    assert_eq!((of(Reason::AckDeadline), of(Reason::Inbox)), (256, 44));
    // It goes on, and there is room again.
    shelf.is_slow.store(false, Ordering::SeqCst);
    shelf.written.notify_waiters();
    while post(&receiver, &message).await != Reason::Again {
        tokio::task::yield_now().await;
    }
    receiver.shutdown().await;
    assert_eq!(shelf.stored.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn three_hours_later_it_is_kept_and_marked() {
    let clock = Clock::new();
    let (receiver, shelf) = storing(payments().clock(clock.read()));
    let message = signed(&payment("R1", "SUCCESS").at(at(Clock::START)));
    clock.set(3 * 3_600_000);
    assert_eq!(post(&receiver, &message).await, Reason::Stored);
    let (record, _) = shelf.stored.lock().unwrap()[0].clone();
    assert_eq!(record.late_by, Some(Duration::from_secs(3 * 3_600 - 300)));
    assert_eq!(record.arrived, at(Clock::START + 3 * 3_600_000));
    // From the future, or forged, is another matter.
    let early = signed(&payment("R1", "SUCCESS").at(at(Clock::START + 4 * 3_600_000)));
    assert_eq!(post(&receiver, &early).await, Reason::Early);
    assert_eq!(post(&receiver, &with_body(&message, "{}")).await, Reason::Signature);
    assert_eq!(shelf.stored.lock().unwrap().len(), 1);
}

#[tokio::test]
async fn whoever_wants_no_late_ones_refuses_them() {
    let clock = Clock::new();
    let (receiver, shelf) = storing(payments().clock(clock.read()));
    let message = signed(&payment("R1", "SUCCESS").at(at(Clock::START)));
    // An hour behind the window.
    clock.set(3_900_000);
    let an_hour = Duration::from_secs(3_600);
    for at_most in [Duration::ZERO, an_hour - Duration::from_millis(1)] {
        assert_eq!(post(&receiver.clone().late_up_to(at_most), &message).await, Reason::Late, "{at_most:?}");
    }
    assert!(shelf.stored.lock().unwrap().is_empty());
    assert_eq!(post(&receiver.clone().late_up_to(an_hour), &message).await, Reason::Stored);
    let (handling, handled) = crate::world::receiver(payments().clock(clock.read()));
    assert_eq!(post(&handling.late_up_to(Duration::MAX), &message).await, Reason::Late);
    assert_eq!(handled.count(), 0);
}

#[tokio::test]
async fn what_is_unknown_is_kept_and_what_isnt_ours_isnt() {
    let (receiver, shelf) = storing(any_kind());
    for body in ["[]", r#"{"type":"NEW","data":{"what":1}}"#] {
        assert_eq!(post(&receiver, &signed(&Notice::of_body(PATH, body))).await, Reason::Stored);
    }
    assert!(
        shelf.stored.lock().unwrap().iter().all(|(_, placement)| matches!(placement, Placement::Dead(_)))
    );
    let foreign = Notice::of_body(PATH, r#"{"type":"NEW","data":{"merch_id":"M2"}}"#);
    assert_eq!(post(&receiver, &signed(&foreign)).await, Reason::ForeignMerchant);
    assert_eq!(shelf.stored.lock().unwrap().len(), 2);
}
