//! What a verified notification is handed over as: the raw bytes always, the parsed value where it could be parsed. What
//! is genuine must not get lost because this version doesn't know its shape.

use bytes::Bytes;
use paykka_model::{DecodeError, Notification};
use paykka_sign::Verified;

/// A notification that is genuine, in time, and for one of our merchants.
#[derive(Debug, Clone)]
pub struct Received {
    pub(crate) raw: Verified<Bytes>,
    pub(crate) notification: Result<Verified<Notification>, DecodeError>,
}

impl Received {
    /// The parsed notification.
    ///
    /// # Errors
    /// [`DecodeError`] where the body isn't of the shape that its kind should have. It is genuine all the same: keep
    /// [`raw`](Self::raw), and acknowledge it or not, as you choose.
    pub fn notification(&self) -> Result<&Verified<Notification>, DecodeError> {
        self.notification.as_ref().map_err(Clone::clone)
    }

    /// The body as it came, and what its signature said: path, merchant, key id, time, nonce.
    #[must_use]
    pub const fn raw(&self) -> &Verified<Bytes> {
        &self.raw
    }
}
