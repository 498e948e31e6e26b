//! What can be said of one call, what an answer tells, and calls that aren't modelled.

use std::time::Duration;

use http::{HeaderName, HeaderValue};
use paykka_client::{Client, Effect, RetrySettings};
use paykka_model::{
    BalanceInquiry, BalanceInquiryRequest, FileMeta, FileMetaFields, FileUpload, PaymentInquiryRequest,
};
use paykka_sign::SigningKey;
use tokio::net::TcpListener;

use crate::double::{client, over};
use crate::fixtures::request;
use crate::world::{MERCHANT, MERCHANT_PEM, builder, payment, platform_ring};

const ACCOUNTS: &str = r#"{"accounts":[],"new":1}"#;

fn quick() -> RetrySettings {
    RetrySettings::default().pauses(Duration::from_millis(1), Duration::from_millis(1))
}

#[tokio::test]
async fn an_answer_tells_all_that_is_known_of_it() {
    let (builder, log) = over(|_, before| match before {
        0 => (503, String::new()),
        _ => (200, ACCOUNTS.to_owned()),
    });
    let client = builder.retry(quick()).build().unwrap();
    let answer = client.call::<BalanceInquiry>(&BalanceInquiryRequest::new()).await.unwrap();
    assert_eq!((answer.raw().as_ref(), answer.status().as_u16()), (ACCOUNTS.as_bytes(), 200));
    assert_eq!((answer.attempts(), &answer.headers()["x-marker"]), (2, &HeaderValue::from_static("seen")));
    assert!(answer.took() < Duration::from_secs(10));
    assert_eq!(answer.request().path(), "/api/v2/merch/account/balance");
    assert_eq!(log.lock().unwrap().len(), 2);
}

#[tokio::test]
async fn a_call_has_its_own_attempts_merchant_headers_and_path() {
    let (builder, log) = over(|came, _| match came.path.as_str() {
        "/elsewhere" => (200, ACCOUNTS.to_owned()),
        _ => (503, String::new()),
    });
    let client = builder.retry(quick()).build().unwrap();
    let request = BalanceInquiryRequest::new();
    let error = client.balance().inquiry(&request).max_attempts(2).await.unwrap_err();
    assert_eq!((error.status().unwrap().as_u16(), log.lock().unwrap().len()), (503, 2));
    log.lock().unwrap().clear();

    let marker = HeaderName::from_static("x-trace");
    let other = client.as_merchant("M2");
    let call = other.balance().inquiry(&request).header(marker, HeaderValue::from_static("t1"));
    call.at_path("/elsewhere").await.unwrap();
    client.balance().inquiry(&request).as_merchant("M3").at_path("/elsewhere").await.unwrap();
    client.balance().inquiry(&request).at_path("/elsewhere").await.unwrap();
    let came = log.lock().unwrap().clone();
    let merchants: Vec<_> = came.iter().map(|came| came.merchant.as_deref().unwrap()).collect();
    assert_eq!(merchants, ["M2", "M3", MERCHANT]);
    assert_eq!(
        (&came[0].headers["x-trace"], came[1].headers.get("x-trace")),
        (&HeaderValue::from_static("t1"), None)
    );
    assert_eq!((other.merchant(), client.merchant()), (Some("M2"), Some(MERCHANT)));
}

#[tokio::test]
async fn a_call_has_its_own_deadline() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let client = builder(&format!("http://{}", silent.local_addr().unwrap())).build().unwrap();
    let error =
        client.payments().apply(&payment("R1", 1)).timeout(Duration::from_millis(200)).await.unwrap_err();
    assert!(error.is_timeout() && error.outcome_unknown(), "{error}");
    let upload = client.files().upload("f", b"test".to_vec()).timeout(Duration::from_millis(200));
    let error = upload.await.unwrap_err();
    assert!(error.is_timeout() && !error.outcome_unknown(), "{error}");
}

