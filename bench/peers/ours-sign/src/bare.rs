//! The floor: the backend's own operations, called as somebody would who knows that backend alone.

use rustls_pki_types::PrivatePkcs8KeyDer;
use rustls_pki_types::pem::PemObject;

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeyPair,
    signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256},
};
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
use ring::{
    rand::SystemRandom,
    rsa::{KeyPair, PublicKeyComponents},
    signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256},
};

/// The DER of a file in PEM.
pub(crate) fn pkcs8(pem: &[u8]) -> Vec<u8> {
    let key = PrivatePkcs8KeyDer::from_pem_slice(pem).expect("a private key in PKCS#8 PEM");
    key.secret_pkcs8_der().to_vec()
}

pub(crate) struct Private(KeyPair, SystemRandom);

impl Private {
    pub(crate) fn new(pkcs8: &[u8]) -> Self {
        Self(KeyPair::from_pkcs8(pkcs8).expect("a private key"), SystemRandom::new())
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 256] {
        let mut signature = [0; 256];
        self.0.sign(&RSA_PKCS1_SHA256, &self.1, message, &mut signature).expect("a signature");
        signature
    }
}

#[cfg(feature = "aws-lc-rs")]
pub(crate) struct Public(ParsedPublicKey);

#[cfg(feature = "aws-lc-rs")]
impl Public {
    pub(crate) fn new(pkcs8: &[u8]) -> Self {
        let pair = KeyPair::from_pkcs8(pkcs8).expect("a private key");
        let key = pair.public_key().as_ref();
        Self(ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, key).expect("a public key"))
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify_sig(message, signature).is_ok()
    }
}

#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
pub(crate) struct Public(PublicKeyComponents<Vec<u8>>);

#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
impl Public {
    pub(crate) fn new(pkcs8: &[u8]) -> Self {
        Self(KeyPair::from_pkcs8(pkcs8).expect("a private key").public().into())
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
    }
}
