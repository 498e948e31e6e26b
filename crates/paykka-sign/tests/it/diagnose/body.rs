//! Bodies that aren't any more what was signed.

use super::{BODY, Message, Mistake, WHOLE_BODY, check, codes, hex, mistake, sha256, sorted_codes};

const SPACED: &str =
    r#"{"remark": "Zürich/深圳", "currency": "USD", "amount": 12.50, "items": [1, {"b": null, "a": true}]}"#;
const PRETTY: &str = "{\n  \"remark\": \"Zürich/深圳\",\n  \"currency\": \"USD\",\n  \"amount\": 12.50,\n  \"items\": [\n    1,\n    {\n      \"b\": null,\n      \"a\": true\n    }\n  ]\n}";
const SORTED: &str =
    r#"{"amount":12.50,"currency":"USD","items":[1,{"a":true,"b":null}],"remark":"Zürich/深圳"}"#;
const PYTHON: &str = r#"{"remark":"Z\u00fcrich/\u6df1\u5733","currency":"USD","amount":12.50,"items":[1,{"b":null,"a":true}]}"#;

const DUMPED: &str = r#"{"amount": 12.50, "currency": "USD", "items": [1, {"a": true, "b": null}], "remark": "Z\u00fcrich/\u6df1\u5733"}"#;

pub(super) const FAMILY: &[Mistake] = &[
    mistake("body", "body-reformatted", |m| sign(m, SPACED)),
    mistake("body", "body-reformatted", |m| sign(m, PRETTY)),
    mistake("body", "body-reformatted", |m| sign(m, &PRETTY.replace("  ", "    "))),
    mistake("body", "body-reformatted", |m| sign(m, &PRETTY.replace("  ", "\t"))),
    mistake("body", "body-reformatted", |m| receive(m, SPACED)),
    mistake("body", "body-reformatted", |m| receive(m, PRETTY)),
    mistake("body", "body-sorted", |m| sign(m, SORTED)),
    mistake("body", "body-sorted", |m| sign(m, DUMPED)),
    mistake("body", "body-escaped", |m| sign(m, PYTHON)),
    mistake("body", "body-escaped", |m| receive(m, PYTHON)),
    mistake("body", "body-escaped", |m| sign(m, &PYTHON.replace("00fc", "00FC").replace("6df1", "6DF1"))),
    mistake("body", "body-escaped", |m| sign(m, &BODY.replace('/', "\\/"))),
    mistake("body", "body-escaped", |m| receive(m, &BODY.replace('/', "\\/"))),
    mistake("body", "body-escaped", |m| sign(m, &PYTHON.replace('/', "\\/"))),
    mistake("body", "final-newline", |m| sign(m, &format!("{BODY}\n"))),
    mistake("body", "final-newline", |m| sign(m, &format!("{BODY}\r\n"))),
    mistake("body", "body-newline-cut", |m| receive(m, &format!("{BODY}\n"))),
    mistake("body", "body-newline-cut", |m| receive(m, &format!("{BODY}\r\n"))),
    mistake("body", "body-blanks", |m| receive(m, &format!(" {BODY}\n\n"))),
    mistake("body", "body-bom", |m| sign(m, &format!("\u{feff}{BODY}"))),
    mistake("body", "body-bom", |m| receive(m, &format!("\u{feff}{BODY}"))),
    mistake("body", "body-charset", |m| m.signed.body = Some(BODY.chars().map(latin1).collect())),
    mistake("body", "body-charset", |m| {
        sign(m, &BODY.bytes().map(char::from).collect::<String>());
    }),
    mistake("body", "body-not-signed", |m| m.signed.body = None),
    mistake("body", "body-undefined-signed", |m| sign(m, "undefined")),
    mistake("body", "body-hash-signed", |m| sign(m, &hex(&sha256(BODY.as_bytes())))),
    mistake("body", "body-stringified", |m| sign(m, &serde_json::to_string(BODY).unwrap())),
    mistake("body", "whole-body-signed", |m| m.signed.body = Some(WHOLE_BODY.to_vec())),
];

#[test]
fn each_is_found() {
    check(FAMILY);
}

#[test]
fn line_ends_are_found_both_ways() {
    check(&[
        mistake("", "body-line-ends", |m| {
            receive(m, PRETTY);
            sign(m, &PRETTY.replace('\n', "\r\n"));
        }),
        mistake("", "body-line-ends", |m| {
            receive(m, &PRETTY.replace('\n', "\r\n"));
            sign(m, PRETTY);
        }),
    ]);
}

/// As one mistake it leaves room for a second.
#[test]
fn what_python_sorts_is_named() {
    let mut message = Message::genuine();
    sign(&mut message, DUMPED);
    message.tail = "\n";
    let diagnosis = message.diagnosis();
    assert_eq!(sorted_codes(&diagnosis), ["body-sorted", "final-newline"].into(), "{diagnosis}");
    assert!(diagnosis.to_string().contains("sort_keys=True"), "{diagnosis}");
}

#[test]
fn an_empty_json_value_for_no_body_is_found() {
    for text in ["{}", "null", "\"\"", "[]"] {
        let mut message = Message::genuine();
        message.received.body = None;
        sign(&mut message, text);
        assert_eq!(codes(&message.diagnosis()), ["empty-json-signed"], "{text}");
    }
    let mut message = Message::genuine();
    message.received.body = None;
    sign(&mut message, "undefined");
    assert_eq!(codes(&message.diagnosis()), ["body-undefined-signed"]);
}

#[test]
fn html_safe_serialisers_are_known() {
    let plain = r#"{"a":"<b>&'c'=\"d\""}"#;
    for escaped in
        [r#"{"a":"\u003cb\u003e\u0026'c'=\"d\""}"#, r#"{"a":"\u003cb\u003e\u0026\u0027c\u0027\u003d\"d\""}"#]
    {
        for (signed, received) in [(plain, escaped), (escaped, plain)] {
            let mut message = Message::genuine();
            sign(&mut message, signed);
            receive(&mut message, received);
            assert_eq!(codes(&message.diagnosis()), ["body-escaped"], "{signed} {received}");
        }
    }
}

#[test]
fn two_mistakes_with_the_body_are_found() {
    let cases = [
        (PRETTY.replace('\n', "\r\n"), ["body-line-ends", "body-reformatted"]),
        (format!("{PRETTY}\n"), ["body-reformatted", "final-newline"]),
        (PYTHON.replace(',', ", ").replace("\":", "\": "), ["body-escaped", "body-reformatted"]),
        (SORTED.replace(',', ", ").replace("\":", "\": "), ["body-reformatted", "body-sorted"]),
        (
            SORTED.replace('ü', "\\u00fc").replace('深', "\\u6df1").replace('圳', "\\u5733"),
            ["body-escaped", "body-sorted"],
        ),
        (serde_json::to_string(SORTED).unwrap(), ["body-sorted", "body-stringified"]),
    ];
    for (signed, expected) in cases {
        let mut message = Message::genuine();
        sign(&mut message, &signed);
        let diagnosis = message.diagnosis();
        assert_eq!(sorted_codes(&diagnosis), expected.into(), "{diagnosis}");
    }
}

fn sign(message: &mut Message, body: &str) {
    message.signed.body = Some(body.into());
}

fn receive(message: &mut Message, body: &str) {
    message.received.body = Some(body.into());
}

fn latin1(c: char) -> u8 {
    u8::try_from(u32::from(c)).unwrap_or(b'?')
}
