//! Bodies of `trade_settle.apply`, `trade_settle.inquiry` and `trade_settle.notification`: a receipt is related to the
//! orders that it pays, and becomes balance.

use super::ReceiptStatus;
use crate::schema::{Checker, Problem, wire};
use crate::{Amount, Origin};

wire! {
    /// Request of `trade_settle.apply` (D). The call has no `request_id`: the receipt is its key, and it is taken only while
    /// the receipt is `PENDING_RELATE` or `CHECK_REJECTED`.
    TradeSettleApplyRequest {
        required {
            /// The receipt.
            recv_order_no: String = D.shown().clean();
            /// The orders that it pays, each with its part.
            relate_list: Vec<RelatedOrder> = D;
        }
        rules some_orders
    }
}

fn some_orders(request: &TradeSettleApplyRequest, checker: &mut Checker) {
    if request.relate_list.is_empty() {
        checker.note_at("relate_list", Problem::Empty, Some(Origin::Inferred));
    }
}

wire! {
    /// One order that a receipt pays (D).
    RelatedOrder {
        required {
            /// The order.
            contract_order_no: String = D.shown().clean();
            /// The part of the receipt that pays it, in the wire's unit.
            amount: Amount = D.above_zero();
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
            recv_order_no: String = D.shown().clean();
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
            merch_id: String = D.required_by(I).len(1, 20).shown();
            /// Why it was sent back, in the platform's words.
            reason: String = D;
        }
    }
}
