//! What comes back: an answer that is verified, or the raw remains of one that isn't, for people to look at.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use paykka_sign::{Authorization, Timestamp, Verified};

use crate::{Effect, retry};

/// An answer. Its signature belongs to its body and to the request that it answers, unless a policy that says danger
/// let an unsigned one pass; [`is_evidence`](Self::is_evidence) tells.
///
/// The signature doesn't cover the status and the other headers (protocol).
#[derive(Clone)]
pub struct Answer(Box<Received>);

/// In a box, since it is handed up through all layers.
#[derive(Clone)]
pub(crate) struct Received {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: AnswerBody,
    pub(crate) request: SignedRequest,
    pub(crate) received: Timestamp,
    pub(crate) attempts: Attempts,
    pub(crate) effect: Effect,
}

#[derive(Clone)]
pub(crate) enum AnswerBody {
    Verified(Verified<Bytes>),
    Unverified(Bytes),
}

/// How often a call was tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Attempts {
    pub(crate) made: u32,
    /// Whether an earlier one may have been executed.
    pub(crate) is_open: bool,
    /// Whether an earlier one was sent, and answered in a way that says it was not executed.
    pub(crate) were_sent: bool,
}

impl Attempts {
    pub(crate) const ONE: Self = Self::after(false);

    /// One attempt, after others that may have been executed, or not.
    pub(crate) const fn after(is_open: bool) -> Self {
        Self { made: 1, is_open, were_sent: false }
    }
}

impl Answer {
    pub(crate) fn new(received: Received) -> Self {
        Self(Box::new(received))
    }

    /// The same answer as the end of a call.
    pub(crate) fn ends(mut self, attempts: Attempts) -> Self {
        self.0.attempts = attempts;
        self
    }

    /// The HTTP status; not signed.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.status
    }

    /// The headers; not signed.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        &self.0.headers
    }

    /// The body, exactly as received, verified or not.
    #[must_use]
    pub fn bytes(&self) -> &Bytes {
        match &self.0.body {
            AnswerBody::Verified(body) => body.value(),
            AnswerBody::Unverified(body) => body,
        }
    }

    /// The body as verified; `None` where a weaker policy let an unsigned answer pass.
    #[must_use]
    pub fn verified(&self) -> Option<&Verified<Bytes>> {
        match &self.0.body {
            AnswerBody::Verified(body) => Some(body),
            AnswerBody::Unverified(_) => None,
        }
    }

    /// Whether the answer is evidence (protocol §4): verified, signed between the request and now, and not seen before in
    /// this process. Whether it speaks of the object that was asked for is left to who can read it.
    #[must_use]
    pub fn is_evidence(&self) -> bool {
        // Stale and repeated answers are errors, so what is verified here is fresh and new.
        self.verified().is_some()
    }

    /// Whether something may have changed on the platform that this answer doesn't tell of. It is so for a call that changes
    /// something and an answer that ends nothing: 1xx, 3xx, 5xx, a 4xx without a failing `ret_code`, a 2xx with one, one
    /// that isn't evidence, and any refusal after an earlier attempt that may have been executed. What else a 2xx says,
    /// and of which object, is left to who can read it.
    ///
    /// What to do: as for [`Error::outcome_unknown`](crate::Error::outcome_unknown).
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        self.changes_something()
            && (retry::is_open(self) || (self.has_open_attempt() && !self.0.status.is_success()))
    }

    /// Whether the call was one that changes something ([`Effect::Write`], [`Effect::Money`]).
    #[must_use]
    pub fn changes_something(&self) -> bool {
        matches!(self.0.effect, Effect::Write | Effect::Money)
    }

    /// The request as it was signed and sent.
    #[must_use]
    pub fn request(&self) -> &SignedRequest {
        &self.0.request
    }

    /// When the whole answer was there, by the stack's clock.
    #[must_use]
    pub fn received(&self) -> Timestamp {
        self.0.received
    }

    /// How often the call was tried, this time included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.0.attempts.made
    }

    /// Whether an attempt before this one may have been executed. Then a refusal in this answer doesn't end the call: it may
    /// say no more than that the first one arrived.
    #[must_use]
    pub fn has_open_attempt(&self) -> bool {
        self.0.attempts.is_open
    }
}

/// Bodies and headers are left out.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.0.status)
            .field("verified", &self.verified())
            .field("attempts", &self.0.attempts)
            .finish_non_exhaustive()
    }
}

/// A request as it was signed and sent: the five lines, and with what they were signed.
#[derive(Clone)]
pub struct SignedRequest {
    pub(crate) path: String,
    pub(crate) merchant: Option<String>,
    pub(crate) body: Bytes,
    pub(crate) authorization: Authorization,
}

impl SignedRequest {
    /// The path that was signed.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The merchant number, sent as `X-Merch-Id`.
    #[must_use]
    pub fn merchant(&self) -> Option<&str> {
        self.merchant.as_deref()
    }

    /// The signed body, byte for byte; of an upload, the part `meta`.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// Time, nonce, key id and signature.
    #[must_use]
    pub const fn authorization(&self) -> &Authorization {
        &self.authorization
    }
}

/// The body is left out.
impl fmt::Debug for SignedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignedRequest")
            .field("path", &self.path)
            .field("merchant", &self.merchant)
            .field("authorization", &self.authorization)
            .finish_non_exhaustive()
    }
}

/// An answer that was not verified: for logs that may hold it and for people. Don't decide anything by it.
#[derive(Clone)]
pub struct RawAnswer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl RawAnswer {
    /// The HTTP status.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body as received.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }
}

/// Bodies and headers are left out.
impl fmt::Debug for RawAnswer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawAnswer")
            .field("status", &self.status)
            .field("body_len", &self.body.len())
            .finish_non_exhaustive()
    }
}
