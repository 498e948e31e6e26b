//! Accounts on which buyers' money arrives.

use paykka_model::{
    NotificationKind, VaApply, VaApplyRequest, VaApplyResponse, VaInquiry, VaInquiryRequest, VaState,
    VaStatus, VaType,
};
use serde::{Deserialize, Serialize};

use super::history::History;
use super::schedule::Due;
use super::{Call, Failure, Millis, Play, World};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct VirtualAccount {
    request: VaApplyRequest,
    status: History<VaStatus>,
    account_no: String,
}

impl VirtualAccount {
    pub(super) fn account_no(&self) -> &str {
        &self.account_no
    }

    /// Whether money of this currency can land on it.
    pub(super) fn takes(&self, currency: &str) -> bool {
        *self.status.now() == VaStatus::Enabled
            && self.request.currencies.iter().any(|known| known.code() == currency)
    }

    pub(super) fn set_status(&mut self, at: Millis, status: VaStatus) {
        self.status.set(at, status);
    }

    pub(super) const fn revision(&self) -> usize {
        self.status.revision()
    }

    fn at(&self, merchant: &str, moment: Millis) -> Option<VaState> {
        let status = self.status.at(moment)?;
        let state = VaState::new(self.request.request_id.as_str())
            .merch_id(merchant)
            .status(status.clone())
            .currencies(self.request.currencies.clone())
            .country_code(self.request.country_code.clone())
            .r#type(self.request.r#type.clone().unwrap_or(VaType::Local));
        if *status != VaStatus::Enabled {
            return Some(state);
        }
        Some(
            state
                .account_no(self.account_no.as_str())
                .bic_swift_code("EMULUS33")
                .bank_name("Emulated Bank")
                .bank_address("1 Loopback Road")
                .routing_number("000000000"),
        )
    }
}

impl Play for VaApply {
    fn play(world: &mut World, call: &Call<'_>, request: VaApplyRequest) -> Result<VaApplyResponse, Failure> {
        if request.currencies.is_empty() {
            return Err(Failure::invalid("$.currencies: must name one currency at least"));
        }
        let id = request.request_id.to_string();
        let account_no = world.ids.number("", &[call.merchant.unwrap_or_default(), id.as_str()]);
        let merchant = world.merchant_of(call)?;
        // Of two applications under one number, on command, the later takes the place of the earlier.
        let status = match merchant.virtual_accounts.remove(&id) {
            Some(VirtualAccount { mut status, .. }) => {
                status.set(call.now, VaStatus::Init);
                status
            }
            None => History::new(call.now, VaStatus::Init),
        };
        merchant.virtual_accounts.insert(id.clone(), VirtualAccount { request, status, account_no });
        world.later(call.now, Due::Va(call.merchant.unwrap_or_default().to_owned(), id.clone()));
        Ok(VaApplyResponse::new().request_id(id).status(VaStatus::Init))
    }
}

impl Play for VaInquiry {
    fn play(world: &mut World, call: &Call<'_>, request: VaInquiryRequest) -> Result<VaState, Failure> {
        let account = world.merchant_of(call)?.virtual_accounts.get(request.request_id.as_str());
        let state = account.and_then(|account| account.at(call.merchant.unwrap_or_default(), call.seen_at()));
        state.ok_or_else(|| Failure::not_found("$.request_id"))
    }
}

impl World {
    pub(super) fn step_va(&mut self, at: Millis, merchant: &str, id: &str) {
        let owner = self.merchants.get_mut(merchant);
        let Some(account) = owner.and_then(|owner| owner.virtual_accounts.get_mut(id)) else { return };
        account.status.set(at, VaStatus::Enabled);
        self.tell_va(at, merchant, id);
    }

    pub(super) fn tell_va(&mut self, at: Millis, merchant: &str, id: &str) {
        let account = self.merchants.get(merchant).and_then(|owner| owner.virtual_accounts.get(id));
        if let Some(state) = account.and_then(|account| account.at(merchant, at)) {
            self.notify(NotificationKind::Va, merchant, id, &state);
        }
    }
}
