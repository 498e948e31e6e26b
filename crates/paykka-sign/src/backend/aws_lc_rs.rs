//! The operations by aws-lc-rs. It keeps a parsed public key, and it can make private keys.

use aws_lc_rs::digest::{Context, Digest, SHA256};
use aws_lc_rs::encoding::{AsDer, Pkcs8V1Der};
use aws_lc_rs::rand;
use aws_lc_rs::rsa::{KeyPair, KeySize};
use aws_lc_rs::signature::{ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};
use pkcs8::der::zeroize::Zeroizing;

/// A parsed private key.
pub(crate) struct PrivateKey(KeyPair);

impl PrivateKey {
    /// From PKCS#1 DER. `None` for numbers that the library refuses.
    pub(crate) fn new(pkcs1: &[u8]) -> Option<Self> {
        KeyPair::from_der(pkcs1).ok().map(Self)
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256. `None` without randomness for blinding, or with a damaged key.
    /// The message is `head` with `body` behind it.
    pub(crate) fn sign(&self, head: &[u8], body: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.0.public_modulus_len()];
        self.0.sign_digest(&RSA_PKCS1_SHA256, &digest(head, body), &mut signature).ok()?;
        Some(signature)
    }
}

/// A public key, parsed once.
pub(crate) struct PublicKey(ParsedPublicKey);

impl PublicKey {
    /// From two big-endian numbers without leading zeros, and the same numbers as PKCS#1 DER. `None` for numbers that
    /// the library refuses.
    pub(crate) fn new(_modulus: &[u8], _exponent: &[u8], pkcs1: &[u8]) -> Option<Self> {
        ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pkcs1).ok().map(Self)
    }

    /// The message is `head` with `body` behind it.
    pub(crate) fn verify(&self, head: &[u8], body: &[u8], signature: &[u8]) -> bool {
        self.0.verify_digest_sig(&digest(head, body), signature).is_ok()
    }
}

pub(crate) fn has_randomness() -> bool {
    rand::fill(&mut [0; 1]).is_ok()
}

pub(crate) fn sha256(bytes: &[u8]) -> [u8; 32] {
    let mut out = [0; 32];
    out.copy_from_slice(digest(bytes, b"").as_ref());
    out
}

/// Piece by piece, so that a large body isn't copied behind its head.
fn digest(head: &[u8], body: &[u8]) -> Digest {
    let mut context = Context::new(&SHA256);
    context.update(head);
    context.update(body);
    context.finish()
}

/// A new private key as PKCS#8 DER. `None` without randomness.
pub(crate) fn generate(bits: usize) -> Option<Zeroizing<Vec<u8>>> {
    let size = match bits {
        2048 => KeySize::Rsa2048,
        3072 => KeySize::Rsa3072,
        4096 => KeySize::Rsa4096,
        _ => return None,
    };
    let der: Pkcs8V1Der<'_> = KeyPair::generate(size).ok()?.as_der().ok()?;
    Some(Zeroizing::new(der.as_ref().to_vec()))
}

/// Whether `signature` is one of `message` by another scheme than ours. The key is PKCS#1 DER.
#[cfg(feature = "diagnose")]
pub(crate) fn verify_as(scheme: super::Scheme, pkcs1: &[u8], message: &[u8], signature: &[u8]) -> bool {
    use aws_lc_rs::signature as lib;

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
