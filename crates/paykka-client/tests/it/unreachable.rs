//! Hosts that aren't there, that aren't trusted, and that never answer.

use std::time::Duration;

use paykka_client::Roots;
use paykka_emulator::LocalCa;
use paykka_model::BalanceInquiryRequest;
use tokio::net::TcpListener;

use crate::world::{builder, emulator, payment};

#[tokio::test]
async fn a_port_where_nobody_listens_is_named() {
    // Bound and dropped, so that it is free and nobody else's.
    let address = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let client = builder(&format!("http://{address}")).build().unwrap();
    let error = client.payments().apply(&payment("R1", 1)).await.unwrap_err();
    assert!(error.is_connect() && !error.outcome_unknown());
    let cause = error.to_string();
    assert!(cause.contains(&address.to_string()) && cause.contains("check host and port"), "{cause}");
}

#[tokio::test]
async fn a_certificate_of_an_unknown_authority_is_named_with_the_fix() {
    let emulator = emulator().await;
    let stranger = LocalCa::new().unwrap();
    let client = builder(&emulator.https_url()).roots(Roots::Only(stranger.pem().into())).build().unwrap();
    let error = client.payments().apply(&payment("R1", 1)).await.unwrap_err();
    assert!(error.is_connect() && !error.outcome_unknown());
    assert!(error.is_certificate());
    let cause = error.to_string();
    assert!(cause.contains(&emulator.https_url()) && cause.contains("can't be verified"), "{cause}");
    assert!(cause.contains("add that to the roots"), "{cause}");
    assert_eq!(emulator.payment_count(), 0);
}

#[tokio::test]
async fn an_answer_that_never_comes_ends_at_the_deadline() {
    let silent = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", silent.local_addr().unwrap());
    let client = builder(&url).timeout(Duration::from_millis(300)).build().unwrap();
    let error = client.payments().apply(&payment("R1", 1)).await.unwrap_err();
    assert!(error.is_timeout() && error.outcome_unknown());
    let error = client.balance().inquiry(&BalanceInquiryRequest::default()).await.unwrap_err();
    assert!(error.is_timeout() && !error.outcome_unknown());
}
