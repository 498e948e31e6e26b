//! Each payment's end is notified, signed over the receiver's own path; what the receiver does with it holds up nobody.

use std::time::{Duration, SystemTime};

use axum::Router;
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use paykka_emulator::{Delivery, Emulator, LocalCa, LoopbackServer};
use paykka_sign::{KeyRing, Parts, Timestamp, VerifyingKey, Window};
use tokio::sync::mpsc;

use crate::caller::{APPLY, MERCHANT, Message, builder, payment, platform_key};

/// A receiver over TLS that answers with `status` and hands on what came.
fn receiver(
    ca: &LocalCa,
    status: StatusCode,
) -> (LoopbackServer, mpsc::UnboundedReceiver<(HeaderMap, Bytes)>) {
    let (sender, received) = mpsc::unbounded_channel();
    let receive = move |headers: HeaderMap, body: Bytes| async move {
        sender.send((headers, body)).unwrap();
        status
    };
    let router = Router::new().route("/our/own/path", post(receive));
    (LoopbackServer::tls(router, &ca.issue().unwrap()).unwrap(), received)
}

async fn pay(emulator: &Emulator, request_id: &str) {
    let body = payment(request_id, "B1", "USD", 1);
    assert_eq!(Message::signed(APPLY, &body).send(emulator).await.status, StatusCode::OK);
}

/// The delivery is logged after the receiver has answered, which nobody tells us.
async fn logged(emulator: &Emulator) -> Vec<Delivery> {
    tokio::time::timeout(Duration::from_secs(15), async {
        while emulator.deliveries().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await
    .unwrap();
    emulator.deliveries()
}

#[tokio::test]
async fn the_end_of_a_payment_is_notified_signed_over_the_receivers_path() {
    let ca = LocalCa::new().unwrap();
    let (server, mut received) = receiver(&ca, StatusCode::OK);
    let url = format!("https://{}/our/own/path", server.address());
    let emulator = builder().ca(ca).notify_to(url).start().await.unwrap();
    assert_eq!(emulator.public_key_pem(), platform_key().public_key());
    pay(&emulator, "R1").await;

    let (headers, body) = received.recv().await.unwrap();
    let key = VerifyingKey::from_bytes(emulator.public_key_pem()).unwrap();
    let ring = KeyRing::builder().key(emulator.key_id(), key).for_loopback().build().unwrap();
    let merchant = headers["x-merch-id"].to_str().unwrap();
    let parts = Parts { path: "/our/own/path", merchant: Some(merchant), body: &body };
    let window = Window::new(Timestamp::try_from(SystemTime::now()).unwrap(), Duration::from_secs(60));
    ring.verify(headers["authorization"].as_bytes(), parts, &window).unwrap();
    let body: serde_json::Value = serde_json::from_slice(&body).unwrap();
    assert_eq!((&body["type"], &body["data"]["merch_id"]), (&"MERCH".into(), &MERCHANT.into()));
    assert_eq!((&body["data"]["request_id"], &body["data"]["status"]), (&"R1".into(), &"SUCCESS".into()));

    let deliveries = logged(&emulator).await;
    assert_eq!(deliveries[0].outcome(), Ok(StatusCode::OK));
    assert_eq!(deliveries[0].operation(), "payment.notification");
}

#[tokio::test]
async fn a_receiver_that_refuses_is_logged_with_its_status() {
    let ca = LocalCa::new().unwrap();
    let (server, _received) = receiver(&ca, StatusCode::UNAUTHORIZED);
    let url = format!("https://{}/our/own/path", server.address());
    let emulator = builder().ca(ca).notify_to(url).start().await.unwrap();
    pay(&emulator, "R1").await;
    assert_eq!(logged(&emulator).await[0].outcome(), Ok(StatusCode::UNAUTHORIZED));
}

#[tokio::test]
async fn a_receiver_of_another_authority_is_not_told_anything() {
    let (server, mut received) = receiver(&LocalCa::new().unwrap(), StatusCode::OK);
    let url = format!("https://{}/our/own/path", server.address());
    let emulator = builder().notify_to(url).start().await.unwrap();
    pay(&emulator, "R1").await;
    assert_eq!(logged(&emulator).await[0].outcome(), Err("not connected"));
    assert!(received.try_recv().is_err());
}

#[tokio::test]
async fn only_urls_that_may_be_told_are_taken() {
    for url in
        ["", "not-a-url", "/path", "http://example.com/p", "ftp://127.0.0.1/p", "https://127.0.0.1/p?x=1"]
    {
        assert!(builder().notify_to(url).start().await.is_err(), "{url}");
    }
    assert!(builder().notify_to("http://127.0.0.1:9/p").start().await.is_ok());
}

#[test]
fn a_server_outside_a_runtime_is_an_error() {
    let error = LoopbackServer::plain(Router::new()).unwrap_err();
    assert!(error.to_string().contains("tokio runtime"), "{error}");
}
