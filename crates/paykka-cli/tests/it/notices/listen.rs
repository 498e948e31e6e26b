//! What `paykka listen` takes, shows, keeps and hands on.

use std::fs;
use std::io::Write;
use std::net::{TcpListener, TcpStream};
use std::process::Command;

use paykka_sign::{Nonce, Parts, SigningKey, Timestamp};
use serde_json::{Value, json};

use super::{Credulous, Heard, Listening, MERCHANT, OK, PATH, post, trigger};
use crate::desk::{Desk, assert_seen, stderr};
use crate::emulator::{Running, merchant_in};

const PAYMENT: &str =
    r#"{"request_id":"REQ-1","beneficiary_id":"B1","amount":7,"currency":"USD","postscript":"p"}"#;

#[test]
fn the_emulators_notifications_are_verified_and_handed_on() {
    let desk = Desk::with_keys();
    // The receiver behind it is one more of the same, which verifies what was handed on.
    let mut behind = Listening::start(&desk, &["--key-id", "P7"]);
    let words = ["--key-id", "P7", "--forward-to", &behind.url, "--record", "record.jsonl"];
    let mut listening = Listening::start(&desk, &words);
    let mut arguments = merchant_in(&desk.path(""));
    let key = desk.path("platform.private.pem");
    let key = key.to_str().unwrap();
    let more = [
        "--platform-key",
        key,
        "--platform-key-id",
        "P7",
        "--log",
        "off",
        "--step",
        "1",
        "--notify",
        &listening.url,
    ];
    arguments.extend(more.map(str::to_owned));
    let emulator = Running::start(&arguments);
    assert_eq!(emulator.call("/api/v2/merch/pay/apply", PAYMENT).0, 200);

    let shown = listening.next();
    let expected = json!({
        "event": "notification", "verified": true, "outcome": "forwarded", "answer": 200, "path": PATH,
        "kind": "payment.notification", "object": "REQ-1", "status": "SUCCESS", "merchant": MERCHANT, "key_id": "P7",
        "amounts": [{ "amount": "7", "currency": "USD" }], "to_do": null, "findings": [],
    });
    for (key, value) in expected.as_object().unwrap() {
        assert_eq!(&shown[key], value, "{key} of {shown}");
    }
    assert!(shown["age_millis"].as_i64().unwrap() < 60_000 && shown["forwarded"]["status"] == 200, "{shown}");
    let handed_on = behind.next();
    assert_eq!((&handed_on["outcome"], &handed_on["object"]), (&json!("shown"), &json!("REQ-1")));
    assert_eq!(desk.read("record.jsonl").lines().count(), 1);
    assert_eq!(listening.counts("INT"), json!({ "forwarded": 1 }));
    assert_eq!(behind.counts("TERM"), json!({ "shown": 1 }));
}

#[test]
fn bytes_and_headers_are_handed_on_as_they_came_and_the_status_back() {
    let desk = Desk::with_keys();
    let teapot = "HTTP/1.1 418 I'm a teapot\r\nContent-Length: 0\r\n\r\n";
    let receiver = Credulous::start(&[OK, teapot, ""]);
    let mut listening = Listening::start(&desk, &["--forward-to", &receiver.url]);
    let body = b"{ \"type\":\"MERCH\" ,\"data\":{\"request_id\":\"\\u001b[31mR\",\"status\":\"SUCCESS\",\n\"fee_amount\":0,\"beneficiary_id\":\"B\"}}\n";
    let authorization = signed(&desk, PATH, body);
    let headers = format!(
        "Authorization: {authorization}\r\nX-Merch-Id: {MERCHANT}\r\nX-Twice: 1\r\nX-Twice: 2\r\nUser-Agent: p/1\r\nKeep-Alive: 5\r\n"
    );
    assert_eq!([(); 3].map(|()| post(&listening.url, &headers, body)), [200, 418, 503]);
    let shown = [(); 3].map(|()| listening.next());
    let outcomes = shown.each_ref().map(|shown| shown["outcome"].as_str().unwrap());
    assert_eq!(outcomes, ["forwarded", "receiver-refused", "receiver-silent"]);
    assert!(shown[0]["to_do"].is_null() && shown[1]["to_do"].is_string() && shown[2]["to_do"].is_string());

    let url = receiver.url.clone();
    let heard = receiver.heard();
    assert_eq!(heard[0].body, body);
    let expected = [
        format!("authorization: {authorization}"),
        format!("content-length: {}", body.len()),
        format!("host: {}", url.split('/').nth(2).unwrap()),
        "user-agent: p/1".to_owned(),
        format!("x-merch-id: {MERCHANT}"),
        "x-twice: 1".to_owned(),
        "x-twice: 2".to_owned(),
    ];
    assert_eq!((heard[0].headers.as_slice(), heard[0].target.as_str()), (&expected[..], "/hooks"));
    // Nobody is there any more.
    assert_eq!(post(&listening.url, &headers, body), 503);
    let shown = listening.next();
    assert!(shown["forwarded"]["error"].as_str().unwrap().contains("no connection"), "{shown}");
    let counts = json!({ "forwarded": 1, "receiver-refused": 1, "receiver-silent": 2 });
    assert_eq!(listening.counts("TERM"), counts);
}

