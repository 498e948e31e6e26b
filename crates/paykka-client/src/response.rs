//! A successful call: the value, and the verified bytes from which it was decoded.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use paykka_sign::Verified;
use paykka_transport::{Answer, SignedRequest};

/// A verified, decoded answer.
#[derive(Debug, Clone)]
pub struct Response<T> {
    value: Verified<T>,
    answer: Answer,
}

impl<T> Response<T> {
    /// The answer.
    #[must_use]
    pub fn value(&self) -> &T {
        self.value.value()
    }

    /// The answer, without what was known about it.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value.into_value()
    }

    /// Which key signed the answer, when, with which nonce.
    #[must_use]
    pub fn verified(&self) -> &Verified<T> {
        &self.value
    }

    /// The verified bytes, as received.
    #[must_use]
    pub fn raw(&self) -> &Bytes {
        self.answer.bytes()
    }

    /// The HTTP status; not signed.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.answer.status()
    }

    /// The headers; not signed.
    #[must_use]
    pub fn headers(&self) -> &HeaderMap {
        self.answer.headers()
    }

    /// How often the call was tried, this time included.
    #[must_use]
    pub fn attempts(&self) -> u32 {
        self.answer.attempts()
    }

    /// How long the last attempt took, from its signature to the end of its answer, by the client's clock.
    #[must_use]
    pub fn took(&self) -> Duration {
        let signed = self.request().authorization().timestamp().as_unix_millis();
        Duration::from_millis(self.answer.received().as_unix_millis().saturating_sub(signed))
    }

    /// The request as it was signed and sent.
    #[must_use]
    pub fn request(&self) -> &SignedRequest {
        self.answer.request()
    }

    pub(crate) const fn new(value: Verified<T>, answer: Answer) -> Self {
        Self { value, answer }
    }
}
