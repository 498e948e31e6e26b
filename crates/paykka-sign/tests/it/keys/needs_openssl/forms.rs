//! Every form in which tools and portals hand a key out is the same key.

use super::{body_of, certificate, der_of, load_private, load_public, openssl, private, public, wrapped};

#[test]
fn every_form_of_a_private_key_is_the_same_key() {
    let pkcs1 = openssl("rsa -traditional", private());
    let pkcs12 = pkcs12();
    let bag = openssl("pkcs12 -nodes -nocerts -passin pass:x", &pkcs12);
    assert!(bag.starts_with(b"Bag Attributes"));
    for (label, pem) in [("PRIVATE KEY", private()), ("RSA PRIVATE KEY", &pkcs1), ("PRIVATE KEY", &bag)] {
        assert!(std::str::from_utf8(pem).unwrap().contains(&format!("-----BEGIN {label}-----")));
        for (form, key) in forms(pem) {
            let key = load_private(&key).unwrap_or_else(|error| panic!("{label} {form}: {error}"));
            assert_eq!(key.fingerprint().to_string(), fingerprint(), "{label} {form}");
            assert_eq!(key.public_key().as_bytes(), public());
            assert_eq!((key.key_id(), key.bits()), ("K001", 2048));
        }
    }
}

#[test]
fn every_form_of_a_public_key_is_the_same_key() {
    let pkcs1 = openssl("rsa -pubin -RSAPublicKey_out", public());
    let certificate = certificate(private());
    let explained = openssl("x509 -text", &certificate);
    let bag = openssl("pkcs12 -nokeys -passin pass:x", &pkcs12());
    assert!(bag.starts_with(b"Bag Attributes"));
    for (label, pem) in [
        ("PUBLIC KEY", public()),
        ("RSA PUBLIC KEY", &pkcs1),
        ("CERTIFICATE", &certificate),
        ("CERTIFICATE", &explained),
        ("CERTIFICATE", &bag),
    ] {
        assert!(std::str::from_utf8(pem).unwrap().contains(&format!("-----BEGIN {label}-----")));
        for (form, key) in forms(pem) {
            let key = load_public(&key).unwrap_or_else(|error| panic!("{label} {form}: {error}"));
            assert_eq!(key.fingerprint().to_string(), fingerprint(), "{label} {form}");
            assert_eq!(key.to_pem().as_bytes(), public());
            assert_eq!(key.bits(), 2048);
        }
    }
}

/// What two people compare comes out alike from other tools.
#[test]
fn the_fingerprint_is_what_sha256_of_openssls_public_key_shows() {
    assert_eq!(load_private(private()).unwrap().fingerprint().to_string(), fingerprint());
    assert_eq!(load_public(public()).unwrap().fingerprint().to_string(), fingerprint());
}

#[test]
fn debug_shows_id_and_bits_alone() {
    let key = load_private(private()).unwrap();
    assert_eq!(format!("{key:?}"), r#"SigningKey { key_id: "K001", bits: 2048, .. }"#);
    assert_eq!(format!("{:?}", key.verifying_key()), "VerifyingKey { bits: 2048, .. }");
}

/// PEM as it is, its DER, and its Base64 on one line and in lines.
fn forms(pem: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let der = der_of(pem);
    vec![
        ("PEM", pem.to_vec()),
        ("DER", der.clone()),
        ("Base64 on one line", body_of(pem).concat().into_bytes()),
        ("Base64 in lines of 64", wrapped(&der, 64)),
        ("Base64 in lines of 76", wrapped(&der, 76)),
    ]
}

/// PKCS#12 with the key and its certificate, passphrase `x`.
fn pkcs12() -> Vec<u8> {
    openssl("pkcs12 -export -name test -passout pass:x", &[private(), &certificate(private())].concat())
}

fn fingerprint() -> String {
    let digest = openssl("dgst -sha256 -r", &openssl("pkey -pubin -outform DER", public()));
    std::str::from_utf8(&digest).unwrap().split(' ').next().unwrap().to_owned()
}
