//! Bodies of `trade_settle.apply`, `trade_settle.inquiry` and `trade_settle.notification`: a receipt is related to the
//! orders that it pays, and becomes balance.

use super::ReceiptStatus;
use crate::Amount;
use crate::schema::wire;

wire! {
    /// Request of `trade_settle.apply` (D). The call has no `request_id`: the receipt is its key, and it is taken only while
    /// the receipt is `PENDING_RELATE` or `CHECK_REJECTED`.
    TradeSettleApplyRequest {
        required {
            /// The receipt.
            recv_order_no: String = D.shown();
            /// The orders that it pays, each with its part.
            relate_list: Vec<RelatedOrder> = D;
        }
    }
}

wire! {
    /// One order that a receipt pays (D).
    RelatedOrder {
        required {
            /// The order.
            contract_order_no: String = D.shown();
            /// The part of the receipt that pays it, in the wire's unit.
            amount: Amount = D;
        }
    }
}

wire! {
    /// Answer of `trade_settle.apply` (D).
    TradeSettleApplyResponse {
        required {
            /// Where the receipt stands.
            status: ReceiptStatus = D.shown();
        }
    }
}

wire! {
    /// Request of `trade_settle.inquiry` (D).
    TradeSettleInquiryRequest {
        required {
            /// The receipt.
            recv_order_no: String = D.shown();
        }
    }
}

wire! {
    /// Answer of `trade_settle.inquiry` (I).
    TradeSettleReceipt {
        required {
            /// Where the receipt stands.
            status: ReceiptStatus = I.shown();
        }
        optional {
            /// The receipt.
            recv_order_no: String = I.shown();
            /// Why it was sent back, in the platform's words.
            reason: String = I;
        }
    }
}

wire! {
    /// Data of `trade_settle.notification`. Its four keys stand on a schema page of the platform's whose title isn't
    /// shown: it is this notification's or `remittance.notification`'s (D).
    TradeSettleState {
        required {
            /// The receipt.
            recv_order_no: String = D.shown();
            /// Where the receipt stands.
            status: ReceiptStatus = D.shown();
        }
        optional {
            /// Whose receipt it is.
            merch_id: String = D.shown();
            /// Why it was sent back, in the platform's words.
            reason: String = D;
        }
    }
}
