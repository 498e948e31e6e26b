//! Bodies of `payment.apply` (D), `payment.inquiry` and `payment.notification` (I).

use super::{DateTime, RequestId};
use crate::open_enum::open_enum;
use crate::schema::wire;
use crate::{Currency, NumberAmount};

wire! {
    /// Request of `payment.apply` (D): pay a beneficiary.
    PaymentApplyRequest from PaymentApplyFields {
        required {
            /// The caller's own unique number. It is the only handle of the payment: the answer brings no order number.
            request_id: RequestId = D.len(1, 32).shown();
            /// The payee.
            beneficiary_id: String = D.shown().clean();
            /// Must equal the payee's currency.
            currency: Currency = D.shown();
            /// How much, in the wire's unit.
            amount: NumberAmount = D.above_zero();
            /// Text for the payee.
            postscript: String = D.clean();
        }
    }
}

wire! {
    /// Answer of `payment.apply` (D). Accepted isn't paid.
    PaymentApplyResponse {
        required {
            /// Where the payment stands; `PROCESSING` on the platform's page.
            status: PaymentStatus = D.shown();
        }
        optional {
            /// What the platform takes for it.
            fee_amount: NumberAmount = D.required_by(I);
            /// `PAY` on the platform's page; its meaning isn't stated.
            beneficiary_type: String = D.required_by(I).shown();
        }
    }
}

wire! {
    /// Request of `payment.inquiry` (I).
    PaymentInquiryRequest {
        required {
            /// The payment's own number, as it was applied for.
            request_id: RequestId = I.len(1, 32).shown();
        }
        with extra
    }
}

wire! {
    /// Answer of `payment.inquiry` and data of `payment.notification` (I).
    PaymentState {
        required {
            /// The payment's own number.
            request_id: String = I.shown();
            /// Where it stands.
            status: PaymentStatus = I.shown();
        }
        optional {
            /// Whose payment it is.
            merch_id: String = I.len(1, 20).limit_by(D).shown();
            /// How much.
            amount: NumberAmount = I;
            /// In which currency.
            currency: Currency = I.shown();
            /// What the platform took for it.
            fee_amount: NumberAmount = I;
            /// The payee.
            beneficiary_id: String = I.shown();
            /// Why it failed, in the platform's words.
            reason: String = I;
            /// When it ended.
            finished_at: DateTime = I;
        }
    }
}

open_enum! {
    /// Where a payment stands.
    PaymentStatus, UnknownPaymentStatus {
        /// On its way; wait for the notification or ask again.
        Processing = "PROCESSING", D, Pending;
        /// Paid.
        Success = "SUCCESS", I, Succeeded;
        /// Not paid; the money is back on the account.
        Failed = "FAILED", I, Failed;
        /// Paid, and came back later.
        Refunded = "REFUNDED", I, Failed;
    }
}

impl PaymentStatus {
    /// Whether the platform has nothing more to say. An unrecognised status is never final.
    #[must_use]
    pub const fn is_final(&self) -> bool {
        matches!(self, Self::Success | Self::Failed | Self::Refunded)
    }
}
