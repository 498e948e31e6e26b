//! Bodies of `balance.inquiry` (I throughout; the platform lists schemas of these names without their contents).

use crate::schema::wire;
use crate::{Amount, Currency};

wire! {
    /// Request of `balance.inquiry`.
    BalanceInquiryRequest {
        optional {
            /// Only the account of this currency; all when absent.
            currency: Currency = I.shown();
        }
        with extra
    }
}

wire! {
    /// Answer of `balance.inquiry`.
    BalanceInquiryResponse {
        required {
            /// One entry a currency.
            accounts: Vec<AccountBalance> = I;
        }
    }
}

wire! {
    /// What stands on the account of one currency.
    AccountBalance from AccountBalanceFields {
        required {
            /// The account's currency.
            currency: Currency = I.shown();
            /// All money on the account.
            balance: Amount = I;
            /// What may be spent.
            available_amount: Amount = I;
        }
        optional {
            /// What is held back.
            frozen_amount: Amount = I;
        }
    }
}
