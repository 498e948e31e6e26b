//! What goes wrong with notifications on command, as a receiver that verifies sees it; and whose notifications it befalls.

use std::io::Read as _;
use std::sync::Arc;
use std::time::Duration;

use flate2::read::GzDecoder;
use paykka_emulator::{Chance, Emulator, EmulatorBuilder, Fault, FaultPlan, FaultRule, LoopbackServer};
use paykka_model::NotificationKind;

use crate::caller::{
    APPLY, BALANCE, MERCHANT, Message, STEP, builder, call, noted_payment, other_key, payment, platform_key,
};
use crate::notifications::{Came, Inbox, plain_receiver, verified, verify};

async fn started(builder: EmulatorBuilder) -> (Emulator, LoopbackServer, Inbox) {
    let (server, inbox) = plain_receiver(&[200]);
    let url = format!("http://{}/p", server.address());
    (builder.notify_to(url).start().await.unwrap(), server, inbox)
}

/// A payment that ends and comes back, so that there are two notifications: what came.
async fn pay(emulator: &Emulator, inbox: &mut Inbox, request_id: &str, faults: &str) -> Vec<Came> {
    let body = noted_payment(request_id, "B1", "USD", 1, "EMU-REFUNDED");
    Message::signed(APPLY, &body).with_faults(faults).try_send(emulator).await;
    emulator.advance(Duration::from_secs(30)).await;
    std::iter::from_fn(|| inbox.try_recv().ok()).collect()
}

fn rule(operation: &str, fault: &str, times: Option<u32>) -> FaultRule {
    FaultRule { operation: Some(operation.to_owned()), fault: fault.parse().unwrap(), times }
}

#[tokio::test]
async fn signatures_are_wrong_in_every_way_and_the_next_one_is_right() {
    let (emulator, _server, mut inbox) = started(builder()).await;
    let cases = [
        ("unsigned", "header"),
        ("wrong-key", "signature"),
        ("wrong-path", "signature"),
        ("stale", "late"),
        ("unknown-key-id", "unknown-key"),
        ("echo-key-id", "unknown-key"),
    ];
    let code = |came: &Came| verify(came, "P001", &platform_key()).unwrap_err().code();
    for (fault, expected) in cases {
        // A call asks for all that it sets going, the next call for nothing.
        let come = pay(&emulator, &mut inbox, &format!("C-{fault}"), &format!("notify-{fault}")).await;
        assert_eq!(come.iter().map(code).collect::<Vec<_>>(), [expected; 2], "{fault}");
        assert_eq!(come[0].headers.contains_key("authorization"), fault != "unsigned");
        if fault == "echo-key-id" {
            verify(&come[0], "K001", &platform_key()).unwrap();
        }
        // A rule is for the notification itself, here for one.
        for name in [fault.to_owned(), format!("notify-{fault}")] {
            emulator.add_rule(rule("payment.notification", &name, Some(1))).unwrap();
            let come = pay(&emulator, &mut inbox, &format!("R-{name}"), "").await;
            assert_eq!((come.len(), code(&come[0])), (2, expected), "{name}");
            assert_eq!(verified(&come[1])["data"]["status"], "REFUNDED");
        }
    }
    let logged: Vec<_> = emulator.deliveries().iter().map(|delivery| delivery.faults().to_vec()).collect();
    assert_eq!(logged[..4], [vec![Fault::Unsigned], vec![Fault::Unsigned], vec![Fault::Unsigned], vec![]]);
    let shown = serde_json::to_value(&emulator.deliveries()[0]).unwrap();
    assert_eq!(shown["faults"], serde_json::json!(["unsigned"]));
}

#[tokio::test]
async fn a_stranger_signs() {
    let (emulator, _server, mut inbox) = started(builder().stranger(Arc::new(other_key("X")))).await;
    let come = pay(&emulator, &mut inbox, "R1", "notify-wrong-key").await;
    assert!(verify(&come[0], "P001", &platform_key()).unwrap_err().is_signature());
    verify(&come[0], "P001", &other_key("P001")).unwrap();
}

