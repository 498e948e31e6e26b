//! A notification as it came. It exists so that "verified" and "parsed" are two types: what is kept durably is this one,
//! and nothing can be read from it before its signature verified.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use paykka_model::NotificationKind;
use paykka_sign::Verified;

use crate::received::Received;
use crate::rejection::Rejection;
use crate::verifier::Rules;

/// A notification's body, byte for byte, and how the address that it came to reads it. [`Verifier::verify`] makes one, as
/// `Verified<RawNotification>`; [`Parse::parse`] reads it.
///
/// [`Verifier::verify`]: crate::Verifier::verify
#[derive(Clone)]
pub struct RawNotification {
    body: Bytes,
    pub(crate) kind: Option<NotificationKind>,
    pub(crate) rules: Arc<Rules>,
}

impl RawNotification {
    pub(crate) const fn new(body: Bytes, kind: Option<NotificationKind>, rules: Arc<Rules>) -> Self {
        Self { body, kind, rules }
    }

    /// The body as it came.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.body
    }

    /// The kind, where the address is for one alone.
    #[must_use]
    pub const fn kind(&self) -> Option<NotificationKind> {
        self.kind
    }
}

impl AsRef<[u8]> for RawNotification {
    fn as_ref(&self) -> &[u8] {
        &self.body
    }
}

/// The body is left out.
impl fmt::Debug for RawNotification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawNotification")
            .field("body_len", &self.body.len())
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}

/// Reads a verified notification. Only `Verified<RawNotification>` has it.
pub trait Parse: sealed::Sealed {
    /// Parses the body and holds the merchant that it names against the signed one and against ours.
    ///
    /// # Errors
    /// [`Rejection`] with [`Reason::ForeignMerchant`](crate::Reason::ForeignMerchant) or
    /// [`Reason::Unattributed`](crate::Reason::Unattributed). A body that can't be read is no rejection: it is
    /// [`Received`] all the same, with its raw bytes.
    fn parse(self) -> Result<Received, Rejection>;
}

impl Parse for Verified<RawNotification> {
    fn parse(self) -> Result<Received, Rejection> {
        Received::parse(self)
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for paykka_sign::Verified<super::RawNotification> {}
}
