//! An object's place in Redis by itself, without a receiver: who has it, who had it too long, and what is known of it afterwards.

use std::time::Duration;

use paykka_model::NotificationKind;
use paykka_webhook::{
    Claim, Claims as _, Content, Last, ObjectKey, Past, RedisClaims, SharedStates, Status, Taken, Ticket,
    Turn, judge,
};

use super::states::{MINUTE, days};
use super::{Redis, connected, forgotten, until};
use crate::world::MERCHANT;

/// The same number of another merchant's, or of another kind, is another object.
#[tokio::test]
async fn objects_of_one_number_are_held_apart() {
    let redis = Redis::start("noeviction");
    let states = connected(&redis, MINUTE).await;
    let content = Content::of(b"the same");
    let kinds = [NotificationKind::Payment, NotificationKind::Va];
    let objects = [(MERCHANT, "R1"), ("M24061911365700671", "R1"), (MERCHANT, "R2")]
        .into_iter()
        .flat_map(|(merchant, number)| kinds.map(|kind| ObjectKey::new(merchant, kind, number).unwrap()));
    for (id, object) in (1..).zip(objects) {
        let (ticket, past) = took(&states, &object, id).await;
        assert_eq!(past, Past { last: None, is_sure: false }, "{object}");
        states.give_back(&object, ticket, Some(&Last::new(content, None, None))).await.unwrap();
    }
}

/// One whose lease ran out neither frees nor keeps what the next one has.
#[tokio::test]
async fn an_object_is_given_back_and_renewed_by_whoever_has_it() {
    let redis = Redis::start("noeviction");
    let (brief, lasting) =
        (connected(&redis, Duration::from_millis(50)).await, connected(&redis, MINUTE).await);
    let object = ObjectKey::new(MERCHANT, NotificationKind::Payment, "R1").unwrap();
    let ticket = async |number: u8| match lasting.begin(super::id(number), MINUTE).await.unwrap() {
        Claim::New(ticket) => ticket,
        claim => panic!("{claim:?}"),
    };
    let (frozen, _) = took(&brief, &object, 1).await;
    let (next, third) = (ticket(2).await, ticket(3).await);
    until(|| async { lasting.take(&object, next).await.unwrap() != Taken::Held }).await;
    SharedStates::renew(&brief, &object, frozen).await.unwrap();
    brief.give_back(&object, frozen, None).await.unwrap();
    assert_eq!(lasting.take(&object, third).await.unwrap(), Taken::Held);
    // One that a Redis without a memory has lost is taken anew with the next renewal.
    forgotten(&redis);
    SharedStates::renew(&lasting, &object, next).await.unwrap();
    assert_eq!(lasting.take(&object, third).await.unwrap(), Taken::Held);
    lasting.give_back(&object, next, None).await.unwrap();
    assert_ne!(lasting.take(&object, third).await.unwrap(), Taken::Held);
}

/// A process that was frozen beyond its lease, while another one handled the same object: nobody can say who was last.
#[tokio::test]
async fn after_two_at_once_nothing_is_sure() {
    let redis = Redis::start("noeviction");
    let states = connected(&redis, Duration::from_millis(50)).await;
    let last = |status: &str| {
        let status = Some(Status::new(NotificationKind::Payment, status));
        Last::new(Content::of(status.as_ref().unwrap().as_str().as_bytes()), status.clone(), status)
    };
    for (number, frozen_ends_first) in [(0_u8, true), (100, false)] {
        let object = ObjectKey::new(MERCHANT, NotificationKind::Payment, &number.to_string()).unwrap();
        let (frozen, past) = took(&states, &object, number + 1).await;
        assert_eq!(past, Past { last: None, is_sure: false });
        let Claim::New(next) = states.begin(super::id(number + 2), MINUTE).await.unwrap() else {
            panic!("not new")
        };
        until(|| async { states.take(&object, next).await.unwrap() != Taken::Held }).await;
        let (of_frozen, of_next) = (last("SUCCESS"), last("PROCESSING"));
        let mut ends = [(frozen, &of_frozen), (next, &of_next)];
        if !frozen_ends_first {
            ends.reverse();
        }
        for (ticket, last) in ends {
            states.give_back(&object, ticket, Some(last)).await.unwrap();
        }
        let (ticket, past) = took(&states, &object, number + 3).await;
        assert!(!past.is_sure, "{frozen_ends_first}");
        // And the next one who ends alone is believed again.
        states.give_back(&object, ticket, Some(&of_next)).await.unwrap();
        let (ticket, past) = took(&states, &object, number + 4).await;
        assert_eq!(past, Past { last: Some(of_next), is_sure: true });
        states.give_back(&object, ticket, None).await.unwrap();
        let (_, past) = took(&states, &object, number + 5).await;
        assert!(!past.is_sure, "who gives nothing back was last");
    }
}

/// Who was last isn't known then, and how far the object came is: a step back and a second end must be told, whoever ended first.
#[tokio::test]
async fn after_two_at_once_how_far_it_came_is_still_known() {
    let redis = Redis::start("noeviction");
    let states = connected(&redis, Duration::from_millis(50)).await;
    let status = |text: &str| Status::new(NotificationKind::Payment, text);
    let last = |text: &str| Last::new(Content::of(text.as_bytes()), Some(status(text)), Some(status(text)));
    for (number, frozen_ends_first) in [(0_u8, true), (100, false)] {
        let object = ObjectKey::new(MERCHANT, NotificationKind::Payment, &number.to_string()).unwrap();
        let (frozen, _) = took(&states, &object, number + 1).await;
        let Claim::New(next) = states.begin(super::id(number + 2), MINUTE).await.unwrap() else {
            panic!("not new")
        };
        until(|| async { states.take(&object, next).await.unwrap() != Taken::Held }).await;
        let mut ends = [(frozen, last("SUCCESS")), (next, last("PROCESSING"))];
        if !frozen_ends_first {
            ends.reverse();
        }
        for (ticket, last) in &ends {
            states.give_back(&object, *ticket, Some(last)).await.unwrap();
        }
        let (_, past) = took(&states, &object, number + 3).await;
        let judged = |text| judge(past.last.as_ref(), Content::of(b"news"), Some(&status(text)));
        let judged = (past.is_sure, judged("PROCESSING"), judged("FAILED"));
        assert_eq!(judged, (false, Turn::Regressed, Turn::Conflict), "{frozen_ends_first}");
    }
    // The same where Redis has lost that the object was taken at all.
    let object = ObjectKey::new(MERCHANT, NotificationKind::Payment, "R1").unwrap();
    let (ticket, _) = took(&states, &object, 200).await;
    forgotten(&redis);
    states.give_back(&object, ticket, Some(&last("SUCCESS"))).await.unwrap();
    assert_eq!(days(&redis), 90, "what was lost and written anew doesn't stay for ever");
    let (_, past) = took(&states, &object, 201).await;
    let judged = judge(past.last.as_ref(), Content::of(b"news"), Some(&status("FAILED")));
    assert_eq!((past.is_sure, judged), (false, Turn::Conflict));
}

async fn took(states: &RedisClaims, object: &ObjectKey, id: u8) -> (Ticket, Past) {
    let Claim::New(ticket) = states.begin(super::id(id), MINUTE).await.unwrap() else { panic!("not new") };
    match states.take(object, ticket).await.unwrap() {
        Taken::Ours(past) => (ticket, past),
        Taken::Held => panic!("{object} is held"),
    }
}
