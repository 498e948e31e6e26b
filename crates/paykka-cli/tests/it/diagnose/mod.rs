//! `paykka diagnose` on signatures that other programs made and that are wrong in the ways in which people's are: it names the
//! mistake first, says what to do, and ends with the status that scripts ask for.

mod needs_java;
mod needs_openssl;
mod needs_python3;

use base64ct::{Base64, Encoding};
use serde_json::Value;

use crate::desk::{Desk, assert_seen};

pub(crate) const PATH: &str = "/api/v2/merch/pay/apply";
pub(crate) const MERCHANT: &str = "M24061911365700670";
pub(crate) const BODY: &str =
    r#"{"request_id":"R1","currency":"USD","amount":125000,"postscript":"Zürich/深圳"}"#;

/// How many wrong signatures each of these makes.
const BY_OPENSSL: usize = 16;
const BY_PYTHON: usize = 16;
const BY_JAVA: usize = 14;
const _: () = assert!(BY_OPENSSL + BY_PYTHON + BY_JAVA >= 30);

/// A message as its program sent it, and what is wrong with it; an empty code where nothing is.
struct Broken {
    code: String,
    path: String,
    merchant: Option<String>,
    body: Vec<u8>,
    header: String,
}

impl Broken {
    /// A line of JSON, as the programs print them.
    fn read(line: &str) -> Self {
        let line: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| line[key].as_str().map(str::to_owned);
        Self {
            code: text("code").unwrap(),
            path: text("path").unwrap(),
            merchant: text("merchant"),
            body: Base64::decode_vec(&text("body").unwrap()).unwrap(),
            header: text("header").unwrap(),
        }
    }
}

/// With the pairs of merchant and platform: the merchant signs, the platform wonders.
fn desk() -> Desk {
    Desk::with_keys()
}

/// Each is found, proven, and the first of what is said; and the one that is right is said to be. How many were wrong.
fn judge(desk: &Desk, cases: &[Broken]) -> usize {
    let (right, wrong): (Vec<_>, Vec<_>) = cases.iter().partition(|case| case.code.is_empty());
    assert_eq!(right.len(), 1, "a program that can't sign at all is no test");
    for case in right {
        assert_eq!(diagnosed(desk, case), (0, Value::Null, true), "{}", case.header);
    }
    for case in &wrong {
        assert_eq!(
            diagnosed(desk, case),
            (1, case.code.as_str().into(), true),
            "{} {}",
            case.code,
            case.header
        );
    }
    wrong.len()
}

/// The status, the first finding's code, and whether it explains the refusal, or there was none.
fn diagnosed(desk: &Desk, case: &Broken) -> (i32, Value, bool) {
    desk.put("body", &case.body);
    desk.put("header", &case.header);
    let mut words = vec!["diagnose", "--path", &case.path, "--body-file", "body", "--header-file", "header"];
    words.extend(["--public-key-file", "merchant.public.pem", "--own-key-file", "platform.public.pem"]);
    words.extend(["--host", "open-fat.cb.paykka.com", "--query", "a=1", "--key-id", "K001"]);
    words.extend(case.merchant.as_deref().map(|merchant| ["--merchant", merchant]).into_iter().flatten());
    let (status, said) = desk.json(&words);
    let first = &said["findings"][0];
    assert!(said["valid"] == true || first["fix"].as_str().is_some_and(|fix| fix.len() > 10), "{said}");
    (status, first["code"].clone(), said["valid"] == true || said["explained"] == true)
}

/// Bytes that are no header may be wrong in one way at many places.
#[test]
fn what_is_wrong_at_many_places_is_said_once() {
    let desk = desk();
    let mut noise: Vec<u8> = (128..=255).collect();
    noise.extend(b"%25252541 %zz");
    desk.put("noise", noise);
    let words = ["diagnose", "--path", PATH, "--header-file", "noise", "--public-key-file"];
    let (status, said) = desk.json(&[&words[..], &["merchant.public.pem"]].concat());
    let codes: Vec<&str> =
        said["findings"].as_array().unwrap().iter().map(|found| found["code"].as_str().unwrap()).collect();
    assert_eq!(
        (status, codes),
        (1, vec!["header-partly-encoded", "header-encoded-twice", "header-not-json"])
    );
}

#[test]
fn what_nobody_can_explain_is_status_2() {
    let desk = desk();
    desk.put("body", BODY);
    let words = [
        "sign",
        "--path",
        PATH,
        "--key-id",
        "K001",
        "--private-key-file",
        "platform.private.pem",
        "--body-file",
        "body",
    ];
    desk.put("header", desk.run(&words).stdout);
    let diagnose = ["diagnose", "--path", PATH, "--body-file", "body", "--header-file", "header"];
    let diagnose = [&diagnose[..], &["--public-key-file", "merchant.public.pem"]].concat();
    let (status, said) = desk.json(&diagnose);
    assert_eq!((status, &said["valid"], &said["explained"]), (2, &false.into(), &false.into()));
    assert_eq!(said["findings"].as_array().unwrap().len(), 0);
    assert_seen!("diagnose_unexplained", masked(&desk.seen(&diagnose)));
    // With the key at hand it is found.
    let swapped = [&diagnose[..], &["--own-key-file", "platform.public.pem"]].concat();
    assert_seen!("diagnose_own_key", desk.seen(&swapped));
}

/// The more is said, the more is found.
#[test]
fn what_is_said_besides_is_tried() {
    let desk = desk();
    desk.put("meta", r#"{"filename":"a.pdf","sha256":"00"}"#);
    desk.put("whole", "--b\r\nContent-Disposition: form-data; name=\"meta\"\r\n\r\n{}\r\n--b--\r\n");
    let signed = ["--path", PATH, "--merchant", MERCHANT, "--body-file", "meta"];
    for (changed, to, hint, code) in [
        ("--merchant", "M2", ["--other-merchant", "M2"], "other-merchant"),
        ("--path", "/api/v2/elsewhere", ["--other-path", "/api/v2/elsewhere"], "path-other"),
        ("--path", "/api/v2/merch/pay/apply?z=9", ["--query", "z=9"], "path-with-query"),
        ("--body-file", "whole", ["--whole-body-file", "whole"], "whole-body-signed"),
    ] {
        let mut other = signed;
        let place = other.iter().position(|word| *word == changed).unwrap();
        other[place + 1] = to;
        let key = ["--key-id", "K001", "--private-key-file", "merchant.private.pem"];
        desk.put("header", desk.run(&[&["sign"], &other[..], &key[..]].concat()).stdout);
        let diagnose = [
            &["diagnose"],
            &signed[..],
            &["--header-file", "header", "--public-key-file", "merchant.public.pem"],
        ]
        .concat();
        let (status, said) = desk.json(&[&diagnose[..], &hint[..]].concat());
        assert_eq!((status, &said["findings"][0]["code"]), (1, &code.into()), "{said}");
    }
}

/// How much was tried changes with every idea that is added.
fn masked(seen: &str) -> String {
    let (before, rest) = seen.split_once('(').unwrap();
    let (status, rest) = rest.split_once('(').unwrap();
    let (_, after) = rest.split_once(" variants").unwrap();
    format!("{before}({status}([n] variants{after}")
}
