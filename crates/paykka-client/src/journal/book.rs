//! All claims as they stand in memory, and in whose hand each is: what every journal of ours has in common, whatever it
//! writes to.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use serde::{Deserialize, Serialize};

use super::{ClaimId, Entry, Fact, Hold, JournalError, Moved, NewClaim, Outcome, Proof, Shown};

/// One change of the book, as it is written.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Record {
    /// What the file is. Always the first.
    Journal {
        version: u32,
    },
    Claim(NewClaim),
    Fact {
        id: ClaimId,
        fact: Fact,
    },
    Acknowledged {
        id: ClaimId,
        at: u64,
    },
    Shown {
        settings: String,
        shown: Shown,
    },
    /// A claim with all that became of it, from a rewrite.
    Entry(Box<Entry>),
}

#[derive(Debug, Default)]
pub(super) struct Book {
    entries: BTreeMap<ClaimId, Entry>,
    proofs: BTreeMap<String, Proof>,
}

impl Book {
    /// Takes a record in; `false` where it doesn't follow from what came before it.
    pub(super) fn apply(&mut self, record: Record) -> bool {
        match record {
            Record::Journal { .. } => {}
            Record::Claim(claim) => {
                let id = claim.id.clone();
                return self.entries.insert(id, Entry::new(claim)).is_none();
            }
            Record::Fact { id, fact } => match self.entries.get_mut(&id) {
                Some(entry) => entry.apply(fact),
                None => return false,
            },
            Record::Acknowledged { id, at } => match self.entries.get_mut(&id) {
                Some(entry) => entry.acknowledged(at),
                None => return false,
            },
            Record::Shown { settings, shown } => self.proofs.entry(settings).or_default().add(shown),
            Record::Entry(entry) => return self.entries.insert(entry.claim.id.clone(), *entry).is_none(),
        }
        true
    }

    /// The record that a claim needs; `None` where it is there already.
    pub(super) fn plan_claim(&self, claim: NewClaim) -> Result<Option<Record>, JournalError> {
        match self.entries.get(&claim.id) {
            None => Ok(Some(Record::Claim(claim))),
            Some(entry) if entry.digest != claim.body.digest() => Err(JournalError::other_body(claim.id)),
            Some(entry) if entry.acknowledged_at.is_some() => Err(JournalError::acknowledged(claim.id)),
            Some(_) => Ok(None),
        }
    }

    /// The record that an acknowledgement needs; `None` where it was acknowledged before.
    pub(super) fn plan_acknowledgement(&self, id: ClaimId, at: u64) -> Result<Option<Record>, JournalError> {
        match self.entries.get(&id) {
            Some(entry) if entry.acknowledged_at.is_some() => Ok(None),
            Some(entry) if entry.may_be_acknowledged() => Ok(Some(Record::Acknowledged { id, at })),
            _ => Err(JournalError::without_result(id)),
        }
    }

    pub(super) fn entry(&self, id: &ClaimId) -> Option<&Entry> {
        self.entries.get(id)
    }

    pub(super) fn entries(&self) -> Vec<Entry> {
        let mut entries: Vec<Entry> = self.entries.values().cloned().collect();
        entries.sort_by_key(|entry| entry.claim.at);
        entries
    }

    pub(super) fn unacknowledged(&self) -> Vec<ClaimId> {
        let mut open: Vec<_> =
            self.entries.values().filter(|entry| entry.acknowledged_at.is_none()).collect();
        open.sort_by_key(|entry| entry.claim.at);
        open.into_iter().map(|entry| entry.claim.id.clone()).collect()
    }

    pub(super) fn moved_since(&self, at: u64) -> Vec<Moved> {
        let may_have_moved = |entry: &&Entry| {
            let outcome = entry.ending.as_ref().map(|ending| ending.outcome);
            entry.claim.at >= at && !matches!(outcome, Some(Outcome::Rejected | Outcome::Refused))
        };
        self.entries.values().filter(may_have_moved).filter_map(|entry| entry.claim.moves.clone()).collect()
    }

    pub(super) fn proof(&self, settings: &str) -> Proof {
        self.proofs.get(settings).copied().unwrap_or_default()
    }

    /// Everything, in as few records as there can be.
    pub(super) fn rewritten(&self) -> Vec<Record> {
        let mut records = Vec::with_capacity(self.entries.len());
        for (settings, proof) in &self.proofs {
            let shown = [(proof.found, Shown::Found), (proof.not_found, Shown::NotFound)];
            let shown = shown.into_iter().filter(|(was, _)| *was);
            records.extend(shown.map(|(_, shown)| Record::Shown { settings: settings.clone(), shown }));
        }
        records.extend(self.entries.values().map(|entry| Record::Entry(Box::new(entry.clone()))));
        records
    }
}

/// Who has which claim in hand, within this process. Apart from the book, so that letting go never waits for storage.
#[derive(Debug, Clone, Default)]
pub(super) struct Hands(Arc<Mutex<Taken>>);

#[derive(Debug, Default)]
struct Taken {
    now: HashSet<ClaimId>,
    epochs: HashMap<ClaimId, u64>,
}

impl Hands {
    pub(super) fn take(&self, id: &ClaimId) -> Result<Hold, JournalError> {
        let mut taken = self.taken();
        if !taken.now.insert(id.clone()) {
            return Err(JournalError::in_hand(id.clone()));
        }
        let epoch = taken.epochs.entry(id.clone()).or_default();
        *epoch = epoch.saturating_add(1);
        let (hands, mine) = (self.clone(), id.clone());
        Ok(Hold::new(id.clone(), *epoch, move || {
            hands.taken().now.remove(&mine);
        }))
    }

    /// A hold that was let go, of another journal or of an earlier epoch, is none.
    pub(super) fn check(&self, id: &ClaimId, epoch: u64) -> Result<(), JournalError> {
        let taken = self.taken();
        let is_current = taken.now.contains(id) && taken.epochs.get(id) == Some(&epoch);
        if is_current { Ok(()) } else { Err(JournalError::overtaken(id.clone())) }
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
