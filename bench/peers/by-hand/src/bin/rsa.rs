//! Rust by hand on the crate rsa, as a peer that signs and verifies.

use by_hand::{Rsa, Signing};
use protocol::Setup;
use rsa::pkcs1v15::{Signature, SigningKey, VerifyingKey};
use rsa::pkcs8::{DecodePrivateKey, DecodePublicKey};
use rsa::sha2::Sha256;
use rsa::signature::{SignatureEncoding, Signer, Verifier};
use rsa::{RsaPrivateKey, RsaPublicKey};

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let setup = Setup::from_words(&words);
    let text = |pem: &[u8]| String::from_utf8(pem.to_vec()).expect("PEM");
    let private = RsaPrivateKey::from_pkcs8_pem(&text(&setup.private_key)).expect("a private key");
    let public = RsaPublicKey::from_public_key_pem(&text(&setup.public_key)).expect("a public key");
    let rsa = RustCrypto { private: SigningKey::new(private), public: VerifyingKey::new(public) };
    protocol::serve_crypto(&mut Signing::new(setup, rsa));
}

struct RustCrypto {
    private: SigningKey<Sha256>,
    public: VerifyingKey<Sha256>,
}

impl Rsa for RustCrypto {
    fn sign(&self, message: &[u8]) -> Vec<u8> {
        self.private.sign(message).to_vec()
    }

    fn is_genuine(&self, message: &[u8], signature: &[u8]) -> bool {
        Signature::try_from(signature).is_ok_and(|signature| self.public.verify(message, &signature).is_ok())
    }
}
