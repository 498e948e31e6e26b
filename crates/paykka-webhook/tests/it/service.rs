//! The tower service over real sockets, in axum and in bare hyper: methods, sizes, slow and broken bodies, bytes as they came,
//! and answers that tell nothing.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use axum::Router;
use axum::extract::Extension;
use bytes::Bytes;
use http::{Method, Request, Response, StatusCode};
use http_body_util::{BodyExt, Full, StreamBody};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use paykka_emulator::LoopbackServer;
use paykka_webhook::testing::{Notice, SignedNotification};
use paykka_webhook::{Delivery, MemoryClaims, Reason, WebhookLayer, WebhookService};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tower_layer::Layer;
use tower_service::Service;

use crate::world::{PATH, any_kind, genuine, payment, payments, post, receiver, signed, with_body};

const MIB: usize = 1024 * 1024;

fn served(service: WebhookService) -> LoopbackServer {
    // A path of its own, as behind a proxy that rewrites: the signed path is the setting.
    LoopbackServer::plain(Router::new().route_service("/behind/the/proxy", service)).unwrap()
}

async fn sent(
    address: SocketAddr,
    method: Method,
    message: &SignedNotification,
) -> (StatusCode, http::HeaderMap, Bytes) {
    let client: Client<HttpConnector, Full<Bytes>> =
        Client::builder(TokioExecutor::new()).build(HttpConnector::new());
    let mut request = Request::builder().method(method).uri(format!("http://{address}/behind/the/proxy"));
    for (name, value) in &message.headers {
        request = request.header(*name, value);
    }
    let request = request.body(Full::from(message.body.clone())).unwrap();
    let answer =
        tokio::time::timeout(Duration::from_secs(10), client.request(request)).await.unwrap().unwrap();
    let (head, body) = answer.into_parts();
    (head.status, head.headers, body.collect().await.unwrap().to_bytes())
}

#[tokio::test]
async fn answers_have_their_statuses_and_tell_nothing() {
    let (receiver, handled) = receiver(payments());
    let server = served(WebhookService::new(receiver.clone()));
    let large = with_body(&genuine(), vec![b' '; MIB + 1]);
    for (method, message, status) in [
        (Method::POST, genuine(), 200),
        (Method::POST, with_body(&genuine(), "{}"), 401),
        (Method::GET, genuine(), 405),
        (Method::PUT, genuine(), 405),
        (Method::POST, large, 413),
    ] {
        let (answered, headers, body) = sent(server.address(), method.clone(), &message).await;
        assert_eq!(answered, status, "{method}");
        assert_eq!((&body[..], &headers["content-type"]), (&b"{}"[..], &"application/json".parse().unwrap()));
        assert_eq!(
            headers.get("allow").map(|allow| allow.as_bytes()),
            (status == 405).then_some(&b"POST"[..])
        );
    }
    assert_eq!(handled.count(), 1);
    for reason in [Reason::Handled, Reason::Signature, Reason::TooLarge] {
        assert_eq!(receiver.counters().of(reason), 1, "{reason:?}");
    }
    assert_eq!(receiver.counters().of(Reason::Method), 2);
    assert_eq!(receiver.counters().all().map(|(_, count)| count).sum::<u64>(), 5);
}

#[tokio::test]
async fn the_largest_body_is_taken_whole_and_one_byte_more_without_its_length_is_not() {
    let (receiver, _) = receiver(any_kind());
    let body = |len: usize| {
        let mut body = r#"{"type":"NEW","data":{}}"#.to_owned();
        body.push_str(&" ".repeat(len - body.len()));
        body
    };
    for (len, status) in [(MIB, 200), (MIB + 1, 413)] {
        let message = signed(&Notice::of_body(PATH, body(len)));
        let chunks: Vec<Result<_, std::io::Error>> = message
            .body
            .chunks(7_001)
            .map(|chunk| Ok(http_body::Frame::data(Bytes::copy_from_slice(chunk))))
            .collect();
        let mut request = Request::post("/");
        for (name, value) in &message.headers {
            request = request.header(*name, value);
        }
        let request = request.body(StreamBody::new(Lazily(chunks.into_iter()))).unwrap();
        let answer = WebhookService::new(receiver.clone()).call(request).await.unwrap();
        assert_eq!(answer.status(), status, "{len} bytes in chunks");
    }
}

