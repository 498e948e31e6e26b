//! Payments: money leaves the balance when a payment is taken on, and comes back when it fails.

use paykka_model::{
    Amount, Currency, DateTime, NotificationKind, NumberAmount, PayeeStatus, PaymentApply,
    PaymentApplyRequest, PaymentApplyResponse, PaymentInquiry, PaymentInquiryRequest, PaymentState,
    PaymentStatus, RequestId, RetCode,
};
use serde::{Deserialize, Serialize};

use super::forex::wire;
use super::history::History;
use super::ledger::{Cause, entry};
use super::repeats::{Repeats, Verdict};
use super::schedule::Due;
use super::{Call, Failure, Millis, Play, World, magic};

/// Kept small: a load test makes a million of them.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Payment {
    beneficiary_id: Box<str>,
    currency: Currency,
    amount: Amount,
    postscript: Box<str>,
    status: History<PaymentStatus>,
    /// Which execution of its number it is; on command there is more than one.
    nth: u32,
}

impl Payment {
    pub(super) const fn nth(&self) -> u32 {
        self.nth
    }

    pub(super) const fn revision(&self) -> usize {
        self.status.revision()
    }

    fn state(&self, merchant: &str, request_id: &str, moment: Millis) -> Option<PaymentState> {
        let (at, status) = self.status.at_with_time(moment)?;
        let mut state = PaymentState::new(request_id, status.clone())
            .merch_id(merchant)
            .amount(wire(self.amount))
            .currency(self.currency.clone())
            .fee_amount(NumberAmount::from_integer(0))
            .beneficiary_id(self.beneficiary_id.as_ref());
        if status.is_final() {
            state.finished_at = date_time(at);
        }
        if *status == PaymentStatus::Failed {
            state = state.reason("the payee's bank refused it");
        }
        Some(state)
    }
}

impl Play for PaymentApply {
    const REPEATS: Repeats = Repeats::MakeByItself;

    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: PaymentApplyRequest,
    ) -> Result<PaymentApplyResponse, Failure> {
        let (merchant, request_id) = (call.merchant.unwrap_or_default(), request.request_id.to_string());
        if let Some(nth) = world.take_on(call, request)? {
            world.later(call.now, Due::Payment(merchant.to_owned(), request_id, nth));
        }
        Ok(accepted())
    }
}

impl Play for PaymentInquiry {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: PaymentInquiryRequest,
    ) -> Result<PaymentState, Failure> {
        let merchant = call.merchant.unwrap_or_default();
        world.merchant_of(call)?;
        world
            .payment_at(merchant, request.request_id.as_str(), call.seen_at())
            .ok_or_else(|| Failure::not_found("$.request_id"))
    }
}

impl World {
    pub(crate) fn payment_at(
        &self,
        merchant: &str,
        request_id: &str,
        moment: Millis,
    ) -> Option<PaymentState> {
        let payment = self.merchants.get(merchant)?.payments.get(request_id)?;
        payment.state(merchant, request_id, moment)
    }

    pub(crate) fn payment_count(&self) -> usize {
        self.merchants.values().map(|merchant| merchant.payments.len()).sum()
    }

    pub(super) fn step_payment(&mut self, at: Millis, merchant: &str, request_id: &str, nth: u32) {
        let Some(owner) = self.merchants.get_mut(merchant) else { return };
        let reference = reference(request_id, nth);
        let latest = owner.payments.get_mut(request_id).filter(|payment| payment.nth == nth);
        let Some(payment) = latest.or_else(|| owner.superseded.get_mut(&reference)) else { return };
        let next = match payment.status.now() {
            PaymentStatus::Processing if payment.postscript.contains(magic::FAILED) => PaymentStatus::Failed,
            PaymentStatus::Processing => PaymentStatus::Success,
            PaymentStatus::Success if payment.postscript.contains(magic::REFUNDED) => PaymentStatus::Refunded,
            _ => return,
        };
        if matches!(next, PaymentStatus::Failed | PaymentStatus::Refunded) {
            let back = entry(at, payment.currency.code(), payment.amount, Cause::PaymentReturned, reference);
            if let Err(failure) = owner.ledger.post(vec![back]) {
                tracing::warn!(why = failure.ret_msg, "a payment's money can't come back");
                return;
            }
        }
        let comes_back = next == PaymentStatus::Success && payment.postscript.contains(magic::REFUNDED);
        payment.status.set(at, next);
        if let Some(state) = payment.state(merchant, request_id, at) {
            self.notify(NotificationKind::Payment, merchant, request_id, &state);
        }
        if comes_back {
            self.later(at, Due::Payment(merchant.to_owned(), request_id.to_owned(), nth));
        }
    }

    pub(super) fn tell_payment(&mut self, at: Millis, merchant: &str, request_id: &str) {
        if let Some(state) = self.payment_at(merchant, request_id, at) {
            self.notify(NotificationKind::Payment, merchant, request_id, &state);
        }
    }
}

