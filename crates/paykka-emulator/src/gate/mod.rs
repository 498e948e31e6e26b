//! Who gets in: every request must carry a valid signature of a registered key, fresh, with a nonce never seen, for a
//! merchant that the key signs for. Nothing behind this module sees a request that didn't pass.

mod nonces;
mod registry;

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, PoisonError, RwLock};
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue};
use paykka_model::{MerchantRule, OperationInfo, Origin};
use paykka_sign::{Authorization, KeyRing, Parts, Timestamp, Verified, VerifyingKey, Window};

use self::nonces::NonceMemory;
pub(crate) use self::registry::{Registry, SavedRegistry};
use crate::Error;
use crate::reason::Reason;
use crate::world::Registration;

pub(crate) struct Gate {
    registry: RwLock<Registry>,
    nonces: Mutex<NonceMemory>,
    window: Duration,
    /// Whether rules that we only inferred are enforced, too.
    is_strict: bool,
}

/// A request before it is judged.
pub(crate) struct Incoming<'a> {
    /// `None` for a path that nothing is served at.
    pub(crate) operation: Option<&'a OperationInfo>,
    pub(crate) path: &'a str,
    pub(crate) has_query: bool,
    pub(crate) headers: &'a HeaderMap,
    /// What the signature covers of the body.
    pub(crate) signed: Bytes,
    pub(crate) now: Timestamp,
}

/// A request that verifies.
pub(crate) struct Admitted {
    pub(crate) request: Verified<Bytes>,
    /// Whom it concerns; `None` where the call belongs to no merchant.
    pub(crate) merchant: Option<String>,
}

impl Gate {
    pub(crate) fn new(registry: Registry, window: Duration, is_strict: bool) -> Self {
        Self { registry: RwLock::new(registry), nonces: Mutex::default(), window, is_strict }
    }

    /// The request with its merchant, or the reason for a 401. Whether it came before isn't asked here:
    /// that is [`is_new`](Self::is_new).
    pub(crate) fn admit(&self, incoming: Incoming<'_>) -> Result<Admitted, Reason> {
        if incoming.has_query {
            return Err(Reason::Query);
        }
        if incoming.headers.contains_key(CONTENT_ENCODING) {
            return Err(Reason::ContentEncoding);
        }
        let authorization =
            single(incoming.headers, AUTHORIZATION)?.ok_or(Reason::AuthorizationMissing)?.as_bytes();
        let merchant = sent_merchant(incoming.headers)?;
        self.check_rule(incoming.operation, merchant)?;
        let parts = Parts { path: incoming.path, merchant, body: incoming.signed };
        let request = self.verify(authorization, parts, incoming.now)?;
        let merchant = self.merchant_of(incoming.operation, &request)?;
        Ok(Admitted { request, merchant })
    }

    /// Whether the request's nonce was never seen; from now on it was.
    pub(crate) fn is_new(&self, admitted: &Admitted, now: Timestamp) -> bool {
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        let request = &admitted.request;
        nonces.is_new(request.key_id(), request.nonce(), now.as_unix_millis(), self.window)
    }

    pub(crate) fn signs_for(&self, key_id: &str, merchant: &str) -> bool {
        self.registry.read().unwrap_or_else(PoisonError::into_inner).signs_for(key_id, merchant)
    }

    /// How far a signed time may be from the wall clock's.
    pub(crate) const fn window(&self) -> Duration {
        self.window
    }

    /// The registered keys of this moment; `None` while there is none.
    pub(crate) fn ring(&self) -> Option<Arc<KeyRing>> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner).ring()
    }

    pub(crate) fn register(
        &self,
        merchant: Option<&str>,
        key_id: &str,
        key: VerifyingKey,
    ) -> Result<(), Error> {
        self.registry.write().unwrap_or_else(PoisonError::into_inner).register(merchant, key_id, key)
    }

    pub(crate) fn revoke(&self, key_id: &str) -> Result<(), Error> {
        self.registry.write().unwrap_or_else(PoisonError::into_inner).revoke(key_id)
    }

    /// A merchant came to be; the key that applied for it signs for it.
    pub(crate) fn add(&self, born: Registration) {
        self.registry.write().unwrap_or_else(PoisonError::into_inner).add(born.key_id, born.merchant);
    }

    pub(crate) fn keys(&self) -> BTreeMap<String, Vec<String>> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner).keys()
    }

    /// A key that signs for the merchant.
    pub(crate) fn key_of(&self, merchant: &str) -> Option<String> {
        self.registry.read().unwrap_or_else(PoisonError::into_inner).key_of(merchant)
    }

    pub(crate) fn save(&self) -> SavedRegistry {
        self.registry.read().unwrap_or_else(PoisonError::into_inner).save()
    }

    pub(crate) fn replace(&self, registry: Registry) {
        *self.registry.write().unwrap_or_else(PoisonError::into_inner) = registry;
    }

    fn verify(
        &self,
        authorization: &[u8],
        parts: Parts<'_, Bytes>,
        now: Timestamp,
    ) -> Result<Verified<Bytes>, Reason> {
        let Some(ring) = self.ring() else {
            let read = Authorization::parse(authorization);
            return Err(read.map_or_else(Reason::from, |_| Reason::UnknownKey));
        };
        ring.verify(authorization, parts, &Window::new(now, self.window)).map_err(Reason::from)
    }

    /// Where the header should be there and isn't, and that is only noted, the key's one merchant is meant.
    fn merchant_of(
        &self,
        operation: Option<&OperationInfo>,
        request: &Verified<Bytes>,
    ) -> Result<Option<String>, Reason> {
        let registry = self.registry.read().unwrap_or_else(PoisonError::into_inner);
        match request.merchant() {
            Some(merchant) if registry.signs_for(request.key_id(), merchant) => Ok(Some(merchant.to_owned())),
            Some(_) => Err(Reason::KeyOfAnotherMerchant),
            None if operation.is_some_and(|operation| operation.merchant != MerchantRule::Never) => {
                Ok(registry.only_merchant(request.key_id()))
            }
            None => Ok(None),
        }
    }

    /// Only a rule that somebody outside wrote is enforced; a deviation from our inference (I) is noted.
    fn check_rule(&self, operation: Option<&OperationInfo>, merchant: Option<&str>) -> Result<(), Reason> {
        let Some(operation) = operation else { return Ok(()) };
        let deviation = match (operation.merchant, merchant) {
            (MerchantRule::Required, None) => Reason::MerchantMissing,
            (MerchantRule::Never, Some(_)) => Reason::MerchantUnexpected,
            _ => return Ok(()),
        };
        if operation.origin.merchant == Origin::Inferred && !self.is_strict {
            tracing::info!(operation = operation.name, %deviation, "request deviates from an inferred rule");
            return Ok(());
        }
        Err(deviation)
    }
}

/// 5 minutes to both sides (I).
pub(crate) const WINDOW: Duration = Duration::from_secs(300);

/// `X-Merch-Id` as it was sent.
pub(crate) fn sent_merchant(headers: &HeaderMap) -> Result<Option<&str>, Reason> {
    let value = single(headers, HeaderName::from_static("x-merch-id"))?;
    value.map(|value| value.to_str().map_err(|_| Reason::MerchantMalformed)).transpose()
}

fn single(headers: &HeaderMap, name: HeaderName) -> Result<Option<&HeaderValue>, Reason> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() { Err(Reason::HeaderTwice) } else { Ok(first) }
}
