//! A damaged private key is refused when it is loaded, or it is none: what loads, signs.

use base64ct::{Base64, Encoding};
use paykka_sign::{Nonce, Parts, SigningKey, Timestamp, string_to_sign};

const PRIVATE: &str = include_str!("../../../testdata/merchant-2048.private.pem");

/// Libraries load keys with a wrong number in them, whose every signature then fails; a trial signature at load finds
/// them.
#[test]
fn each_byte_corrupted_is_refused_at_load_or_does_no_harm() {
    let body: String = PRIVATE.lines().filter(|line| !line.starts_with('-')).collect();
    let der = Base64::decode_vec(&body).unwrap();
    let original = SigningKey::from_bytes("K001", &der).unwrap().fingerprint();
    let (mut refused, mut loaded, mut failed_later) = (0, 0, 0);
    for at in 0..der.len() {
        for flipped in [0x01, 0x80, 0xff] {
            let mut damaged = der.clone();
            damaged[at] ^= flipped;
            match SigningKey::from_bytes("K001", &damaged) {
                Err(error) => {
                    assert!(error.is_key(), "byte {at} ^ {flipped:#04x}: {error}");
                    refused += 1;
                }
                Ok(key) => {
                    assert_eq!(key.fingerprint(), original, "byte {at} ^ {flipped:#04x}: another key");
                    loaded += 1;
                    failed_later += usize::from(!signs(&key));
                }
            }
        }
    }
    println!(
        "{} corruptions: {refused} refused at load, {loaded} loaded and {failed_later} of these failed at their first signature",
        refused + loaded
    );
    assert_eq!(refused + loaded, 3 * der.len());
    assert_eq!(failed_later, 0);
}

fn signs(key: &SigningKey) -> bool {
    let parts = Parts { path: "/p", merchant: None, body: b"{}" };
    let timestamp = Timestamp::parse("1701732359000").unwrap();
    let Ok(authorization) = key.sign(&parts, timestamp, &Nonce::new("abcdef").unwrap()) else { return false };
    let message = string_to_sign(&parts, timestamp, "abcdef").unwrap();
    key.verifying_key().verify_bytes(message.as_bytes(), authorization.signature()).is_ok()
}
