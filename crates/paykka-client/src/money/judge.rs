//! How an attempt ended, by what came back: the one place where a money call's own answer is believed.

use paykka_model::{ApiError, RetCode};
use paykka_transport::{Answer, Error};

use super::kind::Kind;
use crate::journal::{Attempt, How};

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Judged {
    Accepted(Answer),
    Rejected(Answer),
    /// A refusal that may say no more than that the call was made already, where this journal doesn't know all attempts.
    Doubted(Answer),
    /// It ended nothing, or nobody knows what.
    Left(How),
}

/// What is known of the attempts before.
#[derive(Debug, Clone, Copy)]
pub(super) struct Earlier {
    /// One of them may have been carried out; then no refusal is believed, since it may say no more than that the first one
    /// arrived.
    pub(super) has_open: bool,
    /// One of them was sent, or may have been; then no unsigned refusal is believed.
    pub(super) were_sent: bool,
}

impl Earlier {
    /// Nothing is known of what was sent.
    pub(super) const UNKNOWN: Self = Self { has_open: true, were_sent: true };

    /// `own`: how many of the last of them are of this call; of those the transport knows whether they were sent.
    pub(super) fn of(attempts: &[Attempt], own: usize) -> Self {
        let is_unsent = |attempt: &Attempt| attempt.ended.as_ref().is_some_and(|end| end.how == How::Unsent);
        let of_other_calls = attempts.len().saturating_sub(own);
        Self {
            has_open: attempts.iter().any(Attempt::is_open),
            were_sent: attempts.iter().take(of_other_calls).any(|attempt| !is_unsent(attempt)),
        }
    }
}

pub(super) fn judge(kind: Kind, request: &[u8], outcome: Result<Answer, Error>, earlier: Earlier) -> Judged {
    match outcome {
        Ok(answer) => judge_answer(kind, request, answer, earlier),
        // Of the transport's own attempts it says so, too, where this isn't the only one that was sent.
        Err(error) if error.may_have_been_executed() => Judged::Left(How::Unknown),
        Err(error) if error.is_unauthorised() && (earlier.has_open || earlier.were_sent) => {
            Judged::Left(How::Unknown)
        }
        Err(error) if error.is_unauthorised() => Judged::Left(How::SignatureRefused),
        Err(_) => Judged::Left(How::Unsent),
    }
}

fn judge_answer(kind: Kind, request: &[u8], answer: Answer, earlier: Earlier) -> Judged {
    if !answer.is_evidence() {
        return Judged::Left(How::Unknown);
    }
    let Some(error) = ApiError::from_body(answer.bytes()) else {
        let is_accepted = answer.status().is_success() && kind.is_accepted(request, answer.bytes());
        return if is_accepted { Judged::Accepted(answer) } else { Judged::Left(How::Unknown) };
    };
    // Which answers end nothing is the transport's table, and no status alone ends anything: it isn't signed.
    if earlier.has_open || answer.outcome_unknown() {
        return Judged::Left(How::Unknown);
    }
    match error.ret_code {
        RetCode::TooManyRequests => Judged::Left(How::NotTaken),
        RetCode::SignatureRefused => Judged::Left(How::SignatureRefused),
        RetCode::InvalidState | RetCode::IntegrityViolation => Judged::Doubted(answer),
        _ => Judged::Rejected(answer),
    }
}
