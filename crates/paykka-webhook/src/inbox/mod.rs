//! Where verified notifications are kept until they are handled. A process may die between the signature's check and the
//! booking, and the platform's retries aren't documented (I), so what was acknowledged must be on storage first.
//!
//! [`Inbox`] says what must hold; `paykka-inbox` keeps one in SQLite. What comes out of an inbox is [`Kept`], on the inbox's
//! word, and no [`Verified`](paykka_sign::Verified); why stands there.

mod arrival;
mod error;
mod kept;
mod listed;

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

pub use self::arrival::{Arrival, DeadReason, Placement, Record};
pub use self::error::InboxError;
pub use self::kept::{Claim, Claimed, Kept};
pub use self::listed::{Counts, EventState, Forgotten, Listed, Shown};
use crate::DeliveryId;

/// What an [`Inbox`] gives back, some time later.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, InboxError>> + Send + 'a>>;

/// Notifications between their receipt and their booking, for any number of receivers and workers.
///
/// What must hold, of an implementation of your own, too:
///
/// - What [`store`](Self::store) returned `Ok` for is there after a power cut. A delivery is stored once, however often it
///   comes.
/// - Workers claim **objects**: of one object one event is in hand at a time, in the order of arrival, and the next one
///   when that one is done, dead (and dead ones are passed) or was taken away by a person.
/// - A claim is leased. When the lease is over, the event is claimed anew, with a higher epoch; a claim of an older epoch
///   is refused by every method that takes one ([`InboxError::is_overtaken`]).
/// - Events are judged when they are claimed, by [`judge`](crate::judge) and by what was handled last. A
///   [`Repeat`](crate::Turn::Repeat) is recorded and never claimed.
/// - An event whose [`Placement`] is [`Dead`](Placement::Dead) is stored, dead at once, and holds up nothing.
/// - An object's last state stays for at least 90 days after it was handled.
pub trait Inbox: fmt::Debug + Send + Sync {
    /// Keeps a delivery. It is durable when this returns, and may be acknowledged then and not before.
    fn store(&self, delivery: Arrival) -> Pending<'_, Stored>;

    /// Claims the next object's next event.
    fn claim(&self) -> Pending<'_, Next>;

    /// The event was handled: the object's last state is the event's, and its next event may be claimed.
    fn done<'a>(&'a self, claim: &'a Claim) -> Pending<'a, ()>;

    /// The event wasn't handled. It is claimed again after a pause, or is dead after too many failures. `said` is kept for a
    /// person, sealed as a body is, cut to 1,000 characters.
    fn fail<'a>(&'a self, claim: &'a Claim, said: &'a str) -> Pending<'a, Failed>;

    /// The event wasn't begun, or was broken off for a reason of its worker's. It may be claimed at once, and no failure is
    /// counted.
    fn release<'a>(&'a self, claim: &'a Claim) -> Pending<'a, ()>;

    /// Waits until something may have come that can be claimed, at most so long.
    fn woken(&self, at_most: Duration) -> Pin<Box<dyn Future<Output = ()> + Send + '_>>;

    /// How much lies there.
    fn counts(&self) -> Pending<'_, Counts>;

    /// The events in a state, oldest first, `limit` at most.
    fn list(&self, state: EventState, limit: u32) -> Pending<'_, Vec<Listed>>;

    /// One event, whole; `None` where there is none.
    fn show(&self, id: DeliveryId) -> Pending<'_, Option<Shown>>;

    /// Has a dead event claimed again, with its failures forgotten. Where its body couldn't be read or placed, that is tried
    /// again: a later version may know it.
    fn requeue(&self, id: DeliveryId) -> Pending<'_, ()>;

    /// A person has seen to a dead event in another way. It is never claimed again, and holds up its object no longer.
    fn acknowledge(&self, id: DeliveryId) -> Pending<'_, ()>;

    /// Removes what has been kept long enough. Dead and waiting events stay.
    fn forget(&self) -> Pending<'_, Forgotten>;
}

/// What became of a delivery that was stored. Closed: it was there, or it wasn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stored {
    /// It is new.
    New,
    /// This very delivery was there already.
    Known,
}

/// What there is to do. Closed: something, or nothing yet.
#[derive(Debug)]
pub enum Next {
    /// This event.
    Event(Box<Claimed>),
    /// Nothing now. An event that waits, for a pause or for another's lease to end, may be claimed after so long.
    Nothing(Option<Duration>),
}

/// What became of an event that failed. Closed: it is tried again, or it isn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failed {
    /// It may be claimed again after this pause.
    Again(Duration),
    /// It failed too often, and waits for a person.
    Dead,
}

/// Encrypts and authenticates bodies, with a key of yours, before they are written. What events are found by stays
/// readable: ids, kinds, merchants, statuses, times, the `Authorization` header and the body's SHA-256, by which who
/// can guess a body can confirm the guess.
pub trait Seal: Send + Sync {
    /// Seals a body. `name` belongs to it and to no other; authenticate it, too, so that sealed bodies can't be exchanged.
    ///
    /// # Errors
    /// Nothing is stored then, and the delivery isn't acknowledged.
    fn seal(&self, name: &[u8], plain: &[u8]) -> Result<Vec<u8>, BoxError>;

    /// Opens what [`seal`](Self::seal) sealed under this name.
    ///
    /// # Errors
    /// The event isn't claimed then.
    fn open(&self, name: &[u8], sealed: &[u8]) -> Result<Vec<u8>, BoxError>;
}

/// Whatever went wrong in code of yours.
pub type BoxError = Box<dyn std::error::Error + Send + Sync>;
