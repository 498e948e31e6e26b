//! What is asked of an answer's signature, and what an answer without one tells people all the same.

use std::time::{Duration, SystemTime};

use http::HeaderName;
use paykka_sign::{Parts, Timestamp, VerifyingKey, Window};
use paykka_transport::{
    Call, Effect, Error, ResponsePolicy, RsaWork, SignVerifySettings, Transport, TransportBuilder,
};

use crate::faults::{PATH, down, paid, paid_unsigned};
use crate::server::{Double, Received, Reply, Signing, merchant, ring, stranger};

const MERCHANT: &str = "M24061911365700670";

fn builder(settings: SignVerifySettings, double: &Double) -> TransportBuilder {
    Transport::builder("http://127.0.0.1:1", merchant(), ring())
        .signatures(settings.rsa_work(RsaWork::Inline))
        .over(double.clone())
}

fn call(operation: &'static str) -> Call {
    Call::new(PATH).operation(operation).merchant(MERCHANT)
}

/// Signed where the request asks for it by its body.
fn as_asked(to: &Received) -> Reply {
    match to.body.as_slice() {
        b"signed" => paid(to),
        b"forged" => Reply::signed_by(to, "200 OK", "{}", &Signing { key: stranger, ..Signing::default() }),
        b"down" => down(to),
        _ => paid_unsigned(to),
    }
}

#[tokio::test]
async fn who_has_signed_once_is_expected_to_go_on() {
    let double = Double::new(as_asked);
    let settings = SignVerifySettings::default()
        .dangerously_take_unsigned("a.one", ResponsePolicy::WhenPresent)
        .dangerously_take_unsigned("a.two", ResponsePolicy::WhenPresent);
    let transport = builder(settings, &double).build().unwrap();
    let unsigned = transport.send(call("a.one"), "unsigned").await.unwrap();
    assert!(!unsigned.is_evidence() && unsigned.verified().is_none() && unsigned.outcome_unknown());
    let forged = transport.send(call("a.one"), "forged").await.unwrap_err();
    assert!(forged.is_signature(), "what is there must be right");
    assert!(transport.send(call("a.one"), "unsigned").await.is_ok(), "a forged one proves nothing");
    let signed = transport.send(call("a.one"), "signed").await.unwrap();
    assert!(signed.is_evidence() && !signed.outcome_unknown());
    let other = transport.clone();
    assert!(other.send(call("a.one"), "unsigned").await.unwrap_err().is_unsigned(), "in clones, too");
    assert!(other.send(call("a.two"), "unsigned").await.is_ok(), "each operation on its own");
    assert!(other.send(call("a.three"), "unsigned").await.unwrap_err().is_unsigned(), "required by default");
    assert!(other.send(call(""), "unsigned").await.unwrap_err().is_unsigned(), "required by default");
}

#[tokio::test]
async fn where_nobody_looks_nothing_is_evidence() {
    let double = Double::new(as_asked);
    let settings = SignVerifySettings::default().dangerously_take_unsigned("a.one", ResponsePolicy::Off);
    let transport = builder(settings, &double).build().unwrap();
    for body in ["unsigned", "signed", "forged", "unsigned"] {
        let answer = transport.send(call("a.one"), body).await.unwrap();
        assert!(!answer.is_evidence() && answer.verified().is_none(), "{body}");
        assert!(answer.outcome_unknown(), "{body}: a call that moves money isn't ended by it");
    }
    let sent = double.received().len();
    let answer = transport.send(call("a.one"), "down").await.unwrap();
    assert!(answer.outcome_unknown() && double.received().len() == sent + 1, "nor sent again");
    let read = transport.send(call("a.one").effect(Effect::Read), "unsigned").await.unwrap();
    assert!(!read.outcome_unknown());
}

