//! Who handles a delivery: the one that claimed it. A claim has a lease, so that a process that died between claim and handler
//! doesn't keep a delivery from everybody for ever; a plain "insert if absent" would lose it.

mod memory;
#[cfg(feature = "redis")]
mod redis;
mod states;

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::time::Duration;

pub use memory::MemoryClaims;
#[cfg(feature = "redis")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
pub use redis::{RedisClaims, RedisClaimsBuilder};
pub use states::{LastStates, Past, SharedStates, Taken};

use crate::DeliveryId;

/// Where it is written down which delivery is being handled, and which was. All receivers of one address share one.
///
/// Claims are a filter against the same signed bytes coming twice; that an event was signed anew is seen by the
/// [last states](Self::last_states). With an inbox, its keys are the truth, and no claims are needed.
pub trait Claims: Send + Sync + 'static {
    /// Claims a delivery. `keep` says for how long it must be remembered once it is done: until its signature is refused
    /// for its time, and a minute more.
    ///
    /// Atomic: of all that begin one delivery at once, one gets [`Claim::New`]. A claim whose lease has run out is `New`
    /// again.
    fn begin(&self, id: DeliveryId, keep: Duration) -> ClaimsFuture<'_, Claim>;

    /// The lease begins anew, if `ticket` still holds it, or nobody does. Called while the handler runs, so that what takes long isn't
    /// begun twice.
    fn renew(&self, id: DeliveryId, ticket: Ticket) -> ClaimsFuture<'_, ()>;

    /// It was handled, and is remembered for [`Ticket::keep`]. Taken from whoever handled it, even if the lease had run out.
    fn done(&self, id: DeliveryId, ticket: Ticket) -> ClaimsFuture<'_, ()>;

    /// It wasn't handled and may begin again, if `ticket` still holds the lease.
    fn release(&self, id: DeliveryId, ticket: Ticket) -> ClaimsFuture<'_, ()>;

    /// How long a claim stands without being renewed.
    fn lease(&self) -> Duration;

    /// Who knows what was handled last of each object. Default [`LastStates::Nobody`], which loses nothing, wherever the claims
    /// are kept.
    fn last_states(&self) -> LastStates<'_> {
        LastStates::Nobody
    }
}

/// What [`Claims`] return.
pub type ClaimsFuture<'a, T> = Pin<Box<dyn Future<Output = Result<T, ClaimsError>> + Send + 'a>>;

/// What came of claiming a delivery. Closed: there is nothing else that could be done with one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Claim {
    /// It is ours to handle.
    New(Ticket),
    /// Somebody is handling it. It must not be acknowledged: they may fail.
    InProgress,
    /// It was handled.
    Done,
}

/// Which of the claims of one delivery this is, so that one whose lease has run out can't release the next one's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ticket {
    number: u64,
    keep: Duration,
}

impl Ticket {
    /// A ticket with a random number, for implementations of [`Claims`]; `keep` is what [`Claims::begin`] was given.
    ///
    /// # Errors
    /// [`ClaimsError`] where the operating system gives no randomness.
    pub fn random(keep: Duration) -> Result<Self, ClaimsError> {
        let number =
            getrandom::u64().map_err(|_| ClaimsError::new("the operating system gives no randomness"))?;
        Ok(Self { number, keep })
    }

    /// Its number.
    #[must_use]
    pub const fn number(self) -> u64 {
        self.number
    }

    /// For how long the delivery must be remembered once it is done.
    #[must_use]
    pub const fn keep(self) -> Duration {
        self.keep
    }
}

/// Claims that can't be asked, or take no more. Deliveries are answered 503 as long as it lasts.
///
/// What to do: bring the store of the claims back, or give the claims in memory more room.
#[derive(Debug)]
pub struct ClaimsError {
    what: &'static str,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

impl ClaimsError {
    /// An error of an implementation; `what` says what is wrong and what to do.
    #[must_use]
    pub const fn new(what: &'static str) -> Self {
        Self { what, source: None }
    }

    /// With what it came from.
    #[must_use]
    pub fn caused_by(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.source = Some(source.into());
        self
    }
}

impl fmt::Display for ClaimsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
}

impl StdError for ClaimsError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// A process that died is noticed after a minute.
const LEASE: Duration = Duration::from_secs(60);
