//! Under `After(Q)` a payment is made exactly once as long as the assumptions hold, and twice where they don't and the platform
//! doesn't de-duplicate: that is shown here, so that nobody has to find it out.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use paykka_client::money::{Money, Resend, Resume};
use paykka_transport::Transport;

use super::rig::{Process, Q, Rig, pay, word};
use crate::world::MERCHANT;

/// Its inquiry is proven: it has found an accepted payment, and not found a random one.
async fn proven(process: Process) -> Money {
    let money = process.resend(Resend::After(Q)).ready().await;
    assert_eq!(word(&pay(&money, "the first").await), "accepted");
    assert_eq!(money.prove().await.unwrap().inquiries, ["payment.inquiry"]);
    money
}

#[tokio::test]
async fn within_q_it_is_paid_exactly_once() {
    for platform in ["", "no-dedupe", "repeat-is-error"] {
        for (fault, expected, attempts) in [
            ("reset-before", "accepted", 2),
            ("status=500", "accepted", 2),
            ("html-404", "accepted", 2),
            ("ret-code-in-200", "accepted", 2),
            ("reset-after", "executed", 1),
            ("process-later=300000", "executed", 1),
            ("process-later=840000", "executed", 1),
        ] {
            let rig = Rig::new().await;
            let process = rig.process();
            let waited = process.waited.clone();
            let money = proven(process).await;
            if !platform.is_empty() {
                rig.fault("payment.apply", platform, None);
            }
            rig.fault("payment.apply", fault, Some(1));
            let (before, began) = (rig.calls(APPLY), waited.so_far());
            let result = pay(&money, "k").await;
            assert_eq!(word(&result), expected, "{platform} {fault}: {result:?}");
            assert_eq!(rig.calls(APPLY) - before, attempts, "{platform} {fault}");
            assert!(attempts == 1 || waited.so_far() - began >= Q, "nothing is sent again before Q");
            rig.emulator.advance(4 * Q).await;
            assert_eq!(rig.paid("k"), 1, "{platform} {fault}");
        }
    }
}

/// Q is counted from the end of the last attempt, not of the first: the second is lost as well, and begun 14 minutes later.
#[tokio::test]
async fn after_each_attempt_q_begins_anew() {
    let rig = Rig::new().await;
    let process = rig.process();
    let waited = process.waited.clone();
    let money = proven(process).await;
    rig.fault("payment.apply", "no-dedupe", None);
    // The first attempt meets both, and never arrives.
    rig.fault("payment.apply", "reset-before", Some(1));
    rig.fault("payment.apply", "process-later=840000", Some(2));
    let (before, began) = (rig.calls(APPLY), waited.so_far());
    let result = pay(&money, "k").await;
    assert_eq!(word(&result), "executed", "{result:?}");
    assert_eq!(rig.calls(APPLY) - before, 2);
    let took = waited.so_far() - began;
    assert!(took >= Q + Duration::from_secs(840), "a third would have left after {took:?}");
    rig.emulator.advance(4 * Q).await;
    assert_eq!(rig.paid("k"), 1);
}

/// A2 fails: the platform begins the request later than Q. One that doesn't de-duplicate pays twice; `Never` can't.
#[tokio::test]
async fn beyond_q_a_platform_without_deduplication_pays_twice_and_never_cant() {
    for (resend, platform, expected, paid) in [
        (Resend::After(Q), "no-dedupe", "accepted", 2),
        (Resend::After(Q), "extra-fields", "accepted", 1),
        (Resend::Never, "no-dedupe", "unknown", 1),
    ] {
        let rig = Rig::new().await;
        drop(proven(rig.process()).await);
        let money = rig.process().resend(resend).ready().await;
        rig.fault("payment.apply", platform, None);
        rig.fault("payment.apply", "process-later=1800000", Some(1));
        let result = pay(&money, "k").await;
        assert_eq!(word(&result), expected, "{resend:?} {platform}: {result:?}");
        rig.emulator.advance(4 * Q).await;
        assert_eq!(rig.paid("k"), paid, "{resend:?} {platform}");
    }
}

