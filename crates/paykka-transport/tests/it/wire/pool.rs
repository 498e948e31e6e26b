//! How many connections calls take, and how long one is kept.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use paykka_transport::{Effect, ResponsePolicy, RsaWork, SignVerifySettings, Wire, WireSettings};

use super::pki::Ca;
use super::server::{Reply, Server};
use super::{builder, call, trusting, unsigned, words};

const CALLS: usize = 5;

/// The connections that calls, one after another, take.
async fn connections(effect: Effect, change: impl FnOnce(WireSettings) -> WireSettings) -> usize {
    let ca = Ca::new();
    let server = Server::tls(ca.server().tls(), Reply::Fine).await;
    let transport = unsigned(&server.https_url(), &change(trusting(&ca)));
    for _ in 0..CALLS {
        call(&transport, effect).await.unwrap();
    }
    assert_eq!(server.requests(), CALLS);
    server.connections()
}

#[tokio::test]
async fn each_money_call_has_a_connection_of_its_own_and_others_share_one() {
    assert_eq!(connections(Effect::Money, |settings| settings).await, CALLS);
    assert_eq!(connections(Effect::Read, |settings| settings).await, 1);
    assert_eq!(connections(Effect::Write, |settings| settings).await, 1);
    assert_eq!(connections(Effect::Money, |settings| settings.fresh_for_money(false)).await, 1);
    assert_eq!(connections(Effect::Read, |settings| settings.idle(Duration::from_secs(20), 0)).await, CALLS);
}

#[tokio::test]
async fn money_takes_no_connection_that_a_read_has_left() {
    let server = Server::plain(Reply::Fine).await;
    let transport = unsigned(&server.http_url(), &trusting(&Ca::new()));
    for (effect, connections) in
        [(Effect::Read, 1), (Effect::Money, 2), (Effect::Read, 2), (Effect::Money, 3)]
    {
        call(&transport, effect).await.unwrap();
        assert_eq!(server.connections(), connections);
    }
    // And it leaves none behind.
    server.ended(2).await;
}

/// Nobody uses the pool meanwhile, so it must be its own timer that closes.
#[tokio::test]
async fn an_idle_connection_is_closed_in_time() {
    let server = Server::plain(Reply::Fine).await;
    let settings = trusting(&Ca::new()).idle(Duration::from_millis(100), 32);
    let transport = unsigned(&server.http_url(), &settings);
    call(&transport, Effect::Read).await.unwrap();
    server.ended(1).await;
    call(&transport, Effect::Read).await.unwrap();
    assert_eq!(server.connections(), 2);
}

#[tokio::test]
async fn no_more_idle_connections_are_kept_than_allowed() {
    let server = Server::plain(Reply::Together(3)).await;
    let settings = trusting(&Ca::new()).idle(Duration::from_secs(20), 1);
    let transport = unsigned(&server.http_url(), &settings);
    let [one, two, three] = [(); 3].map(|()| call(&transport, Effect::Read));
    let (one, two, three) = tokio::join!(one, two, three);
    assert!(one.is_ok() && two.is_ok() && three.is_ok());
    assert_eq!(server.connections(), 3);
    server.ended(2).await;
    call(&transport, Effect::Read).await.unwrap();
    assert_eq!(server.connections(), 3, "one was kept");
}

/// The one moment in which hyper-util's pool would send a request again by itself: it hands out a connection that looks open,
/// and the connection's own task finds it closed before it has taken the request. The runtime has one thread, so the close
/// goes unseen until its turn at sockets, which comes after 61 tasks and so before the connection's task.
#[tokio::test]
async fn a_connection_found_closed_is_not_replaced_behind_the_retrys_back() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let (close, told_to_close) = mpsc::channel();
    let (closed, is_closed) = mpsc::channel();
    // It ends with the process, waiting for a connection that must not come.
    std::thread::spawn(move || {
        for mut stream in listener.incoming().map(Result::unwrap) {
            let mut request = Vec::new();
            while !request.ends_with(b"{}") {
                let mut some = [0; 4096];
                let length = stream.read(&mut some).unwrap();
                request.extend_from_slice(&some[..length]);
            }
            stream.write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}").unwrap();
            told_to_close.recv().unwrap();
            drop(stream);
            closed.send(()).unwrap();
        }
    });
    let settings = SignVerifySettings::default()
        .dangerously_take_unsigned("test", ResponsePolicy::Off)
        .rsa_work(RsaWork::Inline);
    let wire = Wire::new(&trusting(&Ca::new())).unwrap();
    let transport = builder(&url).signatures(settings).over(wire).build().unwrap();
    call(&transport, Effect::Read).await.unwrap();
    // Until every task has nothing left to do.
    for _ in 0..200 {
        tokio::task::yield_now().await;
    }

    close.send(()).unwrap();
    is_closed.recv().unwrap();
    for _ in 0..200 {
        drop(tokio::spawn(std::future::ready(())));
    }
    let error = call(&transport, Effect::Read).await.unwrap_err();
    assert!(!error.may_have_been_executed(), "{}", words(&error));
    assert_eq!((error.is_connect(), error.attempts()), (true, 1), "{}", words(&error));
}
