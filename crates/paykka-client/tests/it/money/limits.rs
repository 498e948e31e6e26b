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

/// What unsigned answers a policy lets pass end no payment, and no inquiry speaks by them.
#[tokio::test]
async fn what_a_weaker_policy_lets_pass_ends_nothing() {
    use paykka_transport::{ResponsePolicy, SignVerifySettings};

    for (weaker, fault, expected) in
        [("payment.apply", None, "executed"), ("payment.inquiry", Some("reset-after"), "unknown")]
    {
        let rig = Rig::new().await;
        let signatures = SignVerifySettings::default().dangerously_take_unsigned(weaker, ResponsePolicy::Off);
        let transport = rig.transport().signatures(signatures).build().unwrap();
        let client =
            paykka_client::Client::from_transport(transport, Some(crate::world::MERCHANT.to_owned()));
        let money = client.money(Arc::new(MemoryJournal::new())).clock(rig.clock()).build().unwrap();
        assert!(money.prove().await.unwrap().reads, "by another inquiry");
        if let Some(fault) = fault {
            rig.fault("payment.apply", fault, Some(1));
        }
        let result = pay(&money, "k").await;
        assert_eq!(
            (word(&result), rig.paid("k"), rig.calls(APPLY)),
            (expected, 1, 1),
            "{weaker}: {result:?}"
        );
    }
}

/// A claim of an earlier process is held to the rules of this one.
#[tokio::test]
async fn what_was_claimed_earlier_is_held_to_what_holds_now() {
    let rig = Rig::new().await;
    rig.fault("payment.apply", "status=429", Some(1));
    assert_eq!(word(&pay(&rig.process().ready().await, "k").await), "not executed");
    let money = rig.process().builder.build().unwrap();
    assert!(pay(&money, "k").await.unwrap_err().is_unproven());
    drop(money);
    let none = rig.process().builder.ceiling_per_call("USD", NumberAmount::from_integer(0)).build().unwrap();
    none.prove().await.unwrap();
    assert!(pay(&none, "k").await.unwrap_err().is_above_ceiling());
    assert_eq!((rig.calls(APPLY), rig.paid("k")), (1, 0));
}

#[tokio::test]
async fn one_key_is_one_payment_until_and_after_it_is_acknowledged() {
    let rig = Rig::new().await;
    let money = rig.process().ready().await;
    let first = pay(&money, "k").await.unwrap();
    let other = money.payments().submit("k", &payment("IGNORED", 251)).await.unwrap_err();
    assert!(other.journal().unwrap().is_other_body() && !other.outcome_unknown(), "{other}");
    drop(money);

    // The same job, run again by another process.
    let money = rig.process().ready().await;
    let again = pay(&money, "k").await.unwrap();
    assert_eq!(
        (&again.request_id, &again.raw, word(&Ok(again.clone()))),
        (&first.request_id, &first.raw, "accepted")
    );
    assert_eq!(first.request_id, money.payments().number("k").unwrap().as_str());
    assert_ne!(money.payments().number("k").unwrap(), money.payments().number("K").unwrap());
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
    let pay_250 = async |key: &str| money.payments().submit(key, &request).await;
    let large = money.payments().submit("large", &payment("X", 301)).await.unwrap_err();
    assert!(large.is_above_ceiling() && large.to_string().contains("one call in USD"), "{large}");
    for key in ["a", "b"] {
        assert_eq!(word(&pay_250(key).await), "accepted");
    }
    let third = pay_250("c").await.unwrap_err();
    assert!(third.is_above_ceiling() && third.to_string().contains("a day in USD"), "{third}");
    assert_eq!(
        word(&money.payments().submit("d", &payment("X", 100)).await),
        "accepted",
        "up to the ceiling"
    );
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
    let error = money.payments().submit("k", &long).await.unwrap_err();
    assert!(error.is_config() && error.to_string().contains("beneficiary_id"), "{error}");
    assert_eq!(rig.calls(APPLY), 0);
}

/// Storage that fails at the chosen record, or leases claims.
#[derive(Debug)]
pub(super) struct Full {
    inner: Arc<MemoryJournal>,
    left: std::sync::atomic::AtomicUsize,
    lease: Option<tokio::time::Instant>,
    /// What each record waits for.
    gate: Option<Arc<tokio::sync::Semaphore>>,
    /// Whether what fails first is there all the same.
    keeps_the_last: std::sync::atomic::AtomicBool,
}

impl Full {
    pub(super) fn with_room_for(records: usize) -> Self {
        let inner = Arc::new(MemoryJournal::new());
        Self { inner, left: records.into(), lease: None, gate: None, keeps_the_last: false.into() }
    }

