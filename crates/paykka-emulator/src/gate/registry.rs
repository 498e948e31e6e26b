//! Whose keys are known, and for whom each signs. It changes while requests flow: merchants come to be, keys are rotated.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use paykka_sign::{KeyRing, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::Error;

#[derive(Clone)]
pub(crate) struct Registry {
    /// Whether requests come from this machine alone. From elsewhere nobody gets in with a key whose private half is
    /// published, as those of tests are.
    is_on_loopback: bool,
    keys: BTreeMap<String, VerifyingKey>,
    /// (key id, merchant)
    signs_for: BTreeSet<(String, String)>,
    /// Of `keys`; a ring is never empty.
    ring: Option<Arc<KeyRing>>,
}

/// A registry as it is saved.
#[derive(Serialize, Deserialize)]
pub(crate) struct SavedRegistry {
    /// Key ids with the key as PEM.
    keys: BTreeMap<String, String>,
    signs_for: BTreeSet<(String, String)>,
}

impl Registry {
    pub(crate) const fn new(is_on_loopback: bool) -> Self {
        Self { is_on_loopback, keys: BTreeMap::new(), signs_for: BTreeSet::new(), ring: None }
    }

    pub(crate) fn ring(&self) -> Option<Arc<KeyRing>> {
        self.ring.clone()
    }

    /// Under one id there is one key, the last that was given: a merchant's key may be replaced, and one key may sign for
    /// several merchants. But another key doesn't come by a merchant that it wasn't given for. A key may be known without a
    /// merchant of its own: it hands in the applications of others.
    pub(crate) fn register(
        &mut self,
        merchant: Option<&str>,
        key_id: &str,
        key: VerifyingKey,
    ) -> Result<(), Error> {
        let is_another = self.keys.get(key_id).is_some_and(|known| *known != key);
        if is_another && let Some(other) = self.merchants_of(key_id).find(|known| Some(*known) != merchant) {
            let problem = format!(
                "another key under the id {key_id} signs for {other}; give this one an id of its own"
            );
            return Err(Error::new("the merchant's key can't be registered", problem).conflict());
        }
        let mut keys = self.keys.clone();
        keys.insert(key_id.to_owned(), key);
        self.set_keys(keys)?;
        if let Some(merchant) = merchant {
            self.add(key_id.to_owned(), merchant.to_owned());
        }
        Ok(())
    }

    pub(crate) fn revoke(&mut self, key_id: &str) -> Result<(), Error> {
        let mut keys = self.keys.clone();
        if keys.remove(key_id).is_none() {
            return Err(Error::new("the key can't be revoked", "no key is registered under this id"));
        }
        self.set_keys(keys)?;
        self.signs_for.retain(|(known, _)| known != key_id);
        Ok(())
    }

    pub(crate) fn add(&mut self, key_id: String, merchant: String) {
        self.signs_for.insert((key_id, merchant));
    }

    pub(crate) fn signs_for(&self, key_id: &str, merchant: &str) -> bool {
        self.signs_for.contains(&(key_id.to_owned(), merchant.to_owned()))
    }

    /// The first, by their ids, of the keys that sign for a merchant.
    pub(crate) fn key_of(&self, merchant: &str) -> Option<String> {
        self.signs_for.iter().find(|(_, known)| known == merchant).map(|(key_id, _)| key_id.clone())
    }

    /// The merchant of a key that has one alone.
    pub(crate) fn only_merchant(&self, key_id: &str) -> Option<String> {
        let mut merchants = self.merchants_of(key_id);
        let first = merchants.next();
        first.filter(|_| merchants.next().is_none()).map(str::to_owned)
    }

    pub(crate) fn keys(&self) -> BTreeMap<String, Vec<String>> {
        let merchants = |key_id: &String| self.merchants_of(key_id).map(str::to_owned).collect();
        self.keys.keys().map(|key_id| (key_id.clone(), merchants(key_id))).collect()
    }

    pub(crate) fn save(&self) -> SavedRegistry {
        let keys = self.keys.iter().map(|(key_id, key)| (key_id.clone(), key.to_pem())).collect();
        SavedRegistry { keys, signs_for: self.signs_for.clone() }
    }

