//! Connections that don't come about, and where requests may go.

use std::time::{Duration, Instant};

use paykka_transport::{BaseLayer, Effect, SignVerifyLayer, SignVerifySettings, SizeLimitLayer, Wire};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tower::{Layer, ServiceExt};

use super::pki::Ca;
use super::server::{Reply, Server};
use super::{call, three_attempts, trusting, unsigned, words};
use crate::peer::{PATH, merchant_key, request};

const SHORT: Duration = Duration::from_millis(200);

/// A call to what never answers: it ends at the connect timeout, is unsent, and says so.
async fn times_out(url: &str) {
    let started = Instant::now();
    let settings = trusting(&Ca::new()).connect_timeout(SHORT);
    let error = call(&unsigned(url, &settings), Effect::Money).await.unwrap_err();
    assert!(error.is_connect() && !error.is_timeout() && !error.is_proxy(), "{}", words(&error));
    assert!(
        !error.outcome_unknown() && words(&error).contains("not connected within 200ms"),
        "{}",
        words(&error)
    );
    assert!(started.elapsed() >= SHORT && started.elapsed() < SHORT + Duration::from_secs(1));
}

#[tokio::test]
async fn a_peer_that_never_shakes_hands_ends_at_the_connect_timeout() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    times_out(&format!("https://{}", listener.local_addr().unwrap())).await;
}

#[tokio::test]
async fn a_peer_that_takes_no_connection_ends_at_the_connect_timeout() {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind("127.0.0.1:0".parse().unwrap()).unwrap();
    let listener = socket.listen(1).unwrap();
    let address = listener.local_addr().unwrap();
    let mut waiting = Vec::new();
    // Nobody accepts, so the queue fills up and the next one waits for ever.
    while let Ok(stream) = tokio::time::timeout(SHORT, TcpStream::connect(address)).await {
        waiting.push(stream.unwrap());
        assert!(waiting.len() < 100, "this machine queues without end");
    }
    times_out(&format!("https://{address}")).await;
}

#[tokio::test]
async fn a_closed_port_is_unsent() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    drop(listener);
    let error = call(&unsigned(&url, &trusting(&Ca::new())), Effect::Money).await.unwrap_err();
    assert!(error.is_connect() && !error.outcome_unknown() && !error.is_proxy(), "{}", words(&error));
    assert!(error.to_string().contains(&url), "{error}");
}

#[tokio::test]
async fn a_connection_that_breaks_after_the_request_leaves_money_unknown() {
    let ca = Ca::new();
    let server = Server::tls(ca.server().tls(), Reply::Nothing).await;
    let transport = three_attempts(&server.https_url(), &trusting(&ca));
    let error = call(&transport, Effect::Money).await.unwrap_err();
    assert!(error.outcome_unknown() && error.is_interrupted(), "{}", words(&error));
    assert_eq!((server.requests(), error.attempts()), (1, 1));
    let error = call(&transport, Effect::Read).await.unwrap_err();
    assert_eq!((server.requests(), error.attempts()), (4, 3));
}

#[tokio::test]
async fn a_name_is_resolved_and_checked_against_the_certificate() {
    let ca = Ca::new();
    let server = Server::tls(ca.server().tls(), Reply::Fine).await;
    let url = format!("https://localhost:{}", server.address.port());
    call(&unsigned(&url, &trusting(&ca)), Effect::Read).await.unwrap();
    assert_eq!(server.requests(), 1);
}

#[tokio::test]
async fn redirects_are_not_followed() {
    let elsewhere = Server::plain(Reply::Fine).await;
    let server = Server::plain(Reply::Elsewhere(elsewhere.http_url())).await;
    let answer = call(&unsigned(&server.http_url(), &trusting(&Ca::new())), Effect::Read).await.unwrap();
    assert_eq!(answer.status(), 302);
    assert_eq!((server.requests(), elsewhere.connections()), (1, 0));
}

#[tokio::test]
async fn a_signed_request_goes_to_the_configured_host_alone() {
    let (ours, theirs) = (Server::plain(Reply::Fine).await, Server::plain(Reply::Fine).await);
    let wire = Wire::new(&trusting(&Ca::new())).unwrap();
    let based = BaseLayer::new(&ours.http_url()).unwrap().layer(wire);
    let pem = include_str!("../../../../paykka-sign/testdata/platform-2048.public.pem");
    let key = paykka_sign::VerifyingKey::from_bytes(pem).unwrap();
    let ring = paykka_sign::KeyRing::builder().key("P001", key).for_loopback().build().unwrap();
    let signed = SignVerifyLayer::for_loopback(
        std::sync::Arc::new(merchant_key()),
        ring,
        SignVerifySettings::default(),
    )
    .layer(SizeLimitLayer::new(1024, 1024).layer(based));

    let mut request_to_them = request(PATH);
    *request_to_them.uri_mut() = format!("{}{PATH}", theirs.http_url()).parse().unwrap();
    let error = signed.clone().oneshot(request_to_them).await.unwrap_err();
    assert!(error.is_config() && !error.may_have_been_executed(), "{error:?}");
    assert_eq!((ours.connections(), theirs.connections()), (0, 0));

    // The same stack reaches ours, whose answer is unsigned.
    let error = signed.oneshot(request(PATH)).await.unwrap_err();
    assert!(error.is_unsigned(), "{error:?}");
    assert_eq!((ours.requests(), theirs.connections()), (1, 0));
}
