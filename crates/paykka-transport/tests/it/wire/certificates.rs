//! Whose certificate is taken: the right server's by an authority that is trusted, and nobody else's.

use std::time::Duration;

use paykka_transport::{Effect, Error, Roots, WireSettings};
use rcgen::date_time_ymd;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

use super::pki::{Ca, Identity};
use super::server::{Reply, Server};
use super::{call, trusting, unsigned, words};

/// The error of a call to a server that shows this, and that no request reached.
async fn refused(identity: &Identity, settings: WireSettings) -> Error {
    let server = Server::tls(identity.tls(), Reply::Fine).await;
    let error = call(&unsigned(&server.https_url(), &settings), Effect::Money).await.unwrap_err();
    assert!(!error.outcome_unknown() && error.is_connect(), "{}", words(&error));
    assert_eq!((server.connections(), server.requests()), (1, 0));
    error
}

#[tokio::test]
async fn only_the_right_name_in_time_by_a_trusted_authority_is_taken() {
    let ca = Ca::new();
    let server = Server::tls(ca.server().tls(), Reply::Fine).await;
    call(&unsigned(&server.https_url(), &trusting(&ca)), Effect::Money).await.unwrap();
    assert_eq!(server.requests(), 1);

    let stranger = refused(&Ca::new().server(), trusting(&ca)).await;
    let expired = refused(
        &ca.issue(&["127.0.0.1"], |params| {
            params.not_before = date_time_ymd(2001, 1, 1);
            params.not_after = date_time_ymd(2002, 1, 1);
        }),
        trusting(&ca),
    )
    .await;
    let early =
        refused(&ca.issue(&["127.0.0.1"], |p| p.not_before = date_time_ymd(3000, 1, 1)), trusting(&ca)).await;
    let other_name = refused(&ca.issue(&["platform.example.com"], |_| {}), trusting(&ca)).await;
    for error in [stranger, expired, early, other_name] {
        assert!(error.is_certificate() && !error.is_proxy(), "{}", words(&error));
        assert!(error.to_string().contains("https://127.0.0.1:"), "{error}");
    }
}

#[tokio::test]
async fn this_machines_authorities_can_be_added_to() {
    let ca = Ca::new();
    let settings = WireSettings::default();
    assert!(refused(&ca.server(), settings.clone()).await.is_certificate());
    let and_another = settings.clone().roots(Roots::PlatformAnd(Ca::new().pem().into()));
    assert!(refused(&ca.server(), and_another).await.is_certificate());

    let server = Server::tls(ca.server().tls(), Reply::Fine).await;
    let and_this = settings.roots(Roots::PlatformAnd(ca.pem().into()));
    call(&unsigned(&server.https_url(), &and_this), Effect::Read).await.unwrap();
}

#[cfg(feature = "bundled-roots")]
#[tokio::test]
async fn bundled_authorities_are_not_ours() {
    let bundled = WireSettings::default().roots(Roots::Bundled);
    assert!(refused(&Ca::new().server(), bundled).await.is_certificate());
}

/// The extension "supported versions" (43) with 1.3 and 1.2, and nothing older.
const OFFER: [u8; 9] = [0, 43, 0, 5, 4, 3, 4, 3, 3];

/// A server's hello that chooses TLS 1.1: record, handshake, version, 32 random bytes, no session, a cipher of that time.
fn old_hello() -> Vec<u8> {
    let mut hello = vec![0x16, 3, 2, 0, 42, 2, 0, 0, 38, 3, 2];
    hello.extend([7; 32]);
    hello.extend([0, 0xc0, 0x13, 0]);
    hello
}

#[tokio::test]
async fn nothing_older_than_tls_1_2_is_spoken() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("https://{}", listener.local_addr().unwrap());
    let old = tokio::spawn(async move {
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut hello = vec![0; 4096];
        let length = stream.read(&mut hello).await.unwrap();
        hello.truncate(length);
        stream.write_all(&old_hello()).await.unwrap();
        let mut rest = Vec::new();
        // The alert, then the end.
        tokio::time::timeout(Duration::from_secs(5), stream.read_to_end(&mut rest)).await.unwrap().unwrap();
        (hello, rest)
    });
    let error = call(&unsigned(&url, &trusting(&Ca::new())), Effect::Money).await.unwrap_err();
    assert!(error.is_connect() && !error.outcome_unknown(), "{}", words(&error));
    assert!(words(&error).contains("PeerIncompatible"), "{}", words(&error));
    let (hello, rest) = old.await.unwrap();
    let offers = |offer: &[u8]| hello.windows(offer.len()).any(|bytes| bytes == offer);
    assert!(offers(&OFFER), "{hello:02x?}");
    // Record type 21, fatal (2), protocol version (70).
    assert_eq!((rest[0], &rest[5..]), (21, &[2, 70][..]));
}
