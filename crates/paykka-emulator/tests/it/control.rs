//! What is done from outside: keys that come and go, the log with its diagnoses, a state that is kept and put back.

use std::sync::Arc;
use std::time::{Duration, SystemTime};

use http::StatusCode;
use paykka_emulator::{Emulator, Landing, LocalCa, ServerIdentity};
use paykka_model::Amount;
use paykka_sign::SigningKey;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, ServerName};
use serde_json::json;

use crate::bodies::{ask, key_of_merchant, merchant, open_va, relatable};
use crate::caller::{
    APPLY, BALANCE, MERCHANT, Message, STEP, builder, call, empty, merchant_key, other_key, payment,
};
use crate::notifications::plain_receiver;
use crate::state_dir::changed;

#[tokio::test]
async fn a_merchant_comes_after_the_start() {
    let emulator = empty().start().await.unwrap();
    let message = || Message::signed(BALANCE, "{}");
    assert_eq!(message().send(&emulator).await.refusal(), "unknown-key");
    emulator.register(Some(MERCHANT), "K001", key_of_merchant()).unwrap();
    assert_eq!(message().send(&emulator).await.verified(), json!({ "accounts": [] }));
    emulator.open_account(MERCHANT, "USD", Amount::from_wire(5)).unwrap();
    emulator.add_payee(MERCHANT, "B1", "USD");
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 5)).await;
    assert_eq!(emulator.merchants(), [MERCHANT]);
    assert!(emulator.register(Some(MERCHANT), "", key_of_merchant()).is_err());
}

#[tokio::test]
async fn a_key_is_rotated_with_overlap_and_the_old_one_revoked() {
    let emulator = builder().start().await.unwrap();
    let (old, new) = (merchant_key(), other_key("K002"));
    let by = |key: &SigningKey| Message::signed_by(key, BALANCE, "{}");
    assert_eq!(by(&new).send(&emulator).await.refusal(), "unknown-key");
    emulator.register(Some(MERCHANT), "K002", new.verifying_key().clone()).unwrap();
    by(&new).send(&emulator).await.verified();
    by(&old).send(&emulator).await.verified();
    emulator.revoke("K001").unwrap();
    assert_eq!(by(&old).send(&emulator).await.refusal(), "unknown-key");
    by(&new).send(&emulator).await.verified();
    assert!(emulator.revoke("K001").is_err());
    assert_eq!(emulator.keys()["K002"], [MERCHANT]);
    // The same id for another key.
    emulator.register(Some(MERCHANT), "K002", key_of_merchant()).unwrap();
    assert_eq!(by(&new).send(&emulator).await.refusal(), "signature");
}

#[tokio::test]
async fn the_platforms_key_is_rotated() {
    let emulator = builder().start().await.unwrap();
    emulator.rotate(std::sync::Arc::new(other_key("P002"))).unwrap();
    let answer = Message::signed(BALANCE, "{}").send(&emulator).await;
    answer.verify("P002", &other_key("P002")).unwrap();
    assert_eq!(
        (emulator.key_id(), emulator.public_key_pem()),
        ("P002".to_owned(), other_key("P002").public_key())
    );
}

#[tokio::test]
async fn a_merchant_that_came_of_an_application_is_signed_for_by_the_key_that_applied() {
    let emulator = empty()
        .key("K001", key_of_merchant())
        .key("K002", other_key("K002").verifying_key().clone())
        .start()
        .await
        .unwrap();
    let applied = ask(&emulator, None, "onboarding.apply", &[]).await;
    let merchant = applied["merch_id"].as_str().unwrap();
    ask(&emulator, Some(merchant), "balance.inquiry", &[]).await;
    let mut foreign = Message::signed_for(Some("M2"), BALANCE, "{}");
    assert_eq!(foreign.send(&emulator).await.refusal(), "key-of-another-merchant");
    foreign = Message::signed_by(&other_key("K002"), BALANCE, "{}");
    assert_eq!(foreign.send(&emulator).await.refusal(), "key-of-another-merchant");
}

#[tokio::test]
async fn signatures_are_judged_by_the_wall_clock_that_was_given() {
    let later = SystemTime::now() + Duration::from_secs(86_400);
    let emulator = builder().wall_clock(move || later).window(Duration::from_secs(1)).start().await.unwrap();
    assert_eq!(Message::signed(BALANCE, "{}").send(&emulator).await.refusal(), "late");
    let answer = Message::signed_at(BALANCE, "{}", later - Duration::from_millis(900)).send(&emulator).await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.verify("P001", &crate::caller::platform_key()).unwrap_err().code(), "early");
}

