//! What an answer is worth: verified, signed between its request and now, never seen before; or an error that says which of
//! these it isn't.

use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use http::header::{CONTENT_ENCODING, DATE};
use http::{HeaderMap, HeaderValue, StatusCode};
use paykka_sign::{Authorization, KeyRing, Parts, Timestamp, Verified, Window};

use super::layer::Shared;
use super::settings::{ResponsePolicy, SignVerifySettings};
use crate::answer::{AnswerBody, Attempts, Received};
use crate::error::Unsigned;
use crate::{Answer, Effect, Error, RawAnswer, SignedRequest};

/// The request of an answer.
pub(super) struct Asked {
    pub(super) signed: SignedRequest,
    pub(super) started: Timestamp,
    pub(super) operation: &'static str,
    pub(super) effect: Effect,
}

pub(super) async fn verdict(
    raw: RawAnswer,
    asked: Asked,
    ring: Arc<KeyRing>,
    shared: Arc<Shared>,
) -> Result<Answer, Error> {
    if raw.headers.contains_key(CONTENT_ENCODING) {
        return Err(Error::encoded(raw));
    }
    let now = match shared.settings.now() {
        Ok(now) => now,
        Err(reason) => return Err(Error::refused(reason, raw)),
    };
    let policy = shared.policy(asked.operation);
    let signature = match signature(&raw, &shared.settings) {
        Found::One(signature) if policy != ResponsePolicy::Off => signature,
        Found::Two if policy != ResponsePolicy::Off => return Err(Error::signed_twice(raw)),
        Found::None if policy == ResponsePolicy::Required => {
            let seen = unsigned(&raw, now, shared.settings.tolerance);
            return Err(Error::unsigned(raw, seen));
        }
        Found::None | Found::One(_) | Found::Two => {
            let body = AnswerBody::Unverified(raw.body.clone());
            return Ok(answer(raw, body, asked.signed, now, asked.effect));
        }
    };
    let window = Window::new(now, shared.settings.tolerance).since(asked.started);
    let (raw, signed, verified) = if raw.body.len() < LARGE {
        let verified = verified(&raw, &signature, &asked.signed, &ring, &window);
        (raw, asked.signed, verified)
    } else {
        let work = move || {
            let verified = verified(&raw, &signature, &asked.signed, &ring, &window);
            (raw, asked.signed, verified)
        };
        shared.workers.compute(work).await
    };
    match verified {
        Err(reason) => Err(Error::refused(reason, raw)),
        Ok(body) if shared.settings.replay_guard.is_new(body.authorization().signature(), Instant::now()) => {
            shared.was_verified(asked.operation);
            Ok(answer(raw, AnswerBody::Verified(body), signed, now, asked.effect))
        }
        Ok(_) => Err(Error::repeated(raw)),
    }
}

/// From here on hashing takes longer than the way to another thread and back; the check of a signature itself never does.
const LARGE: usize = 256 * 1024;

enum Found {
    None,
    One(HeaderValue),
    Two,
}

fn signature(raw: &RawAnswer, settings: &SignVerifySettings) -> Found {
    let mut signatures = raw.headers.get_all(&settings.response_header).iter();
    match (signatures.next(), signatures.next()) {
        (None, _) => Found::None,
        (Some(signature), None) => Found::One(signature.clone()),
        (Some(_), Some(_)) => Found::Two,
    }
}

fn verified(
    raw: &RawAnswer,
    signature: &HeaderValue,
    signed: &SignedRequest,
    ring: &KeyRing,
    window: &Window,
) -> Result<Verified<bytes::Bytes>, paykka_sign::Error> {
    let parts = Parts { path: &signed.path, merchant: signed.merchant.as_deref(), body: raw.body.clone() };
    ring.verify(signature.as_bytes(), parts, window)
}

fn answer(
    raw: RawAnswer,
    body: AnswerBody,
    request: SignedRequest,
    received: Timestamp,
    effect: Effect,
) -> Answer {
    let attempts = Attempts::ONE;
    let RawAnswer { status, headers, .. } = raw;
    Answer::new(Received { status, headers, body, request, received, attempts, effect })
}

/// Hints for people: where else a signature may stand, and whether this machine's clock is off.
fn unsigned(raw: &RawAnswer, now: Timestamp, tolerance: Duration) -> Unsigned {
    let is_signature = |value: &HeaderValue| Authorization::parse(value.as_bytes()).is_ok();
    let candidates = raw.headers.iter().filter(|(_, value)| is_signature(value));
    let candidates = candidates.map(|(name, _)| name.clone()).collect();
    let off = (raw.status == StatusCode::UNAUTHORIZED).then(|| clock_off(&raw.headers, now)).flatten();
    Unsigned { candidates, clock_off: off.filter(|off| *off > tolerance) }
}

/// How far the answer's `Date` is from the clock here.
fn clock_off(headers: &HeaderMap, now: Timestamp) -> Option<Duration> {
    let date = httpdate::parse_http_date(headers.get(DATE)?.to_str().ok()?).ok()?;
    let now = SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(now.as_unix_millis()))?;
    Some(date.duration_since(now).unwrap_or_else(|before| before.duration()))
}
