//! What a money call comes to, typed.

use bytes::Bytes;
use http::StatusCode;
use paykka_model::{
    ApiError, ForexConfirmResponse, ForexState, PaymentApplyResponse, PaymentState, TradeSettleApplyResponse,
    TradeSettleReceipt,
};

use super::MoneyError;
use crate::journal::{ClaimId, Ending, Evidence};

/// How a money call ended. `A` is the call's own answer, `S` what its inquiry shows.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Outcome<A, S> {
    /// The platform took it. Accepted isn't paid: follow the status.
    Accepted(A),
    /// The platform refused it and did nothing; with `010003` and `010004` the inquiry agrees. The key is used up: correct the
    /// request and take a new one.
    Rejected(Rejection),
    /// Nothing was done, and the key is still good: call again with the same key and request.
    NotExecuted(NotExecuted),
    /// Its own answer was lost; the inquiry shows that it was carried out. That isn't paid either: follow the status.
    Executed(S),
    /// Its own answer was lost; the inquiry shows that it came to nothing and won't come to anything.
    Refused(S),
    /// Something else stands under its number. A person must look: somebody else uses these numbers (assumption A4).
    Conflict(S),
    /// Nothing that the platform signed says what became of it: a person does ([`Money::put_away`](super::Money::put_away)).
    PutAway(PutAway),
}

/// What a person vouches for, who has asked the platform about a call that stayed unknown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum CheckedWithPlatform {
    /// The platform has told the person that it was carried out.
    Executed,
    /// The platform has told the person that it was not carried out and won't be.
    NotExecuted,
}

/// A person's word about a call.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct PutAway {
    /// What the person vouches for.
    pub checked: CheckedWithPlatform,
    /// What the person wrote about it.
    pub note: String,
    /// When it was recorded, in Unix milliseconds.
    pub at: u64,
}

/// The platform's refusal: verified, a 4xx with `ret_code`.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Rejection {
    /// The HTTP status.
    pub status: StatusCode,
    /// The platform's code and words.
    pub error: ApiError,
}

/// Why nothing was done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum NotExecuted {
    /// No byte of it has left, or the platform had too many requests.
    ///
    /// What to do: call again, when the platform can be reached.
    NotTaken,
    /// 401 `010100`: the platform refused our signature (D).
    ///
    /// What to do: check key id, private key, clock and merchant number, then call again: the inquiry is asked before anything
    /// is sent. Don't take another key.
    SignatureRefused,
}

/// A money call whose outcome is known.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Settled<A, S> {
    /// The claim, to acknowledge it by.
    pub key: ClaimId,
    /// The number by which the platform knows it; the quote's or receipt's where the call has none of its own.
    pub request_id: String,
    /// How it ended.
    pub outcome: Outcome<A, S>,
    /// The verified bytes that say so; empty where nothing was answered.
    pub raw: Bytes,
}

/// [`Settled`] of whichever operation.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub enum AnySettled {
    /// `payment.apply`.
    Payment(Settled<PaymentApplyResponse, PaymentState>),
    /// `forex.confirm`.
    Forex(Settled<ForexConfirmResponse, ForexState>),
    /// `trade_settle.apply`.
    TradeSettle(Settled<TradeSettleApplyResponse, TradeSettleReceipt>),
}

/// A claim that `recover` found.
#[derive(Debug)]
#[non_exhaustive]
pub struct Recovered {
    /// Which.
    pub id: ClaimId,
    /// What became of it.
    pub result: Result<AnySettled, MoneyError>,
}

/// A money call of which nobody knows yet what became of it. Nothing about it is sent but inquiries.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct StillUnknown {
    /// Its key.
    pub key: ClaimId,
    /// When its first open attempt was signed, in Unix milliseconds.
    pub since: u64,
    /// How often it was sent.
    pub attempts: u32,
    /// What the inquiry has said so far.
    pub evidence: Vec<Evidence>,
    /// The platform's refusal (`010003`, `010004`) that may say no more than that the call was made already. It counts once
    /// the inquiry agrees.
    pub refusal: Option<Rejection>,
    /// How to go on.
    pub resume: Resume,
}

/// How to go on with a call that is [`StillUnknown`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Resume {
    /// Call again with the same key and request, or call `recover`: the inquiry is asked anew.
    AskAgain,
    /// As [`AskAgain`](Self::AskAgain); and call `prove`, since no "not found" of this inquiry counts until then.
    ProveThenAsk,
}

/// What `prove` found out.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Proven {
    /// Whether an answer that only reads verified, so that money may move.
    pub reads: bool,
    /// The inquiries whose "not found" counts from now on, by name.
    pub inquiries: Vec<&'static str>,
}

pub(super) fn rejection(ending: &Ending) -> Option<Rejection> {
    let error = ApiError::from_body(&ending.body.0)?;
    let status = StatusCode::from_u16(ending.status).unwrap_or(StatusCode::BAD_REQUEST);
    Some(Rejection { status, error })
}
