//! Each fault as its victim sees it. Where a fault isn't about the signature, the answer verifies.

use std::sync::Arc;
use std::time::Duration;

use paykka_emulator::{Chance, Emulator, Fault, FaultPlan, FaultRule};
use paykka_model::NotificationKind;
use serde_json::json;

use crate::bodies::{ask, body, merchant, path};
use crate::caller::{
    APPLY, BALANCE, INQUIRY, MERCHANT, Message, Received, STEP, builder, call, merchant_key, other_key,
    payment, platform_key,
};

/// A payment of 100 with faults: what came back, if something did.
pub(crate) async fn pay(emulator: &Emulator, request_id: &str, faults: &str) -> Option<Received> {
    let body = payment(request_id, "B1", "USD", 100);
    Message::signed(APPLY, &body).with_faults(faults).try_send(emulator).await
}

fn balance(emulator: &Emulator) -> i64 {
    emulator.balance(MERCHANT, "USD").unwrap().to_wire()
}

#[tokio::test]
async fn connections_break_before_and_after_processing() {
    let cases = [("reset-before", 1_000), ("reset-after", 900), ("truncate", 900), ("truncate,gzip", 900)];
    for (faults, rest) in cases {
        let emulator = builder().start().await.unwrap();
        assert!(pay(&emulator, "R1", faults).await.is_none(), "{faults}");
        assert_eq!(balance(&emulator), rest, "{faults}");
        let logged = emulator.requests();
        let names: Vec<_> = logged[0].faults.iter().map(ToString::to_string).collect();
        assert_eq!(names.join(","), faults);
        assert_eq!(logged[0].status.is_some(), faults.starts_with("truncate"), "{faults}");
    }
}

#[tokio::test]
async fn errors_come_before_and_after_processing_and_are_signed() {
    let cases = [
        ("status=429", 429, "010001", 1_000),
        ("status=500", 500, "999999", 1_000),
        ("status=502", 502, "999999", 1_000),
        ("status=503", 503, "999999", 1_000),
        ("status=404", 404, "010002", 1_000),
        ("status=401", 401, "010200", 1_000),
        ("status-after=503", 503, "999999", 900),
        ("ret-code-in-200", 200, "010003", 1_000),
    ];
    for (faults, status, ret_code, rest) in cases {
        let emulator = builder().start().await.unwrap();
        let answer = pay(&emulator, "R1", faults).await.unwrap();
        let (is, code, _) = answer.failure();
        assert_eq!((is, code.as_str(), balance(&emulator)), (status, ret_code, rest), "{faults}");
        assert_eq!(answer.headers.contains_key("retry-after"), status == 429);
        let unsigned = pay(&emulator, "R2", &format!("{faults},unsigned")).await.unwrap();
        assert_eq!(unsigned.status.as_u16(), status);
        assert!(unsigned.verify("P001", &platform_key()).is_err(), "{faults}");
    }
}

#[tokio::test]
async fn something_on_the_way_answers_in_html() {
    let emulator = builder().start().await.unwrap();
    for (faults, status) in [("html-404", 404), ("html-403", 403)] {
        let answer = pay(&emulator, "R1", faults).await.unwrap();
        assert_eq!(
            (answer.status.as_u16(), &answer.headers["content-type"]),
            (status, &"text/html".parse().unwrap())
        );
        assert!(answer.body.starts_with(b"<html>") && !answer.headers.contains_key("authorization"));
    }
    assert_eq!(balance(&emulator), 1_000);
}

#[tokio::test]
async fn signatures_are_wrong_in_every_way() {
    let emulator = builder().start().await.unwrap();
    let strange = builder().stranger(Arc::new(other_key("X"))).start().await.unwrap();
    let cases = [
        ("unsigned", "header"),
        ("wrong-key", "signature"),
        ("wrong-path", "signature"),
        ("stale", "late"),
        ("unknown-key-id", "unknown-key"),
        ("echo-key-id", "unknown-key"),
    ];
    for (index, (faults, code)) in cases.into_iter().enumerate() {
        let answer = pay(&emulator, &format!("R{index}"), faults).await.unwrap();
        assert_eq!(answer.status, 200, "{faults}");
        assert_eq!(answer.verify("P001", &platform_key()).unwrap_err().code(), code, "{faults}");
        if faults == "echo-key-id" {
            answer.verify("K001", &platform_key()).unwrap();
        }
    }
    let answer = pay(&strange, "R1", "wrong-key").await.unwrap();
    assert!(answer.verify("P001", &platform_key()).unwrap_err().is_signature());
    answer.verify("P001", &other_key("P001")).unwrap();
}

