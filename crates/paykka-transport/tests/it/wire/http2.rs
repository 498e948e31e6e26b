//! HTTP/2, where it is asked for and the server offers it.

use std::sync::Arc;

use paykka_transport::Effect;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;

use super::pki::Ca;
use super::server::{Reply, Server};
use super::{call, three_attempts, trusting, unsigned, words};
use crate::server::http2::{Frame, HEADERS, PREFACE};

fn offering(ca: &Ca, protocols: &[&str]) -> rustls::ServerConfig {
    let mut config = ca.server().tls();
    config.alpn_protocols = protocols.iter().map(|name| name.as_bytes().to_vec()).collect();
    config
}

#[tokio::test]
async fn it_is_spoken_where_the_server_offers_it() {
    let ca = Ca::new();
    let server = Server::tls(offering(&ca, &["h2", "http/1.1"]), Reply::Fine).await;
    let transport = unsigned(&server.https_url(), &trusting(&ca).http2(true));
    call(&transport, Effect::Read).await.unwrap();
    let [one, two, three] = [(); 3].map(|()| call(&transport, Effect::Read));
    let (one, two, three) = tokio::join!(one, two, three);
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!((server.connections(), server.http2_connections(), server.requests()), (1, 1, 4));
    call(&transport, Effect::Money).await.unwrap();
    call(&transport, Effect::Money).await.unwrap();
    assert_eq!((server.connections(), server.http2_connections()), (3, 3));

    let old = Server::tls(offering(&ca, &["http/1.1"]), Reply::Fine).await;
    call(&unsigned(&old.https_url(), &trusting(&ca).http2(true)), Effect::Read).await.unwrap();
    assert_eq!((old.connections(), old.http2_connections()), (1, 0));
}

#[tokio::test]
async fn a_money_call_that_breaks_is_sent_once_and_unknown() {
    let ca = Ca::new();
    let server = Server::tls(offering(&ca, &["h2"]), Reply::Nothing).await;
    let transport = three_attempts(&server.https_url(), &trusting(&ca).http2(true));
    let error = call(&transport, Effect::Money).await.unwrap_err();
    assert!(error.outcome_unknown() && error.is_interrupted(), "{}", words(&error));
    assert_eq!((server.requests(), error.attempts()), (1, 1));
    assert_eq!(server.http2_connections(), 1);

    let error = call(&transport, Effect::Read).await.unwrap_err();
    assert_eq!((server.requests(), error.attempts()), (4, 3));
}

/// The server leaves no room for bodies, so the head arrives and no byte of the body has left. That isn't "unsent".
#[tokio::test]
async fn a_connection_that_ends_after_a_head_leaves_money_unknown() {
    let ca = Ca::new();
    let tls = TlsAcceptor::from(Arc::new(offering(&ca, &["h2"])));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let server = tokio::spawn(async move {
        let (stream, _) = listener.accept().await.unwrap();
        let mut stream = tls.accept(stream).await.unwrap();
        stream.read_exact(&mut [0; PREFACE]).await.unwrap();
        while !Frame::read(&mut stream).await.unwrap().is_last() {}
        // The settings stand before the answer, so they are known when the next request is made.
        stream.write_all(&[NO_ROOM.as_slice(), &FINE].concat()).await.unwrap();
        while Frame::read(&mut stream).await.unwrap().kind != HEADERS {}
        drop(stream);
    });
    let transport = unsigned(&url, &trusting(&ca).http2(true).fresh_for_money(false));
    call(&transport, Effect::Read).await.unwrap();
    let error = call(&transport, Effect::Money).await.unwrap_err();
    server.await.unwrap();
    assert!(error.outcome_unknown() && error.is_interrupted(), "{}", words(&error));
}

/// SETTINGS with an initial window (4) of nothing.
const NO_ROOM: [u8; 15] = [0, 0, 6, 4, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0];

/// HEADERS with status 200 and the end of stream 1.
const FINE: [u8; 10] = [0, 0, 1, HEADERS, 5, 0, 0, 0, 1, 0x88];
