//! A private key with one wrong byte is refused when it is loaded, by each backend with the same words.

use std::collections::BTreeMap;

use base64ct::{Base64, Encoding};
use paykka_sign::SigningKey;

const PRIVATE: &str = include_str!("../../../testdata/merchant-2048.private.pem");

/// Libraries load keys with a wrong number in them, whose every signature then fails, or is right by chance. None of the
/// file's bytes is without meaning, so none may be wrong.
#[test]
fn each_byte_corrupted_is_refused_at_load() {
    let body: String = PRIVATE.lines().filter(|line| !line.starts_with('-')).collect();
    let der = Base64::decode_vec(&body).unwrap();
    SigningKey::from_bytes("K001", &der).unwrap();
    let mut refused = BTreeMap::new();
    for at in 0..der.len() {
        for flipped in [0x01, 0x80, 0xff] {
            let mut damaged = der.clone();
            damaged[at] ^= flipped;
            let Err(error) = SigningKey::from_bytes("K001", &damaged) else {
                panic!("byte {at} ^ {flipped:#04x} is taken");
            };
            assert!(error.is_key(), "byte {at} ^ {flipped:#04x}: {error}");
            let text = error.to_string();
            let reason = REASONS.iter().find(|(reason, _)| text.contains(reason));
            let (reason, _) = reason.unwrap_or_else(|| panic!("byte {at} ^ {flipped:#04x}: {error}"));
            *refused.entry(*reason).or_insert(0) += 1;
        }
    }
    assert_eq!(refused, REASONS.into());
    assert_eq!(refused.values().sum::<usize>(), 3 * der.len());
    println!("{} corruptions, all refused at load", 3 * der.len());
}

/// How many of the corruptions are refused for which reason, whatever the backend.
const REASONS: [(&str, usize); 13] = [
    ("neither PEM, DER nor Base64 of a key", 3),
    ("the key is truncated", 4),
    ("something stands behind the key", 5),
    ("DER that isn't the structure of a key", 23),
    ("a key of another algorithm than RSA", 23),
    ("whose algorithm carries parameters", 3),
    ("whose numbers can't be read", 121),
    ("of 2049 bits, where 2048, 3072 or 4096 are taken", 1),
    ("whose modulus is even", 2),
    ("as public exponent, where an odd number of 65537..2^33−1 is taken", 2),
    ("whose two primes don't have half of the modulus' bits each", 2),
    ("whose private exponents don't fit its primes and its public exponent", 2297),
    // Modulus, primes and the last number, which the backend compares.
    ("whose numbers don't fit together", 1165),
];
