//! Where it is kept what was asked of the platform about money, before a byte of it leaves. A process may die at any moment,
//! and what it doesn't remember it would pay twice; so each step is on storage before the next one begins.
//!
//! | journal | keeps | for |
//! | --- | --- | --- |
//! | [`FileJournal`] | on storage, for one process at a time | programs on one machine |
//! | [`MemoryJournal`] | until the process ends | tests, and programs that keep books themselves |
//! | one of your own | wherever you keep it | many machines: [`Journal`] says what must hold |

mod book;
mod digest;
mod entry;
mod error;
mod file;
mod line;
mod log;
mod memory;
mod storage;

#[cfg(test)]
mod double;
#[cfg(test)]
mod power_cuts;

use std::fmt;
use std::pin::Pin;

use tokio::time::Instant;

pub(crate) use self::digest::{hex, sha256};
pub use self::entry::{
    Attempt, AttemptEnd, Body, ClaimId, Ending, Entry, Evidence, Fact, How, Moved, NewClaim, Outcome, Proof,
    Shown,
};
pub use self::error::JournalError;
pub use self::file::{FileJournal, FileJournalBuilder, Seal};
pub use self::memory::MemoryJournal;

/// What a [`Journal`] gives back, some time later.
pub type Pending<'a, T> = Pin<Box<dyn Future<Output = Result<T, JournalError>> + Send + 'a>>;

/// Claims on business keys, and what became of each.
///
/// What must hold, of an implementation of your own, too:
///
/// - A key (merchant, operation, business key) is claimed once, for one body, and forever: an acknowledged one stays taken.
/// - A claim is in one hand at a time. Whoever takes it anew gets a higher epoch, and [`record`](Self::record) refuses a hold
///   of an older one. Where claims are leased, [`Hold::may_send_until`] says until when a byte may leave under the hold: the
///   lease's end less the platform's clock window.
/// - What returned `Ok` is there after a power cut.
/// - Each call comes to an end: a record that was begun is waited for before anybody is told what became of a call, also where
///   that one's own deadline has passed.
/// - After a write that failed nothing more is written, and every later call is an error ([`JournalError::is_closed`]).
pub trait Journal: fmt::Debug + Send + Sync {
    /// Claims a key for a body, or takes up the claim that there is for the same body.
    fn claim(&self, claim: NewClaim) -> Pending<'_, Held>;

    /// Takes up a claim; `None` where there is none.
    fn hold(&self, id: ClaimId) -> Pending<'_, Option<Held>>;

    /// Adds a fact to a claim that is in hand. It is durable when this returns.
    fn record<'a>(&'a self, hold: &'a Hold, fact: Fact) -> Pending<'a, ()>;

    /// The caller has seen how a claim ended, at `at` (Unix milliseconds). Its key stays taken, its bodies may be forgotten.
    fn acknowledge(&self, id: ClaimId, at: u64) -> Pending<'_, ()>;

    /// What is known of a key, in whosever hand it is.
    fn find(&self, id: ClaimId) -> Pending<'_, Option<Entry>>;

    /// The claims that nobody has acknowledged, oldest first.
    fn unacknowledged(&self) -> Pending<'_, Vec<ClaimId>>;

    /// What was claimed at `at` (Unix milliseconds) or later and may have moved, acknowledged or not.
    fn moved_since(&self, at: u64) -> Pending<'_, Vec<Moved>>;

    /// What an inquiry has shown under these settings.
    fn proof(&self, settings: String) -> Pending<'_, Proof>;

    /// An inquiry has shown this under these settings.
    fn record_proof(&self, settings: String, shown: Shown) -> Pending<'_, ()>;

    /// How long this journal remembers.
    fn keeps(&self) -> Keeps;
}

/// How long a journal remembers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Keeps {
    /// What returned is there after a crash.
    OnStorage,
    /// Until the process ends. After a crash nobody knows which payments were under way, so a second run pays again.
    UntilExit,
}

/// A claim in hand, with what was known of it when it was taken.
#[derive(Debug)]
pub struct Held {
    /// What is known.
    pub entry: Entry,
    /// The hold, to record by; others may have the claim when it is dropped.
    pub hold: Hold,
}

/// The right to work on one claim.
pub struct Hold {
    id: ClaimId,
    epoch: u64,
    may_send_until: Option<Instant>,
    release: Option<Box<dyn FnOnce() + Send + Sync>>,
}

impl Hold {
    /// `release` runs when the hold is dropped.
    #[must_use]
    pub fn new(id: ClaimId, epoch: u64, release: impl FnOnce() + Send + Sync + 'static) -> Self {
        Self { id, epoch, may_send_until: None, release: Some(Box::new(release)) }
    }

    /// Nothing may be sent under this hold afterwards.
    #[must_use]
    pub fn leased(mut self, may_send_until: Instant) -> Self {
        self.may_send_until = Some(may_send_until);
        self
    }

    /// Which claim.
    #[must_use]
    pub const fn id(&self) -> &ClaimId {
        &self.id
    }

    /// How often it was taken; a later hold has a higher one.
    #[must_use]
    pub const fn epoch(&self) -> u64 {
        self.epoch
    }

    /// Until when a byte may leave under it; `None` without a lease.
    #[must_use]
    pub const fn may_send_until(&self) -> Option<Instant> {
        self.may_send_until
    }
}

impl Drop for Hold {
    fn drop(&mut self) {
        if let Some(release) = self.release.take() {
            release();
        }
    }
}

impl fmt::Debug for Hold {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Hold").field("id", &self.id).field("epoch", &self.epoch).finish_non_exhaustive()
    }
}
