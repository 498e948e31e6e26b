//! Outcomes of money calls, in words.

use paykka_client::journal::{ClaimId, Entry};
use paykka_client::money::{
    AnySettled, CheckedWithPlatform, MoneyError, Outcome, Recovered, Resume, Settled,
};
use paykka_model::{PaymentApplyResponse, PaymentState};
use serde::Serialize;
use serde_json::value::RawValue;

use crate::frame::{Answer, Failure, Lang, Message, Page, Status, Tone, with_causes};
use crate::texts::money as texts;

/// What became of a call, for people and programs.
pub(crate) struct SettledAnswer {
    id: ClaimId,
    number: String,
    word: &'static str,
    tone: Tone,
    says: Message,
    to_do: Message,
    body: Vec<u8>,
    status: Status,
    /// Why nobody knows.
    details: Option<String>,
}

impl SettledAnswer {
    pub(crate) fn of_payment(settled: &Settled<PaymentApplyResponse, PaymentState>) -> Self {
        Self::of(settled)
    }

    pub(crate) fn of_recovered(recovered: &Recovered) -> Self {
        match &recovered.result {
            Ok(AnySettled::Payment(settled)) => Self::of(settled),
            Ok(AnySettled::Forex(settled)) => Self::of(settled),
            Ok(AnySettled::TradeSettle(settled)) => Self::of(settled),
            Ok(_) => Self::unsettled(&recovered.id, Status::Broken, None),
            Err(error) if error.outcome_unknown() => {
                Self::unsettled(&recovered.id, Status::Unknown, Some(error))
            }
            Err(error) => Self::unsettled(&recovered.id, Status::Broken, Some(error)),
        }
    }

    pub(crate) const fn status(&self) -> Status {
        self.status
    }

    fn of<A, S>(settled: &Settled<A, S>) -> Self {
        let (word, tone, says, status) = match &settled.outcome {
            Outcome::Accepted(_) => ("accepted", Tone::Good, texts::accepted(), Status::Done),
            Outcome::Executed(_) => ("executed", Tone::Good, texts::executed(), Status::Done),
            Outcome::Rejected(rejection) => {
                let says = texts::rejected(&rejection.error.ret_code.as_str());
                ("rejected", Tone::Bad, says, Status::No)
            }
            Outcome::NotExecuted(_) => {
                ("not_executed", Tone::Doubtful, texts::not_executed(), Status::Broken)
            }
            Outcome::Refused(_) => ("refused", Tone::Bad, texts::came_to_nothing(), Status::No),
            Outcome::Conflict(_) => ("conflict", Tone::Bad, texts::conflict(), Status::No),
            Outcome::PutAway(word) => match word.checked {
                CheckedWithPlatform::Executed => {
                    ("put_away_executed", Tone::Doubtful, texts::put_away_executed(&word.note), Status::Done)
                }
                _ => (
                    "put_away_not_executed",
                    Tone::Doubtful,
                    texts::put_away_not_executed(&word.note),
                    Status::No,
                ),
            },
            _ => ("other", Tone::Doubtful, texts::other_outcome(), Status::Broken),
        };
        let to_do = match &settled.outcome {
            Outcome::NotExecuted(_) => texts::not_executed_to_do(),
            Outcome::Rejected(_) | Outcome::Refused(_) => texts::rejected_to_do(&settled.key.key()),
            Outcome::Conflict(_) => texts::conflict_to_do(),
            _ => texts::settled_to_do(&settled.key.key()),
        };
        let (number, body) = (settled.request_id.clone(), settled.raw.to_vec());
        let id = settled.key.clone();
        Self { id, number, word, tone, says, to_do, body, status, details: None }
    }

    fn unsettled(id: &ClaimId, status: Status, error: Option<&MoneyError>) -> Self {
        let is_unknown = status == Status::Unknown;
        let (word, says) = if is_unknown {
            ("unknown", texts::unknown(&id.key()))
        } else {
            ("failed", texts::unrecovered(&id.key()))
        };
        Self {
            id: id.clone(),
            number: String::new(),
            word,
            tone: Tone::Bad,
            says,
            to_do: error.map_or_else(texts::unknown_to_do, to_do),
            body: Vec::new(),
            status,
            details: error.map(|error| with_causes(error)),
        }
    }
}