#[tokio::test]
async fn headers_of_other_libraries_verify() {
    let emulator = builder().start().await.unwrap();
    for (index, (faults, part)) in
        [("gson", "%5Cu003d"), ("php", "%5C%2F"), ("long-nonce", "-")].into_iter().enumerate()
    {
        let answer = pay(&emulator, &format!("R{index}"), faults).await.unwrap();
        let verified = answer.verify("P001", &platform_key()).unwrap();
        assert!(answer.headers["authorization"].to_str().unwrap().contains(part), "{faults}");
        assert_eq!(verified.nonce().len(), if faults == "long-nonce" { 36 } else { 32 });
    }
}

#[tokio::test]
async fn answers_say_what_they_should_not_under_a_right_signature() {
    let emulator = builder().start().await.unwrap();
    pay(&emulator, "R1", "").await;
    pay(&emulator, "R2", "").await;
    let ask = async |number: &str, faults: &str| {
        let body = json!({ "request_id": number }).to_string();
        Message::signed(INQUIRY, &body).with_faults(faults).send(&emulator).await
    };
    let plain = ask("R1", "").await.verified();
    let extra = ask("R1", "extra-fields").await.verified();
    assert!(extra["emu_extra"]["list"].is_array() && extra.as_object().unwrap().contains_key("emu_null"));
    assert_eq!(ask("R1", "unknown-status").await.verified()["status"], "EMU_UNHEARD_OF");
    assert_eq!(ask("R1", "opposite-status").await.verified()["status"], "PROCESSING", "nothing is decided");
    let foreign = ask("R1", "foreign-object").await.verified();
    assert_eq!((&foreign["request_id"], &foreign["amount"]), (&"R1".into(), &101.into()));
    assert_ne!(foreign["beneficiary_id"], plain["beneficiary_id"]);
    let other = ask("R2", "other-answer").await.verified();
    assert_eq!(other, plain);
    let status = ask("R1", "http-status=404").await;
    assert_eq!((status.status.as_u16(), status.verified()), (404, plain));
    let failure = ask("R9", "http-status=200").await;
    assert_eq!((failure.status.as_u16(), &failure.verified()["ret_code"]), (200, &"010002".into()));
}

#[tokio::test]
async fn an_answer_is_replayed_byte_for_byte() {
    let emulator = builder().start().await.unwrap();
    let first = Message::signed(BALANCE, "{}").send(&emulator).await;
    pay(&emulator, "R1", "").await;
    let again = Message::signed(BALANCE, "{}").with_faults("replay-answer").send(&emulator).await;
    assert_eq!(
        (&again.body, &again.headers["authorization"]),
        (&first.body, &first.headers["authorization"])
    );
    assert_eq!(again.verified()["accounts"][0]["balance"], 1_000, "it verifies and is out of date");

    // By a standing rule, too: the first answer is kept, and comes again.
    let emulator = builder().start().await.unwrap();
    emulator.add_rule(FaultRule { operation: None, fault: Fault::ReplayAnswer, times: None }).unwrap();
    let mut headers = Vec::new();
    for _ in 0..3 {
        let answer = Message::signed(BALANCE, "{}").send(&emulator).await;
        headers.push(answer.headers["authorization"].clone());
    }
    assert!(headers[0] == headers[1] && headers[1] == headers[2]);
}

#[tokio::test]
async fn compressed_answers_are_signed_before_they_are_compressed() {
    let emulator = builder().start().await.unwrap();
    let answer = pay(&emulator, "R1", "gzip").await.unwrap();
    assert_eq!(answer.headers["content-encoding"], "gzip");
    assert!(answer.body.starts_with(&[0x1f, 0x8b]) && answer.verify("P001", &platform_key()).is_err());
}