#[tokio::test]
async fn every_attempt_is_wrong_and_a_replay_is_right() {
    let (server, mut inbox) = plain_receiver(&[401]);
    let url = format!("http://{}/p", server.address());
    let emulator = builder().notify_to(url).start().await.unwrap();
    let message = Message::signed(APPLY, &payment("R1", "B1", "USD", 1)).with_faults("notify-wrong-path");
    message.send(&emulator).await.verified();
    emulator.advance(Duration::from_secs(4)).await;
    for _ in 0..3 {
        assert!(verify(&inbox.try_recv().unwrap(), "P001", &platform_key()).unwrap_err().is_signature());
    }
    emulator.replay(1).unwrap();
    emulator.settle().await;
    verified(&inbox.try_recv().unwrap());
}

#[tokio::test]
async fn headers_of_other_libraries_verify() {
    let (emulator, _server, mut inbox) = started(builder()).await;
    for (fault, part) in [("notify-gson", "%5Cu003d"), ("notify-php", "%5C%2F"), ("notify-long-nonce", "-")] {
        let come = pay(&emulator, &mut inbox, fault, fault).await;
        let nonce = verify(&come[0], "P001", &platform_key()).unwrap().nonce().len();
        assert!(come[0].headers["authorization"].to_str().unwrap().contains(part), "{fault}");
        assert_eq!(nonce, if fault == "notify-long-nonce" { 36 } else { 32 });
    }
}

#[tokio::test]
async fn they_say_what_they_should_not_under_a_right_signature() {
    let (emulator, _server, mut inbox) = started(builder()).await;
    let plain = verified(&pay(&emulator, &mut inbox, "R1", "").await[0])["data"].clone();
    let mut said = async |request_id: &str, faults: &str| {
        verified(&pay(&emulator, &mut inbox, request_id, faults).await[0])["data"].clone()
    };
    let extra = said("R2", "notify-extra-fields").await;
    assert!(extra["emu_extra"]["list"].is_array() && extra.as_object().unwrap().contains_key("emu_null"));
    assert_eq!(said("R3", "notify-unknown-status").await["status"], "EMU_UNHEARD_OF");
    let foreign = said("R4", "notify-foreign-object").await;
    assert_eq!((&foreign["request_id"], &foreign["merch_id"]), (&"R4".into(), &MERCHANT.into()));
    let unlike = |key: &str| foreign[key] != plain[key] && !plain[key].is_null();
    assert!(["beneficiary_id", "order_no", "amount"].into_iter().any(unlike), "{foreign} {plain}");

    // A payment that is paid and comes back is told as one that failed and is paid.
    let come = pay(&emulator, &mut inbox, "R5", "notify-opposite-status").await;
    let told = come.iter().map(|came| verified(came)["data"]["status"].clone());
    assert_eq!(told.collect::<Vec<_>>(), ["FAILED", "SUCCESS"]);
    assert_eq!(emulator.payment(MERCHANT, "R5").unwrap().status.as_str(), "REFUNDED", "it is told alone");
}

#[tokio::test]
async fn a_body_is_compressed_after_it_was_signed() {
    let (emulator, _server, mut inbox) = started(builder()).await;
    let mut came = pay(&emulator, &mut inbox, "R1", "notify-gzip").await.remove(0);
    assert_eq!(came.headers["content-encoding"], "gzip");
    assert!(verify(&came, "P001", &platform_key()).unwrap_err().is_signature());
    let mut body = Vec::new();
    GzDecoder::new(&came.body[..]).read_to_end(&mut body).unwrap();
    came.body = body.into();
    assert_eq!(verified(&came)["data"]["request_id"], "R1");
}

