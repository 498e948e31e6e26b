//! The three operations as the engine sees them: bytes in, findings out. What is typed stands behind this.

use bytes::Bytes;
use http::StatusCode;
use paykka_model::{
    ApiError, ForexConfirm, ForexConfirmRequest, ForexInquiry, ForexInquiryRequest, ForexState, ForexStatus,
    Operation, OperationInfo, PaymentApply, PaymentApplyRequest, PaymentInquiry, PaymentInquiryRequest,
    PaymentStatus, ReceiptStatus, RequestId, RetCode, TradeSettleApply, TradeSettleApplyRequest,
    TradeSettleInquiry, TradeSettleInquiryRequest, TradeSettleReceipt, decode,
};
use paykka_transport::Answer;
use serde::de::DeserializeOwned;

use super::resolve::{self, Resolution, Seen};
use crate::journal::{Entry, Moved};

/// Which operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Payment,
    Forex,
    TradeSettle,
}

/// What an inquiry's answer shows, if it is evidence.
#[derive(Debug, Clone)]
pub(super) enum Shows {
    Found(Bytes),
    NotFound,
}

impl Kind {
    pub(super) const ALL: [Self; 3] = [Self::Payment, Self::Forex, Self::TradeSettle];

    pub(super) fn of(operation: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.info().name == operation)
    }

    pub(super) const fn info(self) -> OperationInfo {
        match self {
            Self::Payment => PaymentApply::INFO,
            Self::Forex => ForexConfirm::INFO,
            Self::TradeSettle => TradeSettleApply::INFO,
        }
    }

    pub(super) const fn inquiry(self) -> OperationInfo {
        match self {
            Self::Payment => PaymentInquiry::INFO,
            Self::Forex => ForexInquiry::INFO,
            Self::TradeSettle => TradeSettleInquiry::INFO,
        }
    }

    /// Whether the object is there before the call and must be read then.
    pub(super) const fn has_before(self) -> bool {
        matches!(self, Self::Forex | Self::TradeSettle)
    }

    /// The inquiry's body, for the number that the object has at the platform. `None` for one that can't be asked for.
    pub(super) fn inquiry_body(self, number: &str) -> Option<Bytes> {
        let body = match self {
            Self::Payment => serde_json::to_vec(&PaymentInquiryRequest::new(RequestId::new(number).ok()?)),
            Self::Forex => serde_json::to_vec(&ForexInquiryRequest::new(number.to_owned())),
            Self::TradeSettle => serde_json::to_vec(&TradeSettleInquiryRequest::new(number.to_owned())),
        };
        body.ok().map(Bytes::from)
    }

    /// Whether the call's own verified 2xx takes the call on: it decodes, its status is known, and it names no other object.
    pub(super) fn is_accepted(self, request: &[u8], answer: &[u8]) -> bool {
        match self {
            Self::Payment => answers::<PaymentApply>(request, answer)
                .is_some_and(|answer| !matches!(answer.status, PaymentStatus::Other(_))),
            Self::Forex => answers::<ForexConfirm>(request, answer)
                .is_some_and(|answer| !matches!(answer.status, ForexStatus::Other(_))),
            Self::TradeSettle => answers::<TradeSettleApply>(request, answer)
                .is_some_and(|answer| !matches!(answer.status, ReceiptStatus::Other(_))),
        }
    }

    /// What the inquiry's answer shows; `None` where it is no evidence: unverified, another object's, 010001, anything odd.
    pub(super) fn shows(self, asked: &[u8], answer: &Answer) -> Option<Shows> {
        if !answer.is_evidence() {
            return None;
        }
        let body = answer.bytes();
        if let Some(error) = ApiError::from_body(body) {
            let is_absent = answer.status() == StatusCode::NOT_FOUND && error.ret_code == RetCode::NotFound;
            return is_absent.then_some(Shows::NotFound);
        }
        let is_found = answer.status().is_success()
            && match self {
                Self::Payment => answers::<PaymentInquiry>(asked, body).is_some(),
                Self::Forex => answers::<ForexInquiry>(asked, body).is_some(),
                Self::TradeSettle => answers::<TradeSettleInquiry>(asked, body).is_some(),
            };
        is_found.then(|| Shows::Found(body.clone()))
    }

    /// Whether the object, as it was read before the call, is open for it.
    pub(super) fn is_open(self, before: &[u8]) -> bool {
        match self {
            Self::Payment => true,
            Self::Forex => {
                decode::<ForexState>(before).is_ok_and(|quote| quote.status == ForexStatus::Quoted)
            }
            Self::TradeSettle => decode::<TradeSettleReceipt>(before)
                .is_ok_and(|receipt| resolve::is_open_receipt(&receipt.status)),
        }
    }

    /// Whether the inquiry shows things as they stand without the call: no such payment, a quote that nobody took, a receipt
    /// as it was before.
    pub(super) fn is_untouched(self, entry: &Entry, shows: &Shows) -> bool {
        match (self, shows) {
            (Self::Payment, Shows::NotFound) => true,
            (Self::Payment, Shows::Found(_)) | (_, Shows::NotFound) => false,
            (Self::Forex, Shows::Found(state)) => {
                decode::<ForexState>(state).is_ok_and(|quote| resolve::is_untaken_quote(&quote.status))
            }
            (Self::TradeSettle, Shows::Found(state)) => {
                let status = |bytes: &[u8]| decode::<TradeSettleReceipt>(bytes).ok().map(|it| it.status);
                let before = entry.before.as_ref().and_then(|before| status(&before.0));
                before.is_some() && before == status(state)
            }
        }
    }

    /// How much the call moves, as far as it is known.
    pub(super) fn moves(self, request: &[u8], before: Option<&[u8]>) -> Option<Moved> {
        match self {
            Self::Payment => {
                let payment: PaymentApplyRequest = decode(request).ok()?;
                let (currency, amount) =
                    (payment.currency.code().to_owned(), payment.amount.as_wire().to_owned());
                Some(Moved { currency, amount })
            }
            Self::Forex => {
                let quote: ForexState = decode(before?).ok()?;
                let (currency, amount) =
                    (quote.sell_currency.code().to_owned(), quote.sell_amount.as_wire().to_owned());
                Some(Moved { currency, amount })
            }
            // It brings money, and takes none.
            Self::TradeSettle => None,
        }
    }

    /// What follows from the answers so far.
    pub(super) fn resolve(self, entry: &Entry, answers: &[(Shows, bool)]) -> Resolution<Bytes> {
        let before = entry.before.as_ref().map(|before| before.0.as_ref());
        match self {
            Self::Payment => match decode::<PaymentApplyRequest>(&entry.claim.body.0) {
                Ok(before) => typed(answers, |seen| resolve::payment(&before, seen)),
                Err(_) => UNDECIDED,
            },
            Self::Forex => match before.map(decode::<ForexState>) {
                Some(Ok(before)) => typed(answers, |seen| resolve::forex(&before, seen)),
                _ => UNDECIDED,
            },
            Self::TradeSettle => match before.map(decode::<TradeSettleReceipt>) {
                Some(Ok(before)) => typed(answers, |seen| resolve::trade_settle(&before.status, seen)),
                _ => UNDECIDED,
            },
        }
    }

    /// The number by which the platform knows the object of a request that has its own.
    pub(super) fn own_number(self, request: &[u8]) -> Option<String> {
        match self {
            Self::Payment => decode::<PaymentApplyRequest>(request).ok().map(|it| it.request_id.into()),
            Self::Forex => decode::<ForexConfirmRequest>(request).ok().map(|it| it.order_no),
            Self::TradeSettle => decode::<TradeSettleApplyRequest>(request).ok().map(|it| it.recv_order_no),
        }
    }
}

