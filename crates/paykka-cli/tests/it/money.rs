//! `submit`, `recover` and `journal`: a payment is made at most once, whatever happens to its answer.

use serde_json::{Value, json};

use crate::desk::{Desk, assert_seen, stderr};
use crate::emulator::Running;
use crate::stage::{MERCHANT, stage_with_profile};

const PAYMENT: &str = r#"{"request_id":"ANY-123","beneficiary_id":"B1","currency":"USD","amount":125000,"postscript":"INV 17"}"#;

fn stage() -> (Desk, Running) {
    let (desk, emulator) = stage_with_profile(&[]);
    desk.put("f.json", PAYMENT);
    (desk, emulator)
}

fn submit<'a>(key: &'a str, more: &[&'a str]) -> Vec<&'a str> {
    let words =
        ["submit", "payment", "-d", "@f.json", "--key", key, "--journal", "books", "--profile", "emulator"];
    [&words[..], more].concat()
}

fn fail(emulator: &Running, operation: &str, fault: &str, times: u32) {
    let rule = json!({ "operation": operation, "fault": fault, "times": times }).to_string();
    let (status, said) = emulator.control("POST", "/faults", &rule);
    assert!(status < 300, "{said}");
}

fn payments(emulator: &Running) -> usize {
    let objects = emulator.control("GET", &format!("/merchants/{MERCHANT}/objects"), "").1;
    objects["payments"].as_object().map_or(0, serde_json::Map::len)
}

#[test]
fn the_same_key_comes_to_the_same_payment() {
    let (desk, emulator) = stage();
    assert_seen!("submit_unconfirmed", desk.seen(&submit("invoice-17", &[])));
    assert_eq!(payments(&emulator), 0);
    assert_seen!("submit", desk.seen(&submit("invoice-17", &["--yes"])));
    let (status, again) = desk.json(&submit("invoice-17", &["--yes"]));
    assert_eq!((status, &again["outcome"], payments(&emulator)), (0, &"accepted".into(), 1), "{again}");
    let other = desk.seen(&submit("invoice-17", &["--yes", "--set", "amount=5"]));
    assert_seen!("submit_other_body", other);
    assert_eq!(payments(&emulator), 1);

    assert_seen!("journal_list", desk.seen(&["journal", "list", "--journal", "books"]));
    assert_seen!(
        "journal_show",
        desk.seen(&["journal", "show", "invoice-17", "--journal", "books", "--bodies"])
    );
    assert_seen!("journal_ack", desk.seen(&["journal", "ack", "invoice-17", "--journal", "books"]));
    let (_, list) = desk.json(&["journal", "list", "--journal", "books"]);
    assert_eq!(list["calls"], json!([]));
    assert_seen!("journal_list_all", desk.seen(&["journal", "list", "--all", "--journal", "books"]));
    let other = ["journal", "show", "invoice-17", "--journal", "books", "--merchant", "M2"];
    assert_seen!("journal_show_absent", desk.seen(&other));
    let show = ["journal", "show", "invoice-17", "--journal", "books"];
    let (_, one) = desk.json(&show);
    assert!(one["acknowledged_at"].is_u64() && one["state"] == "accepted", "{one}");
    assert_seen!("submit_acknowledged", desk.seen(&submit("invoice-17", &["--yes"])));
}

#[test]
fn a_lost_answer_is_found_by_the_inquiry() {
    let (desk, emulator) = stage();
    fail(&emulator, "payment.apply", "reset-after", 1);
    let (status, said) = desk.json(&submit("k1", &["--yes"]));
    assert_eq!((status, &said["outcome"], payments(&emulator)), (0, &"executed".into(), 1), "{said}");
    let (status, said) = desk.json(&["recover", "--journal", "books", "--profile", "emulator"]);
    assert_eq!((status, &said["recovered"][0]["outcome"]), (0, &"executed".into()), "{said}");
}

/// The answer is lost, and the inquiry doesn't say what became of it.
#[test]
fn what_stays_unknown_is_told_and_recovered_later() {
    let (desk, emulator) = stage();
    fail(&emulator, "payment.apply", "reset-after", 1);
    fail(&emulator, "payment.inquiry", "html-404", 100);
    assert_seen!("submit_unknown", desk.seen(&submit("k1", &["--yes", "--wait", "1"])));
    let recover = ["recover", "--journal", "books", "--profile", "emulator", "--wait", "1"];
    assert_seen!("recover_unknown", desk.seen(&recover));
    let (_, one) = desk.json(&["journal", "show", "k1", "--journal", "books"]);
    assert_eq!((&one["state"], one["attempts"].as_array().unwrap().len()), (&"unknown".into(), 1), "{one}");
    assert_seen!("journal_ack_unknown", desk.seen(&["journal", "ack", "k1", "--journal", "books"]));
    let put_away = [
        &["journal", "put-away", "k1", "--not-executed", "--note", "asked-4711", "--journal", "books"][..],
        &["--profile", "emulator"],
    ]
    .concat();
    assert_seen!("put_away_unconfirmed", desk.seen(&put_away));
    // It may still be on its way for a quarter of an hour.
    assert_seen!("put_away_too_early", desk.seen(&[&put_away[..], &["--yes"]].concat()));
    emulator.control("DELETE", "/faults", "");
    assert_seen!("recover", desk.seen(&recover));
    assert_eq!(payments(&emulator), 1);
}

#[test]
fn a_refusal_says_what_to_do() {
    let (desk, _emulator) = stage();
    let seen = desk.seen(&submit("k1", &["--yes", "--set", "beneficiary_id=NOBODY"]));
    assert!(seen.contains("(status 1)") && seen.contains("take a new key"), "{seen}");
}

#[cfg(unix)]
#[test]
fn what_holds_bodies_is_its_owners_alone() {
    use std::os::unix::fs::PermissionsExt;
    let (desk, _emulator) = stage();
    assert!(desk.run(&submit("k1", &["--yes"])).status.success());
    let mode = |path: &str| std::fs::metadata(desk.path(path)).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode("books"), 0o700);
    for entry in std::fs::read_dir(desk.path("books")).unwrap() {
        let name = format!("books/{}", entry.unwrap().file_name().to_str().unwrap());
        assert_eq!(mode(&name), 0o600, "{name}");
    }
}

#[test]
fn a_journal_that_is_not_there_is_not_begun_by_reading() {
    let (desk, _emulator) = stage();
    for words in [
        &["journal", "list", "--journal", "nowhere"][..],
        &["journal", "ack", "k", "--journal", "nowhere"],
        &["recover", "--journal", "nowhere", "--profile", "emulator"],
    ] {
        let output = desk.run(words);
        assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
        assert!(stderr(&output).contains("there is no journal") && !desk.path("nowhere").exists());
    }
    // The doctor proves where the calls look for it.
    assert!(desk.run(&submit("k1", &["--yes"])).status.success());
    let (status, said) = desk.json(&["doctor", "--profile", "emulator", "--prove", "--journal", "books"]);
    let proof = said["checks"].as_array().unwrap().iter().find(|check| check["check"] == "proof").unwrap();
    assert_eq!((status, &proof["state"]), (0, &Value::from("good")), "{said}");
}