#[tokio::test]
async fn a_calls_faults_befall_what_it_sets_going_and_nothing_else() {
    let (emulator, _server, mut inbox) = started(builder()).await;
    let is_right = |came: &Came| verify(came, "P001", &platform_key()).is_ok();
    let come = pay(&emulator, &mut inbox, "R0", "notify-wrong-key, notify-twice").await;
    assert_eq!(come.iter().map(is_right).collect::<Vec<_>>(), [false; 4], "the step after the next, too");

    // What becomes of the same object by another cause isn't the call's.
    let message = Message::signed(APPLY, &payment("R1", "B1", "USD", 1)).with_faults("notify-wrong-key");
    message.send(&emulator).await.verified();
    emulator.advance(STEP).await;
    assert!(!is_right(&inbox.try_recv().unwrap()));
    emulator.set_status(NotificationKind::Payment, MERCHANT, "R1", "REFUNDED").unwrap();
    emulator.settle().await;
    assert!(is_right(&inbox.try_recv().unwrap()) && inbox.try_recv().is_err());

    // What was asked for once more sets nothing going.
    let body = payment("R2", "B1", "USD", 1);
    call(&emulator, APPLY, &body).await;
    Message::signed(APPLY, &body).with_faults("notify-wrong-key").send(&emulator).await.verified();
    emulator.advance(STEP).await;
    assert!(is_right(&inbox.try_recv().unwrap()));

    let come = pay(&emulator, &mut inbox, "R3", "process-later=5000, notify-wrong-key").await;
    assert_eq!(come.iter().map(is_right).collect::<Vec<_>>(), [false; 2], "also what is processed later");

    // A rule for a call is for that call's.
    emulator.add_rule(rule("payment.apply", "notify-stale", Some(1))).unwrap();
    for expected in [false, true] {
        let come = pay(&emulator, &mut inbox, &format!("R4-{expected}"), "").await;
        assert_eq!(come.iter().map(is_right).collect::<Vec<_>>(), [expected; 2]);
    }
}

#[tokio::test]
async fn the_calls_own_answer_is_right_and_may_come_again() {
    let emulator = builder().start().await.unwrap();
    let ask = async |faults: &str| Message::signed(BALANCE, "{}").with_faults(faults).send(&emulator).await;
    let first = ask("notify-wrong-key, notify-gzip").await;
    first.verified();
    assert_eq!(ask("replay-answer").await.headers["authorization"], first.headers["authorization"]);
}

#[tokio::test]
async fn a_saved_state_has_no_faults() {
    let (emulator, _server, _inbox) = started(builder()).await;
    let message = Message::signed(APPLY, &payment("R1", "B1", "USD", 1)).with_faults("notify-wrong-key");
    message.send(&emulator).await.verified();
    let snapshot = emulator.snapshot().unwrap();
    let (after, _server, mut inbox) = started(builder().snapshot(snapshot)).await;
    after.advance(STEP).await;
    verified(&inbox.try_recv().unwrap());
}

#[tokio::test]
async fn a_plan_draws_for_notifications() {
    let chance = |fault: &str, per_mille| Chance {
        operation: Some("payment.notification".to_owned()),
        fault: fault.parse().unwrap(),
        per_mille,
    };
    let plan = FaultPlan { seed: 7, faults: vec![chance("wrong-path", 500)] };
    let (emulator, _server, mut inbox) = started(builder().plan(plan)).await;
    let mut right = 0;
    for number in 0..20 {
        let come = pay(&emulator, &mut inbox, &format!("R{number}"), "").await;
        right += come.iter().filter(|came| verify(came, "P001", &platform_key()).is_ok()).count();
    }
    assert!((8..32).contains(&right), "{right} of 40");
}

#[test]
fn what_makes_no_sense_for_a_notification_is_refused_with_what_does() {
    for fault in ["delay=5", "http-status=404", "truncate", "replay-answer", "no-dedupe"] {
        let error = rule("payment.notification", fault, None).check().unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        let names = "notify-twice, notify-reordered, notify-lost, unsigned, wrong-key, wrong-path, stale, \
            unknown-key-id, echo-key-id, extra-fields, unknown-status, opposite-status, foreign-object, gzip, gson, php, long-nonce, notify-delayed=N";
        assert_eq!(cause, format!("`fault`: {fault} can't befall a notification; there are {names}"));
    }
}
