//! A ring takes the keys that it is given, by their ids alone, and refuses those that would let anybody in.

use std::fs;
use std::path::Path;
use std::time::Duration;

use base64ct::{Base64, Encoding};
use paykka_sign::{
    Error, KeyRing, KeyRingBuilder, Nonce, Parts, SharedKeyRing, SigningKey, Timestamp, VerifyingKey, Window,
};

const MERCHANT: &str = include_str!("../../../testdata/merchant-2048.private.pem");
const PLATFORM: &str = include_str!("../../../testdata/platform-2048.private.pem");
const MERCHANT_PUBLIC: &str = include_str!("../../../testdata/merchant-2048.public.pem");
const PUBLISHED: [&str; 5] = [
    "testdata/merchant-2048.public.pem",
    "testdata/platform-2048.public.pem",
    "../../vectors/keys/rsa-2048.public.pem",
    "../../vectors/keys/rsa-3072.public.pem",
    "../../vectors/keys/rsa-4096.public.pem",
];

#[test]
fn one_key_may_stand_under_several_ids() {
    let (key, public) = pair("K2", MERCHANT);
    let ring = loopback().key("K1", public.clone()).key("K2", public).build().unwrap();
    verify(&ring, &key).unwrap();
    let (same, _) = pair("K1", MERCHANT);
    verify(&ring, &same).unwrap();
}

#[test]
fn the_id_picks_the_one_key_that_is_tried() {
    let ring = loopback().key("K1", pair("", MERCHANT).1).key("K2", pair("", PLATFORM).1).build().unwrap();
    verify(&ring, &pair("K1", MERCHANT).0).unwrap();
    verify(&ring, &pair("K2", PLATFORM).0).unwrap();
    assert!(verify(&ring, &pair("K2", MERCHANT).0).unwrap_err().is_signature());
    assert!(verify(&ring, &pair("K1", PLATFORM).0).unwrap_err().is_signature());
}

#[test]
fn an_unknown_id_is_its_own_error_and_ids_are_compared_exactly() {
    let ring = loopback().key("K1", pair("", MERCHANT).1).build().unwrap();
    for key_id in ["K2", "k1", "K", "K11", "K1\u{7e}"] {
        let error = verify(&ring, &pair(key_id, MERCHANT).0).unwrap_err();
        assert!(error.is_unknown_key() && !error.is_signature(), "{key_id}: {error}");
        assert_eq!(error.code(), "unknown-key");
        assert!(error.to_string().contains(&format!("`{key_id}`")), "{error}");
    }
}

#[test]
fn an_only_key_verifies_under_any_id() {
    let ring = loopback().only(pair("", MERCHANT).1).build().unwrap();
    for key_id in ["K1", "anything", "~"] {
        verify(&ring, &pair(key_id, MERCHANT).0).unwrap();
        assert!(verify(&ring, &pair(key_id, PLATFORM).0).unwrap_err().is_signature());
    }
    assert_eq!(ring.entries().map(|(key_id, _)| key_id).collect::<Vec<_>>(), [None]);
}

#[test]
fn an_only_key_takes_no_second_one() {
    let (one, other) = (pair("", MERCHANT).1, pair("", PLATFORM).1);
    for ring in [
        loopback().only(one.clone()).only(other.clone()),
        loopback().only(one.clone()).only(one.clone()),
        loopback().only(one.clone()).key("K2", other.clone()),
        loopback().key("K2", other).only(one),
    ] {
        assert_refused(ring, "a second key");
    }
}

#[test]
fn an_id_stands_once_and_is_visible() {
    let key = pair("", MERCHANT).1;
    let twice = loopback().key("K1", key.clone()).key("K1", pair("", PLATFORM).1);
    assert_refused(twice, "two keys under one id");
    assert_refused(loopback().key("K1", key.clone()).key("K1", key.clone()), "two keys under one id");
    for key_id in ["", "K 1", "K\n1", "é", &"x".repeat(129)] {
        assert!(loopback().key(key_id, key.clone()).build().unwrap_err().is_field(), "{key_id:?}");
    }
    loopback().key("x".repeat(128), key).build().unwrap();
}

#[test]
fn an_empty_ring_is_refused() {
    assert_refused(KeyRing::builder(), "without a key");
    assert_refused(loopback(), "without a key");
    assert!(KeyRing::new([] as [(&str, VerifyingKey); 0]).unwrap_err().is_key());
}

#[test]
fn the_public_half_of_an_own_key_is_refused() {
    let (own, public) = pair("M1", MERCHANT);
    assert_refused(
        KeyRing::builder().own(own.verifying_key()).key("K1", public.clone()),
        "signing key on this side",
    );
    assert_refused(
        KeyRing::builder().only(public.clone()).own(own.verifying_key()),
        "signing key on this side",
    );
    assert_refused(
        KeyRing::builder().key("K1", unpublished()).key("K2", public.clone()).own(own.verifying_key()),
        "signing key on this side",
    );
    KeyRing::builder().key("K1", unpublished()).own(own.verifying_key()).build().unwrap();
    assert!(loopback().own(own.verifying_key()).key("K1", public.clone()).build().unwrap().holds(&public));
}

