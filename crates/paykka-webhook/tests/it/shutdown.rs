//! A shutdown takes nothing new, lets what runs end, and acknowledges nothing that wasn't handled.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use paykka_webhook::{Delivery, MemoryClaims, Reason, Receiver};
use tokio::sync::Semaphore;

use crate::world::{payment, payments, post, receiver, signed};

#[tokio::test]
async fn handlers_end_and_nothing_new_begins() {
    let (gate, handled) = (Arc::new(Semaphore::new(0)), Arc::new(AtomicUsize::new(0)));
    let begun = Arc::new(Semaphore::new(0));
    let (opened, counted, beginning) = (Arc::clone(&gate), Arc::clone(&handled), Arc::clone(&begun));
    let verifier = payments().build().unwrap();
    let receiver = Receiver::handling(verifier, MemoryClaims::new(100), move |delivery: Delivery| {
        let (opened, counted, beginning) =
            (Arc::clone(&opened), Arc::clone(&counted), Arc::clone(&beginning));
        async move {
            beginning.add_permits(1);
            opened.acquire().await.unwrap().forget();
            counted.fetch_add(1, Ordering::SeqCst);
            Ok::<_, std::io::Error>(delivery.ack())
        }
    });
    let mut posts = tokio::task::JoinSet::new();
    for number in 0..8 {
        let (receiver, message) = (receiver.clone(), signed(&payment(&format!("R{number}"), "SUCCESS")));
        posts.spawn(async move { post(&receiver, &message).await });
    }
    begun.acquire_many(8).await.unwrap().forget();
    let closing = {
        let receiver = receiver.clone();
        tokio::spawn(async move { receiver.shutdown().await })
    };
    // The runtime has one thread, so that it has begun then.
    tokio::task::yield_now().await;
    let late = signed(&payment("LATE", "SUCCESS"));
    assert_eq!(post(&receiver, &late).await, Reason::ShuttingDown);
    assert_eq!(Reason::ShuttingDown.status(), 503);
    assert!(!closing.is_finished());
    gate.add_permits(8);
    tokio::time::timeout(Duration::from_secs(10), closing).await.unwrap().unwrap();
    let acknowledged = posts.join_all().await.into_iter().filter(|reason| reason.is_acknowledged()).count();
    assert_eq!(acknowledged, 8);
    assert_eq!(handled.load(Ordering::SeqCst), 8);
}

#[tokio::test]
async fn one_that_is_idle_is_shut_down_at_once() {
    let (receiver, handled) = receiver(payments());
    receiver.shutdown().await;
    assert_eq!(post(&receiver, &signed(&payment("R1", "SUCCESS"))).await, Reason::ShuttingDown);
    assert_eq!(handled.count(), 0);
}
