//! Under `Never` no payment is made twice, whatever goes wrong: in each cell it is submitted, then recovered and submitted
//! again by a new process, with everything in order by then.

use paykka_client::money::{AnySettled, NotExecuted, Outcome, Resume};
use paykka_model::{ForexConfirmRequest, TradeSettleApplyRequest};

use super::rig::{Rig, pay, word};

/// (what befalls the payment, what befalls its inquiry, what came of it, how often it was paid)
const CELLS: &[(&str, &str, &str, usize)] = &[
    ("", "", "accepted", 1),
    ("no-dedupe", "", "accepted", 1),
    ("repeat-is-error", "", "accepted", 1),
    ("extra-fields", "", "accepted", 1),
    ("reset-after", "", "executed", 1),
    ("reset-before", "", "unknown", 0),
    ("truncate", "", "executed", 1),
    ("status=500", "", "unknown", 0),
    ("status-after=500", "", "executed", 1),
    ("status=400", "", "rejected", 0),
    ("status=401", "", "rejected", 0),
    ("http-status=302", "", "executed", 1),
    ("http-status=503", "", "executed", 1),
    // The status isn't signed: what the body says, or doesn't, decides.
    ("http-status=429", "", "executed", 1),
    ("status-after=500, http-status=400", "", "executed", 1),
    ("status-after=500, http-status=429", "", "executed", 1),
    ("ret-code-in-200", "", "unknown", 0),
    ("unknown-status", "", "executed", 1),
    ("unsigned", "", "executed", 1),
    ("wrong-key", "", "executed", 1),
    ("wrong-path", "", "executed", 1),
    ("stale", "", "executed", 1),
    ("gzip", "", "executed", 1),
    ("html-404", "", "unknown", 0),
    ("html-403", "", "unknown", 0),
    ("process-later=600000", "", "executed", 1),
    // Later than anybody waited for: found by the new process.
    ("process-later=1200000", "", "unknown", 1),
    ("reset-after", "lag=600000", "executed", 1),
    ("reset-after", "lag=3600000", "unknown", 1),
    ("reset-after", "foreign-object", "conflict", 1),
    ("reset-after", "unknown-status", "unknown", 1),
    ("reset-after", "unsigned", "unknown", 1),
    ("reset-after", "wrong-key", "unknown", 1),
    ("reset-after", "html-404", "unknown", 1),
    ("reset-after", "status=404", "unknown", 1),
    ("reset-after", "status=429", "unknown", 1),
    ("reset-after", "status=500", "unknown", 1),
    ("reset-after", "ret-code-in-200", "unknown", 1),
    ("reset-before", "html-404", "unknown", 0),
    ("reset-before", "other-answer", "unknown", 0),
    ("reset-before", "replay-answer", "unknown", 0),
];

#[tokio::test]
async fn no_cell_pays_twice() {
    for platform in ["", "no-dedupe", "repeat-is-error"] {
        for (apply, inquiry, expected, paid) in CELLS {
            let cell = format!("{platform}; {apply}; {inquiry}");
            let rig = Rig::new().await;
            let money = quick(rig.process()).ready().await;
            // So that an answer of another payment is there to be mistaken for ours.
            assert_eq!(word(&pay(&money, "another").await), "accepted");
            if !platform.is_empty() {
                rig.fault("payment.apply", platform, None);
            }
            for fault in apply.split(", ").filter(|fault| !fault.is_empty()) {
                rig.fault("payment.apply", fault, Some(1));
            }
            if !inquiry.is_empty() {
                rig.fault("payment.inquiry", inquiry, None);
            }
            let result = pay(&money, "invoice 1").await;
            assert_eq!(word(&result), *expected, "{cell}: {result:?}");
            if let Err(error) = &result {
                let known = error.still_unknown().unwrap();
                assert!(error.outcome_unknown() && known.attempts == 1 && known.key.key() == "invoice 1");
                assert!(known.since > 0 && matches!(known.resume, Resume::AskAgain | Resume::ProveThenAsk));
            }
            drop(money);

            rig.emulator.clear_faults();
            if !platform.is_empty() {
                rig.fault("payment.apply", platform, None);
            }
            let money = quick(rig.process()).ready().await;
            let recovered = money.recover().await.unwrap();
            assert_eq!(recovered.len(), 2, "{cell}: nothing is forgotten");
            let again = pay(&money, "invoice 1").await;
            let settled = match (*expected, *paid) {
                ("unknown", 1) => "executed",
                (word, _) => word,
            };
            assert_eq!(word(&again), settled, "{cell}: {again:?}");
            assert_eq!(rig.paid("invoice 1"), *paid, "{cell}");
            rig.emulator.check_ledgers().unwrap();
        }
    }
}

