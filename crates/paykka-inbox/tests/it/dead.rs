//! Dead events: which are, who waits for them, and what a person can do.

use std::time::Duration;

use paykka_inbox::AfterDead;
use paykka_model::NotificationKind;
use paykka_webhook::Turn;
use paykka_webhook::inbox::{Arrival, DeadReason, EventState, Failed, Inbox as _};

use crate::rig::{LEASE, Rig, delivery, noon, payment, verified};

/// Fails until it is dead.
async fn kill(rig: &Rig) -> paykka_webhook::DeliveryId {
    for _ in 0..2 {
        let event = rig.claim().await.unwrap();
        assert!(matches!(rig.inbox.fail(&event.claim, "not yet").await.unwrap(), Failed::Again(_)));
        rig.clock.forward(Duration::from_secs(10));
    }
    let event = rig.claim().await.unwrap();
    assert_eq!(rig.inbox.fail(&event.claim, "the ledger is closed").await.unwrap(), Failed::Dead);
    event.claim.delivery
}

#[tokio::test]
async fn after_too_many_failures_later_events_wait_for_a_person() {
    let rig = Rig::with(|builder| builder.attempts(3)).await;
    rig.store(&payment("P1", "PROCESSING", 0)).await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let dead = kill(&rig).await;
    rig.clock.forward(LEASE * 100);
    assert!(rig.claim().await.is_none(), "its object waits");
    rig.store(&payment("P1", "SUCCESS", 1)).await;
    assert!(rig.claim().await.is_none(), "with what comes later, too");
    rig.store(&payment("P2", "SUCCESS", 0)).await;
    assert_eq!(rig.handle().await.claim.object.id(), "P2", "others don't wait");
    let counts = rig.inbox.counts().await.unwrap();
    assert_eq!((counts.depth, counts.dead), (2, 1));

    let listed = rig.list(EventState::Dead).await;
    assert_eq!((listed.len(), listed[0].delivery, listed[0].attempts), (1, dead, 3));
    assert_eq!(listed[0].dead, Some(DeadReason::Failed));
    let shown = rig.inbox.show(dead).await.unwrap().unwrap();
    assert_eq!(shown.said.as_deref(), Some("the ledger is closed"));
    assert_eq!(shown.kept.body(), payment("P1", "PROCESSING", 0).as_bytes());

    rig.inbox.requeue(dead).await.unwrap();
    assert_eq!(rig.handle().await.claim.delivery, dead);
    for fee in 0..2 {
        assert_eq!(rig.handle().await.kept.body(), payment("P1", "SUCCESS", fee).as_bytes());
    }
    assert_eq!(rig.inbox.counts().await.unwrap(), paykka_webhook::inbox::Counts::default());
}

#[tokio::test]
async fn what_a_person_acknowledged_is_never_handled_and_holds_up_nobody() {
    let rig = Rig::with(|builder| builder.attempts(3)).await;
    rig.store(&payment("P1", "PROCESSING", 0)).await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let dead = kill(&rig).await;
    rig.inbox.acknowledge(dead).await.unwrap();
    let event = rig.handle().await;
    assert_eq!((event.kept.body(), event.last), (&payment("P1", "SUCCESS", 0).into(), None));
    assert!(rig.claim().await.is_none());
    assert!(rig.inbox.acknowledge(dead).await.unwrap_err().is_not_dead());
    assert!(rig.inbox.requeue(dead).await.unwrap_err().is_not_dead());
    assert!(rig.inbox.requeue(event.claim.delivery).await.unwrap_err().is_not_dead());
}

#[tokio::test]
async fn by_a_setting_later_events_pass_the_dead_one() {
    let rig = Rig::with(|builder| builder.attempts(3).after_dead(AfterDead::Pass)).await;
    rig.store(&payment("P1", "PROCESSING", 0)).await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let dead = kill(&rig).await;
    assert_eq!(rig.handle().await.kept.body(), payment("P1", "SUCCESS", 0).as_bytes());
    rig.inbox.requeue(dead).await.unwrap();
    assert_eq!(rig.handle().await.turn, Turn::Regressed, "it is judged by what passed it");
}

