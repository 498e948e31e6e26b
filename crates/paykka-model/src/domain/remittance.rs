//! Data of `remittance.notification`: money has landed on an account. No call asks for it.

use super::DateTime;
use crate::open_enum::open_enum;
use crate::schema::wire;
use crate::{Amount, Country, Currency};

wire! {
    /// Data of `remittance.notification`. The first four keys stand on a schema page of the platform's whose title isn't
    /// shown: it is this notification's or `trade_settle.notification`'s. The rest is I.
    Remittance {
        required {
            /// The receipt's number, to settle it by.
            recv_order_no: String = D.shown();
            /// Where the receipt stands.
            status: ReceiptStatus = D.shown();
        }
        optional {
            /// Whose money it is.
            merch_id: String = D.required_by(I).len(1, 20).shown();
            /// Why it was sent back, in the platform's words.
            reason: String = D;
            /// How much, in the wire's unit.
            amount: Amount = I;
            /// In which currency.
            currency: Currency = I.shown();
            /// Who sent it.
            payer_name: String = I;
            /// From where.
            payer_country: Country = I.shown();
            /// From which account.
            payer_account: String = I;
            /// On which of the merchant's accounts it landed.
            account_no: String = I;
            /// When it landed.
            received_at: DateTime = I;
            /// The payer's text.
            postscript: String = I;
        }
    }
}

open_enum! {
    /// Where a receipt stands.
    ReceiptStatus, UnknownReceiptStatus {
        /// Waits to be related to orders: `trade_settle.apply`.
        PendingRelate = "PENDING_RELATE", D, Pending;
        /// The check of the relation failed: relate it again.
        CheckRejected = "CHECK_REJECTED", D, Failed;
        /// The relation is being checked.
        Checking = "CHECKING", I, Pending;
        /// On the balance.
        Settled = "SETTLED", I, Succeeded;
    }
}
