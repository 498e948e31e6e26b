//! Bodies of `balance.inquiry` (I throughout; the platform lists schemas of these names without their contents).

use serde::{Deserialize, Serialize};

use crate::Amount;

/// Request of `balance.inquiry`.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct BalanceInquiryRequest {
    /// Only the account of this currency; all when absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
}

/// Answer of `balance.inquiry`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BalanceInquiryResponse {
    /// One entry a currency.
    pub accounts: Vec<AccountBalance>,
}

/// What stands on the account of one currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AccountBalance {
    /// ISO 4217 code, or CNH.
    pub currency: String,
    /// All money on the account.
    pub balance: Amount,
    /// What may be spent.
    pub available_amount: Amount,
    /// What is held back.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub frozen_amount: Option<Amount>,
}