#[tokio::test]
async fn another_setting_frees_what_waits() {
    let rig = Rig::with(|builder| builder.attempts(3)).await;
    rig.store(&payment("P1", "PROCESSING", 0)).await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    kill(&rig).await;
    assert!(rig.claim().await.is_none());
    let passing = rig.another().after_dead(AfterDead::Pass).open().await.unwrap();
    let event = crate::rig::claim(&passing).await.unwrap();
    assert_eq!(event.kept.body(), payment("P1", "SUCCESS", 0).as_bytes());
}

#[tokio::test]
async fn a_requeued_event_doesnt_take_an_object_that_is_in_hand() {
    let rig = Rig::with(|builder| builder.attempts(3).after_dead(AfterDead::Pass)).await;
    rig.store(&payment("P1", "PROCESSING", 0)).await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let dead = kill(&rig).await;
    let event = rig.claim().await.unwrap();
    rig.inbox.requeue(dead).await.unwrap();
    assert!(rig.claim().await.is_none());
    rig.inbox.done(&event.claim).await.unwrap();
    assert_eq!(rig.handle().await.claim.delivery, dead);
}

#[tokio::test]
async fn an_event_whose_workers_all_died_is_dead_in_the_end() {
    let rig = Rig::with(|builder| builder.attempts(3)).await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    for attempt in 1..=3 {
        assert_eq!(rig.claim().await.unwrap().attempt, attempt);
        rig.clock.forward(LEASE);
    }
    assert!(rig.claim().await.is_none());
    assert_eq!(rig.list(EventState::Dead).await[0].dead, Some(DeadReason::Failed));
}

#[tokio::test]
async fn unknown_and_unreadable_events_are_stored_dead_at_once_and_hold_up_nobody() {
    let rig = Rig::new().await;
    let cases = [
        ("this isn't JSON", DeadReason::Undecodable),
        (r#"{"type":"MERCH","data":{"status":"SUCCESS"}}"#, DeadReason::Unknown),
        (r#"{"type":"LATER","version":"9","data":{"what":"ever"}}"#, DeadReason::Unknown),
        (r#"{"type":"ASSESSMENT","data":{"status":"PASS","request_id":""}}"#, DeadReason::WithoutObject),
    ];
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    for (body, _) in cases {
        rig.store(body).await;
    }
    rig.handle().await;
    assert!(rig.claim().await.is_none());
    let listed = rig.list(EventState::Dead).await;
    assert_eq!(listed.len(), cases.len());
    for (listed, (body, reason)) in listed.iter().zip(cases) {
        assert_eq!((listed.dead, &listed.object), (Some(reason), &None), "{body}");
        assert_eq!(rig.inbox.show(listed.delivery).await.unwrap().unwrap().kept.body(), body.as_bytes());
        assert!(rig.inbox.requeue(listed.delivery).await.unwrap_err().is_still_unreadable());
        rig.inbox.acknowledge(listed.delivery).await.unwrap();
    }
    assert_eq!(rig.inbox.counts().await.unwrap().dead, 0);
}

/// As after an update that reads what the version before couldn't.
#[tokio::test]
async fn what_can_be_read_by_now_takes_its_place_when_it_is_requeued() {
    let rig = Rig::new().await;
    let body = payment("P1", "SUCCESS", 0);
    let readable = delivery(&body);
    rig.inbox.store(readable.clone()).await.unwrap();
    let sql = "UPDATE paykka_inbox_events SET state = 'dead', dead = 'unknown', object = NULL, kind = NULL, status = NULL";
    paykka_inbox::rusqlite::Connection::open(&rig.path).unwrap().execute(sql, []).unwrap();
    assert!(rig.claim().await.is_none());
    rig.inbox.requeue(readable.record().delivery).await.unwrap();
    assert_eq!(rig.handle().await.kept.body(), body.as_bytes());
    rig.store(&body).await;
    assert!(rig.claim().await.is_none(), "its content is the last state's");
}

#[tokio::test]
async fn the_address_decides_the_kind() {
    let rig = Rig::new().await;
    let body = r#"{"type":"MERCH","data":{"recv_order_no":"R1","status":"SETTLED"}}"#;
    let mounted = Some(NotificationKind::TradeSettle);
    rig.inbox.store(Arrival::new(&verified(body, noon(), 1), mounted, noon(), None).unwrap()).await.unwrap();
    let event = rig.claim().await.unwrap();
    assert_eq!(event.claim.object.kind(), NotificationKind::TradeSettle);
    assert_eq!(event.kept.notification().unwrap().kind(), mounted);
}
