//! Money that landed, and its way onto the balance: it is related to the orders that it pays, checked, and settled.

use std::fmt;

use paykka_model::{
    Amount, Country, Currency, NotificationKind, OrderStatus, ReceiptStatus, Remittance, TradeSettleApply,
    TradeSettleApplyRequest, TradeSettleApplyResponse, TradeSettleInquiry, TradeSettleInquiryRequest,
    TradeSettleReceipt, TradeSettleState,
};
use serde::{Deserialize, Serialize};

use super::history::History;
use super::ledger::{Cause, Entry, entry};
use super::payments::date_time;
use super::repeats::Repeats;
use super::schedule::Due;
use super::{Call, Failure, Millis, Play, World, json, magic};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Receipt {
    landing: Landing,
    status: History<ReceiptStatus>,
    /// The orders of the last apply.
    orders: Vec<String>,
    /// How many applies wait for the check, and how often it was settled: one and once, unless a fault says otherwise.
    applied: u32,
    settled: u32,
}

/// Money that arrives from outside on a merchant's account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
#[non_exhaustive]
pub struct Landing {
    /// The currency's code.
    pub currency: String,
    /// How much, in minor units, above zero.
    pub amount: Amount,
    /// On which account; on any that takes the currency where it isn't said.
    #[serde(default)]
    pub account_no: Option<String>,
    /// Who paid.
    #[serde(default)]
    pub payer_name: Option<String>,
    /// The payer's country, by its code.
    #[serde(default)]
    pub payer_country: Option<String>,
    /// What the payer wrote.
    #[serde(default)]
    pub postscript: Option<String>,
}

impl Landing {
    /// So much money, in minor units, of nobody in particular.
    #[must_use]
    pub fn new(currency: impl Into<String>, amount: Amount) -> Self {
        Self {
            currency: currency.into(),
            amount,
            account_no: None,
            payer_name: None,
            payer_country: None,
            postscript: None,
        }
    }
}

/// Names and account numbers are left out.
impl fmt::Debug for Landing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Landing")
            .field("currency", &self.currency)
            .field("amount", &self.amount)
            .finish_non_exhaustive()
    }
}

impl Receipt {
    pub(super) fn status(&self) -> &ReceiptStatus {
        self.status.now()
    }

    pub(super) const fn revision(&self) -> usize {
        self.status.revision()
    }

    pub(super) fn set_status(&mut self, at: Millis, status: ReceiptStatus) {
        if status == ReceiptStatus::Settled {
            self.settled = self.settled_next();
        }
        if status != ReceiptStatus::Checking {
            self.applied = 0;
        }
        self.status.set(at, status);
    }

    /// The entries of its settlement, one for each apply that waits for it; by hand it needs none.
    pub(super) fn settlement(&self, at: Millis, number: &str) -> Vec<Entry> {
        let Landing { currency, amount, .. } = &self.landing;
        let one = |nth| {
            // An object moves money once for one cause, so what is settled again goes by another reference.
            let reference = if nth == 0 { number.to_owned() } else { format!("{number}/{nth}") };
            entry(at, currency, *amount, Cause::Settlement, reference)
        };
        (self.settled..self.settled_next()).map(one).collect()
    }

    /// How often it will have been settled after its settlement.
    fn settled_next(&self) -> u32 {
        self.settled + self.applied.max(1)
    }
}

impl Play for TradeSettleApply {
    /// The receipt's state says when it may be related (D), so a repeat is 010003 like any other call that comes too late.
    const REPEATS: Repeats = Repeats::AskState;

    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: TradeSettleApplyRequest,
    ) -> Result<TradeSettleApplyResponse, Failure> {
        let merchant = world.merchant_of(call)?;
        let receipt = merchant.receipts.get_mut(&request.recv_order_no);
        let receipt = receipt.ok_or_else(|| Failure::not_found("$.recv_order_no"))?;
        let is_open =
            matches!(receipt.status.now(), ReceiptStatus::PendingRelate | ReceiptStatus::CheckRejected);
        if !is_open && !call.is_again {
            return Err(Failure::state(
                "$.recv_order_no: the receipt is neither PENDING_RELATE nor CHECK_REJECTED",
            ));
        }
        for (index, related) in request.relate_list.iter().enumerate() {
            let field = format!("$.relate_list[{index}].contract_order_no");
            let order =
                merchant.orders.get(&related.contract_order_no).ok_or_else(|| Failure::not_found(&field))?;
            if *order.status() != OrderStatus::Relatable {
                return Err(Failure::state(format!("{field}: the order isn't RELATABLE")));
            }
            if order.currency().code() != receipt.landing.currency {
                return Err(Failure::invalid(format!("{field}: the order is in another currency")));
            }
            if related.amount.to_wire() <= 0 {
                return Err(Failure::invalid(format!("$.relate_list[{index}].amount: must be above zero")));
            }
        }
        let sum = Amount::checked_sum(request.relate_list.iter().map(|related| related.amount));
        if sum != Some(receipt.landing.amount) {
            return Err(Failure::invalid("$.relate_list: the amounts must add up to the receipt's"));
        }
        receipt.orders = request.relate_list.into_iter().map(|related| related.contract_order_no).collect();
        receipt.applied += 1;
        receipt.status.set(call.now, ReceiptStatus::Checking);
        let due = Due::Receipt(call.merchant.unwrap_or_default().to_owned(), request.recv_order_no);
        world.tell(call.now, &due);
        world.later(call.now, due);
        Ok(TradeSettleApplyResponse::new(ReceiptStatus::Checking))
    }
}