    pub(super) fn keeping_the_last(self) -> Self {
        Self { keeps_the_last: true.into(), ..self }
    }

    /// What is there after the process died.
    pub(super) fn storage(&self) -> Arc<MemoryJournal> {
        Arc::clone(&self.inner)
    }

    fn keeps_this(&self) -> bool {
        self.keeps_the_last.swap(false, std::sync::atomic::Ordering::SeqCst)
    }

    pub(super) fn fill(&self) {
        self.left.store(0, std::sync::atomic::Ordering::SeqCst);
    }

    fn fails(&self) -> bool {
        use std::sync::atomic::Ordering::SeqCst;
        self.left.fetch_update(SeqCst, SeqCst, |left| left.checked_sub(1)).is_err()
    }
}

impl Journal for Full {
    fn claim(&self, claim: NewClaim) -> Pending<'_, Held> {
        let fails = self.fails();
        if fails && !self.keeps_this() {
            return full();
        }
        Box::pin(async move {
            let Held { entry, hold } = self.inner.claim(claim).await?;
            if fails {
                return full().await;
            }
            let hold = match self.lease {
                Some(until) => hold.leased(until),
                None => hold,
            };
            Ok(Held { entry, hold })
        })
    }
    fn hold(&self, id: ClaimId) -> Pending<'_, Option<Held>> {
        self.inner.hold(id)
    }
    fn record<'a>(&'a self, hold: &'a Hold, fact: Fact) -> Pending<'a, ()> {
        if self.fails() {
            let is_kept = self.keeps_this();
            return Box::pin(async move {
                if is_kept {
                    self.inner.record(hold, fact).await?;
                }
                full().await
            });
        }
        let Some(gate) = self.gate.clone() else { return self.inner.record(hold, fact) };
        Box::pin(async move {
            gate.acquire().await.unwrap().forget();
            self.inner.record(hold, fact).await
        })
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
        Journal::keeps(&*self.inner)
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
        let journal = Full::with_room_for(left);
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

#[tokio::test]
async fn a_claim_whose_lease_has_run_out_sends_nothing() {
    let now = tokio::time::Instant::now();
    let hour = std::time::Duration::from_secs(3_600);
    for (lease, expected, arrived) in [(now, "not executed", 0), (now + hour, "accepted", 1)] {
        let rig = Rig::new().await;
        let journal = Full { lease: Some(lease), ..Full::with_room_for(usize::MAX) };
        let money = rig.process_over(Arc::new(journal), SystemTime::now()).ready().await;
        assert_eq!((word(&pay(&money, "k").await), rig.calls(APPLY)), (expected, arrived));
    }
}

/// The transport tries again where no byte has left; each attempt stands in the journal before it leaves.
#[tokio::test]
async fn attempts_of_the_transport_are_recorded_one_by_one() {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use paykka_client::journal::How;
    use paykka_transport::{CallContext, Effect, Error, RetrySettings, WireService};
    use tower::ServiceExt as _;

    for (unsent, expected, recorded) in [(1, "accepted", 2), (2, "accepted", 3), (3, "not executed", 3)] {
        let rig = Rig::new().await;
        let left = Arc::new(AtomicUsize::new(unsent));
        let unreachable_at_first = tower::layer::layer_fn(move |inner: WireService| {
            let left = Arc::clone(&left);
            tower::service_fn(move |request: http::Request<paykka_transport::SentBody>| {
                let is_money = CallContext::of(&request).effect() == Effect::Money;
                let fails = is_money
                    && left
                        .fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1))
                        .is_ok();
                let inner = inner.clone();
                async move { if fails { Err(Error::unsent("no route")) } else { inner.oneshot(request).await } }
            })
        });
        let retry = RetrySettings::default().attempts(3).pauses(SHORT, SHORT);
        let transport = rig.transport().retry(retry).wire_layer(unreachable_at_first).build().unwrap();
        let journal = Arc::new(MemoryJournal::new());
        let client =
            paykka_client::Client::from_transport(transport, Some(crate::world::MERCHANT.to_owned()));
        let money = client.money(Arc::clone(&journal) as _).clock(rig.clock()).build().unwrap();
        money.prove().await.unwrap();
        let result = pay(&money, "k").await;
        assert_eq!(word(&result), expected, "{unsent}: {result:?}");
        let entry = journal.find(result.unwrap().key).await.unwrap().unwrap();
        let hows: Vec<_> = entry.attempts.iter().map(|it| it.ended.as_ref().map(|end| end.how)).collect();
        let mut hows_expected = vec![Some(How::NotTaken); unsent];
        hows_expected.resize(recorded, None);
        if unsent == recorded {
            // Of the last one it is known that it wasn't even sent.
            hows_expected[unsent - 1] = Some(How::Unsent);
        }
        assert_eq!(hows, hows_expected);
        let numbers: Vec<_> = entry.attempts.iter().map(|it| it.number).collect();
        assert_eq!(numbers, (1..=u32::try_from(recorded).unwrap()).collect::<Vec<_>>());
        let again = pay(&money, "k").await;
        assert_eq!((word(&again), rig.paid("k"), rig.calls(APPLY)), ("accepted", 1, 1), "{again:?}");
    }
}

