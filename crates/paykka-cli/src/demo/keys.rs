//! The demo's two key pairs. Both sides make their own; only public halves change hands.

use paykka_sign::{SigningKey, VerifyingKey};
use rcgen::{KeyPair, PKCS_RSA_SHA256};
use serde_json::json;

use super::report::{BoxError, Facts};

pub(crate) const MERCHANT_KEY_ID: &str = "K-DEMO-MERCHANT";
pub(crate) const PLATFORM_KEY_ID: &str = "K-DEMO-PLATFORM";

/// Private keys as PKCS#8 PEM, since each is loaded by the side that it belongs to.
pub(crate) struct Keys {
    merchant: String,
    platform: String,
}

impl Keys {
    /// Two RSA-2048 key pairs, made by aws-lc-rs.
    pub(crate) fn generate() -> Result<(Facts, Self), BoxError> {
        let keys = Self { merchant: generate()?, platform: generate()? };
        let facts = Facts::new("two RSA-2048 key pairs made; each private half stays with its side").result(
            json!({ "merchant_key_id": MERCHANT_KEY_ID, "platform_key_id": PLATFORM_KEY_ID, "bits": 2048 }),
        );
        Ok((facts, keys))
    }

    pub(crate) fn merchant(&self) -> Result<SigningKey, paykka_sign::Error> {
        SigningKey::from_pkcs8_pem(MERCHANT_KEY_ID, &self.merchant)
    }

    pub(crate) fn platform(&self) -> Result<SigningKey, paykka_sign::Error> {
        SigningKey::from_pkcs8_pem(PLATFORM_KEY_ID, &self.platform)
    }
}

/// The public half, as it would be handed over: SPKI PEM.
pub(crate) fn handed_over(key: &SigningKey) -> Result<VerifyingKey, paykka_sign::Error> {
    VerifyingKey::from_spki_pem(key.public_key_pem()?)
}

fn generate() -> Result<String, rcgen::Error> {
    Ok(KeyPair::generate_for(&PKCS_RSA_SHA256)?.serialize_pem())
}
