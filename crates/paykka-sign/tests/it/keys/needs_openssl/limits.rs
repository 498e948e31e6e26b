//! The sizes and exponents at the edges of what is taken do sign and verify.

use paykka_sign::{Nonce, Parts, SigningKey, Timestamp, string_to_sign};

use super::{load_private, load_public, openssl, public_of, public_of_bits, rsa};

#[test]
fn each_private_size_signs() {
    for bits in [2048, 3072, 4096] {
        let pem = rsa(&format!("rsa_keygen_bits:{bits}"));
        let key = load_private(&pem).unwrap();
        assert_eq!(key.bits(), bits);
        assert_eq!(key.public_key().as_bytes(), public_of(&pem));
        assert_signs(&key);
    }
}

#[test]
fn the_largest_exponent_signs() {
    let exponent = (1_u64 << 33) - 1;
    let pem = rsa(&format!("rsa_keygen_bits:2048,rsa_keygen_pubexp:{exponent}"));
    assert_signs(&load_private(&pem).unwrap());
    load_public(&public_of(&pem)).unwrap();
}

/// Keys of the other side may have odd sizes.
#[test]
fn public_keys_are_taken_from_2048_to_8192_bits() {
    for bits in [2048, 2049, 2560, 8191, 8192] {
        assert_eq!(load_public(&public_of_bits(bits)).unwrap().bits(), bits);
    }
    for bits in [2046, 2047, 8193, 8200, 16_384] {
        let error = load_public(&public_of_bits(bits)).unwrap_err();
        let words = format!("of {bits} bits, where 2048 to 8192 are taken");
        assert!(error.to_string().contains(&words), "{error}");
    }
}

/// By OpenSSL, since this crate signs with usual sizes alone. It makes odd sizes of more than two primes, the large one in
/// seconds; to whoever verifies they are as good.
#[test]
fn public_keys_of_odd_sizes_verify() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("key.pem");
    for (bits, primes) in [(2049_usize, 3), (2055, 3), (2563, 3), (8191, 4)] {
        let pem = rsa(&format!("rsa_keygen_bits:{bits},rsa_keygen_primes:{primes}"));
        std::fs::write(&file, &pem).unwrap();
        let mut signature = openssl(&format!("dgst -sha256 -sign {}", file.display()), b"message");
        let key = load_public(&public_of(&pem)).unwrap();
        assert_eq!((key.bits(), signature.len()), (bits, bits.div_ceil(8)));
        key.verify_bytes(b"message", &signature).unwrap_or_else(|error| panic!("{bits}: {error}"));
        assert!(key.verify_bytes(b"massage", &signature).is_err(), "{bits}");
        signature[bits / 16] ^= 1;
        assert!(key.verify_bytes(b"message", &signature).is_err(), "{bits}");
    }
}

fn assert_signs(key: &SigningKey) {
    let parts = Parts { path: "/p", merchant: None, body: b"{}" };
    let timestamp = Timestamp::parse("1701732359000").unwrap();
    let authorization = key.sign(&parts, timestamp, &Nonce::new("abcdef").unwrap()).unwrap();
    let message = string_to_sign(&parts, timestamp, "abcdef").unwrap();
    key.verifying_key().verify_bytes(message.as_bytes(), authorization.signature()).unwrap();
    assert_eq!(authorization.signature().len() * 8, key.bits());
}
