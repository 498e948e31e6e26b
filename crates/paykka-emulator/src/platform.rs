//! What the platform keeps: accounts, payees and payments. Every change is one step under one lock, never across an
//! await, so that no request sees half of it.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use jiff::{Timestamp, Unit};
use paykka_model::{
    AccountBalance, AccountBalanceFields, Amount, BalanceInquiryRequest, BalanceInquiryResponse,
    NumberAmount, PaymentApplyRequest, PaymentApplyResponse, PaymentInquiryRequest, PaymentState,
    PaymentStatus, RetCode,
};

use crate::answer::Outcome;

#[derive(Default)]
pub(crate) struct Platform {
    accounts: HashMap<(String, String), Amount>,
    payees: HashMap<(String, String), String>,
    payments: HashMap<(String, String), Payment>,
}

impl Platform {
    pub(crate) fn open_account(&mut self, merchant: String, currency: String, balance: Amount) {
        self.accounts.insert((merchant, currency), balance);
    }

    pub(crate) fn add_payee(&mut self, merchant: String, beneficiary_id: String, currency: String) {
        self.payees.insert((merchant, beneficiary_id), currency);
    }

    pub(crate) fn balance(&self, merchant: &str, currency: &str) -> Option<Amount> {
        self.accounts.get(&key(merchant, currency)).copied()
    }

    pub(crate) fn payment(&self, merchant: &str, request_id: &str) -> Option<PaymentState> {
        self.payments.get(&key(merchant, request_id)).map(|payment| payment.state.clone())
    }

    pub(crate) fn payment_count(&self) -> usize {
        self.payments.len()
    }

    pub(crate) fn balances(&self, merchant: &str, request: &BalanceInquiryRequest) -> Outcome {
        let mut accounts: Vec<_> = self
            .accounts
            .iter()
            .filter(|((owner, currency), _)| {
                owner == merchant && request.currency.as_ref().is_none_or(|wanted| wanted.code() == currency)
            })
            .map(|((_, currency), balance)| {
                AccountBalance::new(AccountBalanceFields {
                    currency: currency.as_str().into(),
                    balance: *balance,
                    available_amount: *balance,
                })
            })
            .collect();
        accounts.sort_by(|a, b| a.currency.code().cmp(b.currency.code()));
        Outcome::success(&BalanceInquiryResponse::new(accounts))
    }

    /// The outcome, and whether a payment was made that must be settled. A repeat answers what the first one was
    /// answered; the same number for something else is refused.
    pub(crate) fn apply(&mut self, merchant: &str, request: PaymentApplyRequest) -> (Outcome, bool) {
        match self.try_apply(merchant, request) {
            Ok(applied) => (Outcome::success(&accepted()), applied),
            Err((ret_code, ret_msg)) => (Outcome::failure(ret_code, ret_msg), false),
        }
    }

    pub(crate) fn inquire(&self, merchant: &str, request: &PaymentInquiryRequest) -> Outcome {
        self.payment(merchant, request.request_id.as_str()).map_or_else(
            || Outcome::failure(RetCode::NotFound, "no payment has this request_id"),
            |state| Outcome::success(&state),
        )
    }

    /// Ends a payment; the state that is to be notified, or `None` where there is none to end.
    pub(crate) fn settle(&mut self, merchant: &str, request_id: &str) -> Option<PaymentState> {
        let payment = self.payments.get_mut(&key(merchant, request_id))?;
        payment.state.status = PaymentStatus::Success;
        payment.state.finished_at =
            Timestamp::now().round(Unit::Second).ok().and_then(|now| now.to_string().parse().ok());
        Some(payment.state.clone())
    }

    fn try_apply(
        &mut self,
        merchant: &str,
        request: PaymentApplyRequest,
    ) -> Result<bool, (RetCode, &'static str)> {
        let amount = checked_amount(&request)?;
        let slot = match self.payments.entry(key(merchant, request.request_id.as_str())) {
            Entry::Occupied(known) if known.get().request == request => return Ok(false),
            Entry::Occupied(_) => {
                return Err((RetCode::IntegrityViolation, "request_id was used for another payment"));
            }
            Entry::Vacant(slot) => slot,
        };
        let paid_in = self
            .payees
            .get(&key(merchant, &request.beneficiary_id))
            .ok_or((RetCode::NotFound, "no payee has this beneficiary_id"))?;
        if *paid_in != request.currency.code() {
            return Err((RetCode::InvalidParameters, "currency: must equal the payee's"));
        }
        let too_low = (RetCode::InvalidState, "the balance is too low");
        let account =
            self.accounts.get_mut(&key(merchant, request.currency.code())).ok_or(too_low.clone())?;
        let rest = account.checked_sub(amount).filter(|rest| rest.to_wire() >= 0).ok_or(too_low)?;
        *account = rest;
        slot.insert(Payment { state: begun(merchant, &request), request });
        Ok(true)
    }
}

struct Payment {
    request: PaymentApplyRequest,
    state: PaymentState,
}

/// The wire counts in whole minor units here.
fn checked_amount(request: &PaymentApplyRequest) -> Result<Amount, (RetCode, &'static str)> {
    let whole = request.amount.to_integer().map(Amount::from_wire).filter(|amount| amount.to_wire() > 0);
    whole.ok_or((RetCode::InvalidParameters, "amount: must be a whole number above zero"))
}

fn accepted() -> PaymentApplyResponse {
    PaymentApplyResponse::new(PaymentStatus::Processing)
        .fee_amount(NumberAmount::from_integer(0))
        .beneficiary_type("PAY")
}

fn begun(merchant: &str, request: &PaymentApplyRequest) -> PaymentState {
    PaymentState::new(request.request_id.clone(), PaymentStatus::Processing)
        .merch_id(merchant)
        .amount(request.amount.clone())
        .currency(request.currency.clone())
        .fee_amount(NumberAmount::from_integer(0))
        .beneficiary_id(request.beneficiary_id.as_str())
}

fn key(merchant: &str, name: &str) -> (String, String) {
    (merchant.to_owned(), name.to_owned())
}
