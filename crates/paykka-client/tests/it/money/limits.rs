//! What is refused before anything is sent, and what is handed over again.

use std::sync::Arc;
use std::time::SystemTime;

use paykka_client::journal::{
    ClaimId, Entry, Fact, FileJournal, Held, Hold, Journal, JournalError, Keeps, MemoryJournal, Moved,
    NewClaim, Pending, Proof, Shown,
};
use paykka_client::money::{Outcome, Resend};
use paykka_model::NumberAmount;

use super::rig::{Q, Rig, pay, word};
use crate::world::payment;

const APPLY: &str = "/api/v2/merch/pay/apply";

#[tokio::test]
async fn no_money_moves_before_an_answer_was_verified() {
    let rig = Rig::new().await;
    let money = rig.process().builder.build().unwrap();
    let error = pay(&money, "k").await.unwrap_err();
    assert!(error.is_unproven() && error.to_string().contains("call `prove` first"), "{error}");
    rig.fault("payment.inquiry", "wrong-key", None);
    rig.fault("forex.inquiry", "unsigned", None);
    rig.fault("trade_settle.inquiry", "html-404", None);
    assert!(!money.prove().await.unwrap().reads, "what isn't verified proves nothing");
    assert!(pay(&money, "k").await.unwrap_err().is_unproven());
    assert_eq!(rig.calls(APPLY), 0);
    rig.emulator.clear_faults();
    assert!(money.prove().await.unwrap().reads);
    assert_eq!(word(&pay(&money, "k").await), "accepted");
    drop(money);
    let money = rig.process().builder.dangerously_allow_unproven().build().unwrap();
    assert_eq!(word(&pay(&money, "k2").await), "accepted");
}

#[tokio::test]
async fn one_key_is_one_payment_until_and_after_it_is_acknowledged() {
    let rig = Rig::new().await;
    let money = rig.process().ready().await;
    let first = pay(&money, "k").await.unwrap();
    let other = money.submit_payment("k", &payment("IGNORED", 251)).await.unwrap_err();
    assert!(other.journal().unwrap().is_other_body() && !other.outcome_unknown(), "{other}");
    drop(money);

    // The same job, run again by another process.
    let money = rig.process().ready().await;
    let again = pay(&money, "k").await.unwrap();
    assert_eq!(
        (&again.request_id, &again.raw, word(&Ok(again.clone()))),
        (&first.request_id, &first.raw, "accepted")
    );
    assert_eq!(first.request_id, money.payment_number("k").unwrap().as_str());
    assert_ne!(money.payment_number("k").unwrap(), money.payment_number("K").unwrap());
    assert_eq!(money.recover().await.unwrap().len(), 1);
    money.acknowledge(&first.key).await.unwrap();
    assert!(money.recover().await.unwrap().is_empty());
    assert!(pay(&money, "k").await.unwrap_err().journal().unwrap().is_acknowledged());
    assert_eq!((rig.calls(APPLY), rig.paid("k")), (1, 1));
}

#[tokio::test]
async fn what_is_unknown_cant_be_put_away() {
    let rig = Rig::new().await;
    let money = rig.process().ready().await;
    rig.fault("payment.apply", "reset-before", Some(1));
    let error = pay(&money, "k").await.unwrap_err();
    let key = &error.still_unknown().unwrap().key;
    assert!(money.acknowledge(key).await.unwrap_err().journal().unwrap().is_without_result());
}

#[tokio::test]
async fn ceilings_hold_before_anything_is_signed() {
    let rig = Rig::new().await;
    let builder = rig.process().builder;
    let builder = builder.ceiling_per_call("USD", NumberAmount::from_integer(300));
    let builder = builder.ceiling_per_day("USD", NumberAmount::from_integer(600));
    let money = builder.build().unwrap();
    money.prove().await.unwrap();
    let request = payment("X", 250);
    let pay_250 = async |key: &str| money.submit_payment(key, &request).await;
    let large = money.submit_payment("large", &payment("X", 301)).await.unwrap_err();
    assert!(large.is_above_ceiling() && large.to_string().contains("one call in USD"), "{large}");
    for key in ["a", "b"] {
        assert_eq!(word(&pay_250(key).await), "accepted");
    }
    let third = pay_250("c").await.unwrap_err();
    assert!(third.is_above_ceiling() && third.to_string().contains("a day in USD"), "{third}");
    assert_eq!(word(&money.submit_payment("d", &payment("X", 100)).await), "accepted", "up to the ceiling");
    assert_eq!(word(&pay_250("a").await), "accepted", "what was claimed is no further payment");
    assert_eq!(rig.calls(APPLY), 3);
}