#[tokio::test]
async fn an_answer_unsigned_where_we_look_names_where_a_signature_stands() {
    let reply = |to: &Received| {
        let signed = paid(to);
        let value = signed.value_of("Authorization").to_owned();
        paid_unsigned(to).header("X-Paykka-Sign", value).header("X-Trace", "abc")
    };
    let double = Double::new(reply);
    let transport = builder(SignVerifySettings::default(), &double).build().unwrap();
    let error = transport.send(call("a"), "{}").await.unwrap_err();
    let text = error.to_string();
    assert!(
        error.is_unsigned() && text.ends_with("one of them may be the response header to set: x-paykka-sign"),
        "{text}"
    );
    // And that is what to set.
    let settings = SignVerifySettings::default().response_header(HeaderName::from_static("x-paykka-sign"));
    let transport = builder(settings, &double).build().unwrap();
    assert!(transport.send(call("a"), "{}").await.unwrap().is_evidence());
    // An answer without any says nothing of headers.
    let double = Double::new(paid_unsigned);
    let transport = builder(SignVerifySettings::default(), &double).build().unwrap();
    let text = transport.send(call("a"), "{}").await.unwrap_err().to_string();
    assert!(!text.contains("header"), "{text}");
}

#[tokio::test]
async fn a_401_of_another_time_says_that_the_clock_is_off() {
    let of = async |status: &'static str, off: Duration, is_ahead: bool| {
        let reply = move |_: &Received| {
            let now = SystemTime::now();
            let date = if is_ahead { now + off } else { now - off };
            Reply::unsigned(status, r#"{"ret_code":"010100"}"#).header("Date", httpdate::fmt_http_date(date))
        };
        let transport = builder(SignVerifySettings::default(), &Double::new(reply)).build().unwrap();
        transport.send(call("a"), "{}").await.unwrap_err().to_string()
    };
    const HINT: &str = "check this machine's clock first";
    let (day, minute) = (Duration::from_secs(86_400), Duration::from_secs(60));
    for is_ahead in [true, false] {
        let text = of("401 Unauthorized", day, is_ahead).await;
        assert!(text.contains(HINT) && text.contains("its Date is 86"), "{text}");
        assert!(!of("401 Unauthorized", minute, is_ahead).await.contains(HINT));
        assert!(!of("403 Forbidden", day, is_ahead).await.contains(HINT));
    }
}

#[tokio::test]
async fn the_signed_path_and_the_path_on_the_wire_have_prefixes_of_their_own() {
    const SIGNED: &str = "/gateway/api/v2/merch/pay/apply";
    let reply = |to: &Received| {
        Reply::signed_by(to, "200 OK", "{}", &Signing { path: Some(SIGNED), ..Signing::default() })
    };
    let double = Double::new(reply);
    let settings = SignVerifySettings::default().signed_prefix("/gateway");
    let transport = builder(settings, &double).wire_prefix("/egress").build().unwrap();
    let answer = transport.send(call("a"), "{}").await.unwrap();
    assert_eq!((answer.request().path(), answer.verified().unwrap().path()), (SIGNED, SIGNED));
    let sent = double.received();
    assert_eq!(sent[0].path, format!("/egress{PATH}"));
    let public = VerifyingKey::from_bytes(merchant().public_key()).unwrap();
    let own = paykka_sign::KeyRing::builder().key("K001", public).for_loopback().build().unwrap();
    let window = || Window::new(Timestamp::try_from(SystemTime::now()).unwrap(), Duration::from_secs(60));
    let parts = |path| Parts { path, merchant: Some(MERCHANT), body: b"{}".as_slice() };
    let authorization = sent[0].header("authorization").unwrap().as_bytes();
    own.verify(authorization, parts(SIGNED), &window()).unwrap();
    assert!(own.verify(authorization, parts(&sent[0].path), &window()).unwrap_err().is_signature());
    assert!(own.verify(authorization, parts(PATH), &window()).unwrap_err().is_signature());
}

#[tokio::test]
async fn a_genuine_answer_counts_once_in_all_clones() {
    let first = std::sync::Mutex::new(None);
    let reply = move |to: &Received| first.lock().unwrap().get_or_insert_with(|| paid(to)).clone();
    let transport = builder(SignVerifySettings::default(), &Double::new(reply)).build().unwrap();
    let answers = [transport.clone(), transport.clone(), transport];
    let mut ended = Vec::new();
    for transport in answers {
        ended.push(transport.send(call("a"), "{}").await);
    }
    assert!(ended[0].as_ref().unwrap().is_evidence());
    let is_repeated = |ended: &Result<_, Error>| ended.as_ref().is_err_and(Error::is_repeated);
    assert!(is_repeated(&ended[1]) && is_repeated(&ended[2]));
}
