//! The RSA operations, behind the few lines that the rest of the crate needs, so that no other module names the
//! cryptography library.

use ring::rand::SystemRandom;
use ring::rsa::{KeyPair, PublicKeyComponents};
use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};

/// A parsed private key.
pub(crate) struct PrivateKey {
    pair: KeyPair,
    random: SystemRandom,
}

impl PrivateKey {
    /// `None` for whatever the library refuses: damaged numbers, or a size that it doesn't know.
    pub(crate) fn from_pkcs1(der: &[u8]) -> Option<Self> {
        Some(Self { pair: KeyPair::from_der(der).ok()?, random: SystemRandom::new() })
    }

    /// RSASSA-PKCS1-v1_5 with SHA-256. `None` without randomness for blinding, or with a damaged key.
    pub(crate) fn sign(&self, message: &[u8]) -> Option<Vec<u8>> {
        let mut signature = vec![0; self.pair.public().modulus_len()];
        self.pair.sign(&RSA_PKCS1_SHA256, &self.random, message, &mut signature).ok()?;
        Some(signature)
    }

    /// The public half as PKCS#1 `RSAPublicKey` DER.
    pub(crate) fn public_pkcs1(&self) -> &[u8] {
        self.pair.public().as_ref()
    }
}

/// A public key as two big-endian numbers without leading zeros.
pub(crate) struct PublicKey(PublicKeyComponents<Vec<u8>>);

impl PublicKey {
    pub(crate) const fn new(modulus: Vec<u8>, exponent: Vec<u8>) -> Self {
        Self(PublicKeyComponents { n: modulus, e: exponent })
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.0.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
    }
}
