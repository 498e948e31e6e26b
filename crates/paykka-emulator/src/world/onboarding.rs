//! Onboarding and assessment: a company applies, a merchant comes to be.

use paykka_model::{
    AssessmentResult, AssessmentResultRequest, AssessmentState, AssessmentSubmit, AssessmentSubmitRequest,
    AssessmentSubmitResponse, AssessmentUpdate, AssessmentUpdateRequest, NotificationKind, OnboardingApply,
    OnboardingApplyRequest, OnboardingApplyResponse, OnboardingInquiry, OnboardingInquiryRequest,
    OnboardingState, OnboardingStatus, OnboardingUpdate, OnboardingUpdateRequest, OnboardingUpdateResponse,
    RequestId, RiskLevel,
};
use serde::Serialize;
use serde_json::Value;

use super::applications::{Application, Applications, find, message};
use super::schedule::Due;
use super::{Call, Failure, Millis, Play, Registration, World};

impl Play for OnboardingApply {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: OnboardingApplyRequest,
    ) -> Result<OnboardingApplyResponse, Failure> {
        let id = request.request_id.as_str();
        let (merch_id, is_new) = world.hand_in(
            call,
            ("onboarding", |world| &mut world.onboardings),
            id,
            &request,
            &request.license.ent_name_en,
        )?;
        if is_new {
            world.later(call.now, Due::Onboarding(id.to_owned()));
        }
        Ok(OnboardingApplyResponse::new(merch_id.as_str()).authorize_link(authorize_link(&merch_id)))
    }
}

impl Play for OnboardingUpdate {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: OnboardingUpdateRequest,
    ) -> Result<OnboardingUpdateResponse, Failure> {
        let body = json(&request)?;
        let by_merchant = request.merch_id.as_deref();
        // The number is either the application's own or the correction's.
        let by_number = by_merchant.is_none().then(|| request.request_id.as_str());
        let (number, application) = find(&mut world.onboardings, by_number, by_merchant)?;
        let (number, merch_id) = (number.to_owned(), application.merch_id.clone());
        application.correct(call.now, body, &request.license.ent_name_en)?;
        world.tell_onboarding(call.now, &number);
        world.later(call.now, Due::Onboarding(number));
        Ok(OnboardingUpdateResponse::new()
            .merch_id(merch_id.as_str())
            .authorize_link(authorize_link(&merch_id)))
    }
}

impl Play for OnboardingInquiry {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: OnboardingInquiryRequest,
    ) -> Result<OnboardingState, Failure> {
        let number = request.request_id.as_ref().map(RequestId::as_str);
        let (number, application) = find(&mut world.onboardings, number, request.merch_id.as_deref())?;
        onboarding_at(number, application, call.seen_at())
            .ok_or_else(|| Failure::not_found("the application"))
    }
}

impl Play for AssessmentSubmit {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: AssessmentSubmitRequest,
    ) -> Result<AssessmentSubmitResponse, Failure> {
        let id = request.request_id.as_str();
        let (merch_id, is_new) = world.hand_in(
            call,
            ("assessment", |world| &mut world.assessments),
            id,
            &request,
            &request.license.ent_name_en,
        )?;
        if is_new {
            world.later(call.now, Due::Assessment(id.to_owned()));
        }
        Ok(AssessmentSubmitResponse::new(merch_id))
    }
}

impl Play for AssessmentUpdate {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: AssessmentUpdateRequest,
    ) -> Result<AssessmentSubmitResponse, Failure> {
        check_merchant(call, &request.merch_id)?;
        let body = json(&request)?;
        let (number, application) = find(&mut world.assessments, None, Some(&request.merch_id))?;
        let (number, merch_id) = (number.to_owned(), application.merch_id.clone());
        application.correct(call.now, body, &request.license.ent_name_en)?;
        world.tell_assessment(call.now, &number);
        world.later(call.now, Due::Assessment(number));
        Ok(AssessmentSubmitResponse::new(merch_id))
    }
}

