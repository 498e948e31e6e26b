//! What a person vouches for, where nothing that the platform signs ever will: written down as that person's word, and never
//! while the request may still be on its way. Nothing is sent.

use std::time::Duration;

use super::engine::Engine;
use super::{CheckedWithPlatform, MoneyError};
use crate::journal::{Body, ClaimId, Ending, Entry, Fact, JournalError, Outcome};

const LONGEST_NOTE: usize = 1_000;

impl Engine {
    pub(super) async fn put_away(
        &self,
        id: &ClaimId,
        checked: CheckedWithPlatform,
        note: &str,
    ) -> Result<(), MoneyError> {
        if !(1..=LONGEST_NOTE).contains(&note.len()) || note.chars().any(char::is_control) {
            return Err(MoneyError::config(
                "the note can't be used",
                "write 1 to 1,000 bytes in one line: who asked the platform, when, and what it said",
            ));
        }
        if id.merchant() != self.merchant {
            return Err(MoneyError::config("the call is another merchant's", "take that one's client"));
        }
        // Whoever has it in hand has an attempt under way, or asks about it.
        let Some(held) = self.journal.hold(id.clone()).await? else {
            return Err(MoneyError::config("no such call stands in the journal", "look at the key"));
        };
        if held.entry.acknowledged_at.is_some() {
            return Err(JournalError::acknowledged(id.clone()).into());
        }
        let outcome = match checked {
            CheckedWithPlatform::Executed => Outcome::VouchedExecuted,
            CheckedWithPlatform::NotExecuted => Outcome::VouchedNotExecuted,
        };
        match &held.entry.ending {
            Some(ending) if ending.outcome == outcome => return Ok(()),
            Some(_) => {
                return Err(MoneyError::config(
                    "it is known what became of the call",
                    "look at its result, and acknowledge it",
                ));
            }
            None if !held.entry.is_unknown() => {
                return Err(MoneyError::config(
                    "nothing of the call can have been carried out",
                    "make it again, or acknowledge it",
                ));
            }
            None => {}
        }
        let at = self.millis();
        if at < may_be_under_way_until(&held.entry, self.settings.q()) {
            return Err(MoneyError::under_way(id.clone()));
        }
        let ending = Ending { at, outcome, status: 0, body: Body::default(), note: Some(note.to_owned()) };
        self.journal.record(&held.hold, Fact::Ended(ending)).await.map_err(MoneyError::unrecorded)
    }
}

/// In Unix milliseconds, by the machine's clock: nobody vouches for what the platform may begin yet.
fn may_be_under_way_until(entry: &Entry, q: Duration) -> u64 {
    let signed = entry.attempts.iter().map(|attempt| attempt.timestamp.parse().unwrap_or(u64::MAX));
    let last = signed.max().unwrap_or(entry.claim.at);
    last.saturating_add(u64::try_from(q.as_millis()).unwrap_or(u64::MAX))
}
