//! The demo's two key pairs. Both sides make their own; only public halves change hands.

use paykka_sign::{PrivateKeyPem, SigningKey, VerifyingKey, generate_private_key};
use serde_json::json;

use super::report::{BoxError, Facts};
use crate::texts::demo as texts;

pub(crate) const MERCHANT_KEY_ID: &str = "K-DEMO-MERCHANT";
const BITS: usize = 2048;
pub(crate) const PLATFORM_KEY_ID: &str = "K-DEMO-PLATFORM";

/// Private keys as text, since each is loaded by the side that it belongs to.
pub(crate) struct Keys {
    merchant: PrivateKeyPem,
    platform: PrivateKeyPem,
}

impl Keys {
    /// Two RSA-2048 key pairs, made by aws-lc-rs.
    pub(crate) fn generate() -> Result<(Facts, Self), BoxError> {
        let keys = Self { merchant: generate_private_key(BITS)?, platform: generate_private_key(BITS)? };
        let facts = Facts::new(texts::keys()).result(
            json!({ "merchant_key_id": MERCHANT_KEY_ID, "platform_key_id": PLATFORM_KEY_ID, "bits": BITS }),
        );
        Ok((facts, keys))
    }

    pub(crate) fn merchant(&self) -> Result<SigningKey, paykka_sign::Error> {
        SigningKey::from_bytes(MERCHANT_KEY_ID, self.merchant.expose())
    }

    /// The private key as text, for a file of its owner's.
    pub(crate) fn merchant_pem(&self) -> &str {
        self.merchant.expose()
    }

    pub(crate) fn platform(&self) -> Result<SigningKey, paykka_sign::Error> {
        SigningKey::from_bytes(PLATFORM_KEY_ID, self.platform.expose())
    }
}

/// The public half, as it would be handed over: SPKI PEM.
pub(crate) fn handed_over(key: &SigningKey) -> Result<VerifyingKey, paykka_sign::Error> {
    VerifyingKey::from_bytes(key.public_key())
}
