//! What `paykka trigger` sends, and how it judges the answers.

use paykka_emulator::{LocalCa, LoopbackServer};
use paykka_model::NotificationKind;
use serde_json::json;

use super::{Credulous, Listening, MERCHANT, OK, trigger};
use crate::desk::{Desk, assert_seen};

#[test]
fn all_kinds_are_genuine_with_their_examples() {
    let desk = Desk::with_keys();
    let mut listening = Listening::start(&desk, &["--key-id", "P7"]);
    for kind in NotificationKind::ALL {
        let name = kind.info().name;
        let url = format!("{}{}", listening.url, kind.info().path);
        let (status, said) = trigger(&desk, name, &url, &["--key-id", "P7"]);
        assert_eq!(status, 0, "{said}");
        let shown = listening.next();
        assert_eq!((&shown["kind"], &shown["outcome"]), (&json!(name), &json!("shown")), "{shown}");
        assert!(shown["object"].is_string() && shown["status"].is_string(), "{shown}");
    }
}

#[test]
fn every_tampering_is_refused_by_a_receiver_that_verifies_and_taken_by_one_that_does_not() {
    let desk = Desk::with_keys();
    let listening = Listening::start(&desk, &["--key-id", "EMU-PLATFORM-1"]);
    let help = desk.run(&[
        "trigger",
        "payment",
        "--to",
        "http://127.0.0.1:9/",
        "--private-key-file",
        "-",
        "--tamper",
        "?",
    ]);
    let named = crate::desk::stderr(&help);
    let (_, kinds) = named.split_once("it can be: ").unwrap();
    let kinds: Vec<&str> = kinds.lines().next().unwrap().split(", ").collect();
    assert!(kinds.len() >= 15, "{kinds:?}");
    let credulous = Credulous::start(&vec![OK; kinds.len()]);
    for tamper in &kinds {
        let words = ["--tamper", tamper];
        let (status, said) = trigger(&desk, "remittance", &listening.url, &words);
        assert_eq!((status, &said["tampered"]), (0, &json!(tamper)), "{said}");
        let (status, said) = trigger(&desk, "remittance", &credulous.url, &words);
        let answer = &said["answers"][0];
        assert_eq!((status, &answer["as_it_should_be"]), (1, &json!(false)), "{tamper}: {said}");
        assert!(answer["to_do"].as_str().unwrap().contains("401"), "{tamper}: {said}");
    }
    // No two are the same, and all differ from what is genuine.
    let mut bodies: Vec<_> = credulous.heard().into_iter().map(|heard| (heard.headers, heard.body)).collect();
    bodies.sort();
    bodies.dedup();
    assert_eq!(bodies.len(), kinds.len());
}

