//! The floor: the backend's own operations, called as somebody would who knows that backend alone.

#[cfg(feature = "aws-lc-rs")]
pub(crate) use self::aws_lc::*;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
pub(crate) use self::ring::*;

#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
mod ring {
    use ring::rand::SystemRandom;
    use ring::rsa::{KeyPair, PublicKeyComponents};
    use ring::signature::{RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};

    pub(crate) const NAME: &str = "ring";
    pub(crate) const WANTED_OF_SIGNING: Option<f64> = Some(0.98);
    pub(crate) const WANTED_OF_VERIFYING: Option<f64> = Some(0.92);

    pub(crate) struct PrivateKey(KeyPair, SystemRandom);

    impl PrivateKey {
        pub(crate) fn new(pkcs8: &[u8]) -> Self {
            Self(KeyPair::from_pkcs8(pkcs8).unwrap(), SystemRandom::new())
        }

        pub(crate) fn sign(&self, message: &[u8]) -> [u8; 256] {
            let mut signature = [0; 256];
            self.0.sign(&RSA_PKCS1_SHA256, &self.1, message, &mut signature).unwrap();
            signature
        }

        /// It takes a message in one piece alone, so what is longer than one buffer is copied.
        pub(crate) fn sign_large(&self, body: &[u8]) -> [u8; 256] {
            let copy = body.to_vec();
            self.sign(&copy)
        }
    }

    pub(crate) struct PublicKey(PublicKeyComponents<Vec<u8>>);

    impl PublicKey {
        pub(crate) fn new(pkcs8: &[u8]) -> Self {
            Self(KeyPair::from_pkcs8(pkcs8).unwrap().public().into())
        }

        pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
            self.0.verify(&RSA_PKCS1_2048_8192_SHA256, message, signature).is_ok()
        }
    }
}

#[cfg(feature = "aws-lc-rs")]
mod aws_lc {
    use aws_lc_rs::digest::{SHA256, digest};
    use aws_lc_rs::rand::SystemRandom;
    use aws_lc_rs::rsa::KeyPair;
    use aws_lc_rs::signature::{KeyPair as _, ParsedPublicKey, RSA_PKCS1_2048_8192_SHA256, RSA_PKCS1_SHA256};

    pub(crate) const NAME: &str = "aws-lc-rs";
    pub(crate) const WANTED_OF_SIGNING: Option<f64> = Some(0.97);
    pub(crate) const WANTED_OF_VERIFYING: Option<f64> = None;

    pub(crate) struct PrivateKey(KeyPair, SystemRandom);

    impl PrivateKey {
        pub(crate) fn new(pkcs8: &[u8]) -> Self {
            Self(KeyPair::from_pkcs8(pkcs8).unwrap(), SystemRandom::new())
        }

        pub(crate) fn sign(&self, message: &[u8]) -> [u8; 256] {
            let mut signature = [0; 256];
            self.0.sign(&RSA_PKCS1_SHA256, &self.1, message, &mut signature).unwrap();
            signature
        }

        pub(crate) fn sign_large(&self, body: &[u8]) -> [u8; 256] {
            let mut signature = [0; 256];
            self.0.sign_digest(&RSA_PKCS1_SHA256, &digest(&SHA256, body), &mut signature).unwrap();
            signature
        }
    }

    pub(crate) struct PublicKey(ParsedPublicKey);

    impl PublicKey {
        pub(crate) fn new(pkcs8: &[u8]) -> Self {
            let pair = KeyPair::from_pkcs8(pkcs8).unwrap();
            Self(ParsedPublicKey::new(&RSA_PKCS1_2048_8192_SHA256, pair.public_key().as_ref()).unwrap())
        }

        pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
            self.0.verify_sig(message, signature).is_ok()
        }
    }
}
