//! Onboarding and assessment: a company applies, a merchant comes to be.

use paykka_model::{
    AssessmentResult, AssessmentResultRequest, AssessmentState, AssessmentSubmit, AssessmentSubmitRequest,
    AssessmentSubmitResponse, AssessmentUpdate, AssessmentUpdateRequest, NotificationKind, OnboardingApply,
    OnboardingApplyRequest, OnboardingApplyResponse, OnboardingInquiry, OnboardingInquiryRequest,
    OnboardingState, OnboardingStatus, OnboardingUpdate, OnboardingUpdateRequest, OnboardingUpdateResponse,
    RequestId, RiskLevel,
};

use super::applications::{Application, find, message};
use super::repeats::Repeats;
use super::schedule::Due;
use super::{Call, Failure, Millis, Play, Registration, World};

impl Play for OnboardingApply {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: OnboardingApplyRequest,
    ) -> Result<OnboardingApplyResponse, Failure> {
        world.has_application_files(call, &request)?;
        let id = request.request_id.as_str();
        let merch_id = world.ids.number("M", &["onboarding", call.key_id, id]);
        let application = Application::new(call, id, &request.license.ent_name_en);
        world.onboardings.insert(merch_id.clone(), id, application);
        world.is_born(call, &merch_id);
        world.later(call.now, Due::Onboarding(merch_id.clone(), id.to_owned()));
        Ok(OnboardingApplyResponse::new(merch_id.as_str()).authorize_link(authorize_link(&merch_id)))
    }
}

impl Play for OnboardingUpdate {
    const REPEATS: Repeats = Repeats::Correct;

    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: OnboardingUpdateRequest,
    ) -> Result<OnboardingUpdateResponse, Failure> {
        world.has_application_files(call, &request)?;
        let by_merchant = request.merch_id.as_deref();
        // The number is either the application's own or the correction's.
        let by_number = by_merchant.is_none().then(|| request.request_id.as_str());
        let (merch_id, application) = find(&mut world.onboardings, call, by_number, by_merchant)?;
        application.correct(call, &request.license.ent_name_en)?;
        let due = Due::Onboarding(merch_id.clone(), application.request_id.clone());
        world.tell(call.now, &due);
        world.later(call.now, due);
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
        let (merch_id, application) =
            find(&mut world.onboardings, call, number, request.merch_id.as_deref())?;
        onboarding_at(&merch_id, application, call.seen_at())
            .ok_or_else(|| Failure::not_found("the application"))
    }
}

impl Play for AssessmentSubmit {
    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: AssessmentSubmitRequest,
    ) -> Result<AssessmentSubmitResponse, Failure> {
        world.has_application_files(call, &request)?;
        let id = request.request_id.as_str();
        let merch_id = world.ids.number("M", &["assessment", call.key_id, id]);
        let application = Application::new(call, id, &request.license.ent_name_en);
        world.assessments.insert(merch_id.clone(), id, application);
        world.is_born(call, &merch_id);
        world.later(call.now, Due::Assessment(merch_id.clone(), id.to_owned()));
        Ok(AssessmentSubmitResponse::new(merch_id))
    }
}

impl Play for AssessmentUpdate {
    const REPEATS: Repeats = Repeats::Correct;

    fn play(
        world: &mut World,
        call: &Call<'_>,
        request: AssessmentUpdateRequest,
    ) -> Result<AssessmentSubmitResponse, Failure> {
        check_merchant(call, &request.merch_id)?;
        world.has_application_files(call, &request)?;
        let (merch_id, application) = find(&mut world.assessments, call, None, Some(&request.merch_id))?;
        application.correct(call, &request.license.ent_name_en)?;
        let due = Due::Assessment(merch_id.clone(), application.request_id.clone());
        world.tell(call.now, &due);
        world.later(call.now, due);
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
        let (merch_id, application) = find(&mut world.assessments, call, None, Some(&request.merch_id))?;
        assessment_at(&merch_id, application, call.seen_at())
            .ok_or_else(|| Failure::not_found("the assessment"))
    }
}

impl World {
    /// A merchant comes to be; the key that applied for it may sign for it.
    fn is_born(&mut self, call: &Call<'_>, merch_id: &str) {
        self.open_merchant(merch_id);
        let (key_id, merchant) = (call.key_id.to_owned(), merch_id.to_owned());
        self.registrations.push(Registration { key_id, merchant });
    }

    pub(super) fn step_onboarding(&mut self, at: Millis, merch_id: &str) {
        let Some(application) = self.onboardings.get_mut(merch_id) else { return };
        let Some(goes_on) = application.step(at) else { return };
        if goes_on {
            let due = Due::Onboarding(merch_id.to_owned(), application.request_id.clone());
            self.later(at, due);
        }
        self.tell_onboarding(at, merch_id);
    }

    pub(super) fn tell_onboarding(&mut self, at: Millis, merch_id: &str) {
        let Some(application) = self.onboardings.get(merch_id) else { return };
        let (number, state) = (application.request_id.clone(), onboarding_at(merch_id, application, at));
        if let Some(state) = state {
            self.notify(NotificationKind::Onboarding, merch_id, &number, &state);
        }
    }

    pub(super) fn step_assessment(&mut self, at: Millis, merch_id: &str) {
        let Some(application) = self.assessments.get_mut(merch_id) else { return };
        let Some(goes_on) = application.step(at) else { return };
        if goes_on {
            let due = Due::Assessment(merch_id.to_owned(), application.request_id.clone());
            self.later(at, due);
        }
        self.tell_assessment(at, merch_id);
    }

    pub(super) fn tell_assessment(&mut self, at: Millis, merch_id: &str) {
        let Some(application) = self.assessments.get(merch_id) else { return };
        let (number, state) = (application.request_id.clone(), assessment_at(merch_id, application, at));
        if let Some(state) = state {
            self.notify(NotificationKind::Assessment, merch_id, &number, &state);
        }
    }
}

fn check_merchant(call: &Call<'_>, named: &str) -> Result<(), Failure> {
    if call.merchant.is_some_and(|merchant| merchant != named) {
        return Err(Failure::invalid("$.merch_id: must equal X-Merch-Id"));
    }
    Ok(())
}

fn onboarding_at(merch_id: &str, application: &Application, moment: Millis) -> Option<OnboardingState> {
    let status = application.status.at(moment)?;
    let mut state =
        OnboardingState::new(status.clone()).request_id(application.request_id.as_str()).merch_id(merch_id);
    state.msg = message(status).map(str::to_owned);
    Some(state)
}

fn assessment_at(merch_id: &str, application: &Application, moment: Millis) -> Option<AssessmentState> {
    let status = application.status.at(moment)?;
    let mut state =
        AssessmentState::new(status.clone()).request_id(application.request_id.as_str()).merch_id(merch_id);
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
