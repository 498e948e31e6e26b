//! The one table of operations. Client, emulator, command line and docs are driven by it, so that a path or a rule
//! is written once, together with how sure it is.

use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::balance::{BalanceInquiryRequest, BalanceInquiryResponse};
use crate::payment::{PaymentApplyRequest, PaymentApplyResponse, PaymentInquiryRequest, PaymentState};

/// A call that the merchant makes, with its bodies tied to it.
pub trait Operation {
    /// The call's row in the table.
    const INFO: OperationInfo;
    /// The request's body.
    type Request: Serialize + DeserializeOwned;
    /// The body of a successful answer.
    type Response: Serialize + DeserializeOwned;

    /// Whether an answer speaks of the object that was asked for, as far as it names one. The platform's signature
    /// doesn't bind an answer to its request, so this must be asked before anything is decided by the answer.
    #[must_use]
    fn answers(_request: &Self::Request, _response: &Self::Response) -> bool {
        true
    }
}

/// A notification that the platform sends, with its data tied to it.
pub trait Event {
    /// The notification's row in the table.
    const INFO: OperationInfo;
    /// The envelope's `data`.
    type Data: Serialize + DeserializeOwned;
}

/// Every operation that this crate knows, in the order of the platform's list.
pub const OPERATIONS: &[OperationInfo] =
    &[BalanceInquiry::INFO, PaymentApply::INFO, PaymentInquiry::INFO, PaymentNotification::INFO];

/// One row: what is known about an operation, and how surely.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct OperationInfo {
    /// Our name for it, `group.verb`.
    pub name: &'static str,
    /// The path on the wire.
    pub path: &'static str,
    /// A call, or a notification.
    pub role: Role,
    /// Where path, request and response come from.
    pub origin: Origins,
    /// Whether `X-Merch-Id` goes with it.
    pub merchant: MerchantRule,
    /// What a repeat of it would do.
    pub effect: Effect,
}

/// Who sends it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// The merchant calls the platform.
    Call,
    /// The platform notifies the merchant.
    Notification,
}

/// How sure a fact is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// D: stands on one of the platform's own pages.
    Documented,
    /// T: seen in a third-party client that was never run against the platform.
    ThirdParty,
    /// I: our inference, by analogy.
    Inferred,
}

impl Origin {
    /// The one-letter mark: `D`, `T` or `I`.
    #[must_use]
    pub const fn mark(self) -> char {
        match self {
            Self::Documented => 'D',
            Self::ThirdParty => 'T',
            Self::Inferred => 'I',
        }
    }
}

/// Where the parts of an operation come from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Origins {
    /// The path.
    pub path: Origin,
    /// The request's body, or the notification's data.
    pub request: Origin,
    /// The answer's body.
    pub response: Origin,
    /// Whether `X-Merch-Id` goes with it.
    pub merchant: Origin,
}

impl Origins {
    /// All of it by analogy.
    const INFERRED: Self = Self {
        path: Origin::Inferred,
        request: Origin::Inferred,
        response: Origin::Inferred,
        merchant: Origin::Inferred,
    };
}

/// Whether the header `X-Merch-Id` is sent, and with it the fourth line of the string to sign.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MerchantRule {
    /// It isn't sent.
    Never,
    /// It is always sent.
    Required,
    /// It may be absent.
    Optional,
}

/// What happens when the same request arrives twice; retries are decided by this and by nothing else. Which field is the
/// key is our inference (I) throughout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// Changes something; `key` is the field that names the change (I: whether the platform de-duplicates isn't
    /// documented).
    Write {
        /// The field that identifies the change.
        key: &'static str,
    },
    /// A repeat leaves a harmless second object.
    Spare,
    /// Moves money: never sent again by itself once a byte of it has left.
    Money {
        /// The field that identifies the movement.
        key: &'static str,
        /// The call that tells what became of it.
        resolved_by: &'static str,
    },
    /// A notification: it has no effect on the platform.
    Notice,
}

/// `balance.inquiry`: what stands on the merchant's accounts. Path and bodies I.
#[derive(Debug, Clone, Copy)]
pub enum BalanceInquiry {}

impl Operation for BalanceInquiry {
    const INFO: OperationInfo = OperationInfo {
        name: "balance.inquiry",
        path: "/api/v2/merch/account/balance",
        role: Role::Call,
        origin: Origins::INFERRED,
        merchant: MerchantRule::Required,
        effect: Effect::Read,
    };
    type Request = BalanceInquiryRequest;
    type Response = BalanceInquiryResponse;
}

/// `payment.apply`: pay a beneficiary. Path and bodies D.
#[derive(Debug, Clone, Copy)]
pub enum PaymentApply {}

impl Operation for PaymentApply {
    const INFO: OperationInfo = OperationInfo {
        name: "payment.apply",
        path: "/api/v2/merch/pay/apply",
        role: Role::Call,
        origin: Origins {
            path: Origin::Documented,
            request: Origin::Documented,
            response: Origin::Documented,
            merchant: Origin::Documented,
        },
        merchant: MerchantRule::Required,
        effect: Effect::Money { key: "request_id", resolved_by: "payment.inquiry" },
    };
    type Request = PaymentApplyRequest;
    type Response = PaymentApplyResponse;
}

/// `payment.inquiry`: what became of a payment. Path and bodies I.
#[derive(Debug, Clone, Copy)]
pub enum PaymentInquiry {}

impl Operation for PaymentInquiry {
    const INFO: OperationInfo = OperationInfo {
        name: "payment.inquiry",
        path: "/api/v2/merch/pay/inquiry",
        role: Role::Call,
        origin: Origins::INFERRED,
        merchant: MerchantRule::Required,
        effect: Effect::Read,
    };
    type Request = PaymentInquiryRequest;
    type Response = PaymentState;

    fn answers(request: &PaymentInquiryRequest, response: &PaymentState) -> bool {
        request.request_id == response.request_id
    }
}

/// `payment.notification`: a payment changed. Path and data I.
#[derive(Debug, Clone, Copy)]
pub enum PaymentNotification {}

impl Event for PaymentNotification {
    const INFO: OperationInfo = OperationInfo {
        name: "payment.notification",
        path: "/api/v2/merch/pay/notify",
        role: Role::Notification,
        origin: Origins::INFERRED,
        merchant: MerchantRule::Required,
        effect: Effect::Notice,
    };
    type Data = PaymentState;
}
