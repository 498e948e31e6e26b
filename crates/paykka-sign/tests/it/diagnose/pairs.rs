//! Two mistakes at once: one of every code with one of every other, and two that both change the path or
//! both change the body's text.

use std::collections::BTreeSet;

use super::{Budget, Message, Mistake, PATH, body, header, keys, layout, lines, mistake, sorted_codes};

#[test]
fn every_pair_of_mistakes_is_found() {
    let mut all: Vec<&Mistake> = [lines::FAMILY, layout::FAMILY, body::FAMILY, keys::FAMILY, header::FAMILY]
        .into_iter()
        .flatten()
        .collect();
    all.dedup_by_key(|mistake| mistake.code);
    let (mut found, mut most) = (0, 0);
    for (index, one) in all.iter().enumerate() {
        for two in all.iter().skip(index + 1).filter(|two| !clash(one, two)) {
            let message = Message::with(&[one, two]);
            let header = message.header();
            if two.code == "signature-plus-lost" && !header.contains('+') && !header.contains("%20") {
                continue; // One signature in 200 has no `+` to lose.
            }
            let diagnosis = message.diagnosis_with(&header, Budget::default());
            let expected = BTreeSet::from([one.code, two.code]);
            assert_eq!(sorted_codes(&diagnosis), expected, "{} {}: {diagnosis}", one.kind, two.kind);
            assert!(diagnosis.is_explained());
            found += 1;
            most = most.max(diagnosis.tried());
        }
    }
    println!("{found} pairs found, in at most {most} verifications");
    assert!(found >= 1_500);
}

/// Pairs that can't be made, or whose bytes are those of a likelier pair.
fn clash(one: &Mistake, two: &Mistake) -> bool {
    let kinds = [one.kind, two.kind];
    let codes = [one.code, two.code];
    (one.kind == two.kind && !one.kind.is_empty())
        || kinds == ["time", "clock"]
        || [
            // Joined by nothing, an empty line and a line left out are the same.
            ["merchant-not-signed", "lines-joined-by-nothing"],
            ["timestamp-in-seconds", "header-value-type"],
            ["header-key-missing", "sign-type"],
            // Hexadecimal has nothing to be encoded, lost or left out.
            ["signature-url-safe", "signature-hex"],
            ["signature-unpadded", "signature-hex"],
            ["signature-plus-lost", "signature-hex"],
            ["signature-hex", "signature-encoded"],
        ]
        .contains(&codes)
}

/// Each changes what is there, so that any two can be made one after the other.
const ON_THE_PATH: &[Mistake] = &[
    mistake("slash", "path-trailing-slash", |m| m.received.path += "/"),
    mistake("", "path-without-query", |m| m.received.path += "?c=3"),
    mistake("", "path-prefix", |m| m.received.path.insert_str(0, "/gateway")),
    mistake("", "path-without-host", |m| m.received.path.insert_str(0, "https://api.example.com")),
    mistake("slash", "path-trailing-slash", |m| m.signed.path += "/"),
    mistake("first", "path-leading-slash", |m| _ = m.signed.path.remove(0)),
    mistake("coding", "path-decoded", |m| m.signed.path = m.signed.path.replace("%20", " ")),
    mistake("coding", "path-encoded-twice", |m| m.signed.path = m.signed.path.replace('%', "%25")),
    mistake("coding", "path-encoded", |m| {
        m.signed.path = m.signed.path.replace('%', "%25").replace('/', "%2F");
    }),
    mistake("host", "path-with-host", |m| m.signed.path.insert_str(0, "https://api.example.com:8443")),
    mistake("host", "path-with-host", |m| m.signed.path.insert_str(0, "api.example.com:8443")),
    mistake("", "path-with-query", |m| m.signed.path += "?a=1&b=2"),
];