/// Whoever sends a body in the smallest pieces mustn't make the receiver hold a list of them: nobody has verified anything yet.
#[tokio::test]
async fn pieces_of_a_body_are_not_kept_one_by_one() {
    let (receiver, _) = receiver(any_kind());
    let message = signed(&Notice::of_body(PATH, r#"{"type":"NEW","data":{}}"#));
    let held = Arc::new(AtomicUsize::new(0));
    let most = Arc::new(AtomicUsize::new(0));
    let (counted, highest) = (Arc::clone(&held), Arc::clone(&most));
    let frames = message.body.clone().into_iter().map(move |byte| {
        highest.fetch_max(counted.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        let piece = Bytes::from_owner(Piece([byte], Arc::clone(&counted)));
        Ok::<_, std::io::Error>(http_body::Frame::data(piece))
    });
    let mut request = Request::post("/");
    for (name, value) in &message.headers {
        request = request.header(*name, value);
    }
    let request = request.body(StreamBody::new(Lazily(frames))).unwrap();
    let answer = WebhookService::new(receiver).call(request).await.unwrap();
    assert_eq!(answer.status(), 200, "and it is whole");
    let (held, most) = (held.load(Ordering::SeqCst), most.load(Ordering::SeqCst));
    assert!(held == 0 && most <= 2, "{most} pieces of {} at once", message.body.len());
}

struct Piece([u8; 1], Arc<AtomicUsize>);

impl AsRef<[u8]> for Piece {
    fn as_ref(&self) -> &[u8] {
        &self.0
    }
}

impl Drop for Piece {
    fn drop(&mut self) {
        self.1.fetch_sub(1, Ordering::SeqCst);
    }
}

/// A stream of what is made when it is asked for.
struct Lazily<I>(I);

impl<I: Iterator + Unpin> futures_core::Stream for Lazily<I> {
    type Item = I::Item;

    fn poll_next(
        mut self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<I::Item>> {
        std::task::Poll::Ready(self.0.next())
    }
}

#[tokio::test(start_paused = true)]
async fn a_body_that_never_ends_is_waited_for_10_seconds() {
    let (receiver, _) = receiver(payments());
    let request = Request::post("/").body(Never).unwrap();
    let start = tokio::time::Instant::now();
    let answer = WebhookService::new(receiver.clone()).call(request).await.unwrap();
    assert_eq!((answer.status(), start.elapsed()), (StatusCode::REQUEST_TIMEOUT, Duration::from_secs(10)));
    assert_eq!(receiver.counters().of(Reason::TooSlow), 1);
}

struct Never;

impl http_body::Body for Never {
    type Data = Bytes;
    type Error = std::io::Error;

    fn poll_frame(
        self: std::pin::Pin<&mut Self>,
        _: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, std::io::Error>>> {
        std::task::Poll::Pending
    }
}

/// A peer that hangs up within the body, seen from a socket.
#[tokio::test]
async fn a_broken_body_is_counted_and_not_handled() {
    let (receiver, handled) = receiver(payments());
    let server = served(WebhookService::new(receiver.clone()));
    let mut stream = TcpStream::connect(server.address()).await.unwrap();
    let head = "POST /behind/the/proxy HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{";
    stream.write_all(head.as_bytes()).await.unwrap();
    stream.shutdown().await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    while receiver.counters().of(Reason::Interrupted) == 0 {
        tokio::task::yield_now().await;
    }
    assert_eq!(handled.count(), 0);
}

#[tokio::test]
async fn bytes_that_are_no_text_come_as_they_were_sent() {
    let (sender, mut bodies) = tokio::sync::mpsc::unbounded_channel();
    let verifier = any_kind().build().unwrap();
    let receiver =
        paykka_webhook::Receiver::handling(verifier, MemoryClaims::new(10), move |delivery: Delivery| {
            sender.send(delivery.received().raw().value().body().clone()).unwrap();
            std::future::ready(Ok::<_, std::io::Error>(delivery.ack()))
        });
    let server = served(WebhookService::new(receiver));
    let body: Vec<u8> = (0..=255).cycle().take(5_000).chain(*b"\r\n\0").collect();
    let (status, ..) =
        sent(server.address(), Method::POST, &signed(&Notice::of_body(PATH, body.clone()))).await;
    assert_eq!((status, bodies.recv().await.unwrap()), (StatusCode::OK, Bytes::from(body)));
}

#[tokio::test]
async fn a_layer_lays_the_same_way_around_an_axum_route() {
    async fn handle(Extension(delivery): Extension<Delivery>, body: Bytes) -> StatusCode {
        assert_eq!(delivery.received().raw().value().body(), &body);
        match delivery.object().map(|object| object.id()) {
            Some("FAILS") => StatusCode::CONFLICT,
            _ => StatusCode::NO_CONTENT,
        }
    }
    let layer = WebhookLayer::new(payments().build().unwrap(), MemoryClaims::new(10));
    let service = layer.layer(Router::new().route(PATH, axum::routing::post(handle)));
    let counters = service.receiver().clone();
    let server = served(service);
    let mut bodies = Vec::new();
    for (message, status) in [
        (signed(&payment("R1", "SUCCESS")), 200),
        (signed(&payment("FAILS", "SUCCESS")), 503),
        (with_body(&genuine(), "{}"), 401),
    ] {
        let (answered, _, body) = sent(server.address(), Method::POST, &message).await;
        assert_eq!(answered, status);
        bodies.push(body);
    }
    assert!(bodies.iter().all(|body| body == "{}"));
    assert_eq!(counters.counters().of(Reason::Handler), 1);
}

/// To the sender they are one.
#[tokio::test]
async fn all_services_of_one_layer_know_what_one_handled() {
    let layer = WebhookLayer::new(payments().build().unwrap(), MemoryClaims::new(10));
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let handler = move || {
        counted.fetch_add(1, Ordering::SeqCst);
        std::future::ready(StatusCode::OK)
    };
    let service = || layer.layer(Router::new().route(PATH, axum::routing::post(handler.clone())));
    let (one, two) = (service().receiver().clone(), service().receiver().clone());
    let (message, anew) = (genuine(), genuine());
    assert_eq!(post(&one, &message).await, Reason::Handled);
    assert_eq!(post(&two, &message).await, Reason::Again);
    assert_eq!(post(&two, &anew).await, Reason::Repeat);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn bare_hyper_serves_it_too() {
    let (receiver, handled) = receiver(payments());
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let service = WebhookService::new(receiver);
    let serving = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let service = hyper_util::service::TowerToHyperService::new(service);
        let io = hyper_util::rt::TokioIo::new(stream);
        hyper::server::conn::http1::Builder::new().keep_alive(false).serve_connection(io, service).await
    });
    let (status, ..) = sent(address, Method::POST, &genuine()).await;
    assert_eq!((status, handled.count()), (StatusCode::OK, 1));
    serving.await.unwrap().unwrap();
}

/// A body may be of any type; a response is of ours.
#[tokio::test]
async fn it_is_a_service_of_any_body() {
    let (receiver, _) = receiver(payments());
    let message = genuine();
    let mut request = Request::post("/");
    for (name, value) in &message.headers {
        request = request.header(*name, value);
    }
    let body = axum::body::Body::from(message.body);
    let answer: Response<Full<Bytes>> =
        WebhookService::new(receiver).call(request.body(body).unwrap()).await.unwrap();
    assert_eq!(answer.status(), 200);
}