/// The answer stands in it as it came, digits and all.
#[derive(Serialize)]
struct Json<'a> {
    merchant: &'a str,
    operation: &'a str,
    key: &'a str,
    request_id: Option<&'a str>,
    outcome: &'static str,
    answer: Option<&'a RawValue>,
    details: Option<&'a str>,
    to_do: &'a str,
}

impl Answer for SettledAnswer {
    fn json(&self) -> impl Serialize {
        Json {
            merchant: self.id.merchant(),
            operation: self.id.operation(),
            key: self.id.key(),
            request_id: Some(self.number.as_str()).filter(|number| !number.is_empty()),
            outcome: self.word,
            answer: serde_json::from_slice(&self.body).ok(),
            details: self.details.as_deref(),
            to_do: self.to_do.is(Lang::En),
        }
    }

    fn text(&self, page: &mut Page) {
        page.verdict(self.tone, &word(self.word), &self.says);
        let mut facts = vec![
            (texts::operation(), self.id.operation().to_owned()),
            (texts::merchant(), self.id.merchant().to_owned()),
            (texts::key(), self.id.key().to_owned()),
        ];
        if !self.number.is_empty() {
            facts.push((texts::number(), self.number.clone()));
        }
        facts.extend(self.details.iter().map(|details| (texts::details(), details.clone())));
        facts.push((texts::to_do(), self.to_do.is(page.lang()).to_owned()));
        page.facts(&facts);
        if !self.body.is_empty() {
            page.body(&self.body);
        }
    }
}

/// The command's failure for a money call that came to no outcome.
pub(crate) fn failed(error: &MoneyError) -> Failure {
    let to_do = to_do(error);
    let failure = if let Some(known) = error.still_unknown() {
        Failure::unknown("outcome-unknown", texts::unknown(&known.key.key()), to_do)
    } else if error.outcome_unknown() {
        Failure::unknown("outcome-unknown", texts::unrecorded(), to_do)
    } else if error.is_unproven() {
        Failure::broken("unproven", texts::unproven(), to_do)
    } else if error.is_under_way() {
        Failure::broken("under-way", texts::under_way(), to_do)
    } else if error.is_config() || error.journal().is_some() {
        Failure::input("money", texts::unusable(), to_do)
    } else {
        Failure::broken("money", texts::unmade(), to_do)
    };
    failure.because(error)
}

fn to_do(error: &MoneyError) -> Message {
    match error.still_unknown().map(|known| known.resume) {
        Some(Resume::ProveThenAsk) => texts::prove_to_do(),
        Some(_) => texts::unknown_to_do(),
        None if error.outcome_unknown() => texts::unknown_to_do(),
        None if error.is_unproven() => texts::unproven_to_do(),
        None if error.is_under_way() => texts::under_way_to_do(),
        None if error.journal().is_some_and(paykka_client::journal::JournalError::is_other_body) => {
            texts::other_body_to_do()
        }
        None if error.journal().is_some_and(paykka_client::journal::JournalError::is_acknowledged) => {
            texts::acknowledged_to_do()
        }
        None => texts::unusable_to_do(),
    }
}

/// Where a claim stands, in a word for programs.
pub(crate) fn state_of(entry: &Entry) -> &'static str {
    use paykka_client::journal::Outcome;
    match entry.ending.as_ref().map(|ending| ending.outcome) {
        Some(Outcome::Accepted) => "accepted",
        Some(Outcome::Rejected) => "rejected",
        Some(Outcome::Executed) => "executed",
        Some(Outcome::Refused) => "refused",
        Some(Outcome::Conflict) => "conflict",
        Some(Outcome::VouchedExecuted) => "put_away_executed",
        Some(Outcome::VouchedNotExecuted) => "put_away_not_executed",
        None if entry.is_unknown() => "unknown",
        None => "not_executed",
    }
}

/// The same word for people.
pub(crate) fn word(word: &str) -> Message {
    match word {
        "accepted" => texts::word_accepted(),
        "rejected" => texts::word_rejected(),
        "executed" => texts::word_executed(),
        "refused" => texts::word_refused(),
        "conflict" => texts::word_conflict(),
        "put_away_executed" => texts::word_put_away_executed(),
        "put_away_not_executed" => texts::word_put_away_not_executed(),
        "unknown" => texts::word_unknown(),
        "not_executed" => texts::word_not_executed(),
        _ => texts::word_failed(),
    }
}
