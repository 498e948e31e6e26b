//! What is kept how long.

use std::time::Duration;

use paykka_webhook::Turn;
use paykka_webhook::inbox::{Arrival, EventState, Forgotten, Inbox as _};

use crate::rig::{Rig, noon, payment, verified};

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

#[tokio::test]
async fn events_and_last_states_are_kept_for_their_time_and_then_forgotten() {
    let rig = Rig::with(|builder| builder.keep_events(DAY)).await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    rig.handle().await;
    assert!(rig.claim().await.is_none());
    rig.clock.forward(DAY);
    assert_eq!(rig.inbox.forget().await.unwrap(), Forgotten::default());
    rig.clock.forward(Duration::from_millis(1));
    assert_eq!(rig.inbox.forget().await.unwrap(), Forgotten { events: 2, objects: 0 });
    // The last state outlives the events: a repeat is known as one for 90 days.
    rig.clock.forward(DAY * 89 - Duration::from_millis(1));
    assert_eq!(rig.inbox.forget().await.unwrap(), Forgotten::default());
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    assert!(rig.claim().await.is_none());
    // That it came again keeps it longer.
    rig.clock.forward(DAY * 90);
    assert_eq!(rig.inbox.forget().await.unwrap(), Forgotten { events: 1, objects: 0 });
    rig.clock.forward(Duration::from_millis(1));
    assert_eq!(rig.inbox.forget().await.unwrap(), Forgotten { events: 0, objects: 1 });
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    assert!(rig.handle().await.last.is_none());
}

/// A captured notification can be sent again when all that was known of it is gone. It isn't news then.
#[tokio::test]
async fn what_may_have_been_forgotten_is_never_a_plain_change() {
    let kept = DAY * 90;
    let rig = Rig::with(|builder| builder.keep_objects(kept)).await;
    for (id, late_by, turn) in [
        ("P1", None, Turn::Changed),
        ("P2", Some(DAY * 89), Turn::Changed),
        ("P3", Some(kept - Duration::from_secs(2 * 60 * 60)), Turn::Regressed),
        ("P4", Some(DAY * 10_000), Turn::Regressed),
    ] {
        let verified = verified(&payment(id, "SUCCESS", 0), noon(), 77);
        let delivery = Arrival::new(&verified, None, noon(), late_by).unwrap();
        rig.inbox.store(delivery).await.unwrap();
        let event = rig.handle().await;
        assert_eq!((event.claim.object.id(), event.turn, event.last), (id, turn, None));
    }
    // What the inbox knows is judged by it, however old the news.
    let verified = verified(&payment("P1", "SUCCESS", 0), noon(), 78);
    rig.inbox.store(Arrival::new(&verified, None, noon(), Some(DAY * 10_000)).unwrap()).await.unwrap();
    assert!(rig.claim().await.is_none(), "a repeat");
}

#[tokio::test]
async fn what_waits_or_is_dead_is_never_forgotten() {
    let rig = Rig::with(|builder| builder.attempts(1)).await;
    rig.store("unreadable").await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let event = rig.claim().await.unwrap();
    rig.inbox.fail(&event.claim, "no").await.unwrap();
    rig.store(&payment("P1", "SUCCESS", 1)).await;
    rig.clock.forward(DAY * 1_000);
    assert_eq!(rig.inbox.forget().await.unwrap(), Forgotten::default());
    assert_eq!((rig.list(EventState::Dead).await.len(), rig.list(EventState::Waiting).await.len()), (2, 1));
}

#[tokio::test]
async fn more_than_one_batch_is_forgotten() {
    let rig = Rig::new().await;
    for at in 0..3_u64 {
        let (inbox, mut storing) = (&rig.inbox, tokio::task::JoinSet::new());
        for event in 0..400 {
            let (inbox, body) = (inbox.clone(), payment("P1", "PROCESSING", at));
            storing.spawn(async move { inbox.store(crate::rig::numbered(&body, at * 1_000 + event)).await });
        }
        while let Some(stored) = storing.join_next().await {
            stored.unwrap().unwrap();
        }
    }
    for _ in 0..3 {
        rig.handle().await;
    }
    assert!(rig.claim().await.is_none());
    rig.clock.forward(DAY * 91);
    assert_eq!(rig.inbox.forget().await.unwrap(), Forgotten { events: 1_200, objects: 1 });
}
