//! `paykka call` against the emulator: what is sent is what was given, what comes back is verified, and what goes wrong is told
//! with what to do.

use serde_json::{Value, json};

use crate::desk::{Desk, assert_seen, stderr, stdout};
use crate::stage::{MERCHANT, profile, stage_with_profile};

fn call<'a>(words: &[&'a str]) -> Vec<&'a str> {
    [&["call"], words, &["--profile", "emulator"]].concat()
}

const PAYMENT: &str =
    r#"{"request_id":"PY-1","beneficiary_id":"B1","currency":"USD","amount":125000,"postscript":"INV 17"}"#;

#[test]
fn an_answer_is_verified_and_shown() {
    let (desk, _emulator) = stage_with_profile(&[]);
    assert_seen!("call_balance", desk.seen(&call(&["balance.inquiry"])));
    assert_seen!("call_headers", desk.seen(&call(&["balance.inquiry", "-d", "{}", "--show-headers"])));
    let (status, said) = desk.json(&call(&["balance.inquiry", "--set", "currency=USD", "--show-headers"]));
    assert_eq!((status, &said["answer"]["accounts"][0]["balance"]), (0, &json!(1_000_000)), "{said}");
    assert_eq!(said["verified"]["key_id"], "EMU-PLATFORM-1");
    assert!(said["request_headers"]["authorization"].as_str().unwrap().contains(r#""signature":"***""#));
    assert!(!said.to_string().contains(r#""signature":"A"#), "{said}");
    let whole =
        [&call(&["balance.inquiry", "--show-headers", "--show-signatures"])[..], &["--format", "json"]]
            .concat();
    let said: Value = serde_json::from_str(&stdout(&desk.run(&whole))).unwrap();
    assert!(said["request_headers"]["authorization"].as_str().unwrap().len() > 300, "{said}");
    // A pipe gets the bytes that were verified, and nothing else.
    let raw = stdout(&desk.run(&call(&["balance.inquiry", "--raw"])));
    assert!(serde_json::from_str::<Value>(&raw).is_ok() && !raw.contains('\n'), "{raw}");
}

#[test]
fn bodies_come_from_the_line_from_files_and_from_standard_input() {
    let (desk, emulator) = stage_with_profile(&[]);
    let body = " {\"currency\" : \"USD\"}\n";
    desk.put("body.json", body);
    let words = ["balance.inquiry", "-d", "@body.json"];
    assert!(desk.run(&call(&words)).status.success());
    assert_eq!(desk.json(&call(&[&words[..], &["--dry-run"]].concat())).1["body"], body);
    let piped = desk.run_with(&call(&["balance.inquiry", "-d", "-"]), body.as_bytes());
    assert!(piped.status.success(), "{}", stderr(&piped));
    assert_eq!(emulator.control("GET", "/requests", "").1["requests"].as_array().unwrap().len(), 2);
}

#[test]
fn nothing_is_sent_by_a_dry_run_and_lists_and_templates_need_no_settings() {
    let (desk, emulator) = stage_with_profile(&[]);
    assert_seen!(
        "call_dry_run",
        desk.seen(&call(&["payment.apply", "-d", PAYMENT, "--set", "amount=5.10", "--dry-run"]))
    );
    let (status, said) = desk.json(&call(&["payment.apply", "-d", PAYMENT, "--dry-run"]));
    assert_eq!((status, said["body"].as_str(), &said["sent"]), (0, Some(PAYMENT), &false.into()));
    assert_eq!(emulator.control("GET", "/requests", "").1["requests"], json!([]));
    let bare = Desk::new();
    let (_, list) = bare.json(&["call", "--list"]);
    assert_eq!(list["operations"].as_array().unwrap().len(), 24);
    let template = ["payment.apply", "--template"];
    let of = |command| stdout(&bare.run(&[&[command], &template[..]].concat()));
    assert_eq!(of("call"), of("operations"));
}

#[test]
fn money_is_not_moved_unasked() {
    let (desk, emulator) = stage_with_profile(&[]);
    assert_seen!("call_unconfirmed", desk.seen(&call(&["payment.apply", "-d", PAYMENT])));
    assert_eq!(emulator.control("GET", "/requests", "").1["requests"], json!([]));
    assert_seen!("call_payment", desk.seen(&call(&["payment.apply", "-d", PAYMENT, "--yes"])));
    // The number was used, for another amount.
    let again = call(&["payment.apply", "-d", PAYMENT, "--set", "amount=5", "--yes"]);
    assert_seen!("call_refused", desk.seen(&again));
}

/// An exchange names only its quote: what that moves is asked for.
#[test]
fn an_exchange_is_shown_with_what_its_quote_says() {
    let (desk, _emulator) = stage_with_profile(&[]);
    let wish = r#"{"sell_currency":"USD","buy_currency":"EUR","sell_amount":100000}"#;
    let (status, quote) = desk.json(&call(&["forex.pre_order", "-d", wish]));
    assert_eq!(status, 0, "{quote}");
    let number = format!("order_no={}", quote["answer"]["order_no"].as_str().unwrap());
    let seen = desk.seen(&call(&["forex.confirm", "--set", &number]));
    assert!(seen.contains("amount       USD 100000") && seen.contains("(status 2)"), "{seen}");
    assert!(desk.run(&call(&["forex.confirm", "--set", &number, "--yes"])).status.success());
    let settle = r#"{"recv_order_no":"RO1","relate_list":[{"contract_order_no":"C1","amount":70},{"contract_order_no":"C2","amount":5}]}"#;
    let seen = desk.seen(&call(&["trade_settle.apply", "-d", settle]));
    assert!(seen.contains("amount       75"), "{seen}");
}

#[test]
fn an_outcome_that_nobody_knows_is_told_loudly() {
    let (desk, emulator) = stage_with_profile(&[]);
    let rule = r#"{"operation":"payment.apply","fault":"reset-after","times":1}"#;
    let (status, said) = emulator.control("POST", "/faults", rule);
    assert!(status < 300, "{said}");
    assert_seen!("call_unknown", desk.seen(&call(&["payment.apply", "-d", PAYMENT, "--yes"])));
    let asked = desk.run(&call(&["payment.inquiry", "--set", "request_id=PY-1"]));
    assert!(asked.status.success() && stdout(&asked).contains("PY-1"), "{}", stderr(&asked));
}

#[test]
fn what_is_wrong_is_named() {
    let (desk, emulator) = stage_with_profile(&[]);
    assert!(desk.run(&["keys", "generate", "stranger"]).status.success());
    assert_seen!("call_nearest", desk.seen(&call(&["payment.aply"])));
    assert_seen!("call_notification", desk.seen(&call(&["payment.notification"])));
    assert_seen!("call_upload", desk.seen(&call(&["file.upload"])));
    desk.put("broken.json", "{\n  \"request_id\": \"R1\",\n  \"amount\": 1O0\n}\n");
    assert_seen!("call_broken_json", desk.seen(&call(&["payment.apply", "-d", "@broken.json"])));
    assert_seen!("call_bad_set", desk.seen(&call(&["payment.apply", "--set", "amont=1"])));
    assert_seen!("call_bad_body", desk.seen(&call(&["payment.apply", "-d", r#"{"request_id":"R 1"}"#])));
    assert_seen!("call_not_found", desk.seen(&call(&["payment.inquiry", "--set", "request_id=NOBODY-1"])));
    assert_seen!("call_of_nobody", {
        let inquiry = ["onboarding.inquiry", "--set", "request_id=ON-12345", "--merchant", MERCHANT];
        desk.seen(&call(&inquiry))
    });
    let base = emulator.text("http");
    profile(&desk, "stranger", &[("base_url", &base), ("private_key_file", "stranger.private.pem")]);
    profile(&desk, "nobody", &[("base_url", "http://127.0.0.1:9")]);
    profile(&desk, "other", &[("base_url", &base), ("platform_key_file", "stranger.public.pem")]);
    assert_seen!("call_unauthorised", desk.seen(&["call", "balance.inquiry", "--profile", "stranger"]));
    assert_seen!("call_unreachable", desk.seen(&["call", "balance.inquiry", "--profile", "nobody"]));
    assert_seen!(
        "call_unverified",
        desk.seen(&["call", "balance.inquiry", "--profile", "other", "--lang", "zh"])
    );
    assert_seen!("call_no_profile", desk.seen(&["call", "balance.inquiry", "--profile", "absent"]));
}

/// Digits and order, too; only blanks between its words may go.
#[test]
fn json_holds_the_answer_as_it_came() {
    let (desk, _emulator) = stage_with_profile(&[]);
    let raw = stdout(&desk.run(&call(&["balance.inquiry", "--raw"])));
    let json = stdout(&desk.run(&call(&["balance.inquiry", "--format", "json"])));
    assert!(raw.contains("1000000") && json.contains(&format!(r#""answer":{raw}"#)), "{raw} {json}");
}

/// The platform's words may hold anything; a terminal sees none of it act.
#[test]
fn a_servers_text_moves_no_cursor() {
    let (desk, _emulator) = stage_with_profile(&[]);
    let note = "INV \u{202e}17\u{9b}31m";
    let body = PAYMENT.replace("INV 17", note);
    let paid = desk.run(&call(&["payment.apply", "-d", &body, "--yes", "--unchecked"]));
    let asked = desk.run(&call(&["payment.inquiry", "--set", "request_id=PY-1"]));
    let json = desk.run(&call(&["payment.inquiry", "--set", "request_id=PY-1", "--format", "json"]));
    let refused = desk.run(&call(&["payment.\u{9b}31m", "--format", "json"]));
    let outputs = [&paid, &asked, &json, &refused];
    for text in outputs.iter().flat_map(|output| [stdout(output), stderr(output)]) {
        assert!(!text.contains(['\u{202e}', '\u{9b}', '\u{1b}']), "{text:?}");
    }
}

/// Who agrees to an amount must have seen the one that counts.
#[test]
fn a_field_that_is_given_twice_is_refused() {
    let (desk, emulator) = stage_with_profile(&[]);
    let twice = |body: &str| {
        let words = ["payment.apply", "-d", body, "--unchecked", "--yes"];
        let output = desk.run(&call(&words));
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(3), "{said}");
        assert!(said.lines().last().unwrap().starts_with("to do: keep the one"), "{said}");
        said
    };
    for field in [r#""amount":1"#, r#""currency":"EUR""#, r#""beneficiary_id":"B2""#] {
        let name = field.split('"').nth(1).unwrap();
        let says = format!("the field {name} is given twice");
        assert!(twice(&PAYMENT.replacen('{', &format!("{{{field},"), 1)).contains(&says), "{name}");
    }
    // Also under an escaped name, where a field is set beside it, deeper, and in what isn't money.
    assert!(twice(&PAYMENT.replacen('{', r#"{"\u0061mount":1,"#, 1)).contains("the field amount is"));
    let nested = r#"{"relate_list":[{"amount":1,"amount":2}]}"#;
    for words in [
        &["payment.apply", "-d", r#"{"amount":1,"amount":2}"#, "--set", "amount=3", "--unchecked", "--yes"][..],
        &["trade_settle.apply", "-d", nested, "--unchecked", "--yes"],
        &["balance.inquiry", "-d", r#"{"currency":"USD","currency":"EUR"}"#, "--unchecked"],
    ] {
        let output = desk.run(&call(words));
        assert!(output.status.code() == Some(3) && stderr(&output).contains("is given twice"), "{words:?}");
    }
    assert_eq!(emulator.control("GET", "/requests", "").1["requests"], json!([]));
}
