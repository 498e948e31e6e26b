//! The public keys that are accepted, by id. Several stand side by side while a key is rotated; a ring is immutable
//! and replaced whole.

use std::collections::HashMap;
use std::fmt;

use super::VerifyingKey;
use crate::fields::check_key_id;
use crate::{Authorization, Error, Parts, Verified, Window, string_to_sign};

/// Public keys by the opaque id under which their owner signs. The id in a header picks the one key that is tried.
pub struct KeyRing(HashMap<String, VerifyingKey>);

impl KeyRing {
    /// A ring of at least one key.
    ///
    /// # Errors
    /// [`Error::is_key`] for an empty ring or an id that stands there twice; [`Error::is_field`] for an id that isn't
    /// 1..128 visible ASCII characters.
    pub fn new<K: Into<String>>(keys: impl IntoIterator<Item = (K, VerifyingKey)>) -> Result<Self, Error> {
        let mut ring = HashMap::new();
        for (key_id, key) in keys {
            let key_id = key_id.into();
            check_key_id(&key_id)?;
            if ring.insert(key_id, key).is_some() {
                return Err(Error::key("two keys under one id in a key ring", "give each key its own id"));
            }
        }
        if ring.is_empty() {
            return Err(Error::key("a key ring without a key", "install the platform's public key"));
        }
        Ok(Self(ring))
    }

    /// Judges a message: header, key id, signature, and last its time.
    ///
    /// `authorization` is the header's value as received; `parts` what was received, its body before any decoding.
    /// The verified body comes back as [`Verified`], which nothing else can make.
    ///
    /// # Errors
    /// In this order: [`Error::is_header`], [`Error::is_field`], [`Error::is_unknown_key`], [`Error::is_signature`],
    /// [`Error::is_outside_window`]. The time stands last because "genuine but late" and "forged" are different
    /// findings.
    pub fn verify<B: AsRef<[u8]>>(
        &self,
        authorization: &[u8],
        parts: Parts<'_, B>,
        window: &Window,
    ) -> Result<Verified<B>, Error> {
        let authorization = Authorization::parse(authorization)?;
        let message = string_to_sign(&parts, authorization.timestamp(), authorization.nonce())?;
        let key = self
            .0
            .get(authorization.key_id())
            .ok_or_else(|| Error::unknown_key(authorization.key_id().to_owned()))?;
        if !key.verify(&message, authorization.signature()) {
            return Err(Error::signature());
        }
        window.check(authorization.timestamp())?;
        Ok(Verified::new(parts, authorization))
    }

    /// The ids that this ring knows, in no order.
    pub fn key_ids(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(&self.0).finish()
    }
}
