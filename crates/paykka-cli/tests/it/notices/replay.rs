//! What `listen` recorded, posted once more.

use std::io::Write;

use serde_json::{Value, json};

use super::{Credulous, Listening, OK, trigger};
use crate::desk::{Desk, assert_seen, stderr, stdout};

/// A record of one genuine, one late and one forged delivery, in this order.
fn recorded(desk: &Desk) {
    let mut listening = Listening::start(desk, &["--record", "record.jsonl"]);
    for words in [&[][..], &["--tamper", "late"], &["--tamper", "body"]] {
        trigger(desk, "payment", &listening.url, words);
        listening.next();
    }
    listening.end("TERM");
}

fn replayed(desk: &Desk, words: &[&str]) -> (i32, Vec<Value>) {
    let output = desk.run(&[&["replay", "record.jsonl", "--format", "json", "--to"], words].concat());
    let lines = stdout(&output).lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    (output.status.code().unwrap(), lines)
}

#[test]
fn deliveries_are_posted_in_order_and_late_ones_are_expected_to_be_refused() {
    let desk = Desk::with_keys();
    recorded(&desk);
    let mut listening = Listening::start(&desk, &[]);
    let (status, lines) = replayed(&desk, &[&listening.url]);
    assert_eq!(status, 0, "{lines:?}");
    let told = |key: &str| lines[..3].iter().map(|line| line[key].clone()).collect::<Vec<_>>();
    assert_eq!(told("status"), [200, 401, 401]);
    assert_eq!(told("state"), ["in-time", "out-of-time", "was-refused"]);
    assert_eq!(told("recorded"), ["verified", "late", "signature"]);
    assert_eq!(
        lines[3],
        json!({ "event": "summary", "as_they_should_be": 3, "otherwise": 0, "not_posted": 0 })
    );
    assert_eq!([(); 3].map(|()| listening.next()["outcome"].clone()), ["shown", "late", "signature"]);

    // What was genuine when it came is late by now.
    desk.put(
        "record.jsonl",
        desk.read("record.jsonl").replace("\"reason\":\"late\"", "\"reason\":\"verified\""),
    );
    let (status, lines) = replayed(&desk, &[&listening.url]);
    assert_eq!((status, &lines[1]["state"], &lines[1]["status"]), (0, &json!("out-of-time"), &json!(401)));
    assert!(lines[1]["says"].as_str().unwrap().contains("as it should be"), "{}", lines[1]);
    let (status, lines) = replayed(&desk, &[&listening.url, "--tolerance", "100000"]);
    assert_eq!(
        (status, &lines[1]["state"], &lines[1]["as_it_should_be"]),
        (1, &json!("in-time"), &json!(false))
    );
}

#[test]
fn bytes_and_headers_are_those_that_came() {
    let desk = Desk::with_keys();
    let first = Credulous::start(&[OK]);
    let listening = Listening::start(&desk, &["--record", "record.jsonl", "--forward-to", &first.url]);
    trigger(
        &desk,
        "payment",
        &listening.url,
        &["-d", "{ \"request_id\" : \"R\\u00e9\" , \"status\":\"\u{e9}\"}"],
    );
    listening.end("TERM");
    let again = Credulous::start(&[OK]);
    let (status, lines) = replayed(&desk, &[&format!("{}?a=b", again.url), "--recorded-paths"]);
    assert_eq!(status, 0, "{lines:?}");
    let (first, again) = (first.heard().remove(0), again.heard().remove(0));
    assert_eq!(again.body, first.body);
    let but_host = |headers: &[String]| -> Vec<String> {
        headers.iter().filter(|line| !line.starts_with("host: ")).cloned().collect()
    };
    assert_eq!(but_host(&again.headers), but_host(&first.headers));
    assert_eq!(again.target, "/hooks/paykka/notifications");
}

#[test]
fn a_receiver_that_takes_everything_is_told_so() {
    let desk = Desk::with_keys();
    recorded(&desk);
    let credulous = Credulous::start(&[OK; 3]);
    let output = desk.run(&["replay", "record.jsonl", "--to", &credulous.url, "--lang", "zh"]);
    let seen = stdout(&output);
    assert_eq!(output.status.code(), Some(1), "{seen}");
    assert!(seen.contains("1 个符合预期，2 个不符，0 个未发送") && seen.contains("收件箱"), "{seen}");
    credulous.heard();
    // The others aren't tried where nobody answers.
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let (status, lines) = replayed(&desk, &[&format!("http://{closed}/")]);
    assert_eq!((status, lines.len(), &lines[1]["not_posted"]), (1, 2, &json!(2)), "{lines:?}");
}

#[test]
fn bad_records_are_told_with_what_to_do() {
    let desk = Desk::with_keys();
    let seen = |name: &str, text: &str| {
        desk.put(name, text);
        desk.seen(&["replay", name, "--to", "http://127.0.0.1:9/"])
    };
    assert_seen!("replay_empty", seen("empty.jsonl", ""));
    assert_seen!("replay_other", seen("notes.txt", "dear diary\n"));
    assert_seen!("replay_line", seen("line.jsonl", "{\"v\":1}\n"));
    assert_seen!("replay_absent", desk.seen(&["replay", "nowhere", "--to", "http://127.0.0.1:9/"]));

    recorded(&desk);
    let mut record = std::fs::OpenOptions::new().append(true).open(desk.path("record.jsonl")).unwrap();
    record.write_all(b"{\"v\":1,\"received_at\":\"20").unwrap();
    let receiver = Credulous::start(&[OK; 3]);
    let output = desk.run(&["replay", "record.jsonl", "--to", &receiver.url]);
    assert!(stderr(&output).contains("wasn't written whole"), "{}", stderr(&output));
    assert_eq!(receiver.heard().len(), 3);
}
