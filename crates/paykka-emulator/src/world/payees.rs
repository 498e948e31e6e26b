//! Payees: checked before they may be paid.

use paykka_model::{
    BankAccount, BankAccountFields, Beneficiary, Country, Currency, NotificationKind, PayeeCreate,
    PayeeCreateRequest, PayeeCreateResponse, PayeeInquiry, PayeeInquiryRequest, PayeeState, PayeeStatus,
    PayeeUpdate, PayeeUpdateRequest, PayeeUpdateResponse, RequestId,
};
use serde::{Deserialize, Serialize};

use super::history::History;
use super::repeats::Repeats;
use super::schedule::Due;
use super::{Call, Failure, Millis, Play, World, magic};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Payee {
    request_id: String,
    beneficiary: Beneficiary,
    status: History<PayeeStatus>,
}

impl Payee {
    pub(super) fn currency(&self) -> Option<&Currency> {
        self.beneficiary.bank_account.as_ref().map(|account| &account.currency)
    }

    pub(super) fn set_status(&mut self, at: Millis, status: PayeeStatus) {
        self.status.set(at, status);
    }

    pub(super) fn status(&self) -> &PayeeStatus {
        self.status.now()
    }

    pub(super) const fn revision(&self) -> usize {
        self.status.revision()
    }

    /// By the name on the account, or by what the merchant calls the payee.
    fn is_rejected(&self) -> bool {
        let account = self.beneficiary.bank_account.as_ref().map(|account| &account.account_name);
        let names = [account, self.beneficiary.nick_name.as_ref()];
        names.into_iter().flatten().any(|name| name.contains(magic::REJECTED))
    }
}

impl Play for PayeeCreate {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: PayeeCreateRequest,
    ) -> Result<PayeeCreateResponse, Failure> {
        world.has_files(call, &request)?;
        let payee = Payee {
            request_id: request.request_id.to_string(),
            beneficiary: request.beneficiary,
            status: History::new(call.now, PayeeStatus::Init),
        };
        let number = world.ids.number("B", &[call.merchant.unwrap_or_default(), request.request_id.as_str()]);
        world.merchant_of(call)?.payees.insert(number.clone(), request.request_id.as_str(), payee);
        world.later(call.now, Due::Payee(call.merchant.unwrap_or_default().to_owned(), number.clone()));
        Ok(PayeeCreateResponse::new()
            .beneficiary_id(number)
            .request_id(request.request_id)
            .status(PayeeStatus::Init))
    }
}

impl Play for PayeeUpdate {
    const REPEATS: Repeats = Repeats::Correct;

    /// The number is the create's: it selects the payee (I), who must have been sent back.
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: PayeeUpdateRequest,
    ) -> Result<PayeeUpdateResponse, Failure> {
        world.has_files(call, &request)?;
        let payees = &mut world.merchant_of(call)?.payees;
        let known = payees.asked_under(request.request_id.as_str()).next();
        let number = known.ok_or_else(|| Failure::not_found("$.request_id"))?.to_owned();
        let payee = payees.get_mut(&number).ok_or_else(|| Failure::not_found("$.request_id"))?;
        if *payee.status() != PayeeStatus::Rejected && !call.is_again {
            return Err(Failure::state("only what was REJECTED can be corrected"));
        }
        payee.beneficiary = request.beneficiary;
        payee.status.set(call.now, PayeeStatus::Wait);
        let due = Due::Payee(call.merchant.unwrap_or_default().to_owned(), number.clone());
        world.tell(call.now, &due);
        world.later(call.now, due);
        Ok(PayeeUpdateResponse::new()
            .beneficiary_id(number)
            .request_id(request.request_id)
            .status(PayeeStatus::Wait))
    }
}

impl Play for PayeeInquiry {
    fn play(world: &mut World, call: &Call<'_>, request: PayeeInquiryRequest) -> Result<PayeeState, Failure> {
        let payees = &world.merchant_of(call)?.payees;
        let number = match (&request.beneficiary_id, request.request_id.as_ref().map(RequestId::as_str)) {
            (Some(number), _) => Some(number.as_str()),
            (None, Some(request_id)) => payees.asked_under(request_id).next(),
            (None, None) => return Err(Failure::invalid("$: request_id or beneficiary_id must be there")),
        };
        let merchant = call.merchant.unwrap_or_default();
        let state = number.and_then(|number| payee_at(merchant, number, payees.get(number)?, call.seen_at()));
        state.ok_or_else(|| Failure::not_found("the payee"))
    }
}

impl World {
    /// A payee who has passed from the start.
    pub(crate) fn add_payee(&mut self, at: Millis, merchant: &str, number: &str, currency: &str) {
        let account = BankAccount::new(BankAccountFields {
            currency: Currency::from(currency),
            country_code: Country::Us,
            bank_name: "Emulated Bank".to_owned(),
            account_no: "000000000".to_owned(),
            account_name: "Emulated Payee".to_owned(),
        });
        let payee = Payee {
            request_id: format!("payee {number}"),
            beneficiary: Beneficiary::new().bank_account(account),
            status: History::new(at, PayeeStatus::Pass),
        };
        let request_id = payee.request_id.clone();
        let owner = self.merchants.entry(merchant.to_owned()).or_default();
        owner.payees.insert(number.to_owned(), &request_id, payee);
    }

    pub(super) fn step_payee(&mut self, at: Millis, merchant: &str, number: &str) {
        let owner = self.merchants.get_mut(merchant);
        let Some(payee) = owner.and_then(|owner| owner.payees.get_mut(number)) else { return };
        let next = match payee.status() {
            PayeeStatus::Init => PayeeStatus::Wait,
            PayeeStatus::Wait if payee.is_rejected() => PayeeStatus::Rejected,
            PayeeStatus::Wait => PayeeStatus::Pass,
            _ => return,
        };
        let goes_on = next == PayeeStatus::Wait;
        payee.status.set(at, next);
        if goes_on {
            self.later(at, Due::Payee(merchant.to_owned(), number.to_owned()));
        }
        self.tell_payee(at, merchant, number);
    }

    pub(super) fn tell_payee(&mut self, at: Millis, merchant: &str, number: &str) {
        let payee = self.merchants.get(merchant).and_then(|owner| owner.payees.get(number));
        if let Some(state) = payee.and_then(|payee| payee_at(merchant, number, payee, at)) {
            self.notify(NotificationKind::Payee, merchant, number, &state);
        }
    }
}

fn payee_at(merchant: &str, number: &str, payee: &Payee, moment: Millis) -> Option<PayeeState> {
    let status = payee.status.at(moment)?;
    let mut state =
        PayeeState::new(number, status.clone()).request_id(payee.request_id.as_str()).merch_id(merchant);
    if *status == PayeeStatus::Rejected {
        state = state.reason("the payee's name can't be confirmed");
    }
    Some(state)
}
