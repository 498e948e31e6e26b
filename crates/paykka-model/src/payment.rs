//! Bodies of `payment.apply` (D), `payment.inquiry` and `payment.notification` (I).

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::Amount;
use crate::open_enum::open_enum;

/// Request of `payment.apply` (D).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentApplyRequest {
    /// The caller's own unique number, 1..32 characters (D). It is the only handle of the payment: the answer brings
    /// no order number.
    pub request_id: String,
    /// The payee (D).
    pub beneficiary_id: String,
    /// Must equal the payee's currency (D).
    pub currency: String,
    /// How much, on the wire's unit (D).
    pub amount: Amount,
    /// Text for the payee (D).
    pub postscript: String,
}

/// Payee's text is left out.
impl fmt::Debug for PaymentApplyRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentApplyRequest")
            .field("request_id", &self.request_id)
            .field("beneficiary_id", &self.beneficiary_id)
            .field("currency", &self.currency)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

/// Answer of `payment.apply` (D).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentApplyResponse {
    /// Where the payment stands; `PROCESSING` on the platform's page. Accepted isn't paid.
    pub status: PaymentStatus,
    /// What the platform takes for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_amount: Option<Amount>,
    /// `PAY` on the platform's page; its meaning isn't stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiary_type: Option<String>,
}

/// Request of `payment.inquiry` (I).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentInquiryRequest {
    /// The payment's own number, as it was applied for.
    pub request_id: String,
}

/// Answer of `payment.inquiry` and data of `payment.notification` (I).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PaymentState {
    /// Whose payment it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub merch_id: Option<String>,
    /// The payment's own number.
    pub request_id: String,
    /// Where it stands.
    pub status: PaymentStatus,
    /// How much.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Amount>,
    /// In which currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// What the platform took for it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fee_amount: Option<Amount>,
    /// The payee.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beneficiary_id: Option<String>,
    /// Why it failed, in the platform's words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// When it ended, ISO 8601 in UTC.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finished_at: Option<String>,
}

/// The platform's free text is left out.
impl fmt::Debug for PaymentState {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaymentState")
            .field("merch_id", &self.merch_id)
            .field("request_id", &self.request_id)
            .field("status", &self.status)
            .field("amount", &self.amount)
            .field("currency", &self.currency)
            .field("beneficiary_id", &self.beneficiary_id)
            .finish_non_exhaustive()
    }
}

open_enum! {
    /// Where a payment stands (`PROCESSING` D, the others I).
    PaymentStatus, UnknownPaymentStatus {
        /// On its way; wait for the notification or ask again.
        Processing = "PROCESSING",
        /// Paid.
        Success = "SUCCESS",
        /// Not paid; the money is back on the account.
        Failed = "FAILED",
        /// Paid, and came back later.
        Refunded = "REFUNDED",
    }
}

impl PaymentStatus {
    /// Whether the platform has nothing more to say. An unrecognised status is never final.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Failed | Self::Refunded)
    }
}