/// How the ledger names an execution: by the number alone, so that it doesn't depend on other calls. What is added to it for a
/// further one is longer than a number may be, so it is never another payment's.
pub(super) fn reference(request_id: &str, nth: u32) -> String {
    if nth == 1 {
        request_id.to_owned()
    } else {
        format!("{request_id}, executed again by the fault no-dedupe: {nth}")
    }
}

fn accepted() -> PaymentApplyResponse {
    PaymentApplyResponse::new(PaymentStatus::Processing)
        .fee_amount(NumberAmount::from_integer(0))
        .beneficiary_type("PAY")
}

/// Whole seconds, as on the platform's page.
pub(super) fn date_time(at: Millis) -> Option<DateTime> {
    let seconds = i64::try_from(at / 1000).ok()?;
    jiff::Timestamp::from_second(seconds).ok()?.to_string().parse().ok()
}

/// The world is put into a state by hand only where a call could have done it.
impl World {
    pub(super) fn set_payment_status(
        &mut self,
        at: Millis,
        merchant: &str,
        request_id: &str,
        status: PaymentStatus,
    ) -> Result<(), Failure> {
        let owner = self.merchants.get_mut(merchant).ok_or_else(|| Failure::not_found("merchant"))?;
        let payment = owner.payments.get_mut(request_id).ok_or_else(|| Failure::not_found("request_id"))?;
        let returns = matches!(status, PaymentStatus::Failed | PaymentStatus::Refunded);
        let returned = matches!(payment.status.now(), PaymentStatus::Failed | PaymentStatus::Refunded);
        if returned && !returns {
            return Err(Failure {
                ret_code: RetCode::InvalidState,
                ret_msg: "the payment's money has come back already".into(),
            });
        }
        if returns && !returned {
            let reference = reference(request_id, payment.nth);
            let back = entry(at, payment.currency.code(), payment.amount, Cause::PaymentReturned, reference);
            owner.ledger.post(vec![back])?;
        }
        payment.status.set(at, status);
        self.tell_payment(at, merchant, request_id);
        Ok(())
    }
}

/// Load tests want a full store in seconds.
impl World {
    /// Payments that are made and paid, and notified to nobody; their numbers are `PUT` and twelve digits.
    pub(crate) fn put_payments(
        &mut self,
        call: &Call<'_>,
        template: &PaymentApplyRequest,
        count: usize,
    ) -> Result<(), Failure> {
        for number in 0..count {
            let number = format!("PUT{number:012}");
            let mut request = template.clone();
            request.request_id =
                RequestId::new(number.as_str()).map_err(|error| Failure::invalid(error.to_string()))?;
            self.take_on(call, request)?;
            if let Some(payment) = self.merchant_of(call)?.payments.get_mut(number.as_str()) {
                payment.status.set(call.now, PaymentStatus::Success);
            }
        }
        Ok(())
    }

    /// Takes a payment on, and its money off the balance; which execution of its number it is, or `None` for one that is known already.
    fn take_on(&mut self, call: &Call<'_>, request: PaymentApplyRequest) -> Result<Option<u32>, Failure> {
        let amount = request.amount.to_integer().map(Amount::from_wire).filter(|amount| amount.to_wire() > 0);
        let amount = amount.ok_or_else(|| Failure::invalid("$.amount: must be a whole number above zero"))?;
        let merchant = self.merchant_of(call)?;
        let mut nth = 1;
        if let Some(known) = merchant.payments.get(request.request_id.as_str()) {
            nth = known.nth.saturating_add(1);
            let is_same = *known.beneficiary_id == *request.beneficiary_id
                && known.currency == request.currency
                && known.amount == amount
                && *known.postscript == *request.postscript;
            match PaymentApply::REPEATS.verdict(call.behaviour, is_same) {
                Verdict::AnswerAsFirst => return Ok(None),
                Verdict::Refuse => return Err(Failure::reused("$.request_id")),
                Verdict::Judge | Verdict::ExecuteAgain => {}
            }
        }
        let payee = merchant.payees.get(&request.beneficiary_id);
        let payee = payee.ok_or_else(|| Failure::not_found("$.beneficiary_id"))?;
        if payee.status() != &PayeeStatus::Pass {
            return Err(Failure::state("$.beneficiary_id: the payee hasn't passed"));
        }
        if payee.currency() != Some(&request.currency) {
            return Err(Failure::invalid("$.currency: must equal the payee's"));
        }
        let debit = amount.checked_neg().ok_or_else(|| Failure::invalid("$.amount: is too large"))?;
        let reference = reference(request.request_id.as_str(), nth);
        let taken = entry(call.now, request.currency.code(), debit, Cause::Payment, reference);
        merchant.ledger.post(vec![taken])?;
        let payment = Payment {
            beneficiary_id: request.beneficiary_id.into(),
            currency: request.currency,
            amount,
            postscript: request.postscript.into(),
            status: History::new(call.now, PaymentStatus::Processing),
            nth,
        };
        // Executed twice on command: the first one goes on, though nobody can ask for it any more.
        if let Some(former) = merchant.payments.insert(request.request_id.as_str().into(), payment) {
            merchant.superseded.insert(self::reference(request.request_id.as_str(), former.nth), former);
        }
        Ok(Some(nth))
    }
}
