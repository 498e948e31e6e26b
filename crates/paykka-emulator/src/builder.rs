//! What the emulator starts with: keys, merchants, accounts, payees, and where notifications go.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::Arc;

use paykka_model::Amount;
use paykka_sign::{KeyRing, Signer, VerifyingKey};

use crate::gate::Gate;
use crate::platform::Platform;
use crate::{Emulator, Error, LocalCa, notifier};

/// Builds an [`Emulator`]; see [`Emulator::builder`].
pub struct EmulatorBuilder {
    key: Arc<dyn Signer>,
    merchant_keys: HashMap<String, VerifyingKey>,
    signs_for: HashSet<(String, String)>,
    platform: Platform,
    ca: Option<LocalCa>,
    notify_to: Option<String>,
}

impl EmulatorBuilder {
    pub(crate) fn new(key: Arc<dyn Signer>) -> Self {
        Self {
            key,
            merchant_keys: HashMap::new(),
            signs_for: HashSet::new(),
            platform: Platform::default(),
            ca: None,
            notify_to: None,
        }
    }

    /// Registers a merchant number and the public key that signs for it under `key_id`. A merchant may have several
    /// keys, and a key may sign for several merchants; under one id there is one key, the last that was given.
    #[must_use]
    pub fn merchant(
        mut self,
        merchant: impl Into<String>,
        key_id: impl Into<String>,
        key: VerifyingKey,
    ) -> Self {
        let key_id = key_id.into();
        self.signs_for.insert((key_id.clone(), merchant.into()));
        self.merchant_keys.insert(key_id, key);
        self
    }

    /// Opens a merchant's account in a currency with a balance, in the emulator's unit: minor units (I).
    #[must_use]
    pub fn account(
        mut self,
        merchant: impl Into<String>,
        currency: impl Into<String>,
        balance: Amount,
    ) -> Self {
        self.platform.open_account(merchant.into(), currency.into(), balance);
        self
    }

    /// Registers a payee of a merchant, paid in one currency.
    #[must_use]
    pub fn payee(
        mut self,
        merchant: impl Into<String>,
        beneficiary_id: impl Into<String>,
        currency: impl Into<String>,
    ) -> Self {
        self.platform.add_payee(merchant.into(), beneficiary_id.into(), currency.into());
        self
    }

    /// The authority that vouches for the emulator's server, and that it trusts when it sends notifications. Default:
    /// a new one.
    #[must_use]
    pub fn ca(mut self, ca: LocalCa) -> Self {
        self.ca = Some(ca);
        self
    }

    /// The URL to which notifications are posted: `https://…`, or plain HTTP to a loopback address. Its path is the path
    /// that is signed. The receiver's certificate must be by the emulator's [`ca`](Self::ca). Default: nowhere.
    #[must_use]
    pub fn notify_to(mut self, url: impl Into<String>) -> Self {
        self.notify_to = Some(url.into());
        self
    }

    /// Starts the emulator on free loopback ports. It listens when this returns.
    ///
    /// # Errors
    /// [`Error`] that names the part: no merchant, a notification URL that isn't one, a port that can't be had.
    pub async fn start(self) -> Result<Emulator, Error> {
        // It listens on loopback alone, so keys of tests may be used.
        let ring = self
            .merchant_keys
            .into_iter()
            .fold(KeyRing::builder().for_loopback(), |ring, (key_id, key)| ring.key(key_id, key))
            .build()
            .map_err(|error| {
                Error::new("the merchants' keys can't be used; register one merchant at least", error)
            })?;
        let notify_to = self.notify_to.as_deref().map(notifier::parse_url).transpose()?;
        let ca = self.ca.map_or_else(LocalCa::new, Ok)?;
        let gate = Gate::new(ring, self.signs_for);
        Emulator::start(self.key, gate, self.platform, &ca, notify_to)
    }
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("key_id", &self.key.key_id())
            .field("signs_for", &self.signs_for)
            .field("notify_to", &self.notify_to)
            .finish_non_exhaustive()
    }
}
