//! The lines above the body: path, timestamp, merchant.

use super::{MERCHANT, Message, Mistake, PATH, check, mistake};

pub(super) const FAMILY: &[Mistake] = &[
    mistake("path", "path-with-host", |m| m.signed.path = format!("https://api.example.com:8443{PATH}")),
    mistake("path", "path-with-host", |m| m.signed.path = format!("http://api.example.com:8443{PATH}")),
    mistake("path", "path-with-host", |m| m.signed.path = format!("api.example.com:8443{PATH}")),
    mistake("path", "path-with-query", |m| m.signed.path = format!("{PATH}?a=1&b=2")),
    mistake("path", "path-without-query", |m| m.received.path = format!("{PATH}?c=3")),
    mistake("path", "path-trailing-slash", |m| m.signed.path = format!("{PATH}/")),
    mistake("path", "path-trailing-slash", |m| m.received.path = format!("{PATH}/")),
    mistake("path", "path-leading-slash", |m| m.signed.path = PATH.trim_start_matches('/').into()),
    mistake("path", "path-decoded", |m| m.signed.path = "/api/v2/notify me/merch".into()),
    mistake("path", "path-encoded-twice", |m| m.signed.path = "/api/v2/notify%2520me/merch".into()),
    mistake("path", "path-encoded", |m| m.signed.path = "%2Fapi%2Fv2%2Fnotify%2520me%2Fmerch".into()),
    mistake("path", "path-prefix", |m| m.received.path = format!("/gateway{PATH}")),
    mistake("path", "path-other", |m| m.signed.path = "/api/v2/other".into()),
    mistake("time", "timestamp-signed-in-seconds", |m| m.signed.timestamp = "1701732359".into()),
    mistake("time", "timestamp-other", |m| m.signed.timestamp = "1701732359000".into()),
    mistake("time", "timestamp-other", |m| m.signed.timestamp = "1701732359124".into()),
    mistake("merchant", "merchant-line-dropped", |m| m.signed.merchant = None),
    mistake("merchant", "merchant-not-signed", |m| m.signed.merchant = Some(String::new())),
    mistake("merchant", "merchant-literal", |m| m.signed.merchant = Some("null".into())),
    mistake("merchant", "merchant-literal", |m| m.signed.merchant = Some("None".into())),
    mistake("merchant", "merchant-literal", |m| m.signed.merchant = Some("undefined".into())),
    mistake("merchant", "other-merchant", |m| m.signed.merchant = Some("M1".into())),
    mistake("merchant", "merchant-not-sent", |m| m.received.merchant = None),
];

#[test]
fn each_is_found() {
    check(FAMILY);
}

#[test]
fn a_clock_read_twice_is_found() {
    check(&[
        mistake("", "timestamp-other", |m| m.signed.timestamp = "1701732359103".into()),
        mistake("", "timestamp-other", |m| m.signed.timestamp = "1701732359142".into()),
        mistake("", "timestamp-other", |m| m.signed.timestamp = "1701732357623".into()),
        mistake("", "timestamp-other", |m| m.signed.timestamp = "1701732360623".into()),
    ]);
}

#[test]
fn a_dropped_line_is_found_where_no_merchant_is_sent() {
    check(&[mistake("", "merchant-line-dropped", |m| {
        m.received.merchant = None;
        m.signed.merchant = None;
    })]);
}

/// A path that no verifier takes is named besides.
#[test]
fn a_path_that_was_handed_on_wrongly_is_found() {
    let cases = [
        mistake("", "path-encoded", |m| m.received.path = "/api/v2/notify me/merch".into()),
        mistake("", "path-without-host", |m| m.received.path = format!("https://api.example.com{PATH}")),
        mistake("", "path-leading-slash", |m| m.received.path = PATH.trim_start_matches('/').into()),
    ];
    for mistake in cases {
        let diagnosis = Message::with(&[&mistake]).diagnosis();
        assert_eq!(super::codes(&diagnosis), [mistake.code, "path-refused"], "{diagnosis}");
        assert!(diagnosis.is_explained());
    }
}

#[test]
fn an_empty_merchant_header_is_named() {
    let mut message = Message::genuine();
    message.received.merchant = Some(String::new());
    message.signed.merchant = Some(String::new());
    let diagnosis = message.diagnosis();
    assert_eq!(super::codes(&diagnosis), ["merchant-empty"], "{diagnosis}");
    assert!(diagnosis.is_explained());
}

#[test]
fn the_other_merchant_is_named() {
    let diagnosis = Message::with(&[&mistake("", "", |m| m.signed.merchant = Some("M1".into()))]).diagnosis();
    let text = diagnosis.to_string();
    assert!(text.contains("`M1` was signed") && text.contains(MERCHANT), "{text}");
}