#[tokio::test]
async fn repeated_keys_are_executed_again_or_refused() {
    let emulator = builder().start().await.unwrap();
    for (faults, rest) in [("", 900), ("", 900), ("no-dedupe", 800), ("no-dedupe", 700)] {
        pay(&emulator, "R1", faults).await.unwrap().verified();
        assert_eq!(balance(&emulator), rest);
    }
    let refused = pay(&emulator, "R1", "repeat-is-error").await.unwrap();
    assert_eq!(refused.failure().1, "010004");
    pay(&emulator, "R2", "repeat-is-error").await.unwrap().verified();

    let quote = ask(&emulator, merchant(), "forex.pre_order", &[("/sell_amount", json!(100))]).await;
    let confirm = body("forex.confirm", &[("/order_no", quote["order_no"].clone())]);
    for (faults, rest) in [("", 500), ("", 500), ("no-dedupe", 400)] {
        Message::signed(path("forex.confirm"), &confirm).with_faults(faults).send(&emulator).await.verified();
        assert_eq!(balance(&emulator), rest);
    }
    emulator.check_ledgers().unwrap();
}

/// So that a run's entries are the same in whatever order calls come, refused ones and repeats among them.
#[tokio::test]
async fn entries_of_payments_are_named_by_the_payments_number_alone() {
    let entries = async |order: &[(&str, &str)]| {
        let emulator = builder().start().await.unwrap();
        for (request_id, faults) in order {
            pay(&emulator, request_id, faults).await.unwrap();
        }
        emulator.set_status(NotificationKind::Payment, MERCHANT, "R1", "FAILED").unwrap();
        emulator.check_ledgers().unwrap();
        let entries = emulator.ledger(MERCHANT).into_iter().skip(1);
        let mut named: Vec<_> = entries.map(|entry| (entry.reference, entry.amount.to_wire())).collect();
        named.sort();
        named
    };
    let again = "R1, executed again by the fault no-dedupe: 2";
    let expected =
        [("R1", -100), (again, -100), (again, 100), ("R2", -100)].map(|(name, sum)| (name.to_owned(), sum));
    assert_eq!(entries(&[("R1", ""), ("R1", "no-dedupe"), ("R2", "")]).await, expected);
    let other = [("R2", ""), ("R1", "status=503"), ("R1", ""), ("R1", ""), ("R1", "no-dedupe")];
    assert_eq!(entries(&other).await, expected);
}

#[tokio::test]
async fn a_request_is_processed_after_its_connection_was_cut() {
    let emulator = builder().start().await.unwrap();
    assert!(pay(&emulator, "R1", "process-later=5000").await.is_none());
    emulator.advance(Duration::from_millis(4_999)).await;
    assert_eq!((balance(&emulator), emulator.payment_count()), (1_000, 0));
    emulator.advance(Duration::from_millis(1)).await;
    assert_eq!((balance(&emulator), emulator.payment_count()), (900, 1));
    emulator.advance(STEP).await;
    assert_eq!(emulator.payment(MERCHANT, "R1").unwrap().status.as_str(), "SUCCESS");
}

