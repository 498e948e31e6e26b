//! The control port's calls about what goes wrong.

use axum::response::Response;
use serde_json::json;

use super::problem::Problem;
use super::request::{Json, Running};
use super::{answer, done};
use crate::{Error, Fault, FaultPlan, FaultRule};

pub(super) async fn list(Running(emulator): Running) -> Response {
    answer(&json!({ "names": Fault::NAMES, "rules": emulator.rules(), "plan": emulator.plan() }))
}

pub(super) async fn add_rule(
    Running(emulator): Running,
    Json(rule): Json<FaultRule>,
) -> Result<Response, Problem> {
    emulator.add_rule(rule).map_err(|error| unusable(&error))?;
    Ok(done())
}

pub(super) async fn clear(Running(emulator): Running) -> Response {
    emulator.clear_faults();
    done()
}

pub(super) async fn set_plan(
    Running(emulator): Running,
    Json(plan): Json<FaultPlan>,
) -> Result<Response, Problem> {
    emulator.set_plan(Some(plan)).map_err(|error| unusable(&error))?;
    Ok(done())
}

pub(super) async fn end_plan(Running(emulator): Running) -> Result<Response, Problem> {
    emulator.set_plan(None).map_err(|error| unusable(&error))?;
    Ok(done())
}

fn unusable(error: &Error) -> Problem {
    Problem::invalid(error.cause(), "docs/emulator.md lists the faults and what each is for")
}
