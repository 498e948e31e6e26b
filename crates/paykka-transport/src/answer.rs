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
    pub(crate) request: Authorization,
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

    /// What the request was signed with: time, nonce and key id.
    #[must_use]
    pub const fn request(&self) -> &Authorization {
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
