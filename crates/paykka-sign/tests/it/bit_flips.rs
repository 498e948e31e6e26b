//! No bit of a signed message can change unseen: each is flipped once.

use std::time::Duration;

use base64ct::{Base64, Encoding};
use paykka_sign::{Authorization, Error, KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey, Window};

const PRIVATE: &str = include_str!("../../testdata/merchant-2048.private.pem");
const PUBLIC: &str = include_str!("../../testdata/merchant-2048.public.pem");

const PATH: &str = "/api/v2/merch/account/balance";
const MERCHANT: &str = "M24061911365700670";
const BODY: &[u8] = br#"{"currency":"USD"}"#;
const MILLIS: u64 = 1_701_732_359_000;

#[test]
fn each_bit_of_path_merchant_and_body_counts() {
    let (header, ring) = (header(), ring());
    let verify = |path: &str, merchant: &str, body: &[u8]| {
        verdict(&ring, header.as_bytes(), Parts { path, merchant: Some(merchant), body })
    };
    verify(PATH, MERCHANT, BODY).unwrap();
    let mut refused = 0;
    // A flip that leaves no text can't even be handed over as a path or a merchant.
    for path in flips(PATH.as_bytes()).filter_map(|path| String::from_utf8(path).ok()) {
        verify(&path, MERCHANT, BODY).unwrap_err();
        refused += 1;
    }
    for merchant in flips(MERCHANT.as_bytes()).filter_map(|merchant| String::from_utf8(merchant).ok()) {
        verify(PATH, &merchant, BODY).unwrap_err();
        refused += 1;
    }
    for body in flips(BODY) {
        assert!(verify(PATH, MERCHANT, &body).unwrap_err().is_signature());
        refused += 1;
    }
    println!("{refused} flips refused");
    assert_eq!(refused, 7 * PATH.len() + 7 * MERCHANT.len() + 8 * BODY.len());
}

#[test]
fn each_bit_of_the_signature_counts() {
    let (header, ring) = (header(), ring());
    let genuine = Authorization::parse(header.as_bytes()).unwrap();
    let mut refused = 0;
    for signature in flips(genuine.signature()) {
        let forged = header
            .replace(&encoded(&genuine.signature_base64()), &encoded(&Base64::encode_string(&signature)));
        assert_ne!(forged, header);
        assert_eq!(Authorization::parse(forged.as_bytes()).unwrap().signature(), signature);
        let parts = Parts { path: PATH, merchant: Some(MERCHANT), body: BODY };
        assert!(verdict(&ring, forged.as_bytes(), parts).unwrap_err().is_signature());
        refused += 1;
    }
    println!("{refused} flips refused");
    assert_eq!(refused, 8 * 256);
}

/// Hexadecimal digits have two cases, and that is all that may differ.
#[test]
fn each_bit_of_the_header_counts_or_means_the_same() {
    let (header, ring) = (header(), ring());
    let genuine = Authorization::parse(header.as_bytes()).unwrap();
    let (mut refused, mut alike) = (0, 0);
    for flipped in flips(header.as_bytes()) {
        let parts = Parts { path: PATH, merchant: Some(MERCHANT), body: BODY };
        if verdict(&ring, &flipped, parts).is_err() {
            refused += 1;
        } else {
            assert!(flipped.eq_ignore_ascii_case(header.as_bytes()));
            assert_eq!(Authorization::parse(&flipped).unwrap(), genuine);
            alike += 1;
        }
    }
    println!("{refused} flips refused, {alike} mean the same");
    assert!(alike < 100 && refused + alike == 8 * header.len());
}

fn header() -> String {
    let key = SigningKey::from_bytes("K001", PRIVATE).unwrap();
    let parts = Parts { path: PATH, merchant: Some(MERCHANT), body: BODY };
    key.sign(&parts, now(), &Nonce::new("a1B2c3D4e5F6").unwrap()).unwrap().to_header()
}

fn ring() -> KeyRing {
    KeyRing::builder().key("K001", VerifyingKey::from_bytes(PUBLIC).unwrap()).for_loopback().build().unwrap()
}

fn verdict(ring: &KeyRing, header: &[u8], parts: Parts<'_>) -> Result<(), Error> {
    ring.verify(header, parts, &Window::new(now(), Duration::MAX)).map(|_| ())
}

fn now() -> Timestamp {
    Timestamp::from_unix_millis(MILLIS).unwrap()
}

fn flips(bytes: &[u8]) -> impl Iterator<Item = Vec<u8>> {
    (0..bytes.len() * 8).map(|bit| {
        let mut flipped = bytes.to_vec();
        flipped[bit / 8] ^= 1 << (bit % 8);
        flipped
    })
}

fn encoded(base64: &str) -> String {
    base64.replace('+', "%2B").replace('/', "%2F").replace('=', "%3D")
}
