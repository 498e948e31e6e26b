//! Signs and verifies with `paykka-sign` and nothing else.

use std::time::Duration;

use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey, Window};

#[test]
fn what_is_signed_verifies_and_nothing_else_does() {
    let key = SigningKey::from_bytes("K001", include_bytes!("../keys/merchant.pem")).unwrap();
    let call = Parts { path: "/api/v2/merch/account/balance", merchant: Some("M1"), body: b"{}".as_slice() };
    let now = Timestamp::from_unix_millis(1_701_732_359_000).unwrap();
    let header = key.sign(&call, now, &Nonce::from_entropy([7; 16])).unwrap().to_header();

    let public = VerifyingKey::from_bytes(key.public_key()).unwrap();
    let ring = KeyRing::builder().key("K001", public).for_loopback().build().unwrap();
    let window = Window::new(now, Duration::from_secs(300));
    assert_eq!(ring.verify(header.as_bytes(), call, &window).unwrap().key_id(), "K001");
    let other = Parts { path: "/api/v2/merch/account/balance", merchant: Some("M1"), body: b"{ }".as_slice() };
    assert!(ring.verify(header.as_bytes(), other, &window).is_err());
}
