//! What an onboarding and an assessment have in common: a company hands itself in, is judged, and may have to correct it.

use paykka_model::OnboardingStatus;
use serde::{Deserialize, Serialize};

use super::history::History;
use super::numbered::Numbered;
use super::{Call, Failure, Millis, magic};

/// By the merchant that each is to become.
pub(super) type Applications = Numbered<Application>;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Application {
    /// The number under which it was handed in.
    pub(super) request_id: String,
    /// Who handed it in.
    key_id: String,
    /// The company's English name, whose magic words steer the outcome.
    ent_name_en: String,
    pub(super) status: History<OnboardingStatus>,
}

impl Application {
    pub(super) fn new(call: &Call<'_>, request_id: &str, ent_name_en: &str) -> Self {
        Self {
            request_id: request_id.to_owned(),
            key_id: call.key_id.to_owned(),
            ent_name_en: ent_name_en.to_owned(),
            status: History::new(call.now, OnboardingStatus::Init),
        }
    }

    /// Moves on; whether there is more to come, or `None` where nothing moves any more.
    pub(super) fn step(&mut self, at: Millis) -> Option<bool> {
        let next = match self.status.now() {
            OnboardingStatus::Init => OnboardingStatus::Wait,
            OnboardingStatus::Wait => self.outcome(),
            _ => return None,
        };
        let goes_on = next == OnboardingStatus::Wait;
        self.status.set(at, next);
        Some(goes_on)
    }

    /// Takes a correction, which is judged anew.
    pub(super) fn correct(&mut self, call: &Call<'_>, ent_name_en: &str) -> Result<(), Failure> {
        if *self.status.now() != OnboardingStatus::Rejected && !call.is_again {
            return Err(Failure::state("only what was REJECTED can be corrected"));
        }
        ent_name_en.clone_into(&mut self.ent_name_en);
        self.status.set(call.now, OnboardingStatus::Wait);
        Ok(())
    }

    pub(super) fn is_high_risk(&self) -> bool {
        self.ent_name_en.contains(magic::RISK_HIGH)
    }

    /// It concerns the key that handed it in and those of the merchant that it became; to others it isn't there.
    fn concerns(&self, call: &Call<'_>, merch_id: &str) -> bool {
        self.key_id == call.key_id || (call.signs_for)(merch_id)
    }

    fn outcome(&self) -> OnboardingStatus {
        let name = &self.ent_name_en;
        if name.contains(magic::REFUSED) {
            OnboardingStatus::Refused
        } else if name.contains(magic::AUTH_FAIL) {
            OnboardingStatus::AuthFail
        } else if name.contains(magic::REJECTED) {
            OnboardingStatus::Rejected
        } else {
            OnboardingStatus::Pass
        }
    }
}

/// What the platform says beside a status.
pub(super) const fn message(status: &OnboardingStatus) -> Option<&'static str> {
    match status {
        OnboardingStatus::Refused => Some("the company was refused"),
        OnboardingStatus::AuthFail => Some("the legal representative didn't authorise"),
        OnboardingStatus::Rejected => Some("correct the company's English name and hand it in again"),
        _ => None,
    }
}

/// The caller's application of this number and for this merchant, as far as they are said; with the merchant.
pub(super) fn find<'a>(
    applications: &'a mut Applications,
    call: &Call<'_>,
    request_id: Option<&str>,
    merch_id: Option<&str>,
) -> Result<(String, &'a mut Application), Failure> {
    let concerns = |merch_id: &str| {
        let application = applications.get(merch_id);
        application.is_some_and(|application| {
            application.concerns(call, merch_id) && request_id.is_none_or(|id| application.request_id == id)
        })
    };
    let found = match (request_id, merch_id) {
        (_, Some(merch_id)) => Some(merch_id).filter(|merch_id| concerns(merch_id)),
        (Some(id), None) => applications.asked_under(id).find(|merch_id| concerns(merch_id)),
        (None, None) => return Err(Failure::invalid("$: merch_id or request_id must be there")),
    };
    let not_found = || Failure::not_found("the application");
    let merch_id = found.ok_or_else(not_found)?.to_owned();
    let application = applications.get_mut(&merch_id).ok_or_else(not_found)?;
    Ok((merch_id, application))
}
