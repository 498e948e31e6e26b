//! Client certificates. With TLS 1.3 a server refuses one after the client believes that the handshake is done, and so while
//! the request is on its way.

use paykka_transport::{ClientIdentity, Effect, WireSettings};
use rustls::version::{TLS12, TLS13};

use super::pki::{Ca, Identity};
use super::server::{Reply, Server};
use super::{call, trusting, unsigned, words};

fn identity(of: &Identity) -> ClientIdentity {
    ClientIdentity::from_pem(of.certificate.as_bytes(), of.key.as_bytes()).unwrap()
}

#[tokio::test]
async fn a_server_that_asks_for_a_certificate_gets_it() {
    let (ca, clients) = (Ca::new(), Ca::new());
    for version in [&TLS12, &TLS13] {
        let server = Server::tls(ca.server().tls_asking(Some(&clients), &[version]), Reply::Fine).await;
        let ours = clients.issue(&["merchant"], |_| {});
        let transport = unsigned(&server.https_url(), &trusting(&ca).identity(identity(&ours)));
        call(&transport, Effect::Money).await.unwrap();
        assert_eq!(server.requests(), 1);
    }
}

#[tokio::test]
async fn without_the_right_certificate_nothing_arrives_and_nothing_is_claimed_unsent_that_left() {
    let (ca, clients) = (Ca::new(), Ca::new());
    let strangers = Ca::new().issue(&["merchant"], |_| {});
    let settings: [WireSettings; 2] = [trusting(&ca), trusting(&ca).identity(identity(&strangers))];
    for settings in settings {
        let server = Server::tls(ca.server().tls_asking(Some(&clients), &[&TLS12]), Reply::Fine).await;
        let error = call(&unsigned(&server.https_url(), &settings), Effect::Money).await.unwrap_err();
        assert!(error.is_connect() && !error.is_certificate(), "{}", words(&error));
        assert!(!error.outcome_unknown());
        assert_eq!(server.requests(), 0);

        let server = Server::tls(ca.server().tls_asking(Some(&clients), &[&TLS13]), Reply::Fine).await;
        let error = call(&unsigned(&server.https_url(), &settings), Effect::Money).await.unwrap_err();
        assert!(error.is_interrupted() && error.outcome_unknown(), "{}", words(&error));
        assert_eq!(server.requests(), 0);
        server.ended(1).await;
    }
}

#[test]
fn a_certificate_and_a_key_that_do_not_belong_together_are_refused() {
    let ca = Ca::new();
    let (one, other) = (ca.issue(&["a"], |_| {}), ca.issue(&["a"], |_| {}));
    let mixed = ClientIdentity::from_pem(one.certificate.as_bytes(), other.key.as_bytes()).unwrap();
    let error = paykka_transport::Wire::new(&trusting(&ca).identity(mixed)).unwrap_err();
    assert!(error.is_config(), "{error:?}");
    assert!(ClientIdentity::from_pem(b"", one.key.as_bytes()).unwrap_err().is_config());
    assert!(ClientIdentity::from_pem(one.certificate.as_bytes(), b"").unwrap_err().is_config());
}