#[test]
fn what_is_refused_is_explained_and_goes_nowhere() {
    let desk = Desk::with_keys();
    // Whatever is handed on would be counted, since nobody is there.
    let receiver = Credulous::start(&[]);
    let mut listening =
        Listening::start(&desk, &["--key-id", "EMU-PLATFORM-1", "--forward-to", &receiver.url]);
    let found = [
        ("body", "signature", None),
        ("reserialised", "signature", Some("body-reformatted")),
        ("merchant", "signature", Some("other-merchant")),
        ("no-merchant", "signature", Some("merchant-not-sent")),
        ("foreign-merchant", "foreign-merchant", None),
        ("late", "late", None),
        ("early", "early", None),
        ("key-id", "unknown-key", Some("key-id-unknown")),
        ("no-authorization", "header", None),
        ("encoded", "encoded", None),
        ("too-large", "too-large", None),
    ];
    for (tamper, reason, finding) in found {
        let (status, said) = trigger(&desk, "payment", &listening.url, &["--tamper", tamper]);
        assert_eq!((status, &said["as_it_should_be"]), (0, &json!(true)), "{tamper}: {said}");
        let shown = listening.next();
        assert_eq!(
            (&shown["outcome"], &shown["verified"]),
            (&json!(reason), &json!(false)),
            "{tamper}: {shown}"
        );
        assert!(shown["to_do"].is_string() && shown["object"].is_null(), "{tamper}: {shown}");
        let codes: Vec<&str> =
            shown["findings"].as_array().unwrap().iter().map(|one| one["code"].as_str().unwrap()).collect();
        assert!(finding.is_none_or(|finding| codes.contains(&finding)), "{tamper}: {codes:?}");
    }
    // A proxy calls another path than the one that was signed.
    let (_, said) = trigger(&desk, "payment", &listening.url, &["--path", "/public"]);
    assert_eq!(said["answers"][0]["status"], 401);
    assert_eq!(listening.next()["outcome"], "signature");
    let moved = listening.url.replace(PATH, "/public/hooks");
    trigger(&desk, "payment", &moved, &[]);
    let shown = listening.next();
    assert_eq!(
        (&shown["path"], &shown["findings"][0]["code"]),
        (&json!("/public/hooks"), &json!("path-other"))
    );
    let counts = listening.counts("TERM");
    assert_eq!(
        (&counts["signature"], &counts["late"], &counts["forwarded"]),
        (&json!(6), &json!(1), &Value::Null)
    );
    assert_eq!(receiver.heard(), []);
}

#[test]
fn what_was_read_is_handed_on_though_its_sender_hangs_up() {
    let desk = Desk::with_keys();
    let receiver = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}/", receiver.local_addr().unwrap());
    let mut listening = Listening::start(&desk, &["--forward-to", &url]);
    let (host, _) = listening.url.strip_prefix("http://").unwrap().split_once('/').unwrap();
    let authorization = signed(&desk, PATH, b"{}");
    let mut sender = TcpStream::connect(host).unwrap();
    write!(
        sender,
        "POST {PATH} HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\nX-Merch-Id: {MERCHANT}\r\nAuthorization: {authorization}\r\n\r\n{{}}"
    )
    .unwrap();
    let (mut stream, _) = receiver.accept().unwrap();
    drop(sender);
    assert_eq!(Heard::read(&mut stream).body, b"{}");
    // Not even its own end stops it.
    let kill = format!("kill -TERM {}", listening.child.id());
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
    stream.write_all(OK.as_bytes()).unwrap();
    assert_eq!(listening.next()["outcome"], "forwarded");
    assert_eq!(listening.next()["by_outcome"], json!({ "forwarded": 1 }));
}

