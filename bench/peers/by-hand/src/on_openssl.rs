//! RSA by OpenSSL, through the crate of that name.

use openssl::hash::MessageDigest;
use openssl::pkey::{PKey, Private, Public};
use openssl::sign::{Signer, Verifier};
use protocol::Setup;

use crate::{Rsa, Signing};

#[derive(Debug)]
pub struct OpenSsl {
    private: PKey<Private>,
    public: PKey<Public>,
}

impl OpenSsl {
    /// # Panics
    /// If a key can't be read: the runner made them.
    #[must_use]
    pub fn signing(setup: Setup) -> Signing<Self> {
        let private = PKey::private_key_from_pem(&setup.private_key).expect("a private key");
        let public = PKey::public_key_from_pem(&setup.public_key).expect("a public key");
        Signing::new(setup, Self { private, public })
    }
}

impl Rsa for OpenSsl {
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        let mut signer = Signer::new(MessageDigest::sha256(), &self.private).expect("a signer");
        signer.sign_oneshot_to_vec(message).expect("a signature")
    }

    fn is_genuine(&self, message: &[u8], signature: &[u8]) -> bool {
        let mut verifier = Verifier::new(MessageDigest::sha256(), &self.public).expect("a verifier");
        verifier.verify_oneshot(signature, message).unwrap_or(false)
    }
}