#[tokio::test]
async fn an_inquiry_lags_behind() {
    let emulator = builder().start().await.unwrap();
    pay(&emulator, "R1", "").await;
    emulator.advance(STEP).await;
    let cases = [
        ("", 200, "SUCCESS"),
        ("lag=1", 200, "PROCESSING"),
        ("lag=1000", 200, "PROCESSING"),
        ("lag=1001", 404, ""),
    ];
    for (faults, status, state) in cases {
        let answer =
            Message::signed(INQUIRY, r#"{"request_id":"R1"}"#).with_faults(faults).send(&emulator).await;
        assert_eq!(
            (answer.status.as_u16(), answer.verified()["status"].as_str().unwrap_or_default()),
            (status, state)
        );
    }
}

#[tokio::test]
async fn a_nonce_is_taken_again() {
    let emulator = builder().start().await.unwrap();
    let message = Message::signed(BALANCE, "{}");
    message.send(&emulator).await.verified();
    assert_eq!(message.send(&emulator).await.refusal(), "nonce-reused");
    let message = message.with_faults("no-nonce-memory");
    message.send(&emulator).await.verified();
    message.send(&emulator).await.verified();
}

#[tokio::test]
async fn an_answer_waits_whatever_it_is() {
    let emulator = builder().start().await.unwrap();
    let cases = [("", 200), (",html-404", 404), (",html-403", 403), (",status=503", 503), (",unsigned", 200)];
    for (other, status) in cases {
        let started = std::time::Instant::now();
        let answer = pay(&emulator, "R1", &format!("delay=60{other}")).await.unwrap();
        assert_eq!(answer.status, status, "{other}");
        assert!(started.elapsed() >= Duration::from_millis(60), "{other}");
        assert!(emulator.requests().last().unwrap().took.unwrap() >= 60, "{other}");
    }
}

/// What has a body has its signature, too.
#[tokio::test]
async fn the_right_answer_comes_under_every_status_that_is_taken() {
    let emulator = builder().start().await.unwrap();
    for status in
        [200, 201, 202, 203, 206, 226, 299, 300, 302, 305, 307, 400, 401, 404, 407, 416, 421, 451, 500, 599]
    {
        let message = Message::signed(BALANCE, "{}").with_faults(&format!("http-status={status}"));
        let answer = message.send(&emulator).await;
        assert_eq!(
            (answer.status.as_u16(), &answer.verified()["accounts"][0]["balance"]),
            (status, &1_000.into())
        );
    }
    let (status, _, text) = pay(&emulator, "R1", "http-status=204").await.unwrap().failure();
    assert!(status == 400 && text.contains("give a status whose answers have a body"), "{text}");
    let rule = FaultRule { operation: None, fault: Fault::HttpStatus(304), times: None };
    assert!(emulator.add_rule(rule).is_err() && emulator.rules().is_empty());
}

#[tokio::test]
async fn a_port_refuses_and_takes_again() {
    let emulator = builder().start().await.unwrap();
    pay(&emulator, "R1", "").await.unwrap();
    emulator.set_accepting(false);
    let connect = || tokio::net::TcpStream::connect(emulator.http_address());
    let until = async |wanted: bool| while connect().await.is_ok() != wanted {};
    tokio::time::timeout(Duration::from_secs(10), until(false)).await.unwrap();
    assert!(pay(&emulator, "R2", "").await.is_none());
    emulator.set_accepting(true);
    tokio::time::timeout(Duration::from_secs(10), until(true)).await.unwrap();
    pay(&emulator, "R2", "").await.unwrap().verified();
}

#[tokio::test]
async fn an_unknown_path_is_signed_on_request() {
    let emulator = builder().signed_not_found(true).start().await.unwrap();
    let message = || Message::signed("/api/v2/nowhere", "{}");
    assert_eq!(message().send(&emulator).await.failure().1, "010002");
    let mut damaged = message();
    damaged.body = b"{ }".to_vec();
    assert_eq!(damaged.send(&emulator).await.refusal(), "signature");
    emulator.set_signed_not_found(false);
    assert!(!message().send(&emulator).await.headers.contains_key("authorization"));
}

#[tokio::test]
async fn a_fault_that_does_not_exist_is_named_and_nothing_is_processed() {
    let emulator = builder().start().await.unwrap();
    let (status, ret_code, text) = pay(&emulator, "R1", "gzip,nonsense").await.unwrap().failure();
    assert_eq!((status, ret_code.as_str(), balance(&emulator)), (400, "010000", 1_000));
    assert!(text.contains("`nonsense` is no fault") && text.contains("reset-before"), "{text}");
}

#[tokio::test]
async fn a_header_full_of_faults_is_refused_and_fills_no_log() {
    let emulator = builder().start().await.unwrap();
    let (status, ret_code, text) = pay(&emulator, "R1", &"php,".repeat(12_000)).await.unwrap().failure();
    assert_eq!((status, ret_code.as_str(), balance(&emulator)), (400, "010000", 1_000));
    assert!(text.contains("more than 32 faults"), "{text}");
    let mut unsigned = Message::signed(BALANCE, "{}").with_faults(&"php,".repeat(32));
    unsigned.body.push(b' ');
    unsigned.headers.retain(|(name, _)| *name != "x-merch-id");
    unsigned.headers.push(("x-merch-id", "M".repeat(1_000)));
    unsigned.send(&emulator).await.refusal();
    let logged = emulator.requests();
    assert!(logged[0].faults.is_empty() && logged[1].faults == [Fault::Php]);
    assert_eq!(logged[1].merchant.as_ref().unwrap().len(), 128);
}

#[tokio::test]
async fn rules_are_for_an_operation_and_for_so_many_times() {
    let emulator = builder().start().await.unwrap();
    let rule = |operation: Option<&str>, fault, times| FaultRule {
        operation: operation.map(str::to_owned),
        fault,
        times,
    };
    emulator.add_rule(rule(Some("payment.apply"), Fault::Status(503), Some(2))).unwrap();
    emulator.add_rule(rule(None, Fault::ExtraFields, None)).unwrap();
    let balance = call(&emulator, BALANCE, "{}").await;
    assert!(balance["emu_extra"].is_object());
    for status in [503, 503, 200] {
        assert_eq!(pay(&emulator, "R1", "").await.unwrap().status.as_u16(), status);
    }
    assert_eq!(emulator.rules().len(), 1);
    assert!(emulator.add_rule(rule(Some("payment.aply"), Fault::Gzip, None)).is_err());
    emulator.clear_faults();
    assert!(call(&emulator, BALANCE, "{}").await["emu_extra"].is_null() && emulator.rules().is_empty());
}

#[tokio::test]
async fn faults_are_in_force_before_a_port_listens_and_when_a_state_is_taken_up() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port();
    let rule = |operation: &str| FaultRule {
        operation: Some(operation.to_owned()),
        fault: Fault::Status(503),
        times: None,
    };
    let error = builder().ports(port, 0).rule(rule("payment.aply")).start().await.unwrap_err();
    assert_eq!(error.to_string(), "the fault can't be used", "the port isn't come to");
    let snapshot = builder().start().await.unwrap().snapshot().unwrap();
    let emulator = builder().rule(rule("payment.apply")).snapshot(snapshot).start().await.unwrap();
    assert_eq!(pay(&emulator, "R1", "").await.unwrap().status, 503);
}

