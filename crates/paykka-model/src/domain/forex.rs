//! Bodies of `forex.pre_order` (D) and of `forex.confirm`, `forex.inquiry` and `forex.notification` (I): a quote is asked
//! for, then confirmed while it holds.

use super::DateTime;
use crate::open_enum::open_enum;
use crate::schema::{Checker, Problem, wire};
use crate::{Currency, Decimal, NumberAmount};

wire! {
    /// Request of `forex.pre_order` (D): exactly one of the two amounts is given.
    ForexPreOrderRequest from ForexPreOrderFields {
        required {
            /// The currency that is given away.
            sell_currency: Currency = D.shown();
            /// The currency that is wanted.
            buy_currency: Currency = D.shown();
        }
        optional {
            /// How much is given away, in the wire's unit.
            sell_amount: NumberAmount = D.above_zero();
            /// How much is wanted, in the wire's unit.
            buy_amount: NumberAmount = D.above_zero();
        }
        rules exactly_one_amount
    }
}

fn exactly_one_amount(request: &ForexPreOrderRequest, checker: &mut Checker) {
    let are = usize::from(request.sell_amount.is_some()) + usize::from(request.buy_amount.is_some());
    if are != 1 {
        let problem = Problem::ExactlyOne { of: &["sell_amount", "buy_amount"], are };
        checker.note(problem, Some(crate::Origin::Documented));
    }
}

wire! {
    /// Answer of `forex.pre_order` (D): the quote.
    ForexPreOrderResponse from ForexPreOrderResponseFields {
        required {
            /// The quote's number, to confirm it by.
            order_no: String = D.shown();
            /// The currency that is given away.
            sell_currency: Currency = D.shown();
            /// The currency that is wanted.
            buy_currency: Currency = D.shown();
            /// How much is given away, in the wire's unit.
            sell_amount: NumberAmount = D;
            /// How much comes of it, in the wire's unit.
            buy_amount: NumberAmount = D;
            /// The rate, digit for digit.
            fx_rate: Decimal = D;
            /// Until when the quote holds.
            expire_at: DateTime = D;
        }
    }
}

wire! {
    /// Request of `forex.confirm` (I).
    ForexConfirmRequest {
        required {
            /// The quote's number.
            order_no: String = I.shown().clean();
        }
        with extra
    }
}

wire! {
    /// Answer of `forex.confirm` (I).
    ForexConfirmResponse {
        required {
            /// Where the exchange stands.
            status: ForexStatus = I.shown();
        }
        optional {
            /// The quote's number.
            order_no: String = I.shown();
        }
    }
}

wire! {
    /// Request of `forex.inquiry` (I).
    ForexInquiryRequest {
        required {
            /// The quote's number.
            order_no: String = I.shown().clean();
        }
        with extra
    }
}

wire! {
    /// Answer of `forex.inquiry` and data of `forex.notification` (I).
    ForexState from ForexStateFields {
        required {
            /// The quote's number.
            order_no: String = I.shown();
            /// Where the exchange stands.
            status: ForexStatus = I.shown();
            /// The currency that is given away.
            sell_currency: Currency = I.shown();
            /// The currency that is wanted.
            buy_currency: Currency = I.shown();
            /// How much is given away, in the wire's unit.
            sell_amount: NumberAmount = I;
            /// How much comes of it, in the wire's unit.
            buy_amount: NumberAmount = I;
            /// The rate, digit for digit.
            fx_rate: Decimal = I;
        }
        optional {
            /// Whose exchange it is.
            merch_id: String = I.len(1, 20).limit_by(D).shown();
            /// Why it failed, in the platform's words.
            reason: String = I;
        }
    }
}

open_enum! {
    /// Where an exchange stands (I).
    ForexStatus, UnknownForexStatus {
        /// Quoted, not confirmed.
        Quoted = "QUOTED", I, Pending;
        /// Confirmed, on its way.
        Processing = "PROCESSING", I, Pending;
        /// Exchanged.
        Success = "SUCCESS", I, Succeeded;
        /// Not exchanged.
        Failed = "FAILED", I, Failed;
        /// The quote ran out before it was confirmed.
        Expired = "EXPIRED", I, Failed;
    }
}