impl Play for AssessmentResult {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: AssessmentResultRequest,
    ) -> Result<AssessmentState, Failure> {
        check_merchant(call, &request.merch_id)?;
        let (number, application) = find(&mut world.assessments, None, Some(&request.merch_id))?;
        assessment_at(number, application, call.seen_at()).ok_or_else(|| Failure::not_found("the assessment"))
    }
}

impl World {
    /// The merchant's number, and whether it came to be just now.
    fn hand_in(
        &mut self,
        call: &Call<'_>,
        (kind, applications): (&str, fn(&mut Self) -> &mut Applications),
        number: &str,
        request: &impl Serialize,
        ent_name_en: &str,
    ) -> Result<(String, bool), Failure> {
        let body = json(request)?;
        if let Some(known) = applications(self).get(number).filter(|_| !call.behaviour.no_dedupe) {
            return if known.body == body && !call.behaviour.repeat_is_error {
                Ok((known.merch_id.clone(), false))
            } else {
                Err(Failure::reused("$.request_id"))
            };
        }
        let merch_id = self.ids.number("M", &[kind, call.key_id, number]);
        let application = Application::new(call.now, merch_id.clone(), body, ent_name_en);
        applications(self).insert(number.to_owned(), application);
        self.open_merchant(&merch_id);
        self.registrations.push(Registration { key_id: call.key_id.to_owned(), merchant: merch_id.clone() });
        Ok((merch_id, true))
    }

    pub(super) fn step_onboarding(&mut self, at: Millis, number: &str) {
        let Some(application) = self.onboardings.get_mut(number) else { return };
        let Some(goes_on) = application.step(at) else { return };
        if goes_on {
            self.later(at, Due::Onboarding(number.to_owned()));
        }
        self.tell_onboarding(at, number);
    }

    pub(super) fn tell_onboarding(&mut self, at: Millis, number: &str) {
        let Some(application) = self.onboardings.get(number) else { return };
        let (merch_id, state) = (application.merch_id.clone(), onboarding_at(number, application, at));
        if let Some(state) = state {
            self.notify(NotificationKind::Onboarding, &merch_id, number, &state);
        }
    }

    pub(super) fn step_assessment(&mut self, at: Millis, number: &str) {
        let Some(application) = self.assessments.get_mut(number) else { return };
        let Some(goes_on) = application.step(at) else { return };
        if goes_on {
            self.later(at, Due::Assessment(number.to_owned()));
        }
        self.tell_assessment(at, number);
    }

    pub(super) fn tell_assessment(&mut self, at: Millis, number: &str) {
        let Some(application) = self.assessments.get(number) else { return };
        let (merch_id, state) = (application.merch_id.clone(), assessment_at(number, application, at));
        if let Some(state) = state {
            self.notify(NotificationKind::Assessment, &merch_id, number, &state);
        }
    }
}

fn check_merchant(call: &Call<'_>, named: &str) -> Result<(), Failure> {
    if call.merchant.is_some_and(|merchant| merchant != named) {
        return Err(Failure::invalid("$.merch_id: must equal X-Merch-Id"));
    }
    Ok(())
}

fn onboarding_at(number: &str, application: &Application, moment: Millis) -> Option<OnboardingState> {
    let status = application.status.at(moment)?;
    let mut state =
        OnboardingState::new(status.clone()).request_id(number).merch_id(application.merch_id.as_str());
    state.msg = message(status).map(str::to_owned);
    Some(state)
}

fn assessment_at(number: &str, application: &Application, moment: Millis) -> Option<AssessmentState> {
    let status = application.status.at(moment)?;
    let mut state =
        AssessmentState::new(status.clone()).request_id(number).merch_id(application.merch_id.as_str());
    state.msg = message(status).map(str::to_owned);
    if *status == OnboardingStatus::Pass {
        let level = if application.is_high_risk() { RiskLevel::High } else { RiskLevel::Low };
        state = state.risk_level(level);
    }
    Some(state)
}

/// Nobody answers there: names under `.invalid` never resolve.
fn authorize_link(merch_id: &str) -> String {
    format!("https://emulator.invalid/authorize/{merch_id}")
}

pub(super) fn json(request: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(request).map_err(|error| Failure::invalid(error.to_string()))
}
