//! The operations by ring. It offers no parsed public key, so each verification parses the numbers again.

use std::borrow::Cow;

use ring::digest;
use ring::rand::{SecureRandom, SystemRandom};
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};

/// A parsed private key.
pub(crate) struct PrivateKey {
    pair: KeyPair,
    random: SystemRandom,
}

impl PrivateKey {
    /// From PKCS#1 DER. `None` for numbers that the library refuses.
    pub(crate) fn new(pkcs1: &[u8]) -> Option<Self> {
        Some(Self { pair: KeyPair::from_der(pkcs1).ok()?, random: SystemRandom::new() })
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256. `None` without randomness for blinding, or with a damaged key.
    /// The message is `head` with `body` behind it.
    pub(crate) fn sign(&self, head: &[u8], body: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &self.random, &joined(head, body), &mut signature).ok()?;
        Some(signature)
    }
}

/// A public key.
pub(crate) struct PublicKey(PublicKeyComponents<Vec<u8>>);

impl PublicKey {
    /// From two big-endian numbers without leading zeros, and the same numbers as PKCS#1 DER.
    pub(crate) fn new(modulus: &[u8], exponent: &[u8], _pkcs1: &[u8]) -> Option<Self> {
        Some(Self(PublicKeyComponents { n: modulus.to_vec(), e: exponent.to_vec() }))
    }

    /// The message is `head` with `body` behind it.
    pub(crate) fn verify(&self, head: &[u8], body: &[u8], signature: &[u8]) -> bool {
        self.0.verify(&RSA_PKCS1_2048_8192_SHA256, &joined(head, body), signature).is_ok()
    }
}

/// ring takes a message in one piece alone.
fn joined<'m>(head: &'m [u8], body: &[u8]) -> Cow<'m, [u8]> {
    if body.is_empty() { head.into() } else { [head, body].concat().into() }
}

pub(crate) fn has_randomness() -> bool {
    SystemRandom::new().fill(&mut [0; 1]).is_ok()
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest::digest(&digest::SHA256, bytes).as_ref());
    out
}

/// Whether `signature` is one of `message` by another scheme than ours. The key is PKCS#1 DER.
#[cfg(feature = "diagnose")]
pub(crate) fn verify_as(scheme: super::Scheme, pkcs1: &[u8], message: &[u8], signature: &[u8]) -> bool {
    use ring::signature as lib;

    use super::Scheme;

    let algorithm: &'static dyn lib::VerificationAlgorithm = match scheme {
        Scheme::Sha1 => &lib::RSA_PKCS1_2048_8192_SHA1_FOR_LEGACY_USE_ONLY,
        Scheme::Sha384 => &lib::RSA_PKCS1_2048_8192_SHA384,
        Scheme::Sha512 => &lib::RSA_PKCS1_2048_8192_SHA512,
        Scheme::PssSha256 => &lib::RSA_PSS_2048_8192_SHA256,
        Scheme::PssSha384 => &lib::RSA_PSS_2048_8192_SHA384,
        Scheme::PssSha512 => &lib::RSA_PSS_2048_8192_SHA512,
    };
    lib::UnparsedPublicKey::new(algorithm, pkcs1).verify(message, signature).is_ok()
}