#[test]
fn keys_whose_private_half_is_published_are_refused() {
    for path in PUBLISHED {
        let pem = fs::read(Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap();
        let key = VerifyingKey::from_bytes(pem).unwrap();
        assert_refused(KeyRing::builder().key("K1", unpublished()).key("K2", key.clone()), "published");
        assert!(KeyRing::only(key.clone()).unwrap_err().to_string().contains("published"));
        assert!(KeyRing::new([("K1", key.clone())]).unwrap_err().to_string().contains("published"));
        let ring = loopback().key("K1", key.clone()).build().unwrap();
        assert!(ring.is_for_loopback() && ring.holds(&key));
    }
}

#[test]
fn other_keys_need_no_loopback() {
    for ring in [KeyRing::only(unpublished()), KeyRing::new([("K1", unpublished())])] {
        assert!(!ring.unwrap().is_for_loopback());
    }
}

#[test]
fn debug_shows_ids_and_bits_alone() {
    let ring = loopback().key("K1", pair("", MERCHANT).1).build().unwrap();
    assert_eq!(format!("{ring:?}"), r#"{Some("K1"): VerifyingKey { bits: 2048, .. }}"#);
}

fn loopback() -> KeyRingBuilder {
    KeyRing::builder().for_loopback()
}

fn pair(key_id: &str, pem: &str) -> (SigningKey, VerifyingKey) {
    let key_id = if key_id.is_empty() { "unused" } else { key_id };
    let key = SigningKey::from_bytes(key_id, pem).unwrap();
    let public = key.verifying_key().clone();
    (key, public)
}

/// A key that nobody knows: a published one with a bit of its modulus changed.
fn unpublished() -> VerifyingKey {
    let pem = pair("", MERCHANT).1.to_pem();
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let mut der = Base64::decode_vec(&body).unwrap();
    der[100] ^= 1;
    VerifyingKey::from_bytes(der).unwrap()
}

fn assert_refused(ring: KeyRingBuilder, why: &str) {
    let error = ring.build().unwrap_err();
    assert!(error.is_key() && error.to_string().contains(why), "{error}");
}

fn verify(ring: &KeyRing, key: &SigningKey) -> Result<(), Error> {
    let parts = Parts { path: "/p", merchant: None, body: b"{}" };
    let now = Timestamp::parse("1701732359000").unwrap();
    let header = key.sign(&parts, now, &Nonce::new("abcdef").unwrap()).unwrap().to_header();
    ring.verify(header.as_bytes(), parts, &Window::new(now, Duration::ZERO)).map(drop)
}

/// Whoever has the private half of one has that of the other, so the exponent makes no difference.
#[test]
fn ones_own_modulus_is_refused_under_another_exponent_too() {
    let own = SigningKey::from_bytes("K1", MERCHANT).unwrap();
    let spki = der(&own.public_key());
    let usual = [2, 3, 1, 0, 1];
    assert!(spki.ends_with(&usual), "the exponent stands last");
    let other = VerifyingKey::from_bytes([&spki[..spki.len() - 5], &[2, 3, 1, 0, 3]].concat()).unwrap();
    assert_refused(KeyRing::builder().key("P1", other.clone()), "published");
    assert!(other != *own.verifying_key() && other.has_modulus_of(own.verifying_key()));
    let error = KeyRing::builder().key("P1", other).own(own.verifying_key()).build().unwrap_err();
    assert!(error.to_string().contains("public half of the signing key on this side"), "{error}");
}

#[test]
fn parameters_of_the_algorithm_are_refused_and_may_be_absent() {
    let spki = der(MERCHANT_PUBLIC);
    // SEQUENCE { OID rsaEncryption, NULL }
    let algorithm = [0x30, 0x0d, 6, 9, 0x2a, 0x86, 0x48, 0x86, 0xf7, 0x0d, 1, 1, 1, 5, 0];
    let at = spki.windows(algorithm.len()).position(|window| window == algorithm).unwrap();
    let mut other = spki.clone();
    other[at + 13] = 4;
    let error = VerifyingKey::from_bytes(&other).unwrap_err();
    assert!(error.to_string().contains("carries parameters"), "{error}");

    let mut absent = spki;
    absent.drain(at + 13..at + 15);
    absent[at + 1] -= 2;
    absent[3] -= 2;
    assert!(VerifyingKey::from_bytes(&absent).is_ok());
}

#[test]
fn an_even_modulus_is_refused_and_so_is_a_file_that_is_no_key_by_size() {
    let mut spki = der(MERCHANT_PUBLIC);
    let last = spki.len() - 6;
    spki[last] ^= 1;
    assert!(VerifyingKey::from_bytes(&spki).unwrap_err().to_string().contains("modulus is even"));
    let long = vec![b'A'; 64 * 1024 + 1];
    assert!(VerifyingKey::from_bytes(long).unwrap_err().to_string().contains("more than 64 KiB"));
}

#[test]
fn text_that_begins_with_a_digit_is_text() {
    let with_text = format!("0 s:/CN=platform\n{MERCHANT_PUBLIC}");
    assert!(VerifyingKey::from_bytes(with_text).is_ok());
}

fn der(pem: &str) -> Vec<u8> {
    let body: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    Base64::decode_vec(&body).unwrap()
}

#[test]
fn a_loopback_ring_does_not_slip_into_a_real_place() {
    let real = SharedKeyRing::from(KeyRing::new([("P1", unpublished())]).unwrap());
    let error = real.swap(loopback().key("P1", unpublished()).build().unwrap()).unwrap_err();
    assert!(error.to_string().contains("built for loopback"), "{error}");
    assert!(!real.load().is_for_loopback());
    real.swap(KeyRing::new([("P2", unpublished())]).unwrap()).unwrap();
}
