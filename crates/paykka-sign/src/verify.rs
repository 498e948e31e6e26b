//! What verifying yields: a value that can't be had in any other way, so that a function that takes [`Verified`]
//! can't be handed something that nobody checked.

use std::fmt;
use std::time::Duration;

use crate::{Authorization, Error, Parts, Timestamp};

/// A value that stands under a verified signature, and what the signature said beside it.
///
/// Only [`KeyRing::verify`](crate::KeyRing::verify) makes one of bytes; [`decode`](Verified::decode) makes one of a value
/// from such bytes.
///
/// ```compile_fail,E0451
/// # fn forge(genuine: paykka_sign::Verified<u8>) {
/// let forged = paykka_sign::Verified { value: 1, ..genuine };
/// # }
/// ```
#[derive(Clone)]
pub struct Verified<T> {
    value: T,
    path: String,
    merchant: Option<String>,
    authorization: Authorization,
}

impl<T> Verified<T> {
    /// The verified value.
    #[must_use]
    pub const fn value(&self) -> &T {
        &self.value
    }

    /// The verified value, without what was known about it.
    #[must_use]
    pub fn into_value(self) -> T {
        self.value
    }

    /// The path that was signed.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The merchant number that was signed.
    #[must_use]
    pub fn merchant(&self) -> Option<&str> {
        self.merchant.as_deref()
    }

    /// When it was signed, by the signer's clock.
    #[must_use]
    pub const fn timestamp(&self) -> Timestamp {
        self.authorization.timestamp()
    }

    /// The message's random text.
    #[must_use]
    pub fn nonce(&self) -> &str {
        self.authorization.nonce()
    }

    /// The key id that the header names. It isn't covered by the signature. A ring of keys by id took the key of this id,
    /// and no other, to verify the message; with [`KeyRing::only`] it is whatever the sender wrote, so decide nothing by
    /// it there.
    ///
    /// [`KeyRing::only`]: crate::KeyRing::only
    #[must_use]
    pub fn key_id(&self) -> &str {
        self.authorization.key_id()
    }

    /// The header that the message came with, read. Its signature stands for the whole message: RSASSA-PKCS1-v1_5 has one
    /// signature for a message and a key, so a message that was seen before is known by it.
    #[must_use]
    pub const fn authorization(&self) -> &Authorization {
        &self.authorization
    }

    pub(crate) fn new(parts: Parts<'_, T>, authorization: Authorization) -> Self {
        Self {
            value: parts.body,
            path: parts.path.to_owned(),
            merchant: parts.merchant.map(str::to_owned),
            authorization,
        }
    }
}

impl<B: AsRef<[u8]>> Verified<B> {
    /// Decodes the verified bytes. `decode` is a function pointer on purpose: it can't capture anything, so nothing but
    /// these bytes can flow into the value by accident. That it really reads them is its author's word.
    ///
    /// # Errors
    /// What `decode` returns.
    pub fn decode<T, E>(&self, decode: fn(&[u8]) -> Result<T, E>) -> Result<Verified<T>, E> {
        Ok(Verified {
            value: decode(self.value.as_ref())?,
            path: self.path.clone(),
            merchant: self.merchant.clone(),
            authorization: self.authorization.clone(),
        })
    }
}

/// The value itself isn't shown: it may be a body.
impl<T> fmt::Debug for Verified<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verified")
            .field("path", &self.path)
            .field("merchant", &self.merchant)
            .field("authorization", &self.authorization)
            .finish_non_exhaustive()
    }
}

/// Which signed times are accepted: `tolerance` to both sides of `now`, edges included.
///
/// The platform states no tolerance; 5 minutes is this project's default elsewhere (I).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Window {
    earliest_millis: u64,
    latest_millis: u64,
    tolerance_millis: u64,
}

impl Window {
    /// A window around `now`, the receiver's clock. Units: `tolerance` counts whole milliseconds.
    #[must_use]
    pub fn new(now: Timestamp, tolerance: Duration) -> Self {
        let tolerance_millis = u64::try_from(tolerance.as_millis()).unwrap_or(u64::MAX);
        let now = now.as_unix_millis();
        Self {
            earliest_millis: now.saturating_sub(tolerance_millis),
            latest_millis: now.saturating_add(tolerance_millis),
            tolerance_millis,
        }
    }

    /// Takes what was signed since `start`, and `tolerance` before it, however long ago that is: an answer is made at some time
    /// between its request and now.
    #[must_use]
    pub const fn since(mut self, start: Timestamp) -> Self {
        self.earliest_millis = start.as_unix_millis().saturating_sub(self.tolerance_millis);
        self
    }

    /// Judges a signed time alone, for receivers that judge something else between the signature and the time.
    ///
    /// # Errors
    /// [`Error::is_outside_window`], with [`Error::beyond_window`].
    pub fn check(&self, signed: Timestamp) -> Result<(), Error> {
        let signed = signed.as_unix_millis();
        let (late, early) =
            (self.earliest_millis.saturating_sub(signed), signed.saturating_sub(self.latest_millis));
        match (late, early) {
            (0, 0) => Ok(()),
            (0, beyond) => Err(Error::early(beyond)),
            (beyond, _) => Err(Error::late(beyond)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_window_includes_its_edges_and_tells_early_from_late() {
        let at = |millis| Timestamp::from_unix_millis(millis).unwrap();
        let window = Window::new(at(1_000_000), Duration::from_secs(300));
        for good in [700_000, 1_000_000, 1_300_000] {
            assert!(window.check(at(good)).is_ok());
        }
        let early = window.check(at(1_300_001)).unwrap_err();
        assert!(early.code() == "early" && early.to_string().contains(" 0.001 s later"), "{early}");
        let late = window.check(at(390_000)).unwrap_err();
        assert_eq!(late.beyond_window(), Some(Duration::from_secs(310)));
        assert!(late.code() == "late" && late.to_string().contains(" 310.000 s older"), "{late}");
        assert_eq!(window.check(at(699_999)).unwrap_err().code(), "late");
        let slow = window.since(at(600_000));
        assert!(slow.check(at(300_000)).is_ok() && slow.check(at(1_300_000)).is_ok());
        assert_eq!(slow.check(at(299_999)).unwrap_err().code(), "late");
        let stepped_back = window.since(at(1_100_000));
        assert!(stepped_back.check(at(800_000)).is_ok(), "the clock was set back since the start");
        assert_eq!(stepped_back.check(at(799_999)).unwrap_err().code(), "late");
        let wide = Window::new(at(0), Duration::MAX);
        assert!(wide.check(at(9_999_999_999_999_999)).is_ok());
        let exact = Window::new(at(9_999_999_999_999_999), Duration::ZERO);
        assert!(exact.check(at(0)).unwrap_err().is_outside_window());
    }
}