#[test]
fn other_merchants_are_taken_where_that_is_said() {
    let desk = Desk::with_keys();
    let counts = |words: &[&str], kind: &str| {
        let listening = Listening::start(&desk, words);
        // An onboarding's data alone doesn't tell its kind.
        let url = format!("{}/api/v2/merch/{kind}/notify", listening.url);
        let name = if kind == "pay" { "payment" } else { "onboarding" };
        trigger(&desk, name, &url, &["--merchant", "M2"]);
        listening.counts("TERM")
    };
    assert_eq!(counts(&[], "onboard"), json!({ "foreign-merchant": 1 }));
    assert_eq!(counts(&["--applicants"], "onboard"), json!({ "shown": 1 }));
    assert_eq!(counts(&["--applicants"], "pay"), json!({ "foreign-merchant": 1 }));
    assert_eq!(counts(&["--also-merchant", "M2"], "pay"), json!({ "shown": 1 }));
}

#[test]
fn each_kind_may_have_its_address() {
    let desk = Desk::with_keys();
    let receiver = Credulous::start(&[OK]);
    let mut listening = Listening::start(&desk, &["--forward-to", &format!("{}/", receiver.url)]);
    let url = format!("{}/api/v2/merch/contract/notify", listening.url);
    // Without the envelope's type the body alone wouldn't tell.
    let whole = r#"{"type":"?","data":{"status":"RELATABLE","contract_order_id":"CO-1","merch_id":"M24061911365700670"}}"#;
    let (status, said) = trigger(&desk, "order", &url, &["-d", whole]);
    assert_eq!(status, 0, "{said}");
    let shown = listening.next();
    assert_eq!((&shown["kind"], &shown["object"]), (&json!("order.notification"), &json!("CO-1")));
    assert_eq!(receiver.heard()[0].target, "/hooks/api/v2/merch/contract/notify");
}

#[test]
fn people_see_lines_in_their_language() {
    let desk = Desk::with_keys();
    let run = |lang: &str| {
        let words =
            ["listen", "--public-key-file", "platform.public.pem", "--merchant", MERCHANT, "--lang", lang];
        let listening = Listening::started(desk.command(&words));
        trigger(&desk, "forex", &listening.url, &[]);
        trigger(&desk, "payment", &listening.url, &["--tamper", "no-merchant"]);
        let address = format!("{}/api/v2/merch/pay/notify", listening.url);
        let evil = r#"{"request_id":"\u001b[31mR\u202e","status":"\u0007"}"#;
        trigger(&desk, "payment", &address, &["-d", evil, "--key-id", "K\\"]);
        let (out, err) = listening.end("TERM");
        assert_eq!(err, "");
        assert!(!out.contains(['\u{1b}', '\u{7}', '\u{202e}']), "{out:?}");
        out
    };
    assert_seen!("listen_en", masked(&run("en")));
    assert_seen!("listen_zh", masked(&run("zh")));
}

#[test]
fn settings_come_from_profiles_too() {
    let desk = Desk::with_keys();
    let profile = |environment: &str, platform: &str| {
        let lines = format!(
            "[p]\nenvironment = \"{environment}\"\nbase_url = \"https://127.0.0.1:9\"\nkey_id = \"K1\"\nprivate_key_file = \"merchant.private.pem\"\n\
             platform_key_file = \"{platform}\"\nmerchant_id = \"{MERCHANT}\"\n"
        );
        fs::create_dir_all(desk.path(".config/paykka")).unwrap();
        desk.put(".config/paykka/config.toml", lines);
    };
    let words = ["listen", "--profile", "p", "--format", "json"];
    profile("production", "platform.public.pem");
    let mut listening = Listening::started(desk.command(&words));
    let (_, said) = trigger(&desk, "payment", &listening.url, &[]);
    assert_eq!(said["as_it_should_be"], true, "{said}");
    assert_eq!(listening.next()["outcome"], "shown");
    let (_, warned) = listening.end("TERM");
    assert!(warned.contains("production"), "{warned}");

    profile("emulator", "merchant.public.pem");
    let output = desk.run(&words);
    assert_eq!(output.status.code(), Some(3), "{}", stderr(&output));
    assert!(stderr(&output).contains("to_do"), "{}", stderr(&output));
    assert_eq!(desk.run(&["listen"]).status.code(), Some(3));
}