const SHORT: std::time::Duration = std::time::Duration::from_millis(1);

/// The verified answer to another confirmation is no answer to this one.
#[tokio::test]
async fn another_objects_answer_ends_nothing() {
    let rig = Rig::new().await;
    let money = rig.process().ready().await;
    let (one, two) = (rig.quote().await, rig.quote().await);
    let confirm = async |key: &str, quote: &str| {
        money.forex().confirm(key, &paykka_model::ForexConfirmRequest::new(quote.to_owned())).await
    };
    assert_eq!(word(&confirm("one", &one).await), "accepted");
    rig.fault("forex.confirm", "other-answer", None);
    let result = confirm("two", &two).await;
    assert_eq!(word(&result), "executed", "{result:?}");
    assert!(matches!(result.unwrap().outcome, Outcome::Executed(state) if state.order_no == two));
}

/// Somebody's layer repeats what it mustn't: the stack refuses the second, which isn't taken for a refusal of the first.
#[tokio::test]
async fn what_a_layer_of_somebodys_repeats_is_not_sent_and_the_first_stays_open() {
    use paykka_transport::CallService;
    use tower::ServiceExt as _;

    let rig = Rig::new().await;
    let repeats = tower::layer::layer_fn(|inner: CallService| {
        tower::service_fn(move |request: http::Request<paykka_transport::Payload>| {
            let inner = inner.clone();
            async move {
                match inner.clone().oneshot(request.clone()).await {
                    Err(error) if error.outcome_unknown() => inner.oneshot(request).await,
                    ended => ended,
                }
            }
        })
    });
    let transport = rig.transport().outer_layer(repeats).build().unwrap();
    let journal = Arc::new(MemoryJournal::new());
    let client = paykka_client::Client::from_transport(transport, Some(crate::world::MERCHANT.to_owned()));
    let money = client.money(Arc::clone(&journal) as _).clock(rig.clock()).build().unwrap();
    money.prove().await.unwrap();
    rig.fault("payment.apply", "reset-after", Some(1));
    rig.fault("payment.apply", "repeat-is-error", None);
    let result = pay(&money, "k").await;
    assert_eq!((word(&result), rig.paid("k"), rig.calls(APPLY)), ("executed", 1, 1), "{result:?}");
    let entry = journal.find(result.unwrap().key).await.unwrap().unwrap();
    assert_eq!(entry.attempts.iter().map(|it| (it.number, it.is_open())).collect::<Vec<_>>(), [(1, true)]);
}

/// The call's deadline passes while the journal writes the attempt: what is begun is written to its end, and then told as it
/// stands there.
#[tokio::test]
async fn an_attempt_that_a_deadline_overtakes_is_known_as_the_journal_knows_it() {
    use paykka_client::journal::How;
    use paykka_transport::CallService;
    use tower::ServiceExt as _;

    let rig = Rig::new().await;
    let gate = Arc::new(tokio::sync::Semaphore::new(0));
    let opened = Arc::clone(&gate);
    // It stands outside the deadline, so that it sees it pass.
    let opens = tower::layer::layer_fn(move |inner: CallService| {
        let opened = Arc::clone(&opened);
        tower::service_fn(move |request: http::Request<paykka_transport::Payload>| {
            let (inner, opened) = (inner.clone(), Arc::clone(&opened));
            async move {
                let ended = inner.oneshot(request).await;
                opened.add_permits(9);
                ended
            }
        })
    });
    let transport = rig.transport().timeout(std::time::Duration::from_millis(100)).outer_layer(opens).build();
    let client =
        paykka_client::Client::from_transport(transport.unwrap(), Some(crate::world::MERCHANT.to_owned()));
    let journal = Arc::new(Full { gate: Some(gate), ..Full::with_room_for(usize::MAX) });
    let money = client.money(Arc::clone(&journal) as _).dangerously_allow_unproven().build().unwrap();
    let result = pay(&money, "k").await;
    assert_eq!((word(&result), rig.calls(APPLY)), ("not executed", 0), "{result:?}");
    let entry = journal.find(result.unwrap().key).await.unwrap().unwrap();
    let hows: Vec<_> = entry.attempts.iter().map(|it| it.ended.as_ref().map(|end| end.how)).collect();
    assert_eq!(hows, [Some(How::Unsent)]);
}
