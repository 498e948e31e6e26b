//! What belongs to one merchant.

use std::collections::BTreeMap;

use paykka_model::{Amount, BalanceInquiry, BalanceInquiryRequest, BalanceInquiryResponse};
use serde::{Deserialize, Serialize};

use super::files::StoredFile;
use super::forex::Exchange;
use super::ledger::{Cause, Ledger, entry};
use super::numbered::Numbered;
use super::orders::Order;
use super::payees::Payee;
use super::payments::{Payment, reference};
use super::receipts::Receipt;
use super::va::VirtualAccount;
use super::{Call, Failure, Millis, Play, World};

#[derive(Debug, Default, Clone, Serialize, Deserialize)]
pub(super) struct Merchant {
    pub(super) ledger: Ledger,
    /// By the number under which they were applied for.
    pub(super) virtual_accounts: BTreeMap<String, VirtualAccount>,
    pub(super) receipts: BTreeMap<String, Receipt>,
    pub(super) orders: Numbered<Order>,
    pub(super) payees: Numbered<Payee>,
    pub(super) exchanges: BTreeMap<String, Exchange>,
    /// By the number under which they were applied for.
    pub(super) payments: BTreeMap<Box<str>, Payment>,
    /// Payments whose number was executed once more, by their names in the ledger.
    pub(super) superseded: BTreeMap<String, Payment>,
    pub(super) files: BTreeMap<i32, StoredFile>,
}

impl Merchant {
    /// Of all executions of a payment under one number, this one.
    pub(super) fn payment(&self, request_id: &str, nth: u32) -> Option<&Payment> {
        let latest = self.payments.get(request_id).filter(|payment| payment.nth() == nth);
        latest.or_else(|| self.superseded.get(&reference(request_id, nth)))
    }
}

impl Play for BalanceInquiry {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: BalanceInquiryRequest,
    ) -> Result<BalanceInquiryResponse, Failure> {
        let accounts = world.merchant_of(call)?.ledger.accounts_at(call.seen_at());
        let wanted = request.currency;
        let accounts: Vec<_> = accounts
            .into_iter()
            .filter(|account| wanted.as_ref().is_none_or(|wanted| *wanted == account.currency))
            .collect();
        Ok(BalanceInquiryResponse::new(accounts))
    }
}

impl World {
    /// Money that is there from the start. A second opening of one account adds to it.
    pub(crate) fn open_account(
        &mut self,
        at: Millis,
        merchant: &str,
        currency: &str,
        balance: Amount,
    ) -> Result<(), Failure> {
        let reference = self.ids.number("OPEN", &[merchant, currency]);
        let opening = vec![entry(at, currency, balance, Cause::Opening, reference)];
        self.merchants.entry(merchant.to_owned()).or_default().ledger.post(opening)
    }

    pub(crate) fn balances(&self, merchant: &str) -> Option<BTreeMap<String, Amount>> {
        Some(self.merchants.get(merchant)?.ledger.balances().clone())
    }

    pub(crate) fn balance(&self, merchant: &str, currency: &str) -> Option<Amount> {
        self.merchants.get(merchant)?.ledger.balance(currency)
    }
}
