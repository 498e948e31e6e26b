//! How an attempt ended, by what came back: the one place where a money call's own answer is believed.

use paykka_model::{ApiError, RetCode};
use paykka_transport::{Answer, Error};

use super::kind::Kind;
use crate::journal::How;

/// How an attempt ended.
#[derive(Debug)]
pub(super) enum Judged {
    Accepted(Answer),
    Rejected(Answer),
    /// It ended nothing, or nobody knows what.
    Left(How),
}

/// `has_earlier`: an attempt before this one may have been carried out; then no refusal is believed, since it may say no more
/// than that the first one arrived.
pub(super) fn judge(kind: Kind, request: &[u8], outcome: Result<Answer, Error>, has_earlier: bool) -> Judged {
    match outcome {
        Ok(answer) => judge_answer(kind, request, answer, has_earlier),
        Err(error) if error.may_have_been_executed() => Judged::Left(How::Unknown),
        Err(error) if error.is_unauthorised() && has_earlier => Judged::Left(How::Unknown),
        Err(error) if error.is_unauthorised() => Judged::Left(How::SignatureRefused),
        Err(_) => Judged::Left(How::NotTaken),
    }
}

fn judge_answer(kind: Kind, request: &[u8], answer: Answer, has_earlier: bool) -> Judged {
    if !answer.is_evidence() {
        return Judged::Left(How::Unknown);
    }
    match ApiError::from_body(answer.bytes()) {
        None if answer.status().is_success() && kind.is_accepted(request, answer.bytes()) => {
            Judged::Accepted(answer)
        }
        None => Judged::Left(How::Unknown),
        // Which answers end nothing is the transport's table, and no status alone ends anything: it isn't signed.
        Some(_) if has_earlier || answer.outcome_unknown() => Judged::Left(How::Unknown),
        Some(error) if error.ret_code == RetCode::TooManyRequests => Judged::Left(How::NotTaken),
        Some(error) if error.ret_code == RetCode::SignatureRefused => Judged::Left(How::SignatureRefused),
        Some(_) => Judged::Rejected(answer),
    }
}
