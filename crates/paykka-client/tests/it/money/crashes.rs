//! What if it breaks off here? At each record of the journal, written or not, and at each point at which a future can be dropped:
//! the next process pays nothing twice, and finds out what there is to find.

use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::SystemTime;

use paykka_client::journal::{Journal, MemoryJournal};
use paykka_client::money::{Money, MoneyError, Resend};
use paykka_emulator::Cause;
use paykka_model::{Amount, ForexConfirmRequest};

use super::limits::Full;
use super::rig::{Process, Q, Rig, pay, word};
use crate::world::{MERCHANT, payment};

/// A journal that breaks off at record `at`, which `is_kept` or not; and what is found on storage afterwards.
fn breaks_off(at: usize, is_kept: bool) -> (Arc<Full>, Arc<MemoryJournal>) {
    let journal = Full::with_room_for(at);
    let storage = journal.storage();
    (Arc::new(if is_kept { journal.keeping_the_last() } else { journal }), storage)
}

fn quick(process: Process) -> Process {
    let minute = std::time::Duration::from_secs(60);
    Process { builder: process.builder.pace(2 * minute, 5 * minute), ..process }
}

async fn process(rig: &Rig, journal: Arc<dyn Journal>, resend: Resend) -> Money {
    let money = quick(rig.process_over(journal, SystemTime::now())).resend(resend).builder;
    let money = money.dangerously_allow_unproven().build().unwrap();
    // A journal that has broken off has nothing to prove.
    drop(money.prove().await);
    money
}

#[tokio::test]
async fn a_payment_whose_journal_breaks_off_at_any_record_is_made_once_at_most() {
    let (mut broken, mut finished) = (0, 0);
    let never = ["", "reset-after", "unsigned", "status-after=500", "status=429", "status=400"];
    let cells = never.map(|fault| (fault, Resend::Never));
    let after = ["reset-after", "reset-before"].map(|fault| (fault, Resend::After(Q)));
    for (fault, resend) in cells.into_iter().chain(after) {
        for (at, is_kept) in (0..7).flat_map(|at| [(at, false), (at, true)]) {
            let cell = format!("{fault} {resend:?} {at} {is_kept}");
            let rig = Rig::new().await;
            let (journal, storage) = breaks_off(at, is_kept);
            rig.fault("payment.apply", "no-dedupe", None);
            let money = process(&rig, journal, resend).await;
            if !fault.is_empty() {
                rig.fault("payment.apply", fault, Some(1));
            }
            let first = pay(&money, "k").await;
            let is_broken =
                first.as_ref().is_err_and(|error| error.journal().is_some_and(|it| it.is_closed()));
            broken += usize::from(is_broken);
            drop(money);

            rig.emulator.clear_faults();
            rig.fault("payment.apply", "no-dedupe", None);
            let money = process(&rig, storage, resend).await;
            drop(money.recover().await.unwrap());
            let again = pay(&money, "k").await;
            let paid = rig.paid("k");
            let expected = match word(&again) {
                "accepted" | "executed" => 1,
                "rejected" | "unknown" => 0,
                other => panic!("{cell}: {other} {again:?}"),
            };
            assert_eq!(paid, expected, "{cell}: first {first:?}, then {again:?}");
            finished += paid;
        }
    }
    assert!(broken > 30 && finished > 30, "{broken} {finished}");
}

#[tokio::test]
async fn an_exchange_whose_journal_breaks_off_at_any_record_is_made_once_at_most() {
    for fault in ["extra-fields", "reset-after", "reset-before"] {
        for (at, is_kept) in (0..7).flat_map(|at| [(at, false), (at, true)]) {
            let rig = Rig::new().await;
            let (journal, storage) = breaks_off(at, is_kept);
            rig.fault("forex.confirm", "no-dedupe", None);
            let money = process(&rig, journal, Resend::Never).await;
            let quote = ForexConfirmRequest::new(rig.quote().await);
            rig.fault("forex.confirm", fault, Some(1));
            drop(money.forex().confirm("fx", &quote).await);
            drop(money);

            let money = process(&rig, storage, Resend::Never).await;
            let again = money.forex().confirm("fx", &quote).await;
            let sold = rig.emulator.ledger(MERCHANT);
            let sold = sold.iter().filter(|entry| entry.cause == Cause::ExchangeSold).count();
            let expected = usize::from(matches!(word(&again), "accepted" | "executed"));
            assert_eq!(sold, expected, "{fault} {at} {is_kept}: {again:?}");
        }
    }
}

/// A future that is polled so often and no more.
struct AtMost<F>(Pin<Box<F>>, usize);

impl<F: Future> Future for AtMost<F> {
    type Output = Option<F::Output>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let Some(left) = self.1.checked_sub(1) else { return Poll::Ready(None) };
        self.1 = left;
        self.0.as_mut().poll(cx).map(Some)
    }
}

/// Whoever asked goes away after each number of polls, and asks again.
#[tokio::test]
async fn a_future_that_is_dropped_anywhere_leaves_a_claim_that_is_paid_once_at_most() {
    for (fault, resend) in
        [("extra-fields", Resend::Never), ("reset-after", Resend::Never), ("reset-after", Resend::After(Q))]
    {
        let rig = Rig::new().await;
        let money = quick(rig.process()).resend(resend).ready().await;
        rig.fault("payment.apply", "no-dedupe", None);
        let (mut dropped, mut paid) = (0, 0);
        for polls in 0..40 {
            let key = format!("{polls}");
            rig.fault("payment.apply", fault, Some(1));
            let request = payment("X", 1_000 + polls);
            let pay = async || money.payments().submit(&key, &request).await;
            let first = AtMost(Box::pin(pay()), usize::try_from(polls).unwrap()).await;
            dropped += usize::from(first.is_none());
            let again = loop {
                let again = pay().await;
                let is_in_hand = |error: &MoneyError| error.journal().is_some_and(|it| it.is_in_hand());
                if !again.as_ref().is_err_and(is_in_hand) {
                    break again;
                }
                // What the journal was writing is written to its end.
                tokio::task::yield_now().await;
            };
            assert!(
                matches!(word(&again), "accepted" | "executed" | "unknown"),
                "{fault} {polls}: {again:?}"
            );
            assert!(word(&again) == "unknown" || paid_of(&rig, polls) == 1, "{fault} {polls}: {again:?}");
            paid += usize::from(word(&again) != "unknown");
        }
        rig.emulator.settle().await;
        rig.emulator.advance(4 * Q).await;
        for polls in 0..40 {
            assert!(paid_of(&rig, polls) <= 1, "{fault} {polls}");
        }
        assert!(dropped > 5 && paid > 5, "{dropped} {paid}");
    }
}

fn paid_of(rig: &Rig, polls: i64) -> usize {
    let (entries, amount) = (rig.emulator.ledger(MERCHANT), Amount::from_wire(-1_000 - polls));
    entries.iter().filter(|entry| entry.cause == Cause::Payment && entry.amount == amount).count()
}
