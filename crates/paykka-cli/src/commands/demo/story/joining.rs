//! A company becomes a merchant: papers, application, acceptance.

use paykka_model::{
    FileId, Notification, OnboardingApply, OnboardingInquiry, OnboardingInquiryRequest, OnboardingStatus,
};
use serde_json::json;

use super::super::report::{BoxError, Facts, Report, Stopped};
use super::super::requests::{self, request};
use super::super::world::World;
use crate::texts::demo as texts;

pub(super) async fn tell(world: &mut World, report: &mut Report) -> Result<(), Stopped> {
    let passport = report.step("papers", super::upload(world, "passport.pdf")).await?;
    report.step("application", apply(world, passport)).await?;
    report.step("accepted", accepted(world)).await
}

/// The number by which the company asks for its application.
fn inquiry() -> Result<OnboardingInquiryRequest, BoxError> {
    request(&json!({ "request_id": requests::APPLICATION }))
}

async fn apply(world: &mut World, passport: FileId) -> Result<(Facts, ()), BoxError> {
    let application = request(&requests::application(&json!(passport)))?;
    world.change::<OnboardingApply, OnboardingInquiry>(&application, &inquiry()?).await?;
    let state = world.ask::<OnboardingInquiry>(&inquiry()?).await?.into_value();
    let merchant = state.merch_id.ok_or("the answer names no merchant")?;
    world.become_merchant(&merchant)?;
    let facts = Facts::new(texts::applied(&merchant)).result(json!({ "merch_id": merchant }));
    Ok((facts, ()))
}

/// The notification wakes; the inquiry after it tells.
async fn accepted(world: &mut World) -> Result<(Facts, ()), BoxError> {
    let status = |told: &Notification| match told {
        Notification::Onboarding(state) => {
            (state.status == OnboardingStatus::Pass).then(|| state.status.clone())
        }
        _ => None,
    };
    world.told(status).await?;
    let state = world.ask::<OnboardingInquiry>(&inquiry()?).await?.into_value();
    if state.status != OnboardingStatus::Pass {
        return Err("the application isn't accepted".into());
    }
    Ok((Facts::new(texts::accepted(&state.status)).result(json!(state)), ()))
}