#[tokio::test]
async fn an_upload_has_the_same_options() {
    let (client, log) = client(|_, _| (200, r#"{"file_id":7}"#.to_owned()));
    let marker = HeaderName::from_static("x-trace");
    let upload =
        client.files().upload("f", b"test".to_vec()).as_merchant("M2").at_path("/up").max_attempts(1);
    let answer = upload.header(marker, HeaderValue::from_static("t1")).await.unwrap();
    assert_eq!(answer.value().file_id.0, 7);
    let came = log.lock().unwrap()[0].clone();
    assert_eq!((came.path.as_str(), came.merchant.as_deref()), ("/up", Some("M2")));
    assert_eq!(came.headers["x-trace"], "t1");
}

#[tokio::test]
async fn merchants_that_cant_be_sent_are_named_and_nothing_is_sent() {
    let (client, log) = client(|_, _| (200, ACCOUNTS.to_owned()));
    let request = BalanceInquiryRequest::new();
    for merchant in ["M\n1", "", "M\u{e9}"] {
        let error = client.balance().inquiry(&request).as_merchant(merchant).await.unwrap_err();
        assert!(error.is_config() && !error.outcome_unknown(), "{merchant:?}: {error}");
    }
    let error = client
        .onboarding()
        .inquiry(&crate::fixtures::request("onboarding.inquiry", &[]))
        .as_merchant("M2")
        .await
        .unwrap_err();
    assert!(error.is_config() && error.to_string().contains("belongs to no merchant"), "{error}");
    assert!(log.lock().unwrap().is_empty());
}

#[tokio::test]
async fn a_call_that_belongs_to_no_merchant_is_sent_without_the_clients() {
    let (client, log) = client(|_, _| (200, r#"{"status":"PASS"}"#.to_owned()));
    client.onboarding().inquiry(&request("onboarding.inquiry", &[])).await.unwrap();
    assert_eq!(log.lock().unwrap()[0].merchant, None);
}

#[tokio::test]
async fn raw_calls_count_as_money_until_something_else_is_said() {
    let (builder, log) = over(|came, _| match came.path.as_str() {
        "/failed" => (200, r#"{"ret_code":"010003"}"#.to_owned()),
        "/broken" => (500, String::new()),
        _ => (200, r#"{"anything":1}"#.to_owned()),
    });
    let client = builder.retry(quick()).build().unwrap();
    let answer = client.call_raw("/own", r#"{"b":1,"a":2}"#).await.unwrap();
    assert!(answer.is_evidence());
    assert_eq!(answer.bytes().as_ref(), br#"{"anything":1}"#);
    assert_eq!(log.lock().unwrap()[0].body.as_ref(), br#"{"b":1,"a":2}"#, "these bytes");

    let error = client.call_raw("/failed", "{}").await.unwrap_err();
    assert!(error.is_invalid_state() && error.outcome_unknown(), "{error}");
    let error =
        client.call_raw("/failed", "{}").effect(Effect::Read).operation("own.read").await.unwrap_err();
    assert!(error.is_invalid_state() && !error.outcome_unknown());
    assert!(error.to_string().starts_with("own.read: "), "{error}");

    log.lock().unwrap().clear();
    let error = client.call_raw("/broken", "{}").await.unwrap_err();
    assert!(error.outcome_unknown() && log.lock().unwrap().len() == 1, "sent once");
    let error = client.call_raw("/broken", "{}").effect(Effect::Read).await.unwrap_err();
    assert!(!error.outcome_unknown() && log.lock().unwrap().len() == 1 + 3, "a read is tried again");

    log.lock().unwrap().clear();
    client.call_raw("/a", "{}").await.unwrap();
    client.call_raw("/a", "{}").as_merchant("M2").await.unwrap();
    client.call_raw("/a", "{}").without_merchant().at_path("/b").await.unwrap();
    let came = log.lock().unwrap().clone();
    let seen: Vec<_> = came.iter().map(|came| (came.path.as_str(), came.merchant.as_deref())).collect();
    assert_eq!(seen, [("/a", Some(MERCHANT)), ("/a", Some("M2")), ("/b", None)]);
}

#[tokio::test]
async fn paths_that_cant_be_signed_are_refused_before_anything_is_sent() {
    let (client, log) = client(|_, _| (200, "{}".to_owned()));
    for path in ["no-slash", "/a?b=c", "/a#b", "https://elsewhere/x", "", "/a b"] {
        let error = client.call_raw(path, "{}").await.unwrap_err();
        assert!(error.is_config() && !error.outcome_unknown(), "{path}: {error}");
    }
    assert!(log.lock().unwrap().is_empty());
}

#[tokio::test]
async fn an_upload_as_a_json_call_is_refused() {
    let (client, log) = client(|_, _| (200, "{}".to_owned()));
    let meta = FileMeta::new(FileMetaFields { filename: "f".into(), sha256: "0".repeat(64) });
    let error = client.call::<FileUpload>(&meta).await.unwrap_err();
    assert!(error.is_config() && error.to_string().contains("Client::files"), "{error}");
    assert!(log.lock().unwrap().is_empty());
}

#[test]
fn clients_are_cheap_to_share_and_their_futures_may_move() {
    fn is_shared<T: Clone + Send + Sync + 'static>(_: &T) {}
    fn is_send<T: Send>(_: T) {}
    let client = Client::builder("http://127.0.0.1:9")
        .signing_key(SigningKey::from_bytes("K001", MERCHANT_PEM).unwrap())
        .platform_keys(platform_ring())
        .build()
        .unwrap();
    is_shared(&client);
    let inquiry = PaymentInquiryRequest::new("R1".parse::<paykka_model::RequestId>().unwrap());
    is_send(client.payments().inquiry(&inquiry).into_future());
    is_send(client.payments().inquiry(&inquiry).wait_until_final().into_future());
    is_send(client.files().upload("f", vec![]).into_future());
    is_send(client.call_raw("/a", "{}").into_future());
}