#[tokio::test]
async fn a_request_that_does_not_verify_uses_up_no_fault() {
    let emulator = builder().start().await.unwrap();
    let rule = FaultRule { operation: None, fault: Fault::Status(503), times: Some(1) };
    emulator.add_rule(rule.clone()).unwrap();
    let mut damaged = Message::signed(APPLY, &payment("R1", "B1", "USD", 100));
    damaged.body.push(b' ');
    assert_eq!(damaged.send(&emulator).await.refusal(), "signature");
    assert!(emulator.rules() == [rule] && emulator.requests()[0].faults.is_empty());
    assert_eq!(pay(&emulator, "R1", "").await.unwrap().status, 503);
    pay(&emulator, "R1", "").await.unwrap().verified();

    // A rule forgives a nonce, as the header does.
    let message = Message::signed(BALANCE, "{}");
    message.send(&emulator).await.verified();
    emulator.add_rule(FaultRule { operation: None, fault: Fault::NoNonceMemory, times: Some(1) }).unwrap();
    message.send(&emulator).await.verified();
    assert_eq!(message.send(&emulator).await.refusal(), "nonce-reused");
}

#[tokio::test]
async fn a_copy_that_is_refused_uses_up_nothing_of_rules_and_plan() {
    type Spoil = fn(&mut Message);
    let seen = async |spoil: Option<(Spoil, &str)>| {
        let chance = Chance { operation: None, fault: Fault::Status(503), per_mille: 500 };
        let plan = FaultPlan { seed: 7, faults: vec![chance] };
        let emulator = builder().plan(plan).start().await.unwrap();
        emulator.add_rule(FaultRule { operation: None, fault: Fault::Php, times: Some(5) }).unwrap();
        let mut seen = Vec::new();
        for _ in 0..20 {
            let mut message = Message::signed(APPLY, &payment("R1", "B1", "USD", 100));
            let status = message.send(&emulator).await.status.as_u16();
            seen.push((status, emulator.rules().first().and_then(|rule| rule.times)));
            if let Some((spoil, reason)) = spoil {
                spoil(&mut message);
                assert_eq!(message.send(&emulator).await.refusal(), reason);
                assert!(emulator.requests().last().unwrap().faults.is_empty());
            }
        }
        seen
    };
    let without = seen(None).await;
    assert!([200, 503].iter().all(|wanted| without.iter().any(|(status, _)| status == wanted)));
    assert_eq!(
        without.iter().map(|(_, left)| left.unwrap_or(0)).take(6).collect::<Vec<_>>(),
        [4, 3, 2, 1, 0, 0]
    );
    assert_eq!(seen(Some((|message| message.body.push(b' '), "signature"))).await, without);
    assert_eq!(seen(Some((|_| (), "nonce-reused"))).await, without);
}

#[test]
fn the_tests_keys_are_three() {
    let keys = [merchant_key(), platform_key(), other_key("X")];
    assert!(keys.iter().enumerate().all(|(index, key)| {
        keys[index + 1..].iter().all(|other| key.public_key() != other.public_key())
    }));
}
