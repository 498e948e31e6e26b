//! What an onboarding and an assessment have in common: a company hands itself in, is judged, and may have to correct it.

use std::collections::BTreeMap;

use paykka_model::OnboardingStatus;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::history::History;
use super::{Failure, Millis, magic};

/// By the number under which they were handed in.
pub(super) type Applications = BTreeMap<String, Application>;

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Application {
    /// What was handed in last; a repeat of it is no new application.
    pub(super) body: Value,
    pub(super) merch_id: String,
    /// The company's English name, whose magic words steer the outcome.
    ent_name_en: String,
    pub(super) status: History<OnboardingStatus>,
}

impl Application {
    pub(super) fn new(at: Millis, merch_id: String, body: Value, ent_name_en: &str) -> Self {
        let status = History::new(at, OnboardingStatus::Init);
        Self { body, merch_id, ent_name_en: ent_name_en.to_owned(), status }
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
    pub(super) fn correct(&mut self, at: Millis, body: Value, ent_name_en: &str) -> Result<(), Failure> {
        if *self.status.now() != OnboardingStatus::Rejected {
            return Err(Failure::state("only what was REJECTED can be corrected"));
        }
        self.body = body;
        ent_name_en.clone_into(&mut self.ent_name_en);
        self.status.set(at, OnboardingStatus::Wait);
        Ok(())
    }

    pub(super) fn is_high_risk(&self) -> bool {
        self.ent_name_en.contains(magic::RISK_HIGH)
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

/// The application of this number or of this merchant.
pub(super) fn find<'a>(
    applications: &'a mut Applications,
    request_id: Option<&str>,
    merch_id: Option<&str>,
) -> Result<(&'a str, &'a mut Application), Failure> {
    let fits = |(number, application): &(&'a String, &'a mut Application)| {
        request_id.is_none_or(|wanted| *number == wanted)
            && merch_id.is_none_or(|wanted| application.merch_id == wanted)
    };
    if request_id.is_none() && merch_id.is_none() {
        return Err(Failure::invalid("$: merch_id or request_id must be there"));
    }
    let found = applications.iter_mut().find(fits).ok_or_else(|| Failure::not_found("the application"))?;
    Ok((found.0.as_str(), found.1))
}