/// Two at once: one works, the other is told so; and the payment is sent again once.
#[tokio::test]
async fn two_recoveries_at_once_send_once() {
    let rig = Rig::new().await;
    drop(proven(rig.process()).await);
    let money = rig.process().ready().await;
    rig.fault("payment.apply", "reset-before", Some(1));
    rig.fault("payment.apply", "no-dedupe", None);
    assert_eq!(word(&pay(&money, "k").await), "unknown");
    drop(money);

    let money = rig.process().resend(Resend::After(Q)).ready().await;
    let (one, two) = tokio::join!(money.recover(), money.recover());
    let all: Vec<_> = one.unwrap().into_iter().chain(two.unwrap()).filter(|it| it.id.key() == "k").collect();
    let in_hand =
        |error: &paykka_client::money::MoneyError| error.journal().is_some_and(|it| it.is_in_hand());
    assert_eq!(all.iter().filter(|it| it.result.is_ok()).count(), 1, "{all:?}");
    assert_eq!(all.iter().filter(|it| it.result.as_ref().is_err_and(in_hand)).count(), 1, "{all:?}");
    assert_eq!(rig.paid("k"), 1);
}

/// The machine's clock jumps between the crash and the recovery; Q is measured by one that doesn't.
#[tokio::test]
async fn a_clock_that_jumped_shortens_nothing() {
    let hour = Duration::from_secs(3_600);
    let now = SystemTime::now();
    for wall in [now - hour, now, now + hour] {
        let rig = Rig::new().await;
        drop(proven(rig.process()).await);
        let money = rig.process().ready().await;
        rig.fault("payment.apply", "process-later=1740000", Some(1));
        rig.fault("payment.apply", "no-dedupe", None);
        assert_eq!(word(&pay(&money, "k").await), "unknown", "it will be begun 29 minutes after it was sent");
        drop(money);

        // 15 minutes have passed. Whoever believed the clock would send now, or 14 minutes too early.
        let process = rig.process_at(wall).resend(Resend::After(Q));
        let waited = process.waited.clone();
        let money = process.ready().await;
        let recovered = money.recover().await.unwrap();
        let found = recovered.iter().find(|it| it.id.key() == "k").unwrap();
        assert!(found.result.is_ok(), "{found:?}");
        assert!(waited.so_far() >= Duration::from_secs(13 * 60));
        rig.emulator.advance(4 * Q).await;
        assert_eq!(rig.paid("k"), 1, "{wall:?}");
    }
}

/// A path that was guessed wrong says "not found" of everything, signed or not: it is never believed.
#[tokio::test]
async fn an_inquiry_that_finds_nothing_is_never_believed() {
    for is_signed in [false, true] {
        let rig = Rig::new().await;
        rig.emulator.set_signed_not_found(is_signed);
        // What is asked goes to a path that nothing is served at, and is signed so.
        let elsewhere =
            tower::util::MapRequestLayer::new(|mut request: http::Request<paykka_transport::Payload>| {
                if request.uri().path().ends_with("/inquiry") {
                    *request.uri_mut() = http::Uri::from_static("/api/v2/merch/pay/lookup");
                }
                request
            });
        let transport = rig.transport().outer_layer(elsewhere).build().unwrap();
        let money = over(&rig, transport);
        let shown = money.prove().await.unwrap();
        assert!(shown.inquiries.is_empty(), "{shown:?}");
        assert_eq!(word(&pay(&money, "the first").await), "accepted");
        assert!(money.prove().await.unwrap().inquiries.is_empty());
        rig.fault("payment.apply", "reset-after", Some(1));
        rig.fault("payment.apply", "no-dedupe", None);
        let error = pay(&money, "k").await.unwrap_err();
        let known = error.still_unknown().unwrap();
        assert_eq!((known.attempts, known.resume), (1, Resume::ProveThenAsk), "{error}");
        assert_eq!(rig.paid("k"), 1);
    }
}

/// The platform has said in writing that a repeat is the same call.
#[tokio::test]
async fn where_the_platform_deduplicates_it_is_sent_again_at_once() {
    for fault in ["reset-before", "reset-after"] {
        let rig = Rig::new().await;
        let process = rig.process().resend(Resend::PlatformDeduplicates);
        let waited = process.waited.clone();
        let money = process.ready().await;
        rig.fault("payment.apply", fault, Some(1));
        let result = pay(&money, "k").await;
        assert!(matches!(word(&result), "accepted" | "executed"), "{result:?}");
        assert!(waited.so_far() < Duration::from_secs(60));
        assert_eq!(rig.paid("k"), 1);
    }
}

