//! The control port's calls about the platform as a whole: its addresses and keys, its clock, its doors.

use std::sync::Arc;
use std::time::Duration;

use axum::response::{IntoResponse, Response};
use paykka_sign::SigningKey;
use serde::Deserialize;
use serde_json::json;

use super::problem::Problem;
use super::request::{Json, Running};
use super::{answer, done};

pub(super) async fn health() -> Response {
    done()
}

pub(super) async fn info(Running(emulator): Running) -> Response {
    answer(&json!({
        "http": emulator.http_url(),
        "https": emulator.https_url(),
        "key_id": emulator.key_id(),
        "public_key_pem": emulator.public_key_pem(),
        "ca_pem": emulator.ca_pem(),
        "unix_millis": emulator.business_time(),
    }))
}

pub(super) async fn reset(Running(emulator): Running) -> Response {
    emulator.reset().await;
    done()
}

pub(super) async fn clock(Running(emulator): Running) -> Response {
    answer(&json!({ "unix_millis": emulator.business_time() }))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Advance {
    millis: u64,
}

pub(super) async fn advance(Running(emulator): Running, Json(by): Json<Advance>) -> Response {
    if by.millis > MAX_ADVANCE {
        let error = format!("`millis`: is more than {MAX_ADVANCE}, which are ten years");
        return Problem::invalid(error, "advance by less").into_response();
    }
    emulator.advance(Duration::from_millis(by.millis)).await;
    answer(&json!({ "unix_millis": emulator.business_time() }))
}

/// Beyond some thousand years a moment couldn't be written as a date.
const MAX_ADVANCE: u64 = 10 * 365 * 24 * 60 * 60 * 1000;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct PlatformKey {
    key_id: String,
    private_key_pem: String,
}

pub(super) async fn rotate(
    Running(emulator): Running,
    Json(key): Json<PlatformKey>,
) -> Result<Response, Problem> {
    let signer = SigningKey::from_bytes(key.key_id, key.private_key_pem).map_err(|error| {
        let field = if error.is_field() { "key_id" } else { "private_key_pem" };
        Problem::invalid(format!("`{field}`: {error}"), "give an id and an RSA private key as PEM")
    })?;
    emulator.rotate(Arc::new(signer)).map_err(|error| {
        Problem::invalid(format!("`private_key_pem`: {}", error.cause()), "make a key that nobody else has")
    })?;
    Ok(answer(&json!({ "key_id": emulator.key_id(), "public_key_pem": emulator.public_key_pem() })))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Accepting {
    accepting: bool,
}

pub(super) async fn set_accepting(Running(emulator): Running, Json(wanted): Json<Accepting>) -> Response {
    emulator.set_accepting(wanted.accepting);
    done()
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SignedNotFound {
    signed: bool,
}

pub(super) async fn set_signed_not_found(
    Running(emulator): Running,
    Json(wanted): Json<SignedNotFound>,
) -> Response {
    emulator.set_signed_not_found(wanted.signed);
    done()
}

/// Beside the async threads: a large state takes its time to write.
pub(super) async fn save_state(Running(emulator): Running) -> Result<Response, Problem> {
    let saved = tokio::task::spawn_blocking(move || emulator.save_state()).await;
    let saved = saved.map_err(|error| Problem::defect(&error.to_string()))?;
    saved.map_err(|error| {
        let fix = "start with a state folder (--state-dir) that can be written";
        Problem::conflict(format!("{error}: {}", error.cause()), fix)
    })?;
    Ok(done())
}
