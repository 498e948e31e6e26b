//! New keys, by the backend that can make them.

use paykka_sign::{Nonce, Parts, SigningKey, Timestamp, generate_private_key, string_to_sign};

#[test]
fn a_new_key_of_each_size_loads_and_signs() {
    for bits in [2048, 3072, 4096] {
        let pem = generate_private_key(bits).unwrap();
        assert!(pem.expose().starts_with("-----BEGIN PRIVATE KEY-----\n"));
        assert_eq!(format!("{pem:?}"), "PrivateKeyPem(..)");
        let key = SigningKey::from_bytes("K001", pem.expose()).unwrap();
        assert_eq!(key.bits(), bits);
        let parts = Parts { path: "/p", merchant: None, body: b"{}" };
        let timestamp = Timestamp::parse("1701732359000").unwrap();
        let authorization = key.sign(&parts, timestamp, &Nonce::new("abcdef").unwrap()).unwrap();
        let message = string_to_sign(&parts, timestamp, "abcdef").unwrap();
        key.verifying_key().verify_bytes(message.as_bytes(), authorization.signature()).unwrap();
    }
}

#[test]
fn two_new_keys_differ() {
    let [one, other] = [2048, 2048].map(|bits| generate_private_key(bits).unwrap());
    assert_ne!(one.expose(), other.expose());
}

#[test]
fn other_sizes_are_refused() {
    for bits in [0, 1024, 2047, 2056, 8192, usize::MAX] {
        let error = generate_private_key(bits).unwrap_err();
        assert!(error.is_key() && error.to_string().contains(&format!("of {bits} bits")), "{error}");
    }
}
