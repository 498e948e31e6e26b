//! The examples, served on real sockets: what they take, a head that never ends, and a shutdown.

#[allow(dead_code, unreachable_pub, reason = "its `main` reads the environment")]
#[path = "../../examples/axum_receiver.rs"]
pub(crate) mod axum_receiver;
#[allow(dead_code, unreachable_pub, reason = "its `main` reads the environment")]
#[path = "../../examples/hyper_receiver.rs"]
mod hyper_receiver;

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::Request;
use http_body_util::Full;
use hyper_util::client::legacy::Client as HttpClient;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use paykka_client::Client;
use paykka_emulator::Emulator;
use paykka_inbox::SqliteInbox;
use paykka_model::{
    Amount, Currency, NotificationKind, NumberAmount, PaymentApplyFields, PaymentApplyRequest, RequestId,
};
use paykka_sign::SigningKey;
use paykka_webhook::inbox::{Inbox, Next};
use paykka_webhook::testing::{Notice, SignedNotification, sample};
use paykka_webhook::{Merchants, Reason, Receiver, Verifier};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;

use crate::world::{MERCHANT, OURS, PATH, PLATFORM, payment, payments, public, ring_of, signed};

async fn posted(address: SocketAddr, path: &str, message: &SignedNotification) -> u16 {
    let client: HttpClient<HttpConnector, Full<Bytes>> =
        HttpClient::builder(TokioExecutor::new()).build(HttpConnector::new());
    let mut request = Request::post(format!("http://{address}{path}"));
    for (name, value) in &message.headers {
        request = request.header(*name, value);
    }
    let request = client.request(request.body(Full::from(message.body.clone())).unwrap());
    tokio::time::timeout(Duration::from_secs(20), request).await.unwrap().unwrap().status().as_u16()
}

/// The platform, played; it knows a payment `R1` that has been paid.
async fn emulator_with_a_payment() -> (Emulator, Client) {
    let pem = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
    let emulator = Emulator::builder(SigningKey::from_bytes("P001", pem).unwrap())
        .merchant(MERCHANT, "P002", public(&OURS))
        .account(MERCHANT, "USD", Amount::from_wire(1_000))
        .payee(MERCHANT, "B1", "USD")
        .start()
        .await
        .unwrap();
    let own = include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem");
    let client = Client::builder(emulator.http_url())
        .signing_key(SigningKey::from_bytes("P002", own).unwrap())
        .platform_keys(ring_of(&[&PLATFORM]))
        .merchant(MERCHANT)
        .build()
        .unwrap();
    let payment = PaymentApplyRequest::new(PaymentApplyFields {
        request_id: "R1".parse::<RequestId>().unwrap(),
        beneficiary_id: "B1".to_owned(),
        currency: Currency::from("USD"),
        amount: NumberAmount::from_integer(250),
        postscript: "Invoice 17".to_owned(),
    });
    client.payments().apply(&payment).await.unwrap();
    (emulator, client)
}

#[tokio::test]
async fn the_axum_receiver_asks_the_platform_and_shuts_down_gracefully() {
    let (emulator, client) = emulator_with_a_payment().await;
    let receiver = axum_receiver::receiver(payments().build().unwrap(), client);
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let serving =
        tokio::spawn(axum_receiver::serve(listener, receiver.clone(), async { stopped.await.unwrap() }));

    let message = signed(&payment("R1", "SUCCESS"));
    assert_eq!(posted(address, "/notifications", &message).await, 200);
    let asked = |emulator: &Emulator| {
        emulator.requests().iter().filter(|seen| seen.operation == Some("payment.inquiry")).count()
    };
    assert_eq!(asked(&emulator), 1);
    assert_eq!(posted(address, "/notifications", &message).await, 200);
    assert_eq!(asked(&emulator), 1, "it was known");
    // A payment that the platform doesn't know is nothing to book.
    assert_eq!(posted(address, "/notifications", &signed(&payment("R2", "SUCCESS"))).await, 503);
    assert_eq!(posted(address, "/elsewhere", &message).await, 404);
    for (reason, count) in [(Reason::Handled, 1), (Reason::Again, 1), (Reason::Handler, 1)] {
        assert_eq!(receiver.counters().of(reason), count, "{reason:?}");
    }
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(20), serving).await.unwrap().unwrap();
    assert!(TcpStream::connect(address).await.is_err(), "nobody listens any more");
}

/// Time stands still but for what waits for it: the head's deadline is the only thing that can happen.
#[tokio::test(start_paused = true)]
async fn a_peer_that_sends_no_head_is_let_go() {
    let (receiver, _) = crate::world::receiver(payments());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum_receiver::serve(listener, receiver, std::future::pending()));
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"POST /notifications HTTP/1.1\r\nhost: x\r\n").await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    let answer = String::from_utf8(answer).unwrap();
    assert!(answer.is_empty() || answer.starts_with("HTTP/1.1 408"), "{answer}");
}