fn quick(process: super::rig::Process) -> super::rig::Process {
    // Fewer inquiries than by default, so that the cells take less time.
    let second = std::time::Duration::from_secs(1);
    super::rig::Process { builder: process.builder.pace(60 * second, 200 * second), ..process }
}

#[tokio::test]
async fn a_refused_signature_ends_nothing_and_keeps_the_key() {
    let rig = Rig::new().await;
    let process = rig.process();
    let money = process.ready().await;
    rig.emulator.revoke("K001").unwrap();
    let first = pay(&money, "k").await;
    assert!(
        matches!(&first.as_ref().unwrap().outcome, Outcome::NotExecuted(NotExecuted::SignatureRefused)),
        "{first:?}"
    );
    let recovered = money.recover().await.unwrap();
    let [found] = recovered.as_slice() else { panic!("{recovered:?}") };
    let Ok(AnySettled::Payment(found)) = &found.result else { panic!("{found:?}") };
    assert!(matches!(found.outcome, Outcome::NotExecuted(NotExecuted::SignatureRefused)));
    let key = paykka_sign::VerifyingKey::from_bytes(crate::world::MERCHANT_PUBLIC_PEM).unwrap();
    rig.emulator.register(Some(crate::world::MERCHANT), "K001", key).unwrap();
    let again = pay(&money, "k").await;
    assert_eq!((word(&again), rig.paid("k")), ("accepted", 1));
}

#[tokio::test]
async fn a_refused_signature_after_an_open_attempt_leaves_it_open() {
    let rig = Rig::new().await;
    let money = rig.process().resend(paykka_client::money::Resend::PlatformDeduplicates).ready().await;
    rig.fault("payment.apply", "reset-before", Some(1));
    rig.fault("payment.apply", "status=400", None);
    let result = pay(&money, "k").await;
    assert_eq!(
        word(&result),
        "unknown",
        "a refusal may say no more than that the first one arrived: {result:?}"
    );
    assert!(result.unwrap_err().still_unknown().unwrap().attempts > 1);
}

/// (what befalls the confirmation, what came of it, how often it was exchanged)
#[tokio::test]
async fn exchanges_are_found_by_their_quote_and_never_confirmed_again() {
    for (fault, expected, exchanged) in [
        ("", "accepted", 1),
        ("reset-after", "executed", 1),
        ("unsigned", "executed", 1),
        ("process-later=5000", "executed", 1),
        // An open quote decides nothing; that it ran out counts after Q alone.
        ("reset-before", "refused", 0),
    ] {
        let rig = Rig::new().await;
        let process = quick(rig.process());
        let waited = process.waited.clone();
        let money = process.ready().await;
        let quote = rig.quote().await;
        if !fault.is_empty() {
            rig.fault("forex.confirm", fault, Some(1));
        }
        rig.fault("forex.confirm", "no-dedupe", None);
        for _ in 0..2 {
            let confirmed = money.forex().confirm("fx", &ForexConfirmRequest::new(quote.clone())).await;
            assert_eq!(word(&confirmed), expected, "{fault}: {confirmed:?}");
            assert_eq!(confirmed.unwrap().request_id, quote);
        }
        let waited = waited.so_far();
        assert!(expected != "refused" || waited >= super::rig::Q, "{waited:?}");
        assert_eq!(rig.calls("/api/v2/fx/conversion/confirm"), 1, "{fault}");
        assert_eq!(rig.calls("/api/v2/fx/conversion/preorder"), 1, "{fault}: nothing is quoted again");
        let sold = rig.emulator.ledger(crate::world::MERCHANT);
        let sold = sold.iter().filter(|entry| entry.cause == paykka_emulator::Cause::ExchangeSold).count();
        assert_eq!(sold, exchanged, "{fault}");
        let late = money.forex().confirm("another key", &ForexConfirmRequest::new(quote)).await.unwrap_err();
        assert!(late.is_not_open(), "{late}");
        assert_eq!(rig.calls("/api/v2/fx/conversion/confirm"), 1, "{fault}: what isn't open isn't confirmed");
    }
}