#[tokio::test]
async fn what_cant_be_used_is_named() {
    let rig = Rig::new().await;
    let process = || rig.process_over(Arc::new(MemoryJournal::new()), SystemTime::now()).builder;
    for (builder, expected) in [
        (process().prefix("shop"), "1 to 6 of A..Z and 0..9"),
        (process().prefix(""), "1 to 6 of A..Z and 0..9"),
        (process().resend(Resend::After(Q / 2)), "15 minutes at least"),
    ] {
        let error = builder.build().unwrap_err();
        assert!(error.is_config() && error.to_string().contains(expected), "{error}");
    }
    let money = process().dangerously_allow_unproven().build().unwrap();
    assert!(pay(&money, "").await.unwrap_err().journal().unwrap().is_key());
    let mut long = payment("X", 1);
    long.beneficiary_id = "B1\n".to_owned();
    let error = money.submit_payment("k", &long).await.unwrap_err();
    assert!(error.is_config() && error.to_string().contains("beneficiary_id"), "{error}");
    assert_eq!(rig.calls(APPLY), 0);
}

/// Storage that fails at the chosen record.
#[derive(Debug)]
struct Full {
    inner: MemoryJournal,
    left: std::sync::atomic::AtomicUsize,
}

impl Full {
    fn fails(&self) -> bool {
        use std::sync::atomic::Ordering::SeqCst;
        self.left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_err()
    }
}

impl Journal for Full {
    fn claim(&self, claim: NewClaim) -> Pending<'_, Held> {
        if self.fails() { full() } else { self.inner.claim(claim) }
    }
    fn hold(&self, id: ClaimId) -> Pending<'_, Option<Held>> {
        self.inner.hold(id)
    }
    fn record<'a>(&'a self, hold: &'a Hold, fact: Fact) -> Pending<'a, ()> {
        if self.fails() { full() } else { self.inner.record(hold, fact) }
    }
    fn acknowledge(&self, id: ClaimId, at: u64) -> Pending<'_, ()> {
        self.inner.acknowledge(id, at)
    }
    fn find(&self, id: ClaimId) -> Pending<'_, Option<Entry>> {
        self.inner.find(id)
    }
    fn unacknowledged(&self) -> Pending<'_, Vec<ClaimId>> {
        self.inner.unacknowledged()
    }
    fn moved_since(&self, at: u64) -> Pending<'_, Vec<Moved>> {
        self.inner.moved_since(at)
    }
    fn proof(&self, settings: String) -> Pending<'_, Proof> {
        self.inner.proof(settings)
    }
    fn record_proof(&self, settings: String, shown: Shown) -> Pending<'_, ()> {
        self.inner.record_proof(settings, shown)
    }
    fn keeps(&self) -> Keeps {
        self.inner.keeps()
    }
}

fn full<'a, T: Send + 'a>() -> Pending<'a, T> {
    let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
    Box::pin(std::future::ready(Err(JournalError::storage("appending a record", full))))
}

#[tokio::test]
async fn a_full_disk_sends_nothing_and_what_was_sent_before_is_unknown() {
    // (which record fails, how many payments arrive, whether the outcome is unknown)
    for (left, arrived, is_unknown) in [(0, 0, false), (1, 0, false), (2, 1, true)] {
        let rig = Rig::new().await;
        let journal = Full { inner: MemoryJournal::new(), left: left.into() };
        let money = rig.process_over(Arc::new(journal), SystemTime::now()).ready().await;
        let error = pay(&money, "k").await.unwrap_err();
        assert!(error.journal().unwrap().is_closed(), "{left}: {error}");
        assert_eq!((rig.calls(APPLY), error.outcome_unknown()), (arrived, is_unknown), "{left}: {error}");
    }
}

#[tokio::test]
async fn a_journal_has_one_owner() {
    let rig = Rig::new().await;
    let money = rig.process().ready().await;
    let error = FileJournal::open(rig.path()).unwrap_err();
    assert!(error.is_owned() && error.to_string().contains(&std::process::id().to_string()), "{error}");
    drop(money);
    FileJournal::open(rig.path()).unwrap();
}

#[tokio::test]
async fn a_caller_who_goes_away_finds_his_claim_as_it_stands() {
    let rig = Rig::new().await;
    let money = rig.process().ready().await;
    rig.fault("payment.apply", "delay=20000", Some(1));
    tokio::select! {
        biased;
        result = pay(&money, "k") => panic!("{result:?}"),
        () = async { while rig.calls(APPLY) == 0 { tokio::task::yield_now().await } } => {}
    }
    let found = pay(&money, "k").await.unwrap();
    assert!(matches!(found.outcome, Outcome::Executed(_)), "{found:?}");
    assert_eq!((rig.calls(APPLY), rig.paid("k")), (1, 1));
}
