//! The numbers of a private key must fit together, and both backends must see it alike: what one of them doesn't look at
//! is looked at before.

use paykka_sign::{Error, SigningKey};

/// OpenSSL takes it and aws-lc-rs would; ring wouldn't.
#[test]
fn primes_of_different_sizes_are_refused() {
    for pem in [
        include_str!("../../../testdata/rsa-2048-unbalanced.private.pem"),
        include_str!("../../../testdata/rsa-2048-python.private.pem"),
    ] {
        let text = refused(pem).to_string();
        assert!(text.contains("two primes don't have half of the modulus' bits each"), "{text}");
        assert!(text.contains("the Python package `rsa`"), "{text}");
    }
}

/// ring would take it, and its trial signature is right; aws-lc-rs wouldn't.
#[test]
fn an_exponent_that_is_wrong_for_half_of_all_messages_is_refused() {
    let error = refused(include_str!("../../../testdata/rsa-2048-half-order.private.pem"));
    assert!(error.to_string().contains("private exponents don't fit its primes"), "{error}");
}

#[test]
fn the_smaller_prime_may_come_first() {
    let pem = include_str!("../../../testdata/rsa-2048-smaller-prime-first.private.pem");
    assert!(super::signs(&SigningKey::from_bytes("K001", pem).unwrap()));
}

fn refused(pem: &str) -> Error {
    let error = SigningKey::from_bytes("K001", pem).unwrap_err();
    assert!(error.is_key(), "{error}");
    error
}
