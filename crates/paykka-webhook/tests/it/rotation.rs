//! The platform's key is changed while notifications flow: none is refused, and afterwards the old key is worth nothing.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use paykka_sign::SharedKeyRing;
use paykka_webhook::testing::SignedNotification;
use paykka_webhook::{Merchants, Reason, Verifier};

use crate::world::{MERCHANT, OURS, PATH, PLATFORM, payment, post, receiver, ring_of};

const ALL: usize = 10_000;
const TASKS: usize = 8;

/// Signing takes longer than all the rest, so it is spread over threads and done before.
fn signed_by_both() -> Vec<SignedNotification> {
    std::thread::scope(|scope| {
        let signing: Vec<_> = (0..2)
            .map(|half| {
                let key = if half == 0 { &*PLATFORM } else { &*OURS };
                scope.spawn(move || {
                    (0..ALL / 2)
                        .map(|number| payment(&format!("R{half}-{number}"), "SUCCESS").sign(key).unwrap())
                        .collect::<Vec<_>>()
                })
            })
            .collect();
        signing.into_iter().flat_map(|half| half.join().unwrap()).collect()
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn no_notification_is_refused_while_the_key_changes_and_then_the_old_one_is() {
    // The test's second platform key is the other published one.
    let (old, new) = (&*PLATFORM, &*OURS);
    let ring = SharedKeyRing::from(ring_of(&[old]));
    let verifier =
        Verifier::builder(ring.clone(), PATH).merchants(Merchants::these([MERCHANT])).for_loopback();
    let (receiver, handled) = receiver(verifier.only::<paykka_model::PaymentNotification>());
    let messages = Arc::new(signed_by_both());
    ring.swap(ring_of(&[old, new])).unwrap();

    let posted = Arc::new(AtomicUsize::new(0));
    let mut tasks = tokio::task::JoinSet::new();
    for task in 0..TASKS {
        let (receiver, messages, posted) = (receiver.clone(), Arc::clone(&messages), Arc::clone(&posted));
        tasks.spawn(async move {
            for message in messages.iter().skip(task).step_by(TASKS) {
                assert_eq!(post(&receiver, message).await, Reason::Handled);
                posted.fetch_add(1, Ordering::SeqCst);
            }
        });
    }
    // Rings come and go the whole time, both of them in each.
    let mut swaps = 0;
    while posted.load(Ordering::SeqCst) < ALL {
        ring.swap(ring_of(&[old, new])).unwrap();
        swaps += 1;
        tokio::task::yield_now().await;
        if tasks.is_empty() {
            break;
        }
        while let Some(joined) = tasks.try_join_next() {
            joined.unwrap();
        }
    }
    tasks.join_all().await;
    assert!(swaps > 10, "{swaps} swaps");
    assert_eq!((handled.count(), receiver.counters().of(Reason::Handled)), (ALL, ALL as u64));

    // A delivery that began under the old ring isn't cut by a swap: its ring is its own.
    let held = ring.load();
    ring.swap(ring_of(&[new])).unwrap();
    assert!(held.entries().any(|(key_id, _)| key_id == Some("P001")));
    for message in messages.iter().take(ALL / 2) {
        assert_eq!(post(&receiver, message).await, Reason::UnknownKey);
    }
    assert_eq!(receiver.counters().of(Reason::UnknownKey), (ALL / 2) as u64);
    assert_eq!(post(&receiver, messages.last().unwrap()).await, Reason::Again);
}
