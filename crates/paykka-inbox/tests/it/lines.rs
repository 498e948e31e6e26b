//! The order of an object's events: one at a time, repeats aside, late ones marked.

use std::time::Duration;

use paykka_webhook::Turn::{self, Changed, Conflict, Regressed};
use paykka_webhook::inbox::{EventState, Failed, Inbox as _, Next};

use crate::rig::{LEASE, Rig, payment, receipt};

#[tokio::test]
async fn of_one_object_one_event_is_in_hand_at_a_time_in_the_order_of_arrival() {
    let rig = Rig::new().await;
    for fee in 0..3 {
        rig.store(&payment("P1", "PROCESSING", fee)).await;
    }
    rig.store(&payment("P2", "PROCESSING", 9)).await;
    let first = rig.claim().await.unwrap();
    assert_eq!(first.kept.body(), payment("P1", "PROCESSING", 0).as_bytes());
    let other = rig.claim().await.unwrap();
    assert_eq!(other.claim.object.id(), "P2");
    assert!(rig.claim().await.is_none(), "both objects are in hand");
    rig.inbox.done(&first.claim).await.unwrap();
    for fee in 1..3 {
        assert_eq!(rig.handle().await.kept.body(), payment("P1", "PROCESSING", fee).as_bytes());
    }
}

#[tokio::test]
async fn objects_take_turns_in_the_order_of_arrival() {
    let rig = Rig::new().await;
    for id in ["P3", "P1", "P2"] {
        rig.store(&payment(id, "SUCCESS", 0)).await;
    }
    for id in ["P3", "P1", "P2"] {
        assert_eq!(rig.handle().await.claim.object.id(), id);
    }
}

#[tokio::test]
async fn an_identical_repeat_is_recorded_and_no_handler_called_however_it_was_signed() {
    let rig = Rig::new().await;
    for _ in 0..100 {
        rig.store(&payment("P1", "SUCCESS", 0)).await;
    }
    rig.handle().await;
    assert!(rig.claim().await.is_none());
    assert_eq!(rig.list(EventState::Repeat).await.len(), 99);
    // Hours later, too.
    rig.clock.forward(Duration::from_secs(3 * 60 * 60));
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    assert!(rig.claim().await.is_none());
    assert_eq!(rig.list(EventState::Repeat).await.len(), 100);
}

#[tokio::test]
async fn a_repeat_of_what_wasnt_handled_yet_waits_for_it() {
    let rig = Rig::new().await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let event = rig.claim().await.unwrap();
    assert!(matches!(rig.inbox.fail(&event.claim, "no").await.unwrap(), Failed::Again(_)));
    rig.clock.forward(Duration::from_secs(1));
    assert_eq!(rig.handle().await.claim.delivery, event.claim.delivery);
    assert!(rig.claim().await.is_none());
    assert_eq!(rig.list(EventState::Repeat).await.len(), 1);
}

#[tokio::test]
async fn what_follows_is_judged_by_what_was_handled() {
    let rig = Rig::new().await;
    type Steps<'a> = &'a [(String, Option<Turn>)];
    let cases: &[(&str, Steps<'_>)] = &[
        (
            "A B A′: the late one is signed anew",
            &[
                (payment("P1", "PROCESSING", 0), Some(Changed)),
                (payment("P1", "SUCCESS", 0), Some(Changed)),
                (payment("P1", "PROCESSING", 0), Some(Regressed)),
            ],
        ),
        ("a second end", &[(payment("P1", "FAILED", 0), Some(Conflict))]),
        (
            "a check that fails twice",
            &[
                (receipt("CHECK_REJECTED", 5), Some(Changed)),
                (receipt("CHECKING", 5), Some(Changed)),
                (receipt("CHECK_REJECTED", 5), Some(Changed)),
                (receipt("CHECK_REJECTED", 5), None),
                (receipt("SETTLED", 5), Some(Changed)),
            ],
        ),
    ];
    for (name, steps) in cases {
        for (body, expected) in *steps {
            rig.store(body).await;
            let turn = match rig.claim().await {
                Some(event) => {
                    rig.inbox.done(&event.claim).await.unwrap();
                    Some(event.turn)
                }
                None => None,
            };
            assert_eq!(turn, *expected, "{name}: {body}");
        }
    }
    let regressed = rig.list(EventState::Done).await;
    assert_eq!(regressed[2].turn, Some(Regressed));
}

#[tokio::test]
async fn a_lease_that_is_over_lets_another_have_the_event_and_overtakes_the_first() {
    let rig = Rig::new().await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let first = rig.claim().await.unwrap();
    rig.clock.forward(LEASE - Duration::from_millis(1));
    assert!(
        matches!(rig.inbox.claim().await.unwrap(), Next::Nothing(Some(left)) if left == Duration::from_millis(1))
    );
    rig.clock.forward(Duration::from_millis(1));
    let second = rig.claim().await.unwrap();
    assert_eq!((second.claim.delivery, second.attempt), (first.claim.delivery, 2));
    assert!(rig.inbox.done(&first.claim).await.unwrap_err().is_overtaken());
    assert!(rig.inbox.fail(&first.claim, "no").await.unwrap_err().is_overtaken());
    assert!(rig.inbox.release(&first.claim).await.unwrap_err().is_overtaken());
    rig.inbox.done(&second.claim).await.unwrap();
    assert!(rig.inbox.done(&second.claim).await.unwrap_err().is_overtaken(), "a claim ends once");
}

#[tokio::test]
async fn a_lease_that_is_over_and_that_nobody_took_can_still_be_ended() {
    let rig = Rig::new().await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    let first = rig.claim().await.unwrap();
    rig.clock.forward(LEASE * 2);
    rig.inbox.done(&first.claim).await.unwrap();
    assert!(rig.claim().await.is_none());
}

#[tokio::test]
async fn what_is_released_comes_at_once_and_counts_no_failure() {
    let rig = Rig::new().await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    for _ in 0..20 {
        let event = rig.claim().await.unwrap();
        assert_eq!(event.attempt, 1);
        rig.inbox.release(&event.claim).await.unwrap();
    }
}

#[tokio::test]
async fn pauses_double_up_to_the_longest() {
    let (first, longest) = (Duration::from_secs(1), Duration::from_secs(5));
    let rig = Rig::with(|builder| builder.pauses(first, longest)).await;
    rig.store(&payment("P1", "SUCCESS", 0)).await;
    for expected in [1, 2, 4, 5, 5] {
        let event = rig.claim().await.unwrap();
        let pause = Duration::from_secs(expected);
        assert_eq!(rig.inbox.fail(&event.claim, "no").await.unwrap(), Failed::Again(pause));
        rig.clock.forward(pause - Duration::from_millis(1));
        assert!(rig.claim().await.is_none());
        rig.clock.forward(Duration::from_millis(1));
    }
}