#[test]
fn published_keys_are_taken_on_this_machine_alone() {
    let desk = Desk::new();
    desk.put(
        "platform.public.pem",
        include_str!("../../../../paykka-sign/testdata/platform-2048.public.pem"),
    );
    desk.put(
        "platform.private.pem",
        include_str!("../../../../paykka-sign/testdata/platform-2048.private.pem"),
    );
    let listening = Listening::start(&desk, &[]);
    assert_eq!(trigger(&desk, "va", &listening.url, &[]).0, 0);
    let (_, warned) = listening.end("TERM");
    assert!(warned.contains("test key"), "{warned}");
    let by_key = ["--public-key-file", "platform.public.pem", "--merchant", MERCHANT];
    assert_seen!("listen_published", desk.seen(&[&["listen", "--bind", "0.0.0.0"], &by_key[..]].concat()));
}

#[test]
fn what_cannot_be_used_is_refused_before_anything_comes() {
    let desk = Desk::with_keys();
    let by_key = ["listen", "--public-key-file", "platform.public.pem", "--merchant", MERCHANT];
    let seen = |more: &[&str]| desk.seen(&[&by_key[..], more].concat());
    assert_seen!("listen_forward_to", seen(&["--forward-to", "ftp://u:p@host/"]));
    assert_seen!("listen_path", seen(&["--path", "/api/v2/merch/pay/apply"]));
    desk.put("notes", "dear diary\n");
    assert_seen!("listen_record", seen(&["--record", "notes"]));
    let taken = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = taken.local_addr().unwrap().port().to_string();
    let output = desk.run(&[&by_key[..], &["--port", &port]].concat());
    assert_eq!(output.status.code(), Some(4));
    assert!(stderr(&output).contains("to do: choose another --port"), "{}", stderr(&output));
}

#[cfg(unix)]
#[test]
fn a_delivery_is_recorded_whole_or_not_at_all() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::with_keys();
    desk.put("record.jsonl", "");
    fs::set_permissions(desk.path("record.jsonl"), fs::Permissions::from_mode(0o644)).unwrap();
    // A disk that is full after two or three; the signal would end the process at once.
    let paykka = assert_cmd::cargo::cargo_bin("paykka");
    let line = format!(
        "trap '' XFSZ; ulimit -f 4; exec '{}' listen --format json --public-key-file platform.public.pem --merchant {MERCHANT} --record record.jsonl",
        paykka.display()
    );
    let mut command = Command::new("bash");
    command.args(["-c", &line]).current_dir(desk.path("")).env("LC_ALL", "C");
    let mut listening = Listening::started(command);
    let answers: Vec<Value> = (0..6)
        .map(|_| trigger(&desk, "payment", &listening.url, &[]).1["answers"][0]["status"].clone())
        .collect();
    let kept = answers.iter().filter(|status| **status == 200).count();
    assert!((1..6).contains(&kept) && answers[kept..].iter().all(|status| *status == 503), "{answers:?}");
    let shown: Vec<Value> = answers.iter().map(|_| listening.next()).collect();
    assert_eq!((&shown[5]["outcome"], shown[5]["to_do"].is_string()), (&json!("record"), true), "{shown:?}");
    let record = desk.read("record.jsonl");
    assert!(record.ends_with('\n') && record.lines().count() == kept, "{record}");
    let mode = fs::metadata(desk.path("record.jsonl")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

/// As the platform would.
fn signed(desk: &Desk, path: &str, body: &[u8]) -> String {
    let key = SigningKey::from_bytes("P7", desk.read("platform.private.pem")).unwrap();
    let now = Timestamp::try_from(std::time::SystemTime::now()).unwrap();
    let parts = Parts { path, merchant: Some(MERCHANT), body };
    key.sign(&parts, now, &Nonce::from_entropy(*b"16 random bytes!")).unwrap().to_header()
}

/// Moments and ages differ from run to run.
fn masked(text: &str) -> String {
    let mask = |word: &str| {
        let is_moment = word.len() == 24 && word.ends_with('Z');
        let is_age = word.split_once('.').is_some_and(|(whole, part)| {
            whole.parse::<i32>().is_ok() && part.len() == 1 && part.parse::<u8>().is_ok()
        });
        if is_moment {
            "[moment]".to_owned()
        } else if is_age {
            "[age]".to_owned()
        } else {
            word.to_owned()
        }
    };
    text.split_inclusive('\n').map(|line| line.split(' ').map(mask).collect::<Vec<_>>().join(" ")).collect()
}