#[tokio::test]
async fn a_wall_clock_that_shows_no_time_is_named() {
    let before = SystemTime::UNIX_EPOCH - Duration::from_secs(1);
    let emulator = builder().wall_clock(move || before).start().await.unwrap();
    assert_eq!(Message::signed(BALANCE, "{}").send(&emulator).await.refusal(), "clock");
}

#[tokio::test]
async fn a_refused_request_is_explained_in_the_log() {
    let emulator = builder().start().await.unwrap();
    let mut message = Message::signed(APPLY, r#"{"request_id": "R1"}"#);
    message.body = br#"{"request_id":"R1"}"#.to_vec();
    assert_eq!(message.send(&emulator).await.refusal(), "signature");
    let late = Message::signed_at(BALANCE, "{}", SystemTime::now() - Duration::from_secs(3_600));
    assert_eq!(late.send(&emulator).await.refusal(), "late");
    call(&emulator, BALANCE, "{}").await;
    emulator.settle().await;

    let log = emulator.requests();
    let refused = &log[0];
    assert_eq!(
        (refused.id, refused.operation, refused.refused),
        (1, Some("payment.apply"), Some("signature"))
    );
    assert_eq!((refused.merchant.as_deref(), refused.key_id.as_deref()), (Some(MERCHANT), Some("K001")));
    assert_eq!((refused.status, refused.took.is_some()), (Some(401), true));
    let diagnosis = refused.diagnosis.as_ref().unwrap();
    assert_eq!(diagnosis.codes, ["body-reformatted"]);
    assert!(diagnosis.text.contains("verifies when this is undone"), "{}", diagnosis.text);
    let string = refused.string_to_sign().unwrap();
    assert!(string.starts_with("/api/v2/merch/pay/apply\n"), "{string}");
    assert!(string.ends_with(&format!("\n{MERCHANT}\n{{\"request_id\":\"R1\"}}")), "{string}");
    assert_eq!(log[1].diagnosis.as_ref().unwrap().codes, ["clock-skew"]);
    assert_eq!((log[2].refused, log[2].status, log[2].diagnosis.is_none()), (None, Some(200), true));
    let shown = serde_json::to_string(&emulator.request(1)).unwrap();
    assert!(shown.contains("body-reformatted") && !shown.contains("R1"), "no body: {shown}");
}

async fn halfway(emulator: &Emulator) {
    open_va(emulator, MERCHANT).await;
    relatable(emulator, MERCHANT, "O1", "ACME").await;
    emulator.land(MERCHANT, Landing::new("USD", Amount::from_wire(125_000))).unwrap();
    call(emulator, APPLY, &payment("R1", "B1", "USD", 100)).await;
}

#[tokio::test]
async fn a_state_is_kept_over_a_restart() {
    let (server, mut inbox) = plain_receiver(&[500, 500, 500, 200]);
    let url = format!("http://{}/p", server.address());
    let before = builder().notify_to(url.as_str()).start().await.unwrap();
    before.register(Some(MERCHANT), "K002", other_key("K002").verifying_key().clone()).unwrap();
    halfway(&before).await;
    before.settle().await;
    let begin = before.business_time();
    let (snapshot, objects) = (before.snapshot().unwrap(), before.objects(MERCHANT));
    let waiting =
        before.deliveries().iter().filter(|delivery| delivery.outcome() != Ok(StatusCode::OK)).count();
    assert!(waiting > 0 && snapshot.contains("PUBLIC KEY") && !snapshot.contains("PRIVATE"));
    drop(before);
    while inbox.try_recv().is_ok() {}

    let after = empty().notify_to(url).snapshot(snapshot.as_str()).merchant("M2", "K001", key_of_merchant());
    let after = after.start().await.unwrap();
    let came_later = Message::signed_for(Some("M2"), BALANCE, "{}").send(&after).await;
    assert_eq!(came_later.verified(), json!({ "accounts": [] }));
    assert_eq!(after.objects(MERCHANT), objects);
    after.check_ledgers().unwrap();
    Message::signed_by(&other_key("K002"), BALANCE, "{}").send(&after).await.verified();
    call(&after, APPLY, &payment("R1", "B1", "USD", 100)).await;
    assert_eq!(after.balance(MERCHANT, "USD"), Some(Amount::from_wire(900)), "it was there already");
    after.advance(STEP).await;
    assert_eq!(after.payment(MERCHANT, "R1").unwrap().status.as_str(), "SUCCESS");
    let come = std::iter::from_fn(|| inbox.try_recv().ok()).count();
    assert_eq!(come, waiting + 1, "what wasn't delivered, and the payment's end");

    assert!(after.restore("{}").await.is_err());
    assert!(after.restore(&snapshot.replacen("\"version\":3", "\"version\":2", 1)).await.is_err());
    let damages: [fn(&mut Vec<serde_json::Value>); 2] =
        [|entries| entries.push(entries[0].clone()), |entries| entries.truncate(1)];
    for damage in damages {
        let damaged = changed(&snapshot, |state| {
            damage(state["world"]["merchants"][MERCHANT]["ledger"]["entries"].as_array_mut().unwrap());
        });
        let error = after.restore(&damaged).await.unwrap_err();
        let cause = std::error::Error::source(&error).unwrap().to_string();
        assert!(cause.starts_with("the ledger of "), "{error}: {cause}");
    }
    assert_eq!(after.deliveries().len(), waiting + 1, "nothing has changed");
    after.restore(&snapshot).await.unwrap();
    // A clock that stands still is put back, so what was due then is due again.
    assert_eq!(after.payment(MERCHANT, "R1").unwrap().status.as_str(), "PROCESSING");
    assert_eq!((after.business_time(), after.next_due().is_some()), (begin, true));
    assert_eq!(after.balance(MERCHANT, "USD"), Some(Amount::from_wire(900)));
}

#[tokio::test]
async fn a_reset_goes_back_to_the_start() {
    let emulator = builder().start().await.unwrap();
    let objects = emulator.objects(MERCHANT);
    emulator
        .add_rule(paykka_emulator::FaultRule {
            operation: None,
            fault: paykka_emulator::Fault::ExtraFields,
            times: None,
        })
        .unwrap();
    halfway(&emulator).await;
    emulator.revoke("K001").unwrap();
    emulator.reset().await;
    assert_eq!((emulator.objects(MERCHANT), emulator.requests().len()), (objects, 0));
    assert!(emulator.rules().is_empty() && emulator.next_due().is_none());
    call(&emulator, APPLY, &payment("R1", "B1", "USD", 100)).await;
    ask(&emulator, merchant(), "balance.inquiry", &[]).await;
}

#[tokio::test]
async fn an_own_certificate_and_an_own_port_are_used() {
    let (ca, other) = (LocalCa::new().unwrap(), LocalCa::new().unwrap());
    let free = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let emulator = builder().ca(ca).identity(other.issue().unwrap()).ports(free, 0).start().await.unwrap();
    assert_eq!(emulator.http_address().port(), free);
    let error = builder().ports(free, 0).start().await.unwrap_err();
    assert!(error.to_string().contains("port"), "{error}");
    call(&emulator, BALANCE, "{}").await;

    // One that is made is for where the emulator listens, too.
    let ca = LocalCa::new().unwrap();
    let roots = ca.pem().to_owned();
    let emulator = builder().ca(ca).bind([127, 0, 0, 2].into()).start().await.unwrap();
    shake_hands(&emulator, &roots, "127.0.0.2").await;

    // A certificate from elsewhere is PEM.
    let given = other.issue().unwrap();
    let given = ServerIdentity::from_pem(given.certificate_pem(), given.key_pem());
    let emulator = builder().identity(given).start().await.unwrap();
    shake_hands(&emulator, other.pem(), "localhost").await;
    for (certificate, key) in [("no PEM", given_key()), (other.pem(), "no PEM".to_owned())] {
        let error = builder().identity(ServerIdentity::from_pem(certificate, key)).start().await.unwrap_err();
        assert!(error.to_string().contains("can't be"), "{error}");
    }
}

/// That the TLS port shows a certificate for this name, which the authority vouches for.
async fn shake_hands(emulator: &Emulator, ca_pem: &str, name: &'static str) {
    let mut roots = rustls::RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(ca_pem.as_bytes()).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    let stream = tokio::net::TcpStream::connect(emulator.https_address()).await.unwrap();
    let name = ServerName::try_from(name).unwrap();
    tokio_rustls::TlsConnector::from(Arc::new(config)).connect(name, stream).await.unwrap();
}

fn given_key() -> String {
    LocalCa::new().unwrap().issue().unwrap().key_pem().to_owned()
}

/// Two emulators have two keys, and each verifies what it signs.
#[cfg(feature = "aws-lc-rs")]
#[tokio::test]
async fn an_emulator_makes_its_own_key() {
    let mut keys = Vec::new();
    for _ in 0..2 {
        let builder = Emulator::builder_with_new_key("NEW-1").unwrap();
        let emulator = builder.merchant(MERCHANT, "K001", key_of_merchant()).start().await.unwrap();
        let answer = Message::signed(BALANCE, "{}").send(&emulator).await;
        let key = paykka_sign::VerifyingKey::from_bytes(emulator.public_key_pem()).unwrap();
        answer.verify_by("NEW-1", key.clone()).unwrap();
        keys.push(key);
    }
    assert_ne!(keys[0], keys[1]);
    let error = Emulator::builder_with_new_key("a b").unwrap_err();
    assert_eq!(error.to_string(), "the platform's key can't be made");
}
