//! Each header missing, empty, doubled, over-long, not ASCII: refused before any work on keys, and by name.

use http::{HeaderMap, HeaderValue};
use paykka_webhook::testing::SignedNotification;
use paykka_webhook::{Reason, Rejection};

use crate::world::{PLATFORM, genuine, header, payment, payments, post, receiver, signed};

type Damage = fn(&mut SignedNotification);

fn rejected(damage: Damage) -> Rejection {
    let mut message = genuine();
    damage(&mut message);
    payments().build().unwrap().verify(&message.headers, message.body).unwrap_err()
}

fn drop_header(message: &mut SignedNotification, name: &str) {
    message.headers.retain(|(given, _)| *given != name);
}

fn double(message: &mut SignedNotification, name: &str) {
    let again = message.headers.iter().find(|(given, _)| *given == name).unwrap().clone();
    message.headers.push(again);
}

#[tokio::test]
async fn damaged_headers_are_refused() {
    let cases: [(&str, Reason, Damage); 19] = [
        ("no authorization", Reason::Header, |m| drop_header(m, "authorization")),
        ("empty authorization", Reason::Header, |m| header(m, "authorization").clear()),
        ("two authorizations", Reason::Header, |m| double(m, "authorization")),
        ("another authorization first", Reason::Header, |m| {
            m.headers.insert(0, ("Authorization", "Basic eDp5".into()));
        }),
        ("8 KiB and more", Reason::Header, |m| header(m, "authorization").push_str(&"a".repeat(8 * 1024))),
        ("an umlaut", Reason::Header, |m| header(m, "authorization").push('ü')),
        ("not encoded", Reason::Header, |m| {
            let plain = header(m, "authorization").replace("%22", "\"");
            *header(m, "authorization") = plain;
        }),
        ("a scheme word", Reason::Header, |m| header(m, "authorization").insert_str(0, "Bearer ")),
        ("no merchant", Reason::Signature, |m| drop_header(m, "x-merch-id")),
        ("empty merchant", Reason::Header, |m| header(m, "x-merch-id").clear()),
        ("two merchants", Reason::Header, |m| double(m, "x-merch-id")),
        ("another merchant behind", Reason::Header, |m| m.headers.push(("X-MERCH-ID", "M2".into()))),
        ("65 characters", Reason::Header, |m| *header(m, "x-merch-id") = "M".repeat(65)),
        ("a merchant in other letters", Reason::Header, |m| header(m, "x-merch-id").push('é')),
        ("a blank in the merchant", Reason::Header, |m| header(m, "x-merch-id").push(' ')),
        ("another merchant", Reason::Signature, |m| *header(m, "x-merch-id") = "M2".into()),
        ("gzip", Reason::Encoded, |m| m.headers.push(("content-encoding", "gzip".into()))),
        ("identity", Reason::Encoded, |m| m.headers.push(("Content-Encoding", "identity".into()))),
        ("an unknown key id", Reason::UnknownKey, |m| {
            let other = header(m, "authorization").replace("P001", "P999");
            *header(m, "authorization") = other;
        }),
    ];
    let (receiver, handled) = receiver(payments());
    for (case, reason, damage) in cases {
        let mut message = genuine();
        damage(&mut message);
        assert_eq!(post(&receiver, &message).await, reason, "{case}");
        assert_eq!(reason.status(), 401, "{case}");
    }
    assert_eq!((handled.count(), receiver.counters().of(Reason::Header)), (0, 14));
    assert_eq!(post(&receiver, &genuine()).await, Reason::Handled);
}

/// The content type isn't judged.
#[tokio::test]
async fn any_content_type_will_do() {
    let (receiver, handled) = receiver(payments());
    for (number, value) in
        [None, Some("text/plain"), Some(""), Some("application/json; charset=gbk")].iter().enumerate()
    {
        let mut message = signed(&payment(&format!("R{number}"), "SUCCESS"));
        drop_header(&mut message, "content-type");
        message.headers.extend(value.map(|value| ("content-type", value.to_owned())));
        assert_eq!(post(&receiver, &message).await, Reason::Handled, "{value:?}");
    }
    assert_eq!(handled.count(), 4);
}

#[test]
fn header_maps_and_pairs_of_any_case_are_read_alike() {
    let message = genuine();
    let verifier = payments().build().unwrap();
    let mut map = HeaderMap::new();
    for (name, value) in &message.headers {
        map.append(*name, HeaderValue::from_str(value).unwrap());
    }
    assert!(verifier.verify(&map, message.body.clone()).is_ok());
    let pairs: Vec<(String, Vec<u8>)> = message
        .headers
        .iter()
        .map(|(name, value)| (name.to_uppercase(), value.clone().into_bytes()))
        .collect();
    assert!(verifier.verify(&pairs, message.body.clone()).is_ok());
    assert!(verifier.verify(&pairs[..], message.body).is_ok());
    map.append("x-merch-id", HeaderValue::from_bytes(b"\xff").unwrap());
    assert_eq!(verifier.verify(&map, genuine().body).unwrap_err().reason(), Reason::Header);
}

#[test]
fn a_rejection_tells_the_operator_and_shows_nothing_else() {
    let flipped = rejected(|m| m.body = m.body.iter().map(|byte| byte ^ 1).collect::<Vec<_>>().into());
    assert_eq!((flipped.reason().code(), flipped.key_id()), ("signature", Some("P001")));
    let unknown = rejected(|m| {
        let other = header(m, "authorization").replace("P001", "P%5C%5C1%5C%22");
        *header(m, "authorization") = other;
    });
    assert_eq!(unknown.key_id(), Some(r#"P\\1\""#), "escaped: what it says is anybody's");
    let line = rejected(|m| {
        let other = header(m, "authorization").replace("P001", "P%5Cn1");
        *header(m, "authorization") = other;
    });
    assert_eq!((line.reason(), line.key_id()), (Reason::Header, None), "a line feed in a key id");
    for rejection in [&flipped, &unknown, &line] {
        let shown = format!("{rejection} {rejection:?}");
        let mut message = genuine();
        let nonce =
            paykka_sign::Authorization::parse(header(&mut message, "authorization").as_bytes()).unwrap();
        assert!(!shown.contains("SUCCESS") && !shown.contains("R1") && !shown.contains(nonce.nonce()));
    }
    assert_eq!(PLATFORM.key_id(), "P001");
}
