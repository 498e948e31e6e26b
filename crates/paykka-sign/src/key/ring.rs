//! The public keys that are accepted, by id. Several stand side by side while a key is rotated; a ring is immutable
//! and replaced whole.

use std::collections::HashMap;
use std::fmt;

use super::{VerifyingKey, published};
use crate::canonical::head;
use crate::fields::check_key_id;
use crate::{Authorization, Error, Parts, Verified, Window};

/// Public keys by the opaque id under which their owner signs. The id in a header picks the one key that is tried.
pub struct KeyRing {
    keys: Keys,
    for_loopback: bool,
}

impl KeyRing {
    /// Starts an empty ring.
    #[must_use]
    pub fn builder() -> KeyRingBuilder {
        KeyRingBuilder { keys: Vec::new(), only: None, own: Vec::new(), for_loopback: false }
    }

    /// A ring of keys by their ids; one key may stand under several.
    ///
    /// # Errors
    /// As [`KeyRingBuilder::build`].
    pub fn new<K: Into<String>>(keys: impl IntoIterator<Item = (K, VerifyingKey)>) -> Result<Self, Error> {
        keys.into_iter().fold(Self::builder(), |ring, (key_id, key)| ring.key(key_id, key)).build()
    }

    /// A ring of one key that verifies whatever id a header names: which id the platform puts into its answers isn't
    /// public (I).
    ///
    /// # Errors
    /// As [`KeyRingBuilder::build`].
    pub fn only(key: VerifyingKey) -> Result<Self, Error> {
        Self::builder().only(key).build()
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
        let head = head(&parts, authorization.timestamp(), authorization.nonce(), 0)?;
        let key = self.find(authorization.key_id())?;
        if !key.verify(&head, parts.body.as_ref(), authorization.signature()) {
            return Err(Error::signature());
        }
        window.check(authorization.timestamp())?;
        Ok(Verified::new(parts, authorization))
    }

    /// Whether the ring holds a key with this key's modulus, under whatever id.
    #[must_use]
    pub fn holds(&self, key: &VerifyingKey) -> bool {
        self.entries().any(|(_, held)| held.has_modulus_of(key))
    }

    /// Whether the ring was built for tests and demos on this machine; see [`KeyRingBuilder::for_loopback`].
    #[must_use]
    pub const fn is_for_loopback(&self) -> bool {
        self.for_loopback
    }

    /// The ring's keys with their ids, in no order; the key of [`only`](Self::only) has none.
    pub fn entries(&self) -> impl Iterator<Item = (Option<&str>, &VerifyingKey)> {
        let (by_id, only) = match &self.keys {
            Keys::ById(keys) => (Some(keys), None),
            Keys::Only(key) => (None, Some(key)),
        };
        let by_id = by_id.into_iter().flatten().map(|(key_id, key)| (Some(key_id.as_str()), key));
        by_id.chain(only.map(|key| (None, key)))
    }

    fn find(&self, key_id: &str) -> Result<&VerifyingKey, Error> {
        match &self.keys {
            Keys::ById(keys) => keys.get(key_id).ok_or_else(|| Error::unknown_key(key_id.to_owned())),
            Keys::Only(key) => Ok(key),
        }
    }
}

impl fmt::Debug for KeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_map().entries(self.entries()).finish()
    }
}

/// Builds a [`KeyRing`]; see [`KeyRing::builder`].
#[derive(Debug)]
pub struct KeyRingBuilder {
    keys: Vec<(String, VerifyingKey)>,
    only: Option<VerifyingKey>,
    own: Vec<VerifyingKey>,
    for_loopback: bool,
}

impl KeyRingBuilder {
    /// Accepts `key` under `key_id`.
    #[must_use]
    pub fn key(mut self, key_id: impl Into<String>, key: VerifyingKey) -> Self {
        self.keys.push((key_id.into(), key));
        self
    }

    /// Accepts `key` whatever id a header names. It must be the ring's one key.
    #[must_use]
    pub fn only(mut self, key: VerifyingKey) -> Self {
        if let Some(former) = self.only.replace(key) {
            // Kept, so that `build` sees that there were two.
            self.keys.push((String::new(), former));
        }
        self
    }

    /// Names the public half of a key that signs on this side, or of a [`Signer`](crate::Signer) elsewhere. A ring that
    /// held it would take our own messages, sent back to us, for the other side's.
    #[must_use]
    pub fn own(mut self, key: &VerifyingKey) -> Self {
        self.own.push(key.clone());
        self
    }

    /// Takes keys that are known to everybody (those of this project's vectors and tests) and keys of one's own. For
    /// tests and demos on one machine; such a ring is refused elsewhere by the crates above.
    #[must_use]
    pub const fn for_loopback(mut self) -> Self {
        self.for_loopback = true;
        self
    }

    /// Builds the ring.
    ///
    /// # Errors
    /// [`Error::is_key`] for an empty ring, an id that stands there twice, a second key beside [`only`](Self::only),
    /// and, unless built [`for_loopback`](Self::for_loopback), for an [`own`](Self::own) key and for a key whose
    /// private half is published; [`Error::is_field`] for an id that isn't 1..128 visible ASCII characters.
    pub fn build(self) -> Result<KeyRing, Error> {
        let keys = match (self.only, self.keys.is_empty()) {
            (Some(key), true) => Keys::Only(key),
            (Some(_), false) => return Err(SECOND_KEY),
            (None, true) => return Err(EMPTY),
            (None, false) => Keys::ById(by_id(self.keys)?),
        };
        let ring = KeyRing { keys, for_loopback: self.for_loopback };
        if !ring.for_loopback {
            if self.own.iter().any(|own| ring.holds(own)) {
                return Err(OWN);
            }
            if ring.entries().any(|(_, key)| published::contains(key)) {
                return Err(PUBLISHED);
            }
        }
        Ok(ring)
    }
}

enum Keys {
    ById(HashMap<String, VerifyingKey>),
    Only(VerifyingKey),
}

fn by_id(keys: Vec<(String, VerifyingKey)>) -> Result<HashMap<String, VerifyingKey>, Error> {
    let mut ring = HashMap::with_capacity(keys.len());
    for (key_id, key) in keys {
        check_key_id(&key_id)?;
        if ring.insert(key_id, key).is_some() {
            return Err(Error::key("two keys under one id in a key ring", "give each key its own id"));
        }
    }
    Ok(ring)
}

const EMPTY: Error = Error::key("a key ring without a key", "install the other side's public key");
const SECOND_KEY: Error = Error::key(
    "a second key in a ring that ignores the key id",
    "give each key its id, or leave one key alone",
);
const OWN: Error = Error::key(
    "a key ring that holds the public half of the signing key on this side",
    "install the other side's public key; two files were probably mixed up",
);
const PUBLISHED: Error = Error::key(
    "a key ring with a key whose private half is published (a test key of this project)",
    "install the other side's real public key; for tests on one machine build the ring `for_loopback`",
);