impl Play for TradeSettleInquiry {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: TradeSettleInquiryRequest,
    ) -> Result<TradeSettleReceipt, Failure> {
        let receipt = world.merchant_of(call)?.receipts.get(&request.recv_order_no);
        let status = receipt.and_then(|receipt| receipt.status.at(call.seen_at()));
        let status = status.ok_or_else(|| Failure::not_found("$.recv_order_no"))?;
        let mut found = TradeSettleReceipt::new(status.clone()).recv_order_no(request.recv_order_no);
        found.reason = reason(status).map(str::to_owned);
        Ok(found)
    }
}

impl World {
    /// Lets money land on one of the merchant's accounts; the receipt's number.
    pub(crate) fn land(&mut self, at: Millis, merchant: &str, landing: Landing) -> Result<String, Failure> {
        if landing.amount.to_wire() <= 0 {
            return Err(Failure::invalid("amount: must be above zero"));
        }
        let number = self.ids.number("RO", &[merchant, json(&landing)?.to_string().as_str()]);
        let owner = self.merchants.get_mut(merchant).ok_or_else(|| Failure::not_found("merchant"))?;
        let account = owner.virtual_accounts.values().find(|account| {
            account.takes(&landing.currency)
                && landing.account_no.as_deref().is_none_or(|wanted| account.account_no() == wanted)
        });
        let account_no = account
            .ok_or_else(|| Failure::not_found("an enabled account that takes this currency"))?
            .account_no()
            .to_owned();
        let mut notice = Remittance::new(number.as_str(), ReceiptStatus::PendingRelate)
            .merch_id(merchant)
            .amount(landing.amount)
            .currency(Currency::from(landing.currency.as_str()))
            .account_no(account_no.as_str());
        notice.payer_name.clone_from(&landing.payer_name);
        notice.payer_country = landing.payer_country.as_deref().map(Country::from);
        notice.postscript.clone_from(&landing.postscript);
        notice.received_at = date_time(at);
        let landing = Landing { account_no: Some(account_no), ..landing };
        let status = History::new(at, ReceiptStatus::PendingRelate);
        let receipt = Receipt { landing, status, orders: Vec::new(), applied: 0, settled: 0 };
        owner.receipts.insert(number.clone(), receipt);
        self.notify(NotificationKind::Remittance, merchant, &number, &notice);
        Ok(number)
    }

    pub(super) fn step_receipt(&mut self, at: Millis, merchant: &str, number: &str) {
        let Some(owner) = self.merchants.get_mut(merchant) else { return };
        let Some(receipt) = owner.receipts.get_mut(number) else { return };
        let is_rejected = receipt.orders.iter().any(|order| {
            owner.orders.get(order).is_some_and(|order| order.buyer_name().contains(magic::CHECK_REJECTED))
        });
        let next = if is_rejected { ReceiptStatus::CheckRejected } else { ReceiptStatus::Settled };
        if !is_rejected && let Err(failure) = owner.ledger.post(receipt.settlement(at, number)) {
            tracing::warn!(why = failure.ret_msg, "a receipt can't be settled");
            return;
        }
        receipt.set_status(at, next);
        self.tell_receipt(merchant, number);
    }

    pub(super) fn tell_receipt(&mut self, merchant: &str, number: &str) {
        let receipt = self.merchants.get(merchant).and_then(|owner| owner.receipts.get(number));
        let Some(receipt) = receipt else { return };
        let mut notice = TradeSettleState::new(number, receipt.status().clone()).merch_id(merchant);
        notice.reason = reason(receipt.status()).map(str::to_owned);
        self.notify(NotificationKind::TradeSettle, merchant, number, &notice);
    }
}

const fn reason(status: &ReceiptStatus) -> Option<&'static str> {
    match status {
        ReceiptStatus::CheckRejected => Some("the orders don't explain the receipt"),
        _ => None,
    }
}
