//! One event is handled once, however often it is sent or signed, and in the order in which it makes sense.

use std::time::Duration;

use paykka_webhook::testing::Notice;
use paykka_webhook::{Reason, Turn};

use crate::world::{Clock, PATH, at, payment, payments, post, receiver, signed};

#[tokio::test]
async fn the_same_bytes_are_handled_once() {
    let (receiver, handled) = receiver(payments());
    let message = signed(&payment("R1", "SUCCESS"));
    assert_eq!(post(&receiver, &message).await, Reason::Handled);
    for _ in 0..10 {
        assert_eq!(post(&receiver, &message).await, Reason::Again);
    }
    assert_eq!(handled.count(), 1);
}

#[tokio::test]
async fn one_event_signed_anew_100_times_is_handled_once() {
    let (receiver, handled) = receiver(payments());
    let notice = payment("R1", "SUCCESS");
    let messages: Vec<_> = (0..100).map(|_| signed(&notice)).collect();
    let mut posts = tokio::task::JoinSet::new();
    for message in messages {
        let receiver = receiver.clone();
        posts.spawn(async move { post(&receiver, &message).await });
    }
    let reasons = posts.join_all().await;
    let count = |reason| reasons.iter().filter(|it| **it == reason).count();
    assert_eq!((count(Reason::Handled), count(Reason::Repeat)), (1, 99));
    assert_eq!(handled.count(), 1);
}

#[tokio::test]
async fn three_hours_later_the_same_bytes_are_late() {
    let clock = Clock::new();
    let (receiver, handled) = receiver(payments().clock(clock.read()));
    let notice = payment("R1", "SUCCESS").at(at(Clock::START));
    let message = signed(&notice);
    assert_eq!(post(&receiver, &message).await, Reason::Handled);
    clock.set(3 * 3_600_000);
    assert_eq!(post(&receiver, &message).await, Reason::Late);
    // Signed anew it is in time, and says nothing new.
    let anew = signed(&notice.at(at(Clock::START + 3 * 3_600_000)));
    assert_eq!(post(&receiver, &anew).await, Reason::Repeat);
    assert_eq!(handled.count(), 1);
}

#[tokio::test]
async fn a_b_a_again_is_a_step_back() {
    let (receiver, handled) = receiver(payments());
    for (status, turn) in [
        ("PROCESSING", Turn::Changed),
        ("SUCCESS", Turn::Changed),
        ("PROCESSING", Turn::Regressed),
        ("FAILED", Turn::Conflict),
    ] {
        assert_eq!(post(&receiver, &signed(&payment("R1", status))).await, Reason::Handled);
        assert_eq!(handled.turns().pop().unwrap(), (format!("R1 {status}"), turn));
    }
    // Another object isn't touched by it.
    assert_eq!(post(&receiver, &signed(&payment("R2", "PROCESSING"))).await, Reason::Handled);
    assert_eq!(handled.turns().pop().unwrap().1, Turn::Changed);
}

/// `CHECK_REJECTED` may truly come twice, with something else between.
#[tokio::test]
async fn not_any_earlier_one_is_a_repeat() {
    let (receiver, handled) =
        receiver(crate::world::any_kind().only::<paykka_model::TradeSettleNotification>());
    let receipt = |status: &str| {
        let data = format!(r#"{{"recv_order_no":"RO-1","status":"{status}"}}"#);
        signed(&Notice::new(paykka_model::NotificationKind::TradeSettle, &data).path(PATH))
    };
    let steps = [
        ("CHECK_REJECTED", Reason::Handled),
        ("CHECK_REJECTED", Reason::Repeat),
        ("CHECKING", Reason::Handled),
        ("CHECK_REJECTED", Reason::Handled),
    ];
    for (status, reason) in steps {
        assert_eq!(post(&receiver, &receipt(status)).await, reason, "{status}");
    }
    assert!(handled.turns().iter().all(|(_, turn)| *turn == Turn::Changed) && handled.count() == 3);
}

/// What can't be placed can't be a repeat.
#[tokio::test]
async fn what_names_no_object_is_handled_each_time() {
    let (receiver, handled) = receiver(payments());
    let notice = Notice::of_body(PATH, "[]");
    for _ in 0..3 {
        assert_eq!(post(&receiver, &signed(&notice)).await, Reason::Handled);
    }
    assert_eq!(handled.count(), 3);
    tokio::time::timeout(Duration::from_secs(5), receiver.shutdown()).await.unwrap();
}
