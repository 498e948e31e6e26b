//! What goes in comes out, once, and can be verified again.

use std::time::Duration;

use paykka_model::NotificationKind;
use paykka_webhook::inbox::{Arrival, Counts, EventState, Inbox as _, Stored};
use paykka_webhook::{Content, DeliveryId, ObjectKey, Turn};

use crate::rig::{MERCHANT, PATH, Rig, another_ring, delivery, noon, payment, ring, verified};

#[tokio::test]
async fn a_delivery_comes_out_as_it_went_in() {
    let rig = Rig::new().await;
    let body = payment("P1", "SUCCESS", 1);
    let verified = verified(&body, noon() - Duration::from_secs(400), 1);
    let (mounted, late) = (Some(NotificationKind::Payment), Some(Duration::from_millis(100_000)));
    let delivery = Arrival::new(&verified, mounted, noon(), late).unwrap();
    assert_eq!(rig.inbox.store(delivery.clone()).await.unwrap(), Stored::New);
    let event = rig.claim().await.unwrap();
    assert_eq!(event.kept.record(), delivery.record());
    assert_eq!((event.turn, event.attempt, &event.last), (Turn::Changed, 1, &None));
    assert_eq!(event.claim.object, ObjectKey::new(MERCHANT, NotificationKind::Payment, "P1").unwrap());
    assert_eq!(event.kept.late_by(), late);
    assert_eq!(event.kept.notification().unwrap().kind(), mounted);
}

#[tokio::test]
async fn what_comes_out_can_be_verified_again_as_of_its_arrival() {
    let rig = Rig::new().await;
    let late = verified(&payment("P1", "SUCCESS", 1), noon() - Duration::from_secs(9_999), 1);
    rig.inbox.store(Arrival::new(&late, None, noon(), None).unwrap()).await.unwrap();
    rig.clock.forward(Duration::from_secs(1_000_000));
    let event = rig.claim().await.unwrap();
    let again = event.kept.reverify(&ring()).unwrap();
    assert_eq!((again.value(), again.path(), again.merchant()), (late.value(), PATH, Some(MERCHANT)));
    assert!(event.kept.reverify(&another_ring()).unwrap_err().is_signature());
}

#[tokio::test]
async fn what_was_changed_in_the_storage_is_found_by_verifying_again() {
    let rig = Rig::new().await;
    rig.store(&payment("P1", "SUCCESS", 1)).await;
    rig.inbox.close().await;
    let forged = payment("P1", "SUCCESS", 999);
    let content = *Content::of(forged.as_bytes()).as_bytes();
    let other = paykka_inbox::rusqlite::Connection::open(&rig.path).unwrap();
    other
        .execute("UPDATE paykka_inbox_events SET body = ?1, content = ?2", (forged.as_bytes(), content))
        .unwrap();
    let inbox = rig.another().open().await.unwrap();
    let event = crate::rig::claim(&inbox).await.unwrap();
    assert_eq!(event.kept.body(), forged.as_bytes(), "on the inbox's word");
    assert!(event.kept.reverify(&ring()).unwrap_err().is_signature());
}

#[tokio::test]
async fn one_delivery_is_stored_once_however_often_it_comes() {
    let rig = Rig::new().await;
    let delivery = delivery(&payment("P1", "SUCCESS", 1));
    assert_eq!(rig.inbox.store(delivery.clone()).await.unwrap(), Stored::New);
    assert_eq!(rig.inbox.store(delivery.clone()).await.unwrap(), Stored::Known);
    rig.handle().await;
    assert_eq!(rig.inbox.store(delivery).await.unwrap(), Stored::Known, "not after it was handled either");
    assert!(rig.claim().await.is_none());
}

#[test]
fn a_delivery_is_known_by_what_was_signed_and_its_content_by_its_body() {
    let body = payment("P1", "SUCCESS", 1);
    let ids = |nonce| {
        let verified = verified(&body, noon(), nonce);
        (DeliveryId::of(&verified).unwrap(), Content::of(verified.value()), verified)
    };
    let ((first, content, verified), (same, ..), (anew, same_content, _)) = (ids(1), ids(1), ids(2));
    assert_eq!((first, content), (same, same_content));
    assert_ne!(first, anew, "signed anew");
    let signed = format!("{PATH}\n1700000000000\n{}\n{MERCHANT}\n{body}", verified.nonce());
    assert_eq!(first.as_bytes(), Content::of(signed.as_bytes()).as_bytes());
}

#[tokio::test]
async fn deliveries_that_come_together_are_all_stored() {
    let rig = Rig::new().await;
    let deliveries: Vec<_> =
        (0..300).map(|at| delivery(&payment(&format!("P{}", at % 7), "PROCESSING", at))).collect();
    let storing: Vec<_> = deliveries
        .iter()
        .map(|delivery| {
            let (inbox, delivery) = (rig.inbox.clone(), delivery.clone());
            tokio::spawn(async move { inbox.store(delivery).await.unwrap() })
        })
        .collect();
    for stored in storing {
        assert_eq!(stored.await.unwrap(), Stored::New);
    }
    let counts = Counts { depth: 300, oldest: Some(noon()), dead: 0 };
    assert_eq!(rig.inbox.counts().await.unwrap(), counts);
    assert_eq!(rig.list(EventState::Waiting).await.len(), 300);
}

#[tokio::test]
async fn what_is_closed_says_so() {
    let rig = Rig::new().await;
    let clone = rig.inbox.clone();
    rig.inbox.close().await;
    assert!(clone.store(delivery(&payment("P1", "SUCCESS", 1))).await.unwrap_err().is_closed());
    assert!(clone.claim().await.unwrap_err().is_closed());
}
