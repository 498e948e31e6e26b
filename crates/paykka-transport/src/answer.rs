//! What comes back: an answer that is verified, or the raw remains of one that isn't, for people to look at.

use std::fmt;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use paykka_sign::{Authorization, Verified};

/// An answer whose signature belongs to its body and to the request that it answers.
///
/// The signature doesn't cover the status and the other headers (protocol).
#[derive(Clone)]
pub struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Verified<Bytes>,
    pub(crate) request: SignedRequest,
}

impl Answer {
    /// The HTTP status; not signed.
    #[must_use]
    pub const fn status(&self) -> StatusCode {
        self.status
    }

    /// The headers; not signed.
    #[must_use]
    pub const fn headers(&self) -> &HeaderMap {
        &self.headers
    }

    /// The body, exactly as received and verified.
    #[must_use]
    pub const fn body(&self) -> &Verified<Bytes> {
        &self.body
    }

    /// The request as it was signed and sent.
    #[must_use]
    pub const fn request(&self) -> &SignedRequest {
        &self.request
    }
}

/// Bodies and headers are left out.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Answer")
            .field("status", &self.status)
            .field("body", &self.body)
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
    /// The path.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The merchant number, sent as `X-Merch-Id`.
    #[must_use]
    pub fn merchant(&self) -> Option<&str> {
        self.merchant.as_deref()
    }

    /// The body, byte for byte.
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
