//! A journal that forgets: for tests, and for programs that keep books themselves.

use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::book::{Book, Hands, Record};
use super::{
    ClaimId, Entry, Fact, Held, Hold, Journal, JournalError, Keeps, Moved, NewClaim, Pending, Proof, Shown,
};

/// Remembers until the process ends.
///
/// **What it can't do:** after a crash nobody knows which payments were under way. A second run of the same job claims the same
/// keys anew. The numbers that are made of them are the same, so a platform that de-duplicates takes them for repeats; one
/// that doesn't pays twice. Nor can `recover` find anything. [`keeps`](Journal::keeps) says [`Keeps::UntilExit`].
#[derive(Default)]
pub struct MemoryJournal {
    book: Mutex<Book>,
    hands: Hands,
}

impl MemoryJournal {
    /// Empty.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    fn book(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Journal for MemoryJournal {
    fn claim(&self, claim: NewClaim) -> Pending<'_, Held> {
        done((|| {
            let mut book = self.book();
            let id = claim.id.clone();
            let planned = book.plan_claim(claim)?;
            let hold = self.hands.take(&id)?;
            if let Some(record) = planned {
                book.apply(record);
            }
            held(&book, hold)
        })())
    }

    fn hold(&self, id: ClaimId) -> Pending<'_, Option<Held>> {
        let book = self.book();
        done(match book.entry(&id) {
            None => Ok(None),
            Some(_) => self.hands.take(&id).and_then(|hold| held(&book, hold)).map(Some),
        })
    }

    fn record<'a>(&'a self, hold: &'a Hold, fact: Fact) -> Pending<'a, ()> {
        done(self.hands.check(hold.id(), hold.epoch()).map(|()| {
            self.book().apply(Record::Fact { id: hold.id().clone(), fact });
        }))
    }

    fn acknowledge(&self, id: ClaimId, at: u64) -> Pending<'_, ()> {
        done((|| {
            let _hold = self.hands.take(&id)?;
            let mut book = self.book();
            if let Some(record) = book.plan_acknowledgement(id, at)? {
                book.apply(record);
            }
            Ok(())
        })())
    }

    fn find(&self, id: ClaimId) -> Pending<'_, Option<Entry>> {
        done(Ok(self.book().entry(&id).cloned()))
    }

    fn unacknowledged(&self) -> Pending<'_, Vec<ClaimId>> {
        done(Ok(self.book().unacknowledged()))
    }

    fn moved_since(&self, at: u64) -> Pending<'_, Vec<Moved>> {
        done(Ok(self.book().moved_since(at)))
    }

    fn proof(&self, settings: String) -> Pending<'_, Proof> {
        done(Ok(self.book().proof(&settings)))
    }

    fn record_proof(&self, settings: String, shown: Shown) -> Pending<'_, ()> {
        self.book().apply(Record::Shown { settings, shown });
        done(Ok(()))
    }

    fn keeps(&self) -> Keeps {
        Keeps::UntilExit
    }
}

impl fmt::Debug for MemoryJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryJournal").finish_non_exhaustive()
    }
}

/// A claim that is in the book, with its hold.
pub(super) fn held(book: &Book, hold: Hold) -> Result<Held, JournalError> {
    match book.entry(hold.id()) {
        Some(entry) => Ok(Held { entry: entry.clone(), hold }),
        None => Err(JournalError::without_result(hold.id().clone())),
    }
}

fn done<'a, T: Send + 'a>(result: Result<T, JournalError>) -> Pending<'a, T> {
    Box::pin(std::future::ready(result))
}
