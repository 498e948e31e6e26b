//! What a receiver should answer, and whether it did: the one place for it, so that `trigger` and `replay` judge alike.

use http::StatusCode;
use serde_json::{Value, json};

use super::{Answered, Unanswered};
use crate::frame::{Lang, Message, Page, Tone};
use crate::texts::notices as texts;

/// What is due to a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Due {
    /// Genuine and in time: 200 with the body `{}`.
    Acknowledged,
    /// Genuine, and too old or too new by now: refused; an inbox may keep what is late.
    RefusedForItsTime,
    /// Not genuine, or not for this merchant: refused.
    Refused,
}

/// How an answer compares with what is due.
#[derive(Debug)]
pub(crate) struct Verdict {
    pub(crate) is_right: bool,
    pub(crate) says: Message,
    pub(crate) to_do: Option<Message>,
}

impl Verdict {
    pub(crate) fn of(due: Due, answer: &Result<Answered, Unanswered>) -> Self {
        let answered = match answer {
            Ok(answered) => answered,
            Err(unanswered) => return Self::wrong(unanswered.what.clone(), unanswered.to_do.clone()),
        };
        let status = answered.status;
        match due {
            Due::Acknowledged if status == StatusCode::OK && answered.is_documented => {
                Self::right(texts::acknowledged())
            }
            Due::Acknowledged if status == StatusCode::OK => {
                Self { to_do: Some(texts::other_body_to_do()), ..Self::right(texts::other_body()) }
            }
            Due::Acknowledged if status.is_client_error() => {
                Self::wrong(texts::refused_genuine(), texts::refused_genuine_to_do())
            }
            Due::Acknowledged => Self::wrong(texts::not_acknowledged(), texts::not_acknowledged_to_do()),
            Due::Refused | Due::RefusedForItsTime if status.is_client_error() => match due {
                Due::Refused => Self::right(texts::refused_rightly()),
                _ => Self::right(texts::refused_for_its_time()),
            },
            Due::RefusedForItsTime if status.is_success() => {
                Self::wrong(texts::took_late(), texts::took_late_to_do())
            }
            Due::Refused if status.is_success() => Self::wrong(texts::took_bad(), texts::took_bad_to_do()),
            Due::Refused | Due::RefusedForItsTime => {
                Self::wrong(texts::neither_taken(), texts::neither_taken_to_do())
            }
        }
    }

    const fn right(says: Message) -> Self {
        Self { is_right: true, says, to_do: None }
    }

    const fn wrong(says: Message, to_do: Message) -> Self {
        Self { is_right: false, says, to_do: Some(to_do) }
    }
}

/// An answer and its verdict, for people.
pub(crate) fn shown(
    page: &mut Page,
    title: &Message,
    answer: &Result<Answered, Unanswered>,
    verdict: &Verdict,
) {
    let (tone, word) = match (verdict.is_right, &verdict.to_do) {
        (true, None) => (Tone::Good, texts::right()),
        (true, Some(_)) => (Tone::Doubtful, texts::look()),
        (false, _) => (Tone::Bad, texts::wrong()),
    };
    page.verdict(tone, &word, title);
    let lang = page.lang();
    let mut facts = Vec::new();
    match answer {
        Ok(answered) => {
            let took = answered.took.as_millis();
            let answer = texts::answered(&answered.status.as_u16(), &took);
            facts.push((texts::answer(), answer.is(lang).to_owned()));
        }
        Err(unanswered) if unanswered.details.is_empty() => {}
        Err(unanswered) => facts.push((texts::detail(), unanswered.details.clone())),
    }
    facts.push((texts::says(), verdict.says.is(lang).to_owned()));
    facts.extend(verdict.to_do.as_ref().map(|to_do| (texts::to_do(), to_do.is(lang).to_owned())));
    page.facts(&facts);
}

/// The same for programs.
pub(crate) fn verdict_json(answer: &Result<Answered, Unanswered>, verdict: &Verdict) -> Value {
    let answered = answer.as_ref().ok();
    json!({
        "status": answered.map(|answered| answered.status.as_u16()),
        "millis": answered.map(|answered| u64::try_from(answered.took.as_millis()).unwrap_or(u64::MAX)),
        "as_it_should_be": verdict.is_right,
        "says": verdict.says.is(Lang::En),
        "details": answer.as_ref().err().map(|unanswered| unanswered.details.as_str()),
        "to_do": verdict.to_do.as_ref().map(|to_do| to_do.is(Lang::En)),
    })
}
