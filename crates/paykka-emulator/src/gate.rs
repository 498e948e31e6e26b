//! Who gets in: every request must carry a valid signature of a registered key, fresh, with a nonce never seen, for a
//! registered merchant. Nothing behind this module sees a request that didn't pass.

use std::collections::{HashMap, HashSet};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_ENCODING};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use paykka_model::{MerchantRule, OperationInfo, Origin};
use paykka_sign::{KeyRing, Parts, Timestamp, Verified, Window};

pub(crate) struct Gate {
    keys: KeyRing,
    /// (key id, merchant)
    signs_for: HashSet<(String, String)>,
    nonces: Mutex<NonceMemory>,
}

impl Gate {
    pub(crate) fn new(keys: KeyRing, signs_for: HashSet<(String, String)>) -> Self {
        Self { keys, signs_for, nonces: Mutex::default() }
    }

    /// The verified body, or the reason for a 401 as stable text.
    pub(crate) fn admit(
        &self,
        operation: &OperationInfo,
        uri: &Uri,
        headers: &HeaderMap,
        body: Bytes,
    ) -> Result<Verified<Bytes>, &'static str> {
        if uri.query().is_some() {
            return Err("query");
        }
        if headers.contains_key(CONTENT_ENCODING) {
            return Err("content-encoding");
        }
        let authorization = single(headers, AUTHORIZATION)?.ok_or("authorization-missing")?;
        let merchant = single(headers, HeaderName::from_static("x-merch-id"))?
            .map(|value| value.to_str().map_err(|_| "merchant-malformed"))
            .transpose()?;
        check_rule(operation, merchant)?;
        let now = Timestamp::try_from(SystemTime::now()).map_err(|_| "clock")?;
        let parts = Parts { path: operation.path, merchant, body };
        let request = self
            .keys
            .verify(authorization.as_bytes(), parts, &Window::new(now, WINDOW))
            .map_err(|error| error.code())?;
        if let Some(merchant) = request.merchant() {
            let signs_for = (request.key_id().to_owned(), merchant.to_owned());
            if !self.signs_for.contains(&signs_for) {
                return Err("key-of-another-merchant");
            }
        }
        let mut nonces = self.nonces.lock().unwrap_or_else(PoisonError::into_inner);
        if nonces.is_new(&request, now) { Ok(request) } else { Err("nonce-reused") }
    }
}

/// Only a rule that somebody outside wrote is enforced; a deviation from our inference (I) is noted.
fn check_rule(operation: &OperationInfo, merchant: Option<&str>) -> Result<(), &'static str> {
    let deviation = match (operation.merchant, merchant) {
        (MerchantRule::Required, None) => "merchant-missing",
        (MerchantRule::Never, Some(_)) => "merchant-unexpected",
        _ => return Ok(()),
    };
    if operation.origin.merchant == Origin::Inferred {
        tracing::info!(operation = operation.name, deviation, "request deviates from an inferred rule");
        return Ok(());
    }
    Err(deviation)
}

/// 5 minutes to both sides (I).
const WINDOW: Duration = Duration::from_secs(300);

/// Nonces by key id, each with the moment after which its message is too old anyway.
#[derive(Default)]
struct NonceMemory {
    seen: HashMap<(String, String), u64>,
    next_sweep: u64,
}

impl NonceMemory {
    fn is_new(&mut self, request: &Verified<Bytes>, now: Timestamp) -> bool {
        let (now, window) = (now.as_unix_millis(), WINDOW.as_secs() * 1000);
        if now >= self.next_sweep {
            self.seen.retain(|_, expires| *expires >= now);
            self.next_sweep = now + window;
        }
        let expires = request.timestamp().as_unix_millis() + window;
        self.seen.insert((request.key_id().to_owned(), request.nonce().to_owned()), expires).is_none()
    }
}

fn single(headers: &HeaderMap, name: HeaderName) -> Result<Option<&HeaderValue>, &'static str> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    if values.next().is_some() { Err("header-twice") } else { Ok(first) }
}