/// (how the receipt stands beforehand and afterwards, what came of an application whose answer was lost)
#[tokio::test]
async fn receipts_are_judged_by_their_state_before_and_after() {
    for (before, after, expected) in [
        ("PENDING_RELATE", "CHECKING", "executed"),
        ("PENDING_RELATE", "CHECK_REJECTED", "refused"),
        ("PENDING_RELATE", "PENDING_RELATE", "unknown"),
        ("CHECK_REJECTED", "CHECK_REJECTED", "unknown"),
        ("CHECK_REJECTED", "CHECKING", "executed"),
    ] {
        let rig = Rig::new().await;
        let money = quick(rig.process()).ready().await;
        let receipt = rig.receipt().await;
        rig.stands(&receipt, before);
        rig.fault("trade_settle.apply", "reset-before", Some(1));
        let request: TradeSettleApplyRequest = serde_json::from_value(serde_json::json!({
            "recv_order_no": receipt, "relate_list": [{"contract_order_no": "C1", "amount": 500}],
        }))
        .unwrap();
        // The state changes between the call and the first inquiry.
        rig.fault("trade_settle.inquiry", "delay=1", None);
        let applied = async { money.trade_settle().apply("settle", &request).await };
        let changed = async {
            while rig.calls("/api/v2/trade-settle/apply") == 0 {
                tokio::task::yield_now().await;
            }
            rig.stands(&receipt, after);
        };
        let (applied, ()) = tokio::join!(applied, changed);
        assert_eq!(word(&applied), expected, "{before} {after}: {applied:?}");
        assert_eq!(word(&money.trade_settle().apply("settle", &request).await), expected, "{before} {after}");
        assert_eq!(rig.calls("/api/v2/trade-settle/apply"), 1);
        rig.stands(&receipt, "CHECKING");
        let late = money.trade_settle().apply("another key", &request).await.unwrap_err();
        assert!(late.is_not_open(), "{late}");
    }
}

/// Asking is bounded: at first after 2 seconds, then ever more slowly, and no faster where there are too many requests.
#[tokio::test]
async fn inquiries_keep_their_pace() {
    for fault in ["extra-fields", "status=429", "html-404"] {
        let rig = Rig::new().await;
        let process = rig.process();
        let waited = process.waited.clone();
        let money = process.ready().await;
        rig.fault("payment.apply", "reset-before", Some(1));
        rig.fault("payment.inquiry", fault, None);
        let proven = rig.calls(INQUIRY);
        assert_eq!(word(&pay(&money, "k").await), "unknown");
        assert!(waited.so_far() >= super::rig::Q, "{fault}: unknown is said after Q");
        let requests = rig.emulator.requests();
        let at: Vec<u64> = requests
            .iter()
            .filter(|request| request.path == INQUIRY)
            .skip(proven)
            .map(|request| request.business_time)
            .collect();
        let pauses: Vec<u64> = at.iter().zip(&at[1..]).map(|(one, next)| next - one).collect();
        assert_eq!(pauses[..6], [2_000, 4_000, 8_000, 16_000, 32_000, 60_000], "{fault}");
        assert!(pauses[6..].iter().all(|pause| *pause == 60_000) && at.len() < 25, "{fault}: {pauses:?}");
    }
}

const INQUIRY: &str = "/api/v2/merch/pay/inquiry";
