//! A place between a request's signature and its first byte, for who must write down what is about to leave.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;

use crate::SignedRequest;

/// Asked before each attempt of a call, once it is signed and while no byte of it has left; set by
/// [`Call::before_send`](crate::Call::before_send).
///
/// The attempt waits for the answer. Another attempt is begun only where the one before can't have been carried out, or the
/// call may be repeated.
pub trait BeforeSend: fmt::Debug + Send + Sync {
    /// Whether this request, attempt `attempt` of its call (from 1), may leave.
    ///
    /// An error ends the call with nothing of this attempt sent
    /// ([`Error::is_held_back`](crate::Error::is_held_back)); it is never tried again by itself.
    fn before_send<'a>(&'a self, request: &'a SignedRequest, attempt: u32) -> MayLeave<'a>;
}

/// The answer of [`BeforeSend`].
pub type MayLeave<'a> =
    Pin<Box<dyn Future<Output = Result<(), Box<dyn StdError + Send + Sync>>> + Send + 'a>>;