/// Whether "not found" counts, by status and code together.
#[tokio::test]
async fn not_found_is_404_and_010002_together() {
    for (faults, is_shown) in
        [(&[] as &[&str], true), (&["http-status=400"], false), (&["status=400", "http-status=404"], false)]
    {
        let rig = Rig::new().await;
        let money = rig.process().ready().await;
        assert_eq!(word(&pay(&money, "the first").await), "accepted");
        drop(money);
        std::fs::remove_file(rig.path()).unwrap();
        let money = rig.process().builder.dangerously_allow_unproven().build().unwrap();
        assert_eq!(word(&pay(&money, "the second").await), "accepted", "the inquiry has found it");
        for fault in faults {
            rig.fault("payment.inquiry", fault, None);
        }
        let shown = money.prove().await.unwrap().inquiries;
        assert_eq!(shown == ["payment.inquiry"], is_shown, "{faults:?}: {shown:?}");
    }
}

/// The inquiry has shown it once, in a state that decides nothing; later it denies it, and so it does to another process.
#[tokio::test]
async fn what_was_seen_once_is_never_sent_again() {
    let rig = Rig::new().await;
    drop(proven(rig.process()).await);
    let money = rig.process().ready().await;
    rig.fault("payment.apply", "reset-after", Some(1));
    rig.fault("payment.apply", "no-dedupe", None);
    rig.fault("payment.inquiry", "unknown-status", None);
    assert_eq!(word(&pay(&money, "k").await), "unknown");
    drop(money);
    rig.emulator.clear_faults();
    rig.fault("payment.apply", "no-dedupe", None);
    for resend in [Resend::After(Q), Resend::PlatformDeduplicates] {
        let money = rig.process().resend(resend).ready().await;
        rig.fault("payment.inquiry", "lag=36000000", None);
        let result = pay(&money, "k").await;
        assert_eq!((word(&result), rig.paid("k")), ("unknown", 1), "{resend:?}: {result:?}");
        let known = result.unwrap_err();
        let evidence = &known.still_unknown().unwrap().evidence;
        assert!(!evidence[0].is_absent && evidence.last().unwrap().is_absent, "{evidence:?}");
    }
}

/// The first "not found" after Q is one too few.
#[tokio::test]
async fn one_denial_is_not_enough() {
    let rig = Rig::new().await;
    drop(proven(rig.process()).await);
    let minute = Duration::from_secs(60);
    let process = rig.process();
    let waited = process.waited.clone();
    let builder = process.builder.resend(Resend::After(Q)).pace(20 * minute, 20 * minute);
    let money = builder.dangerously_allow_unproven().build().unwrap();
    rig.fault("payment.apply", "reset-before", Some(1));
    rig.fault("payment.inquiry", "status=500", Some(1));
    let result = pay(&money, "k").await;
    assert_eq!((word(&result), rig.paid("k")), ("accepted", 1), "{result:?}");
    assert_eq!(waited.so_far(), 40 * minute, "asked at once, after 20 minutes and after 40");
}

/// What is claimed is what leaves, whatever stands between.
#[tokio::test]
async fn another_body_than_the_claimed_one_never_leaves() {
    let rig = Rig::new().await;
    let other = tower::util::MapRequestLayer::new(|mut request: http::Request<paykka_transport::Payload>| {
        *request.body_mut() = paykka_transport::Payload::json("{}");
        request
    });
    let money = over(&rig, rig.transport().outer_layer(other).build().unwrap());
    let error = pay(&money, "k").await.unwrap_err();
    assert!(error.is_config() && !error.outcome_unknown(), "{error}");
    let why = std::error::Error::source(&error).unwrap().to_string();
    assert_eq!((why.as_str(), rig.calls(APPLY)), ("what was signed isn't what was claimed", 0));
}

const APPLY: &str = "/api/v2/merch/pay/apply";

fn over(rig: &Rig, transport: Transport) -> Money {
    let client = paykka_client::Client::from_transport(transport, Some(MERCHANT.to_owned()));
    let journal = Arc::new(paykka_client::journal::FileJournal::open(rig.path()).unwrap());
    let builder = client.money(journal).clock(rig.clock()).resend(Resend::After(Q));
    builder.dangerously_allow_unproven().build().unwrap()
}