const UNDECIDED: Resolution<Bytes> = Resolution::Undecided { is_absent: false };

fn answers<O: Operation>(request: &[u8], answer: &[u8]) -> Option<O::Response>
where
    O::Request: DeserializeOwned,
    O::Response: DeserializeOwned,
{
    let request: O::Request = decode(request).ok()?;
    decode::<O::Response>(answer).ok().filter(|answer| O::answers(&request, answer))
}

/// Runs a typed resolution over bytes, and hands back the bytes that decided.
fn typed<S: DeserializeOwned + PartialEq>(
    answers: &[(Shows, bool)],
    resolve: impl FnOnce(&[Seen<S>]) -> Resolution<S>,
) -> Resolution<Bytes> {
    let seen: Vec<(Seen<S>, Option<&Bytes>)> = answers
        .iter()
        .filter_map(|(shows, is_late)| match shows {
            Shows::NotFound => Some((Seen::NotFound, None)),
            Shows::Found(bytes) => {
                let state = decode(bytes).ok()?;
                Some((Seen::Found { state, is_late: *is_late }, Some(bytes)))
            }
        })
        .collect();
    let (seen, bytes): (Vec<_>, Vec<_>) = seen.into_iter().unzip();
    let bytes_of = |decided: &S| {
        let places = seen.iter().zip(&bytes).rev();
        let mut found = places.filter_map(|(seen, bytes)| match seen {
            Seen::Found { state, .. } if state == decided => bytes.cloned(),
            _ => None,
        });
        found.next().unwrap_or_default()
    };
    match resolve(&seen) {
        Resolution::Executed(state) => Resolution::Executed(bytes_of(&state)),
        Resolution::Refused(state) => Resolution::Refused(bytes_of(&state)),
        Resolution::Conflict(state, field) => Resolution::Conflict(bytes_of(&state), field),
        Resolution::Undecided { is_absent } => Resolution::Undecided { is_absent },
    }
}