#[test]
fn answers_are_held_against_what_is_due() {
    let desk = Desk::with_keys();
    let other_body = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    let refused = "HTTP/1.1 401 Unauthorized\r\nContent-Length: 0\r\n\r\n";
    let unwell = "HTTP/1.1 500 Oh\r\nContent-Length: 0\r\n\r\n";
    let moved = "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n\r\n";
    let receiver = Credulous::start(&[OK, other_body, refused, unwell, moved, ""]);
    let answer = |words: &[&str]| {
        let (status, said) = trigger(&desk, "payment", &receiver.url, words);
        let answer = said["answers"][0].clone();
        assert_eq!(status == 0, answer["as_it_should_be"] == true, "{said}");
        (status, answer["to_do"].is_string(), answer["status"].as_u64())
    };
    assert_eq!(answer(&[]), (0, false, Some(200)));
    assert_eq!(answer(&[]), (0, true, Some(200)));
    assert_eq!(answer(&[]), (1, true, Some(401)));
    assert_eq!(answer(&["--tamper", "body"]), (1, true, Some(500)));
    assert_eq!(answer(&[]), (1, true, Some(302)), "it isn't followed");
    assert_eq!(answer(&[]), (1, true, None));
    receiver.heard();
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let key = ["--private-key-file", "platform.private.pem", "--to"];
    let seen = desk
        .seen(&[&["trigger", "payment"], &key[..], &[&format!("http://{closed}/"), "--lang", "zh"]].concat());
    assert!(
        seen.starts_with("$ ") && seen.contains("(status 1)") && seen.contains("无法连接接收方"),
        "{seen}"
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn over_tls_the_receiver_must_be_vouched_for() {
    let desk = Desk::with_keys();
    let ca = LocalCa::new().unwrap();
    desk.put("ca.pem", ca.pem());
    let answer = axum::routing::post(|| async { "{}" });
    let server =
        LoopbackServer::tls(axum::Router::new().route("/hooks", answer), &ca.issue().unwrap()).unwrap();
    let url = format!("https://{}/hooks", server.address());
    let (trusted, untrusted) = tokio::task::spawn_blocking(move || {
        (trigger(&desk, "payment", &url, &["--ca-file", "ca.pem"]), trigger(&desk, "payment", &url, &[]))
    })
    .await
    .unwrap();
    assert_eq!((trusted.0, &trusted.1["answers"][0]["status"]), (0, &json!(200)), "{trusted:?}");
    let answer = &untrusted.1["answers"][0];
    assert_eq!((untrusted.0, &answer["status"]), (1, &json!(null)));
    assert!(answer["to_do"].as_str().unwrap().contains("--ca-file"), "{answer}");
}

#[test]
fn repetitions_are_the_same_bytes_unless_they_are_signed_anew() {
    let desk = Desk::with_keys();
    for (words, distinct) in [(&["--repeat", "3"][..], 1), (&["--repeat", "3", "--anew"], 3)] {
        let receiver = Credulous::start(&[OK; 3]);
        let (status, said) = trigger(&desk, "va", &receiver.url, words);
        assert_eq!((status, said["answers"].as_array().unwrap().len()), (0, 3), "{said}");
        let heard = receiver.heard();
        assert!(heard.iter().all(|one| one.body == heard[0].body));
        let mut signatures: Vec<_> = heard.iter().map(|one| one.header("authorization").unwrap()).collect();
        signatures.sort_unstable();
        signatures.dedup();
        assert_eq!(signatures.len(), distinct);
    }
}

#[test]
fn data_comes_from_words_files_and_standard_input() {
    let desk = Desk::with_keys();
    let receiver = Credulous::start(&[OK; 4]);
    desk.put("data.json", "{ \"status\": \"PASS\" }\n");
    desk.put("whole.json", "{\"data\": {\"a\":1} , \"type\":\"X\"}\n");
    for words in [&["-d", r#"{"a":1.0}"#][..], &["--data", "@data.json"], &["-d", "@whole.json"]] {
        assert_eq!(trigger(&desk, "assessment", &receiver.url, words).0, 0);
    }
    let key = ["--private-key-file", "platform.private.pem", "--to", &receiver.url];
    let words = [&["trigger", "payee", "-d", "-", "--merchant", "M1"], &key[..]].concat();
    assert!(desk.run_with(&words, b"{}").status.success());
    let heard = receiver.heard();
    let bodies: Vec<String> = heard.iter().map(|one| String::from_utf8(one.body.clone()).unwrap()).collect();
    assert_eq!(bodies[0], r#"{"type":"ASSESSMENT","version":"1.0","data":{"a":1.0}}"#);
    assert_eq!(bodies[1], r#"{"type":"ASSESSMENT","version":"1.0","data":{ "status": "PASS" }}"#);
    assert_eq!(bodies[2], desk.read("whole.json"));
    assert_eq!(bodies[3], r#"{"type":"MERCH","version":"1.0","data":{}}"#);
    assert_eq!(heard[3].header("x-merch-id"), Some("M1"));
    assert_eq!(heard[0].header("x-merch-id"), Some(MERCHANT));
}

#[test]
fn bad_input_is_told_with_what_to_do() {
    let desk = Desk::with_keys();
    let key = ["--private-key-file", "platform.private.pem", "--to", "http://127.0.0.1:9/"];
    let seen = |words: &[&str]| desk.seen(&[&["trigger"], words, &key[..]].concat());
    assert_seen!("trigger_unknown_kind", seen(&["paymet"]));
    assert_seen!("trigger_broken_json", seen(&["payment", "-d", "{\"a\": 1,}"]));
    assert_seen!("trigger_no_object", seen(&["payment", "-d", "[1]", "--lang", "zh"]));
    assert_seen!("trigger_merchant", seen(&["payment", "--merchant", "M 1"]));
    let url = ["--private-key-file", "platform.private.pem", "--to", "127.0.0.1:3000/hooks"];
    assert_seen!("trigger_url", desk.seen(&[&["trigger", "payment"], &url[..]].concat()));
}

#[cfg(unix)]
#[test]
fn a_terminal_shows_the_verdict_in_colour() {
    let desk = Desk::with_keys();
    let receiver = Credulous::start(&[OK; 2]);
    let words = ["trigger", "payment", "--private-key-file", "platform.private.pem", "--to", &receiver.url];
    let seen = crate::terminal::on_a_terminal(&desk, &words, &[]);
    assert!(seen.contains("\u{1b}[32mright\u{1b}[0m"), "{seen:?}");
    let words = [&words[..], &["--tamper", "signature"]].concat();
    let seen = crate::terminal::on_a_terminal(&desk, &words, &[("NO_COLOR", "1")]);
    assert!(seen.contains("wrong  no. 1") && !seen.contains("\u{1b}[3"), "{seen:?}");
    receiver.heard();
}
