//! Whatever is wrong with an answer, there is no value, and the request counts as possibly executed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderName, Response};
use http_body_util::Full;
use paykka_transport::{Error, SignVerifySettings};

use crate::peer::{MAX_ANSWER, Signing, answer, request, send};

async fn refusal(make: impl Fn() -> Response<Full<Bytes>> + Send + Sync + 'static) -> Error {
    let path = crate::peer::PATH;
    let error = send(SignVerifySettings::default(), request(path), move |_| Ok(make())).await.unwrap_err();
    assert!(error.may_have_been_executed(), "{error:?}");
    error
}

#[tokio::test]
async fn the_double_itself_answers_properly() {
    let path = crate::peer::PATH;
    let given = send(SignVerifySettings::default(), request(path), |_| Ok(answer("{}", &Signing::default())));
    assert_eq!(given.await.unwrap().verified().unwrap().key_id(), "P001");
}

#[tokio::test]
async fn answers_signed_over_something_else_are_wrong() {
    let other_path = || answer("{}", &Signing { path: "/other", ..Signing::default() });
    assert!(refusal(other_path).await.is_signature());
    let other_merchant = || answer("{}", &Signing { merchant: Some("M2"), ..Signing::default() });
    assert!(refusal(other_merchant).await.is_signature());
    let no_merchant = || answer("{}", &Signing { merchant: None, ..Signing::default() });
    assert!(refusal(no_merchant).await.is_signature());
    let another_body = || answer("{}", &Signing::default()).map(|_| Full::from("{ }"));
    assert!(refusal(another_body).await.is_signature());
}

#[tokio::test]
async fn answers_that_cannot_be_judged_are_refused_with_their_reason() {
    let unknown = refusal(|| answer("{}", &Signing { key_id: "P002", ..Signing::default() })).await;
    assert!(unknown.is_refused() && !unknown.is_signature());
    assert!(cause(&unknown).contains("no key is known under the id `P002`"));

    let hour = Duration::from_secs(3600);
    let late =
        refusal(move || answer("{}", &Signing { time: SystemTime::now() - hour, ..Signing::default() }));
    assert!(cause(&late.await).contains("older than allowed"));
    let early =
        refusal(move || answer("{}", &Signing { time: SystemTime::now() + hour, ..Signing::default() }));
    assert!(cause(&early.await).contains("later than the clock here allows"));

    let malformed = || with_header(answer("{}", &Signing::default()), "authorization", Some("junk"));
    assert!(cause(&refusal(malformed).await).contains("malformed Authorization header"));
}

#[tokio::test]
async fn unsigned_doubled_and_encoded_answers_are_told_apart() {
    let unsigned = refusal(|| with_header(answer("{}", &Signing::default()), "authorization", None)).await;
    assert!(unsigned.is_unsigned() && !unsigned.is_refused());
    assert_eq!(unsigned.raw().unwrap().body(), "{}");

    let doubled = refusal(|| {
        let mut doubled = answer("{}", &Signing::default());
        let signature = doubled.headers()["authorization"].clone();
        doubled.headers_mut().append("authorization", signature);
        doubled
    })
    .await;
    assert!(doubled.is_refused() && !doubled.is_unsigned() && doubled.raw().is_some());

    let encoded = || with_header(answer("{}", &Signing::default()), "content-encoding", Some("gzip"));
    let encoded = refusal(encoded).await;
    assert!(encoded.is_refused() && encoded.to_string().contains("Content-Encoding"));
}

#[tokio::test]
async fn an_answer_over_the_limit_is_not_read_on() {
    let whole = || with_header(answer("{}", &Signing::default()), "x", None);
    for (length, is_too_large) in [(MAX_ANSWER, false), (MAX_ANSWER + 1, true)] {
        let body = Bytes::from(vec![b' '; usize::try_from(length).unwrap()]);
        let error = refusal(move || whole().map(|_| Full::from(body.clone()))).await;
        assert_eq!((error.is_too_large(), error.is_signature()), (is_too_large, !is_too_large));
    }
    let error = refusal(move || whole().map(|_| Full::from(vec![b' '; 1 << 20]))).await;
    assert!(error.is_too_large() && error.may_have_been_executed());
}

#[tokio::test]
async fn a_clock_that_fails_after_sending_does_not_make_the_request_unsent() {
    let first = AtomicBool::new(true);
    let settings = SignVerifySettings::default().clock(move || {
        if first.swap(false, Ordering::Relaxed) {
            SystemTime::now()
        } else {
            SystemTime::UNIX_EPOCH - Duration::from_secs(1)
        }
    });
    let given = send(settings, request(crate::peer::PATH), |_| Ok(answer("{}", &Signing::default())));
    let error = given.await.unwrap_err();
    assert!(error.may_have_been_executed() && error.is_refused() && !error.is_config(), "{error:?}");
}

#[tokio::test]
async fn a_foreign_error_from_below_counts_as_a_broken_connection() {
    let given = send(SignVerifySettings::default(), request(crate::peer::PATH), |_| Err("cable cut".into()));
    let error = given.await.unwrap_err();
    assert!(error.is_interrupted() && error.may_have_been_executed());
    assert_eq!(cause(&error), "cable cut");
}

fn with_header(
    mut response: Response<Full<Bytes>>,
    name: &'static str,
    value: Option<&'static str>,
) -> Response<Full<Bytes>> {
    response.headers_mut().remove(name);
    if let Some(value) = value {
        response.headers_mut().insert(HeaderName::from_static(name), value.parse().unwrap());
    }
    response
}

fn cause(error: &Error) -> String {
    std::error::Error::source(error).unwrap().to_string()
}
