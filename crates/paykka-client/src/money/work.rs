//! One claim in hand, on its way to an outcome.

use std::sync::Arc;

use super::kind::{Kind, Shows};
use super::outcome::rejection;
use super::{NotExecuted, Resume, StillUnknown};
use crate::journal::{Attempt, ClaimId, Ending, Entry, Held, Hold, How};

pub(super) struct Work {
    pub(super) kind: Kind,
    pub(super) hold: Arc<Hold>,
    pub(super) entry: Entry,
    /// What the inquiry said since this was taken in hand, and whether that was late enough to count.
    pub(super) answers: Vec<(Shows, bool)>,
    /// How many "not found" in a row, since the last attempt and since this was taken in hand.
    pub(super) absent: u32,
    pub(super) resends: u32,
}

/// What became of a claim.
pub(super) struct Known {
    pub(super) id: ClaimId,
    pub(super) request_id: String,
    pub(super) result: Result<Ending, NotExecuted>,
}

impl Work {
    pub(super) fn new(kind: Kind, held: Held) -> Self {
        let Held { entry, hold } = held;
        Self { kind, hold: Arc::new(hold), entry, answers: Vec::new(), absent: 0, resends: 0 }
    }

    /// Whether the platform has refused the signature of an attempt.
    pub(super) fn was_refused(&self) -> bool {
        let mut ends = self.entry.attempts.iter().filter_map(|attempt| attempt.ended.as_ref());
        ends.any(|end| end.how == How::SignatureRefused)
    }

    /// How it ended; a claim without an end was not taken.
    pub(super) fn known(&self) -> Known {
        self.with(self.entry.ending.clone().ok_or(NotExecuted::NotTaken))
    }

    pub(super) fn not_executed(&self, reason: NotExecuted) -> Known {
        self.with(Err(reason))
    }

    pub(super) fn still_unknown(&self, is_proven_inquiry: bool) -> StillUnknown {
        let attempts = &self.entry.attempts;
        let first_open = attempts.iter().find(|attempt| attempt.is_open());
        StillUnknown {
            key: self.entry.claim.id.clone(),
            since: first_open
                .and_then(|attempt| attempt.timestamp.parse().ok())
                .unwrap_or(self.entry.claim.at),
            attempts: u32::try_from(attempts.len()).unwrap_or(u32::MAX),
            evidence: self.entry.evidence.clone(),
            refusal: self.entry.in_doubt.as_ref().and_then(rejection),
            resume: if is_proven_inquiry { Resume::AskAgain } else { Resume::ProveThenAsk },
        }
    }

    fn with(&self, result: Result<Ending, NotExecuted>) -> Known {
        let (id, request_id) = (self.entry.claim.id.clone(), self.entry.claim.request_id.clone());
        Known { id, request_id, result }
    }
}

/// Why a claim without open attempts isn't carried out: what its last attempt came to.
pub(super) fn reason(attempts: &[Attempt]) -> NotExecuted {
    match attempts.last().and_then(|attempt| attempt.ended.as_ref()) {
        Some(end) if end.how == How::SignatureRefused => NotExecuted::SignatureRefused,
        _ => NotExecuted::NotTaken,
    }
}
