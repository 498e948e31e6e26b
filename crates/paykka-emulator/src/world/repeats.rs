//! A key that comes again. What was executed under it is kept with its answer, so that a repeat is answered as the first
//! was, byte for byte and at any later time, whatever became of the object since.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Behaviour, Call, Failure, World};

/// What a key that comes again means to an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Repeats {
    /// It makes one thing: the first answer, and with another body 010004.
    Make,
    /// It selects what is corrected: the last correction is answered as it was, another body is another correction.
    Correct,
    /// It is the number of an object whose state alone says whether the call may come again.
    AskState,
    /// As `Make`, but the object that was made serves as the record: there are too many for another one beside each.
    MakeByItself,
}

/// What to do with a key that was executed before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    AnswerAsFirst,
    Refuse,
    /// As if it were new.
    Judge,
    /// On command, in spite of the object's state.
    ExecuteAgain,
}

impl Repeats {
    pub(super) const fn verdict(self, behaviour: Behaviour, is_same: bool) -> Verdict {
        match self {
            _ if behaviour.no_dedupe => Verdict::ExecuteAgain,
            _ if behaviour.repeat_is_error => Verdict::Refuse,
            Self::AskState => Verdict::Judge,
            _ if is_same => Verdict::AnswerAsFirst,
            Self::Correct => Verdict::Judge,
            Self::Make | Self::MakeByItself => Verdict::Refuse,
        }
    }
}

/// A call that changes something.
pub(super) struct Change<'a> {
    pub(super) operation: &'a str,
    /// The field of the key, and its value.
    pub(super) key: (&'a str, &'a str),
    /// The request, as the model writes it.
    pub(super) body: String,
    pub(super) repeats: Repeats,
}

/// Whose keys: a number of one caller's is nobody else's.
#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(super) struct Executed {
    of_merchants: BTreeMap<String, Records>,
    /// Of calls that belong to no merchant, by the key id that signed them.
    of_keys: BTreeMap<String, Records>,
}

/// By operation, and there by key.
type Records = BTreeMap<String, BTreeMap<String, Record>>;

#[derive(Debug, Clone, Serialize, Deserialize)]
struct Record {
    /// SHA-256 of the body: bodies hold names and account numbers, and may be long.
    body: String,
    answer: String,
}

impl World {
    /// Executes a change, unless its key was executed before.
    pub(super) fn once(
        &mut self,
        call: &Call<'_>,
        change: &Change<'_>,
        execute: impl FnOnce(&mut Self, &Call<'_>) -> Result<String, Failure>,
    ) -> Result<Vec<u8>, Failure> {
        let body = sha256(change.body.as_bytes());
        let mut call = *call;
        if let Some(known) = self.executed.find(&call, change) {
            match change.repeats.verdict(call.behaviour, known.body == body) {
                Verdict::AnswerAsFirst => return Ok(known.answer.clone().into_bytes()),
                Verdict::Refuse => return Err(Failure::reused(&format!("$.{}", change.key.0))),
                Verdict::Judge => {}
                Verdict::ExecuteAgain => call.is_again = true,
            }
        }
        let answer = execute(self, &call)?;
        self.executed.keep(&call, change, Record { body, answer: answer.clone() });
        Ok(answer.into_bytes())
    }
}

impl Executed {
    fn find(&self, call: &Call<'_>, change: &Change<'_>) -> Option<&Record> {
        let records = match call.merchant {
            Some(merchant) => self.of_merchants.get(merchant),
            None => self.of_keys.get(call.key_id),
        };
        records?.get(change.operation)?.get(change.key.1)
    }

    fn keep(&mut self, call: &Call<'_>, change: &Change<'_>, record: Record) {
        let records = match call.merchant {
            Some(merchant) => self.of_merchants.entry(merchant.to_owned()).or_default(),
            None => self.of_keys.entry(call.key_id.to_owned()).or_default(),
        };
        let records = records.entry(change.operation.to_owned()).or_default();
        records.insert(change.key.1.to_owned(), record);
    }
}

fn sha256(bytes: &[u8]) -> String {
    let digest = ring::digest::digest(&ring::digest::SHA256, bytes);
    digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect()
}