#[test]
fn two_mistakes_on_the_path_are_found() {
    let mut all: Vec<(Message, [&str; 2])> = Vec::new();
    for (index, one) in ON_THE_PATH.iter().enumerate() {
        for two in
            ON_THE_PATH.iter().skip(index + 1).filter(|two| one.kind.is_empty() || one.kind != two.kind)
        {
            all.push((Message::with(&[one, two]), [one.code, two.code]));
        }
    }
    let mut message = Message::genuine();
    message.received.path = "/orders".into();
    message.signed.path = "/api/v2/other/".into();
    all.push((message, ["path-other", "path-trailing-slash"]));
    found(&all);
    println!("{} pairs found", all.len());
}

#[test]
fn the_path_that_was_signed_is_shown_whole() {
    let mut message = Message::genuine();
    message.received.path = format!("{PATH}?c=3");
    message.signed.path = "/api/v2/notify me/merch".into();
    let text = message.diagnosis().to_string();
    let shown = format!("`/api/v2/notify me/merch` was signed, `{PATH}?c=3` is at hand");
    assert_eq!(text.matches(&shown).count(), 2, "{text}");
}

const ON_THE_BODY: &[Mistake] = &[
    mistake("lines", "body-line-ends", |m| receive(m, |body| body.replace('\n', "\r\n"))),
    mistake("lines", "body-line-ends", |m| sign(m, |body| body.replace('\n', "\r\n"))),
    mistake("charset", "body-charset", |m| sign(m, |body| body.bytes().map(char::from).collect())),
    mistake("end", "body-newline-cut", |m| receive(m, |body| body + "\n")),
    mistake("end", "body-newline-cut", |m| receive(m, |body| body + "\r\n")),
    mistake("blanks", "body-blanks", |m| receive(m, |body| format!("  {body}\t"))),
    mistake("end", "final-newline", |m| sign(m, |body| body + "\n")),
    mistake("end", "final-newline", |m| sign(m, |body| body + "\r\n")),
    mistake("mark", "body-bom", |m| receive(m, |body| format!("\u{feff}{body}"))),
    mistake("mark", "body-bom", |m| sign(m, |body| format!("\u{feff}{body}"))),
];

#[test]
fn two_mistakes_on_the_bodys_text_are_found() {
    let mut all = Vec::new();
    for (index, one) in ON_THE_BODY.iter().enumerate() {
        for two in ON_THE_BODY.iter().skip(index + 1).filter(|two| one.kind != two.kind) {
            // A line break at the end is one of the blanks around.
            if [one.code, two.code] == ["body-newline-cut", "body-blanks"] {
                continue;
            }
            let mut message = Message::genuine();
            // No serialiser writes it so, and none would undo a change by the way.
            message.signed.body = Some("{ \"a\":\n\"Zürich\"\n }".into());
            message.received.body = message.signed.body.clone();
            (one.make)(&mut message);
            (two.make)(&mut message);
            all.push((message, [one.code, two.code]));
        }
    }
    found(&all);
    println!("{} pairs found", all.len());
}

#[test]
fn a_mark_and_another_layout_are_two_findings() {
    let mut message = Message::genuine();
    sign(&mut message, |_| "{\"a\": 1}".to_owned());
    receive(&mut message, |_| "\u{feff}{\"a\":1}".to_owned());
    found(&[(message, ["body-bom", "body-reformatted"])]);
}

fn found(all: &[(Message, [&str; 2])]) {
    for (message, codes) in all {
        let diagnosis = message.diagnosis();
        let mut found = sorted_codes(&diagnosis);
        // That no verifier takes such a path is said besides.
        found.remove("path-refused");
        assert_eq!(found, BTreeSet::from(*codes), "{diagnosis}");
        assert!(diagnosis.is_explained());
    }
}

fn receive(message: &mut Message, change: fn(String) -> String) {
    change_text(&mut message.received.body, change);
}

fn sign(message: &mut Message, change: fn(String) -> String) {
    change_text(&mut message.signed.body, change);
}

fn change_text(body: &mut Option<Vec<u8>>, change: fn(String) -> String) {
    let text = String::from_utf8(body.take().unwrap()).unwrap();
    *body = Some(change(text).into());
}
