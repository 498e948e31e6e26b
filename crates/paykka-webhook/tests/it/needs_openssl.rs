//! With keys that nobody published, which OpenSSL makes, since a ring of published ones is for loopback: our own public key in
//! the ring is refused.

use std::process::{Command, Stdio};

use paykka_sign::{KeyRing, SharedKeyRing, VerifyingKey};
use paykka_webhook::{Merchants, Reason, Verifier};

use crate::world::{MERCHANT, PATH, genuine, post, receiver};

fn unpublished() -> VerifyingKey {
    let private = Command::new("openssl").args(["genrsa", "2048"]).stderr(Stdio::null()).output().unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.pem");
    std::fs::write(&file, private.stdout).unwrap();
    let public = Command::new("openssl").args(["pkey", "-pubout", "-in"]).arg(file).output().unwrap();
    VerifyingKey::from_bytes(public.stdout).unwrap()
}

#[tokio::test]
async fn our_own_key_in_the_ring_is_refused() {
    let (platform, own) = (unpublished(), unpublished());
    let of = |ring: SharedKeyRing| {
        Verifier::builder(ring, PATH).merchants(Merchants::these([MERCHANT])).own_key(&own)
    };
    let good = KeyRing::new([("P001", platform.clone())]).unwrap();
    let mixed_up = || KeyRing::new([("P001", platform.clone()), ("P002", own.clone())]).unwrap();
    let refusal = of(mixed_up().into()).build().unwrap_err().to_string();
    assert!(refusal.contains("our own signing key"), "{refusal}");
    // One that is swapped in later refuses everything, for its own reason.
    let ring = SharedKeyRing::from(good);
    let (receiver, handled) = receiver(of(ring.clone()));
    assert_eq!(post(&receiver, &genuine()).await, Reason::Signature);
    ring.swap(mixed_up()).unwrap();
    let reason = post(&receiver, &genuine()).await;
    assert_eq!((reason, reason.status().as_u16()), (Reason::OwnKey, 503));
    assert_eq!(handled.count(), 0);
}