/// Whoever comes when all places are taken is served when one is free: here when the others' time for a head is over.
#[tokio::test(start_paused = true)]
async fn no_more_connections_than_there_are_places_are_served() {
    let (receiver, _) = crate::world::receiver(payments());
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    tokio::spawn(axum_receiver::serve(listener, receiver, std::future::pending()));
    let mut idle = Vec::new();
    for _ in 0..axum_receiver::CONNECTIONS {
        idle.push(TcpStream::connect(address).await.unwrap());
    }
    let start = tokio::time::Instant::now();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(b"GET /notifications HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    assert!(answer.starts_with("HTTP/1.1 405"), "{answer}");
    assert!(start.elapsed() >= Duration::from_secs(9), "{:?}", start.elapsed());
}

#[tokio::test]
async fn the_hyper_receivers_worker_asks_the_platform() {
    let (emulator, client) = emulator_with_a_payment().await;
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::builder(folder.path().join("inbox.sqlite3")).open().await.unwrap();
    let receiver = Receiver::storing(payments().build().unwrap(), Arc::new(inbox.clone()));
    for (number, is_known) in [("R1", true), ("R2", false)] {
        assert_eq!(crate::world::post(&receiver, &signed(&payment(number, "SUCCESS"))).await, Reason::Stored);
        let Next::Event(event) = inbox.claim().await.unwrap() else { panic!("it was just stored") };
        let claim = event.claim.clone();
        // A payment that the platform doesn't know is nothing to book.
        assert_eq!(hyper_receiver::handle(client.clone(), *event).await.is_ok(), is_known, "{number}");
        inbox.done(&claim).await.unwrap();
    }
    let asked = emulator.requests().iter().filter(|seen| seen.operation == Some("payment.inquiry")).count();
    assert_eq!(asked, 2);
}

/// None of the samples is known to the platform, so that each question is an error; what counts is which one was asked.
#[tokio::test]
async fn the_hyper_receivers_worker_has_a_question_for_each_kind_but_landed_money() {
    let (emulator, client) = emulator_with_a_payment().await;
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::builder(folder.path().join("inbox.sqlite3")).open().await.unwrap();
    let verifier = crate::world::any_kind().build().unwrap();
    let receivers = Receiver::storing(verifier, Arc::new(inbox.clone())).for_each_kind().unwrap();
    for (kind, receiver) in NotificationKind::ALL.iter().zip(receivers) {
        let before = emulator.requests().len();
        let message = signed(&Notice::new(*kind, sample(*kind)).path(receiver.path()));
        assert_eq!(crate::world::post(&receiver, &message).await, Reason::Stored, "{kind:?}");
        let Next::Event(event) = inbox.claim().await.unwrap() else { panic!("it was just stored") };
        let claim = event.claim.clone();
        let handled = hyper_receiver::handle(client.clone(), *event).await;
        inbox.done(&claim).await.unwrap();
        let expected = match kind {
            NotificationKind::Onboarding => Some("onboarding.inquiry"),
            NotificationKind::Assessment => Some("assessment.result"),
            NotificationKind::Va => Some("va.inquiry"),
            NotificationKind::Remittance => None,
            NotificationKind::TradeSettle => Some("trade_settle.inquiry"),
            NotificationKind::Payee => Some("payee.inquiry"),
            NotificationKind::Forex => Some("forex.inquiry"),
            NotificationKind::Payment => Some("payment.inquiry"),
            NotificationKind::OrderReview => Some("order.inquiry"),
            other => panic!("{other:?}"),
        };
        let asked = emulator.requests().get(before).and_then(|seen| seen.operation);
        assert_eq!((asked, handled.is_ok()), (expected, expected.is_none()), "{kind:?}");
    }
}

#[tokio::test]
async fn the_hyper_receiver_keeps_each_kind_in_sqlite() {
    let folder = tempfile::tempdir().unwrap();
    let inbox = SqliteInbox::builder(folder.path().join("inbox.sqlite3")).open().await.unwrap();
    let verifier = Verifier::builder(ring_of(&[&PLATFORM]), PATH)
        .merchants(Merchants::these([MERCHANT]))
        .for_loopback()
        .build()
        .unwrap();
    let receiver = Receiver::storing(verifier, Arc::new(inbox.clone()));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let (stop, stopped) = oneshot::channel();
    let serving =
        tokio::spawn(hyper_receiver::serve(listener, receiver.clone(), async { stopped.await.unwrap() }));
    for kind in NotificationKind::ALL {
        let path = format!("{PATH}{}", kind.info().path);
        let notice = Notice::new(*kind, sample(*kind)).path(&path);
        assert_eq!(posted(address, &path, &signed(&notice)).await, 200, "{kind:?}");
        // Three hours late it is kept, too, and marked.
        let late = signed(&notice.ago(Duration::from_secs(3 * 3_600)));
        assert_eq!(posted(address, &path, &late).await, 200, "{kind:?}");
    }
    assert_eq!(posted(address, PATH, &signed(&payment("R1", "SUCCESS"))).await, 404);
    let kept = inbox.list(paykka_webhook::inbox::EventState::Waiting, 100).await.unwrap();
    assert_eq!((kept.len(), kept.iter().filter(|event| event.late_by.is_some()).count()), (18, 9));
    stop.send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(20), serving).await.unwrap().unwrap().unwrap();
    inbox.close().await;
}
