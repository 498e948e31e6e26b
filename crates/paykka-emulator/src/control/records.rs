//! The control port's calls about what came and what was sent.

use std::time::Duration;

use axum::response::Response;
use serde::Serialize;
use serde_json::json;

use super::problem::Problem;
use super::request::{Json, Named, Running, check_name};
use super::{answer, done};
use crate::notify::SubscriberForm;
use crate::{LoggedRequest, Subscriber};

pub(super) async fn requests(Running(emulator): Running) -> Response {
    answer(&json!({ "requests": emulator.requests() }))
}

/// One request with what only this call tells.
#[derive(Serialize)]
struct Detailed {
    #[serde(flatten)]
    request: LoggedRequest,
    verdict: &'static str,
    reason: Option<&'static str>,
    string_to_sign: Option<String>,
}

pub(super) async fn request(Running(emulator): Running, Named(id): Named<u64>) -> Result<Response, Problem> {
    let find = || {
        let fix = "GET /requests lists the last 1,000";
        emulator.request(id).ok_or_else(|| Problem::not_found("there is no request of this number", fix))
    };
    let mut request = find()?;
    if request.refused.is_some() && request.diagnosis.is_none() {
        // Others may keep the diagnoses busy for longer; then this one's is missing.
        let _in_time = tokio::time::timeout(DIAGNOSIS, emulator.diagnosed()).await;
        request = find()?;
    }
    let (reason, string_to_sign) = (request.refused, request.string_to_sign());
    let verdict = match (reason, request.operation) {
        (Some(_), _) => "refused",
        (None, Some(_)) => "verified",
        (None, None) => "unknown-path",
    };
    Ok(answer(&Detailed { request, verdict, reason, string_to_sign }))
}

/// How long a diagnosis that is under way is waited for.
const DIAGNOSIS: Duration = Duration::from_secs(5);

pub(super) async fn deliveries(Running(emulator): Running) -> Response {
    answer(&json!({ "deliveries": emulator.deliveries() }))
}

pub(super) async fn replay(Running(emulator): Running, Named(id): Named<u64>) -> Result<Response, Problem> {
    let fix = "GET /deliveries lists them";
    let replayed = emulator.replay(id).map_err(|error| Problem::not_found(error.cause(), fix))?;
    Ok(answer(&json!({ "id": replayed })))
}

pub(super) async fn subscribers(Running(emulator): Running) -> Response {
    let subscribers: Vec<_> = emulator.subscribers().iter().map(SubscriberForm::from).collect();
    answer(&json!({ "subscribers": subscribers }))
}

pub(super) async fn subscribe(
    Running(emulator): Running,
    Json(new): Json<SubscriberForm>,
) -> Result<Response, Problem> {
    emulator.subscribe(subscriber(new)?);
    Ok(done())
}

/// Ends one, or without a body all.
pub(super) async fn unsubscribe(
    Running(emulator): Running,
    one: Option<Json<SubscriberForm>>,
) -> Result<Response, Problem> {
    let Some(Json(one)) = one else {
        emulator.unsubscribe();
        return Ok(done());
    };
    let fix = "GET /subscribers lists them; say `url`, `under` and `merchant` as there";
    let ended = emulator.end_subscriber(&subscriber(one)?);
    ended.map_err(|error| Problem::not_found(error.cause(), fix))?;
    Ok(done())
}

fn subscriber(form: SubscriberForm) -> Result<Subscriber, Problem> {
    if let Some(merchant) = &form.merchant {
        check_name("merchant", merchant)?;
    }
    form.into_subscriber().map_err(|error| Problem::invalid(format!("`url`: {error}"), error.cause()))
}
