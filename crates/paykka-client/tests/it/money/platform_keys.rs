//! What an inquiry has shown counts as long as the key that signed it is one of the platform's.

use std::sync::Arc;

use paykka_client::Client;
use paykka_client::journal::{FileJournal, MemoryJournal};
use paykka_client::money::{Money, Resend, Resume};
use paykka_sign::{KeyRing, SharedKeyRing, SigningKey, VerifyingKey};
use paykka_transport::{Payload, RetrySettings, Transport, TransportBuilder};

use super::rig::{Q, Rig, pay, word};
use crate::world::{MERCHANT, MERCHANT_PEM, PLATFORM_PEM};

const NEW_PEM: &str =
    include_str!("../../../../paykka-sign/testdata/rsa-2048-smaller-prime-first.private.pem");

fn old() -> SigningKey {
    SigningKey::from_bytes("P001", PLATFORM_PEM).unwrap()
}

fn new() -> SigningKey {
    SigningKey::from_bytes("P002", NEW_PEM).unwrap()
}

fn ring(keys: &[SigningKey]) -> KeyRing {
    let add = |ring: paykka_sign::KeyRingBuilder, key: &SigningKey| {
        ring.key(key.key_id(), VerifyingKey::from_bytes(key.public_key()).unwrap())
    };
    keys.iter().fold(KeyRing::builder(), add).for_loopback().build().unwrap()
}

fn transport(rig: &Rig, platform: &SharedKeyRing) -> TransportBuilder {
    let key = SigningKey::from_bytes("K001", MERCHANT_PEM).unwrap();
    let transport = Transport::builder(rig.emulator.http_url(), Arc::new(key), platform.clone());
    transport.retry(RetrySettings::default().attempts(1))
}

fn client(rig: &Rig, platform: &SharedKeyRing) -> Client {
    Client::from_transport(transport(rig, platform).build().unwrap(), Some(MERCHANT.to_owned()))
}

async fn proven(rig: &Rig, platform: &SharedKeyRing) -> Money {
    let journal = Arc::new(FileJournal::open(rig.path()).unwrap());
    let money =
        client(rig, platform).money(journal).clock(rig.clock()).resend(Resend::After(Q)).build().unwrap();
    assert!(money.prove().await.unwrap().reads);
    money
}

/// (whether a payment is made while both keys are there; what becomes of one that is lost when the old key is gone)
#[tokio::test]
async fn a_proof_lasts_as_long_as_its_key_and_is_renewed_while_both_are_there() {
    for (is_paid_meanwhile, expected) in [(true, "accepted"), (false, "unknown")] {
        let rig = Rig::new().await;
        let platform = SharedKeyRing::from(ring(&[old()]));
        let money = proven(&rig, &platform).await;
        let first = pay(&money, "the first").await.unwrap();
        assert_eq!(money.prove().await.unwrap().inquiries, ["payment.inquiry"]);
        // So that `prove` has nothing to look for any more.
        money.acknowledge(&first.key).await.unwrap();

        platform.swap(ring(&[old(), new()])).unwrap();
        rig.emulator.rotate(Arc::new(new())).unwrap();
        if is_paid_meanwhile {
            rig.fault("payment.apply", "reset-before", Some(1));
            let lost = pay(&money, "lost meanwhile").await;
            assert_eq!(word(&lost), "accepted", "the overlap breaks nothing: {lost:?}");
            money.acknowledge(&lost.unwrap().key).await.unwrap();
        }
        // The process goes on. Without a call by the new key nothing was verified by it.
        platform.swap(ring(&[new()])).unwrap();
        if !is_paid_meanwhile {
            assert!(pay(&money, "lost").await.unwrap_err().is_unproven());
            assert!(money.prove().await.unwrap().reads);
        }
        rig.fault("payment.apply", "reset-before", Some(1));
        let result = pay(&money, "lost").await;
        assert_eq!(word(&result), expected, "{result:?}");
        if let Err(error) = result {
            assert_eq!(error.still_unknown().unwrap().resume, Resume::ProveThenAsk);
            assert_eq!(rig.paid("lost"), 0);
        }
    }
}

/// The platform changes its key and keeps the id, and the ring is exchanged while an inquiry is under way: what was read by one of
/// them mustn't be booked to the other, which is back in its place later and has verified nothing.
#[tokio::test]
async fn what_was_asked_under_one_ring_and_read_by_another_shows_nothing() {
    let rig = Rig::new().await;
    let same_id = || SigningKey::from_bytes("P001", NEW_PEM).unwrap();
    let platform = SharedKeyRing::from(ring(&[old()]));
    let (emulator, keys) = (Arc::clone(&rig.emulator), platform.clone());
    let exchanged = tower::util::MapRequestLayer::new(move |request: http::Request<Payload>| {
        keys.swap(ring(&[same_id()])).unwrap();
        emulator.rotate(Arc::new(same_id())).unwrap();
        request
    });
    let journal = Arc::new(MemoryJournal::new());
    let transport = transport(&rig, &platform).outer_layer(exchanged).build().unwrap();
    let money = Client::from_transport(transport, Some(MERCHANT.to_owned())).money(journal).build().unwrap();
    assert!(!money.prove().await.unwrap().reads, "each of its inquiries fell into an exchange");

    platform.swap(ring(&[old()])).unwrap();
    rig.emulator.rotate(Arc::new(old())).unwrap();
    let calls = rig.emulator.requests().len();
    assert!(pay(&money, "k").await.unwrap_err().is_unproven());
    assert_eq!(rig.emulator.requests().len(), calls);
}

/// Another ring altogether, in a process that goes on: what was verified before says nothing of it.
#[tokio::test]
async fn no_money_moves_under_a_ring_that_has_verified_nothing() {
    let rig = Rig::new().await;
    let platform = SharedKeyRing::from(ring(&[old()]));
    let money = client(&rig, &platform).money(Arc::new(MemoryJournal::new())).build().unwrap();
    assert!(money.prove().await.unwrap().reads);
    assert_eq!(word(&pay(&money, "a").await), "accepted");
    platform.swap(ring(&[old(), new()])).unwrap();
    assert_eq!(word(&pay(&money, "b").await), "accepted");
    platform.swap(ring(&[new()])).unwrap();
    let calls = rig.emulator.requests().len();
    assert!(pay(&money, "c").await.unwrap_err().is_unproven());
    assert_eq!(rig.emulator.requests().len(), calls);
    rig.emulator.rotate(Arc::new(new())).unwrap();
    assert!(money.prove().await.unwrap().reads);
    assert_eq!(word(&pay(&money, "c").await), "accepted");
}