    /// As it was saved, for requests from where this one's come from.
    pub(crate) fn load(&self, saved: SavedRegistry) -> Result<Self, Error> {
        let unreadable = |error| Error::new("a key of the saved state can't be read", error);
        let mut keys = BTreeMap::new();
        for (key_id, pem) in saved.keys {
            keys.insert(key_id, VerifyingKey::from_bytes(pem).map_err(unreadable)?);
        }
        let mut registry = Self { signs_for: saved.signs_for, ..Self::new(self.is_on_loopback) };
        registry.set_keys(keys)?;
        Ok(registry)
    }

    fn merchants_of(&self, key_id: &str) -> impl Iterator<Item = &str> {
        let from = (key_id.to_owned(), String::new());
        let all = self.signs_for.range(from..);
        all.take_while(move |(known, _)| known == key_id).map(|(_, merchant)| merchant.as_str())
    }

    fn set_keys(&mut self, keys: BTreeMap<String, VerifyingKey>) -> Result<(), Error> {
        self.ring = if keys.is_empty() {
            None
        } else {
            let empty = KeyRing::builder();
            let empty = if self.is_on_loopback { empty.for_loopback() } else { empty };
            let ring = keys
                .iter()
                .fold(empty, |ring, (key_id, key)| ring.key(key_id, key.clone()))
                .build()
                .map_err(|error| Error::new("the merchant's key can't be registered", error))?;
            Some(Arc::new(ring))
        };
        self.keys = keys;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn published_keys_are_refused_where_others_than_this_machine_can_call() {
        let pem = include_bytes!("../../../paykka-sign/testdata/merchant-2048.public.pem");
        let key = || VerifyingKey::from_bytes(pem).unwrap();
        let mut local = Registry::new(true);
        local.register(Some("M1"), "K1", key()).unwrap();
        assert!(local.signs_for("K1", "M1") && local.ring().is_some());

        let mut open = Registry::new(false);
        let error = open.register(Some("M1"), "K1", key()).unwrap_err();
        assert!(error.cause().contains("published"), "{}", error.cause());
        assert!(!open.signs_for("K1", "M1") && open.ring().is_none());
        // Nor do they come in by a state that was saved on loopback.
        assert!(open.load(local.save()).is_err());
        assert!(Registry::new(true).load(local.save()).is_ok());
    }
    #[test]
    fn another_key_does_not_come_by_somebody_elses_merchant() {
        let key = |name: &str| {
            let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../paykka-sign/testdata");
            VerifyingKey::from_bytes(std::fs::read(format!("{folder}/{name}.public.pem")).unwrap()).unwrap()
        };
        let (first, second) = (|| key("merchant-2048"), || key("platform-2048"));
        let mut registry = Registry::new(true);
        registry.register(Some("M1"), "K1", first()).unwrap();
        registry.register(Some("M2"), "K2", first()).unwrap();
        for merchant in [Some("M2"), Some("M3"), None] {
            let error = registry.register(merchant, "K1", second()).unwrap_err();
            assert!(error.is_conflict() && error.cause().contains("signs for M1"), "{}", error.cause());
        }
        let keys = |registry: &Registry| serde_json::to_value(registry.keys()).unwrap();
        assert_eq!(keys(&registry), serde_json::json!({ "K1": ["M1"], "K2": ["M2"] }));
        assert_eq!(registry.keys["K1"], first());

        registry.register(Some("M1"), "K1", second()).unwrap();
        assert_eq!(registry.keys["K1"], second(), "its own merchant's key is replaced");
        registry.register(Some("M2"), "K1", second()).unwrap();
        assert_eq!(
            keys(&registry),
            serde_json::json!({ "K1": ["M1", "M2"], "K2": ["M2"] }),
            "one key for two"
        );
        assert!(registry.register(Some("M1"), "K1", first()).is_err(), "it is the other's, too");
        registry.revoke("K1").unwrap();
        registry.register(Some("M1"), "K1", first()).unwrap();
    }
}
