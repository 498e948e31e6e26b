//! What isn't genuine, or isn't ours, is answered without a word of explanation, and the handler isn't called.

use std::time::{Duration, SystemTime};

use http::{Method, StatusCode};

use crate::endpoint::{BODY, Endpoint, MERCHANT, Message, PATH, verifier};

async fn assert_refused(endpoint: &Endpoint, message: &Message, status: StatusCode, case: &str) {
    let answer = endpoint.post(message).await;
    assert_eq!((answer.status, &answer.body[..]), (status, &b"{}"[..]), "{case}");
    assert!(endpoint.handled().is_empty(), "{case}: the handler was called");
}

#[tokio::test]
async fn one_flipped_byte_in_the_body_is_401_and_not_handled() {
    let endpoint = Endpoint::start();
    for at in 0..BODY.len() {
        let mut message = Message::genuine();
        message.body[at] ^= 1;
        assert_refused(&endpoint, &message, StatusCode::UNAUTHORIZED, &format!("byte {at}")).await;
    }
}

#[tokio::test]
async fn damaged_missing_and_doubled_headers_are_401() {
    type Damage = fn(&mut Message);
    let cases: [(&str, Damage); 9] = [
        ("no signature", |m| m.headers.truncate(0)),
        ("empty signature", |m| m.headers[0].1.clear()),
        ("two signatures", |m| m.headers.push(m.headers[0].clone())),
        ("unencoded", |m| m.headers[0].1 = m.headers[0].1.replace("%22", "\"")),
        ("unknown key id", |m| m.headers[0].1 = m.headers[0].1.replace("P001", "P002")),
        ("merchant dropped", |m| m.headers.truncate(1)),
        ("two merchants", |m| m.headers.push(m.headers[1].clone())),
        ("another merchant", |m| m.headers[1].1 = "M2".into()),
        ("content encoding", |m| m.headers.push(("content-encoding", "gzip".into()))),
    ];
    let endpoint = Endpoint::start();
    for (case, damage) in cases {
        let mut message = Message::genuine();
        damage(&mut message);
        assert_refused(&endpoint, &message, StatusCode::UNAUTHORIZED, case).await;
    }
}

#[tokio::test]
async fn genuine_signatures_for_somewhere_or_somebody_else_are_401() {
    let endpoint = Endpoint::start();
    let foreign = BODY.replace(MERCHANT, "M2");
    for (case, message) in [
        ("another path", Message::signed("/other", Some(MERCHANT), BODY)),
        ("another merchant's own", Message::signed(PATH, Some("M2"), &foreign)),
        ("another merchant's own, without the header", Message::signed(PATH, None, &foreign)),
        ("our header over another merchant's data", Message::signed(PATH, Some(MERCHANT), &foreign)),
    ] {
        assert_refused(&endpoint, &message, StatusCode::UNAUTHORIZED, case).await;
    }
    let nobodys = r#"{"type":"MERCH","data":{"request_id":"R1","status":"SUCCESS"}}"#;
    let message = Message::signed(PATH, None, nobodys);
    assert_refused(&endpoint, &message, StatusCode::UNAUTHORIZED, "nobody's").await;
}

#[tokio::test]
async fn genuine_and_late_or_early_is_401() {
    for offset in [301, -301] {
        let endpoint = Endpoint::with(verifier().clock(move || shifted(offset)));
        assert_refused(&endpoint, &Message::genuine(), StatusCode::UNAUTHORIZED, &format!("{offset} s"))
            .await;
    }
}

#[tokio::test]
async fn other_methods_and_oversized_bodies_have_their_statuses() {
    let endpoint = Endpoint::start();
    let get = Message { method: Method::GET, ..Message::genuine() };
    assert_refused(&endpoint, &get, StatusCode::METHOD_NOT_ALLOWED, "GET").await;
    assert_eq!(endpoint.post(&get).await.headers["allow"], "POST");
    let large = Message { body: vec![b' '; 1024 * 1024 + 1], ..Message::genuine() };
    assert_refused(&endpoint, &large, StatusCode::PAYLOAD_TOO_LARGE, "1 MiB + 1").await;
}

fn shifted(seconds: i64) -> SystemTime {
    let by = Duration::from_secs(seconds.unsigned_abs());
    if seconds < 0 { SystemTime::now() - by } else { SystemTime::now() + by }
}
