//! Keys are rotated on both sides while 32 callers call: nobody notices.

use std::collections::HashSet;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use paykka_client::{Client, SharedSigner};
use paykka_model::BalanceInquiryRequest;
use paykka_sign::{KeyRing, SharedKeyRing, SigningKey, VerifyingKey};
use tokio::task::JoinSet;

use crate::world::{MERCHANT, MERCHANT_PEM, PLATFORM_PEM, builder, emulator, platform_ring};

const THIRD_PEM: &str =
    include_str!("../../../paykka-sign/testdata/rsa-2048-smaller-prime-first.private.pem");

fn key(id: &str, pem: &str) -> SigningKey {
    SigningKey::from_bytes(id, pem).unwrap()
}

/// 32 callers, until they are told to end; each call must succeed.
struct Load {
    ends: Arc<AtomicBool>,
    calls: Arc<AtomicUsize>,
    callers: JoinSet<HashSet<(String, String)>>,
}

impl Load {
    fn start(client: &Client) -> Self {
        let mut load = Self { ends: Arc::default(), calls: Arc::default(), callers: JoinSet::new() };
        for _ in 0..32 {
            let (client, ends, calls) = (client.clone(), Arc::clone(&load.ends), Arc::clone(&load.calls));
            load.callers.spawn(async move {
                let mut keys = HashSet::new();
                while !ends.load(Ordering::SeqCst) {
                    let answer =
                        client.balance().inquiry(&BalanceInquiryRequest::new()).max_attempts(1).await;
                    let answer = answer.unwrap_or_else(|error| panic!("a call failed: {error}"));
                    keys.insert((
                        answer.request().authorization().key_id().to_owned(),
                        answer.verified().key_id().to_owned(),
                    ));
                    calls.fetch_add(1, Ordering::SeqCst);
                }
                keys
            });
        }
        load
    }

    /// Returns when so many more calls have ended.
    async fn goes_on(&self, more: usize) {
        let wanted = self.calls.load(Ordering::SeqCst) + more;
        while self.calls.load(Ordering::SeqCst) < wanted {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    /// The pairs of key ids that were seen: ours, the platform's.
    async fn end(self) -> HashSet<(String, String)> {
        self.ends.store(true, Ordering::SeqCst);
        self.callers.join_all().await.into_iter().flatten().collect()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_platforms_key_is_rotated_under_load() {
    let emulator = emulator().await;
    let keys = SharedKeyRing::from(platform_ring());
    let client = builder(&emulator.http_url()).platform_keys(keys.clone()).build().unwrap();
    let load = Load::start(&client);
    load.goes_on(64).await;
    let (old, new) = (key("P001", PLATFORM_PEM), key("P002", THIRD_PEM));
    let public = |key: &SigningKey| VerifyingKey::from_bytes(key.public_key()).unwrap();
    let ring = |keys: &[&SigningKey]| {
        let ring = keys.iter().fold(KeyRing::builder(), |ring, key| ring.key(key.key_id(), public(key)));
        ring.for_loopback().build().unwrap()
    };
    keys.swap(ring(&[&old, &new])).unwrap();
    load.goes_on(64).await;
    emulator.rotate(Arc::new(key("P002", THIRD_PEM))).unwrap();
    load.goes_on(64).await;
    keys.swap(ring(&[&new])).unwrap();
    load.goes_on(64).await;
    let seen: HashSet<_> = load.end().await.into_iter().map(|(_, theirs)| theirs).collect();
    assert_eq!(seen, HashSet::from(["P001".to_owned(), "P002".to_owned()]));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn our_own_key_is_rotated_under_load() {
    let emulator = emulator().await;
    let signer = SharedSigner::from(key("K001", MERCHANT_PEM));
    let client = builder(&emulator.http_url()).signer(signer.clone()).build().unwrap();
    let load = Load::start(&client);
    load.goes_on(64).await;
    let new = key("K002", THIRD_PEM);
    let public = VerifyingKey::from_bytes(new.public_key()).unwrap();
    emulator.register(Some(MERCHANT), "K002", public).unwrap();
    let old = signer.swap(Arc::new(new));
    assert_eq!(old.key_id(), "K001");
    // Until no call is under way that was signed before.
    load.goes_on(128).await;
    emulator.revoke("K001").unwrap();
    load.goes_on(64).await;
    let seen: HashSet<_> = load.end().await.into_iter().map(|(ours, _)| ours).collect();
    assert_eq!(seen, HashSet::from(["K001".to_owned(), "K002".to_owned()]));
}

#[tokio::test]
async fn the_next_call_is_signed_by_the_new_key() {
    let (client, log) = crate::double::over(|_, _| (200, r#"{"accounts":[]}"#.to_owned()));
    let signer = SharedSigner::from(key("K001", MERCHANT_PEM));
    let client = client.signer(signer.clone()).build().unwrap();
    client.balance().inquiry(&BalanceInquiryRequest::new()).await.unwrap();
    signer.swap(Arc::new(key("K002", THIRD_PEM)));
    let answer = client.balance().inquiry(&BalanceInquiryRequest::new()).await.unwrap();
    assert_eq!(answer.request().authorization().key_id(), "K002");
    assert_eq!(log.lock().unwrap().len(), 2);
}
