//! The keys of both sides, and signatures as the platform makes them, or nearly.

use std::sync::{Arc, LazyLock};
use std::time::{Duration, SystemTime};

use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey};

/// The id of the platform's key.
const PLATFORM: &str = "P001";

pub(crate) fn merchant() -> Arc<SigningKey> {
    static KEY: LazyLock<Arc<SigningKey>> = LazyLock::new(|| {
        key("K001", include_str!("../../../../paykka-sign/testdata/merchant-2048.private.pem"))
    });
    Arc::clone(&KEY)
}

pub(crate) fn platform() -> Arc<SigningKey> {
    static KEY: LazyLock<Arc<SigningKey>> = LazyLock::new(|| {
        key(PLATFORM, include_str!("../../../../paykka-sign/testdata/platform-2048.private.pem"))
    });
    Arc::clone(&KEY)
}

/// A key that nobody has installed anywhere.
pub(crate) fn stranger() -> Arc<SigningKey> {
    static KEY: LazyLock<Arc<SigningKey>> = LazyLock::new(|| {
        let pem = include_str!("../../../../paykka-sign/testdata/rsa-2048-smaller-prime-first.private.pem");
        key(PLATFORM, pem)
    });
    Arc::clone(&KEY)
}

/// The platform's key under an id that nobody knows.
pub(crate) fn renamed() -> Arc<SigningKey> {
    static KEY: LazyLock<Arc<SigningKey>> = LazyLock::new(|| {
        key("P009", include_str!("../../../../paykka-sign/testdata/platform-2048.private.pem"))
    });
    Arc::clone(&KEY)
}

fn key(id: &str, pem: &str) -> Arc<SigningKey> {
    Arc::new(SigningKey::from_bytes(id, pem).unwrap())
}

/// What the client holds of the platform's keys.
pub(crate) fn ring() -> KeyRing {
    let pem = include_str!("../../../../paykka-sign/testdata/platform-2048.public.pem");
    KeyRing::builder().key(PLATFORM, VerifyingKey::from_bytes(pem).unwrap()).for_loopback().build().unwrap()
}

/// How an answer is signed.
pub(crate) struct Signing {
    pub(crate) key: fn() -> Arc<SigningKey>,
    /// Another path than the request's.
    pub(crate) path: Option<&'static str>,
    pub(crate) age: Duration,
}

impl Default for Signing {
    fn default() -> Self {
        Self { key: platform, path: None, age: Duration::ZERO }
    }
}

impl Signing {
    pub(super) fn authorization(
        &self,
        path: &str,
        merchant: Option<&str>,
        body: &[u8],
        time: SystemTime,
    ) -> String {
        let mut entropy = [0; 16];
        getrandom::fill(&mut entropy).unwrap();
        let time = Timestamp::try_from(time).unwrap();
        let nonce = Nonce::from_entropy(entropy);
        let parts = Parts { path, merchant, body };
        (self.key)().sign(&parts, time, &nonce).unwrap().to_header()
    }
}
