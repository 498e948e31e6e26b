//! A call that stays unknown is put away by a person's word, and by nothing else.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use paykka_client::journal::{Attempt, ClaimId, Fact, FileJournal, Journal};
use paykka_client::money::{AnySettled, CheckedWithPlatform, Money, Outcome, Resend};

use super::rig::{Q, Rig, pay, word};
use crate::world::MERCHANT;

const APPLY: &str = "/api/v2/merch/pay/apply";
const NOTE: &str = "asked the platform's support, case 4711: no such payment";

fn id(key: &str) -> ClaimId {
    ClaimId::new(MERCHANT, "payment.apply", key).unwrap()
}

/// A payment of which nobody knows what became of it.
async fn unknown(rig: &Rig, money: &Money, key: &str) {
    rig.fault("payment.apply", "reset-before", Some(1));
    assert_eq!(word(&pay(money, key).await), "unknown");
}

#[tokio::test]
async fn a_persons_word_is_kept_and_handed_over_as_such() {
    let words = [CheckedWithPlatform::Executed, CheckedWithPlatform::NotExecuted];
    for (checked, other) in [(words[0], words[1]), (words[1], words[0])] {
        let rig = Rig::new().await;
        let money = rig.process().ready().await;
        unknown(&rig, &money, "k").await;
        let asked = rig.emulator.requests().len();
        money.put_away(&id("k"), checked, NOTE).await.unwrap();
        money.put_away(&id("k"), checked, "the same, said again").await.unwrap();
        assert_eq!(rig.emulator.requests().len(), asked, "nothing is sent");
        drop(money);

        // Another process, which may send again whatever it knows nothing of.
        let money = rig.process().resend(Resend::PlatformDeduplicates).ready().await;
        let recovered = money.recover().await.unwrap();
        let Ok(AnySettled::Payment(found)) = &recovered[0].result else { panic!("{recovered:?}") };
        let Outcome::PutAway(word_of) = &found.outcome else { panic!("{found:?}") };
        assert_eq!((word_of.checked, word_of.note.as_str()), (checked, NOTE));
        assert!(word_of.at > 0 && found.raw.is_empty());
        assert_eq!(word(&pay(&money, "k").await), "put away");
        assert_eq!((rig.calls(APPLY), rig.paid("k")), (1, 0));

        let error = money.put_away(&id("k"), other, NOTE).await.unwrap_err();
        assert!(error.is_config() && error.to_string().contains("it is known what became of"), "{error}");

        money.acknowledge(&id("k")).await.unwrap();
        assert!(money.recover().await.unwrap().is_empty());
        let error = money.put_away(&id("k"), checked, NOTE).await.unwrap_err();
        assert!(error.journal().unwrap().is_acknowledged(), "{error}");
        drop(money);
        let entry = FileJournal::open(rig.path()).unwrap().find(id("k")).await.unwrap().unwrap();
        assert_eq!(entry.ending.unwrap().note.as_deref(), Some(NOTE), "the note outlives the bodies");
    }
}

#[tokio::test]
async fn nobody_vouches_for_what_may_be_under_way() {
    let rig = Rig::new().await;
    // The rig's clocks are five hours after its start, and requests are signed by the machine's.
    let process = rig.process_at(SystemTime::now() - Duration::from_secs(5 * 60 * 60));
    let minute = Duration::from_secs(60);
    let money = process.builder.patience(minute).pace(minute, minute).build().unwrap();
    money.prove().await.unwrap();
    unknown(&rig, &money, "k").await;
    for checked in [CheckedWithPlatform::Executed, CheckedWithPlatform::NotExecuted] {
        let error = money.put_away(&id("k"), checked, NOTE).await.unwrap_err();
        assert!(error.is_under_way() && error.to_string().contains("when Q has passed"), "{error}");
    }
    drop(money);
    let money =
        rig.process_at(SystemTime::now() - Duration::from_secs(5 * 60 * 60) + Q + minute).ready().await;
    // Somebody asks about it: it is in that one's hand.
    rig.fault("payment.inquiry", "delay=20000", Some(1));
    tokio::select! {
        biased;
        recovered = money.recover() => panic!("{recovered:?}"),
        () = async {
            let asked = rig.calls("/api/v2/merch/pay/inquiry");
            while rig.calls("/api/v2/merch/pay/inquiry") == asked { tokio::task::yield_now().await }
            let error = money.put_away(&id("k"), CheckedWithPlatform::NotExecuted, NOTE).await.unwrap_err();
            assert!(error.is_under_way() && error.journal().unwrap().is_in_hand(), "{error}");
        } => {}
    }
    money.put_away(&id("k"), CheckedWithPlatform::NotExecuted, NOTE).await.unwrap();
}

/// Of several attempts the last one counts.
#[tokio::test]
async fn nobody_vouches_for_what_was_sent_again_just_now() {
    let rig = Rig::new().await;
    let money = rig.process().ready().await;
    unknown(&rig, &money, "k").await;
    drop(money);
    let journal = FileJournal::open(rig.path()).unwrap();
    let held = journal.hold(id("k")).await.unwrap().unwrap();
    let now =
        SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap() + Duration::from_secs(5 * 60 * 60);
    let again =
        Attempt { number: 2, timestamp: now.as_millis().to_string(), ..held.entry.attempts[0].clone() };
    journal.record(&held.hold, Fact::Attempt(again)).await.unwrap();
    drop((held, journal));
    let money = rig.process().ready().await;
    let error = money.put_away(&id("k"), CheckedWithPlatform::NotExecuted, NOTE).await.unwrap_err();
    assert!(error.is_under_way(), "{error}");
}

#[tokio::test]
async fn what_cant_be_put_away_is_named() {
    let rig = Rig::new().await;
    let money = rig.process().ready().await;
    let put_away = async |key: &ClaimId, note: &str| {
        let error = money.put_away(key, CheckedWithPlatform::Executed, note).await.unwrap_err();
        assert!(error.is_config(), "{error}");
        error.to_string()
    };
    assert!(put_away(&id("nobody's"), NOTE).await.contains("no such call"));
    assert_eq!(word(&pay(&money, "paid").await), "accepted");
    assert!(put_away(&id("paid"), NOTE).await.contains("it is known what became of"));
    let others = ClaimId::new("M2", "payment.apply", "k").unwrap();
    assert!(put_away(&others, NOTE).await.contains("another merchant's"));
    for note in ["", "two\nlines", &"x".repeat(1_001)] {
        assert!(put_away(&id("paid"), note).await.contains("1 to 1,000 bytes in one line"));
    }
    rig.fault("payment.apply", "status=429", Some(1));
    assert_eq!(word(&pay(&money, "free").await), "not executed");
    assert!(put_away(&id("free"), NOTE).await.contains("nothing of the call can have been carried out"));
}

/// A word that storage didn't take isn't given.
#[tokio::test]
async fn a_word_that_isnt_written_isnt_kept() {
    let rig = Rig::new().await;
    let journal = Arc::new(super::limits::Full::with_room_for(6));
    let money = rig.process_over(Arc::clone(&journal) as _, SystemTime::now()).builder;
    let money = money.pace(10 * Q, 10 * Q).dangerously_allow_unproven().build().unwrap();
    unknown(&rig, &money, "k").await;
    journal.fill();
    let error = money.put_away(&id("k"), CheckedWithPlatform::Executed, NOTE).await.unwrap_err();
    assert!(error.outcome_unknown() && error.journal().unwrap().is_closed(), "{error}");
    assert!(journal.find(id("k")).await.unwrap().unwrap().ending.is_none());
}
