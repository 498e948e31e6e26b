//! Notifications: signed over the receiver's own path, in order, repeated with back-off by business time, to everybody who
//! wants them; what a receiver does holds up nobody.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, SystemTime};

use axum::Router;
use axum::extract::Request;
use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use http_body_util::BodyExt;
use paykka_emulator::{DeliveryState, Emulator, FaultRule, LocalCa, LoopbackServer, Subscriber};
use paykka_model::Amount;
use paykka_sign::{KeyRing, Parts, SigningKey, Timestamp, Verified, VerifyingKey, Window};
use serde_json::Value;
use tokio::sync::mpsc;

use crate::caller::{
    APPLY, MERCHANT, Message, STEP, builder, call, merchant_key, noted_payment, payment, platform_key,
};

/// What came to a receiver.
pub(crate) struct Came {
    pub(crate) path: String,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

pub(crate) type Inbox = mpsc::UnboundedReceiver<Came>;

/// A receiver over TLS that answers with one status after the other, the last one for ever, and hands on what came.
pub(crate) fn receiver(ca: &LocalCa, statuses: &[u16]) -> (LoopbackServer, Inbox) {
    let (router, inbox) = receiving(statuses);
    (LoopbackServer::tls(router, &ca.issue().unwrap()).unwrap(), inbox)
}

/// As [`receiver`], over plain HTTP.
pub(crate) fn plain_receiver(statuses: &[u16]) -> (LoopbackServer, Inbox) {
    let (router, inbox) = receiving(statuses);
    (LoopbackServer::plain(router).unwrap(), inbox)
}

fn receiving(statuses: &[u16]) -> (Router, Inbox) {
    let (sender, inbox) = mpsc::unbounded_channel();
    let statuses: Vec<_> = statuses.iter().map(|status| StatusCode::from_u16(*status).unwrap()).collect();
    let turn = Arc::new(AtomicUsize::new(0));
    let receive = move |request: Request| async move {
        let (head, body) = request.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        sender.send(Came { path: head.uri.path().to_owned(), headers: head.headers, body }).unwrap();
        let turn = turn.fetch_add(1, Ordering::SeqCst);
        statuses[turn.min(statuses.len() - 1)]
    };
    (Router::new().fallback(receive), inbox)
}

/// The data, after the signature over the path that was called was verified.
pub(crate) fn verified(came: &Came) -> Value {
    let verified = verify(came, "P001", &platform_key()).unwrap();
    serde_json::from_slice(verified.value()).unwrap()
}

/// What paykka-sign says to a notification's signature.
pub(crate) fn verify(
    came: &Came,
    key_id: &str,
    key: &SigningKey,
) -> Result<Verified<Bytes>, paykka_sign::Error> {
    let key = VerifyingKey::from_bytes(key.public_key()).unwrap();
    let ring = KeyRing::builder().key(key_id, key).for_loopback().build().unwrap();
    let merchant = came.headers["x-merch-id"].to_str().unwrap();
    let parts = Parts { path: &came.path, merchant: Some(merchant), body: came.body.clone() };
    let window = Window::new(Timestamp::try_from(SystemTime::now()).unwrap(), Duration::from_secs(60));
    let header = came.headers.get("authorization").map_or(&b""[..], |header| header.as_bytes());
    ring.verify(header, parts, &window)
}

async fn started(statuses: &[u16]) -> (Emulator, LoopbackServer, Inbox) {
    let ca = LocalCa::new().unwrap();
    let (server, inbox) = receiver(&ca, statuses);
    let url = format!("https://{}/our/own/path", server.address());
    (builder().ca(ca).notify_to(url).start().await.unwrap(), server, inbox)
}

async fn pay(emulator: &Emulator, request_id: &str) {
    call(emulator, APPLY, &payment(request_id, "B1", "USD", 1)).await;
}

/// When each attempt of each delivery was made, in seconds after the beginning, and how it ended.
fn attempts(emulator: &Emulator) -> Vec<Vec<(u64, Option<u16>)>> {
    let of = |attempts: &[paykka_emulator::Attempt]| {
        attempts.iter().map(|attempt| (attempt.at / 1000 - 1_700_000_000, attempt.status)).collect()
    };
    emulator.deliveries().iter().map(|delivery| of(delivery.attempts())).collect()
}

fn statuses(inbox: &mut Inbox) -> Vec<(String, String)> {
    std::iter::from_fn(|| inbox.try_recv().ok())
        .map(|came| verified(&came)["data"].clone())
        .map(|data| {
            let text = |key: &str| data[key].as_str().unwrap().to_owned();
            (text("request_id"), text("status"))
        })
        .collect()
}

#[tokio::test]
async fn the_end_of_a_payment_is_notified_signed_over_the_receivers_path() {
    let (emulator, _server, mut inbox) = started(&[200]).await;
    assert_eq!(
        (emulator.public_key_pem(), emulator.key_id()),
        (platform_key().public_key(), "P001".to_owned())
    );
    pay(&emulator, "R1").await;
    emulator.settle().await;
    assert!(emulator.deliveries().is_empty(), "no time has passed");
    emulator.advance(STEP).await;

    let came = inbox.try_recv().unwrap();
    let body = verified(&came);
    assert_eq!(came.path, "/our/own/path");
    assert_eq!((&body["type"], &body["data"]["merch_id"]), (&"MERCH".into(), &MERCHANT.into()));
    assert_eq!((&body["data"]["request_id"], &body["data"]["status"]), (&"R1".into(), &"SUCCESS".into()));
    let delivery = &emulator.deliveries()[0];
    assert_eq!((delivery.outcome(), delivery.state()), (Ok(StatusCode::OK), DeliveryState::Accepted));
    assert_eq!((delivery.operation(), delivery.object(), delivery.id()), ("payment.notification", "R1", 1));
}

#[tokio::test]
async fn a_running_clock_sends_by_itself() {
    let ca = LocalCa::new().unwrap();
    let (server, mut inbox) = receiver(&ca, &[200]);
    let url = format!("https://{}/p", server.address());
    let clock = paykka_emulator::BusinessClock::running();
    let emulator = builder().business_clock(clock).step(Duration::from_millis(20)).ca(ca).notify_to(url);
    let emulator = emulator.start().await.unwrap();
    pay(&emulator, "R1").await;
    let came = tokio::time::timeout(Duration::from_secs(10), inbox.recv()).await.unwrap().unwrap();
    assert_eq!(verified(&came)["data"]["status"], "SUCCESS");
}

#[tokio::test]
async fn what_is_not_accepted_is_repeated_with_back_off_and_given_up_after_eight_attempts() {
    let (emulator, _server, mut inbox) = started(&[401]).await;
    pay(&emulator, "R1").await;
    emulator.advance(Duration::from_secs(600)).await;
    let expected = [1, 2, 4, 8, 16, 32, 64, 128].map(|at| (at, Some(401)));
    assert_eq!(attempts(&emulator), [expected]);
    assert_eq!(emulator.deliveries()[0].state(), DeliveryState::GivenUp);
    let headers: std::collections::HashSet<_> = std::iter::from_fn(|| inbox.try_recv().ok())
        .map(|came| came.headers["authorization"].clone())
        .collect();
    assert_eq!(headers.len(), 8, "each attempt is signed afresh");
}

#[tokio::test]
async fn a_repeat_is_accepted_and_may_be_the_same_bytes() {
    let ca = LocalCa::new().unwrap();
    let (server, mut inbox) = receiver(&ca, &[500, 200]);
    let url = format!("https://{}/p", server.address());
    let emulator = builder().ca(ca).notify_to(url).repeat_bytes(true).start().await.unwrap();
    pay(&emulator, "R1").await;
    emulator.advance(Duration::from_secs(600)).await;
    assert_eq!(attempts(&emulator), [[(1, Some(500)), (2, Some(200))]]);
    let (first, second) = (inbox.try_recv().unwrap(), inbox.try_recv().unwrap());
    assert_eq!(
        (&first.headers["authorization"], &first.body),
        (&second.headers["authorization"], &second.body)
    );
}

#[tokio::test]
async fn notifications_of_one_object_keep_their_order_and_others_overtake_them() {
    let (emulator, _server, mut inbox) = started(&[500, 200]).await;
    call(&emulator, APPLY, &noted_payment("R1", "B1", "USD", 1, "EMU-REFUNDED")).await;
    emulator.advance(STEP).await;
    pay(&emulator, "R2").await;
    emulator.advance(Duration::from_secs(60)).await;
    let come = statuses(&mut inbox);
    let of = |wanted: &str| -> Vec<_> {
        come.iter().filter(|(id, _)| id == wanted).map(|(_, status)| status.as_str()).collect()
    };
    assert_eq!(of("R1"), ["SUCCESS", "SUCCESS", "REFUNDED"]);
    assert_eq!(of("R2"), ["SUCCESS"]);
}

#[tokio::test]
async fn every_subscriber_gets_what_is_for_it_at_its_own_path() {
    let ca = LocalCa::new().unwrap();
    let (one, mut at_one) = receiver(&ca, &[200]);
    let (base, mut at_base) = receiver(&ca, &[500, 200]);
    let (other, mut at_other) = receiver(&ca, &[200]);
    let url = |server: &LoopbackServer| format!("https://{}", server.address());
    let emulator = builder()
        .ca(ca)
        .notify_to(format!("{}/all", url(&one)))
        .notify_under(format!("{}/hooks/", url(&base)))
        .subscriber(Subscriber::at(&url(&other)).unwrap().only_of("M2"))
        .start()
        .await
        .unwrap();
    pay(&emulator, "R1").await;
    emulator.advance(Duration::from_secs(10)).await;
    let (first, second) = (at_base.try_recv().unwrap(), at_base.try_recv().unwrap());
    assert_eq!(first.path, "/hooks/api/v2/merch/pay/notify");
    assert_eq!(verified(&first), verified(&second));
    assert_eq!(verified(&at_one.try_recv().unwrap()), verified(&first));
    assert!(at_one.try_recv().is_err() && at_base.try_recv().is_err() && at_other.try_recv().is_err());
}

#[tokio::test]
async fn any_delivery_can_be_replayed() {
    let (emulator, _server, mut inbox) = started(&[200]).await;
    pay(&emulator, "R1").await;
    emulator.advance(STEP).await;
    let again = emulator.replay(1).unwrap();
    emulator.settle().await;
    let (first, second) = (inbox.try_recv().unwrap(), inbox.try_recv().unwrap());
    assert_eq!(verified(&first), verified(&second));
    assert_ne!(first.headers["authorization"], second.headers["authorization"]);
    let deliveries = emulator.deliveries();
    assert_eq!((again, deliveries[1].replay_of(), deliveries[1].outcome()), (2, Some(1), Ok(StatusCode::OK)));
    assert!(emulator.replay(99).is_err());
}

#[tokio::test]
async fn notifications_go_wrong_on_command() {
    let (emulator, _server, mut inbox) = started(&[200]).await;
    let refunded = |request_id: &str| noted_payment(request_id, "B1", "USD", 1, "EMU-REFUNDED");
    for (request_id, fault) in [
        ("R1", "notify-twice"),
        ("R2", "notify-lost"),
        ("R3", "notify-delayed=5000"),
        ("R4", "notify-reordered"),
    ] {
        let answer = Message::signed(APPLY, &refunded(request_id)).with_faults(fault).send(&emulator).await;
        assert_eq!(answer.status, StatusCode::OK);
        emulator.advance(Duration::from_secs(30)).await;
        let come: Vec<_> = statuses(&mut inbox).into_iter().map(|(_, status)| status).collect();
        match request_id {
            "R1" => assert_eq!(come, ["SUCCESS", "SUCCESS", "REFUNDED", "REFUNDED"]),
            "R2" | "R3" => assert_eq!(come, ["SUCCESS", "REFUNDED"]),
            _ => assert_eq!(come, ["REFUNDED", "SUCCESS"]),
        }
    }
    let all = attempts(&emulator);
    assert_eq!(all[4][..], [(31, None), (32, Some(200))], "the first attempt was lost");
    assert_eq!(emulator.deliveries()[4].attempts()[0].error, Some("lost on command"));
    assert_eq!(all[6][..], [(66, Some(200))], "5 seconds late");

    let rule = FaultRule {
        operation: Some("payment.notification".to_owned()),
        fault: "notify-twice".parse().unwrap(),
        times: Some(1),
    };
    emulator.add_rule(rule).unwrap();
    pay(&emulator, "R5").await;
    pay(&emulator, "R6").await;
    emulator.advance(STEP).await;
    assert_eq!(statuses(&mut inbox).len(), 3);
}

#[tokio::test]
async fn a_receiver_of_another_authority_is_not_told_anything() {
    let (server, mut received) = receiver(&LocalCa::new().unwrap(), &[200]);
    let url = format!("https://{}/our/own/path", server.address());
    let emulator = builder().notify_to(url).start().await.unwrap();
    pay(&emulator, "R1").await;
    emulator.advance(STEP).await;
    assert_eq!(emulator.deliveries()[0].outcome(), Err("not connected"));
    assert!(received.try_recv().is_err());
}

#[tokio::test]
async fn who_comes_later_is_told_from_then_on() {
    let ca = LocalCa::new().unwrap();
    let (server, mut inbox) = receiver(&ca, &[200]);
    let emulator = builder().ca(ca).start().await.unwrap();
    pay(&emulator, "R1").await;
    emulator.advance(STEP).await;
    emulator.subscribe(Subscriber::at(&format!("https://{}/p", server.address())).unwrap());
    pay(&emulator, "R2").await;
    emulator.advance(STEP).await;
    assert_eq!(statuses(&mut inbox), [("R2".to_owned(), "SUCCESS".to_owned())]);
}

#[tokio::test]
async fn only_urls_that_may_be_told_are_taken() {
    for url in
        ["", "not-a-url", "/path", "http://example.com/p", "ftp://127.0.0.1/p", "https://127.0.0.1/p?x=1"]
    {
        assert!(builder().notify_to(url).start().await.is_err(), "{url}");
        assert!(builder().notify_under(url).start().await.is_err(), "{url}");
    }
    assert!(builder().notify_to("http://127.0.0.1:9/p").start().await.is_ok());
}

#[tokio::test]
async fn each_merchant_has_its_own_notifications() {
    let ca = LocalCa::new().unwrap();
    let (server, mut inbox) = receiver(&ca, &[200]);
    let url = format!("https://{}/p", server.address());
    let key = VerifyingKey::from_bytes(merchant_key().public_key()).unwrap();
    let emulator = builder()
        .merchant("M2", "K001", key)
        .account("M2", "USD", Amount::from_wire(7))
        .payee("M2", "B1", "USD")
        .ca(ca)
        .subscriber(Subscriber::at(&url).unwrap().only_of("M2"))
        .start()
        .await
        .unwrap();
    pay(&emulator, "R1").await;
    let body = payment("R1", "B1", "USD", 2);
    assert_eq!(Message::signed_for(Some("M2"), APPLY, &body).send(&emulator).await.status, StatusCode::OK);
    emulator.advance(STEP).await;
    assert_eq!(verified(&inbox.try_recv().unwrap())["data"]["merch_id"], "M2");
    assert!(inbox.try_recv().is_err());
}

#[test]
fn a_server_outside_a_runtime_is_an_error() {
    let error = LoopbackServer::plain(Router::new()).unwrap_err();
    assert!(error.to_string().contains("tokio runtime"), "{error}");
}
