//! How many connections calls take, and how long one is kept.

use std::time::Duration;

use paykka_transport::{Effect, WireSettings};

use super::pki::Ca;
use super::server::{Reply, Server};
use super::{call, trusting, unsigned};

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
