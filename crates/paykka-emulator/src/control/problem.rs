//! What the control port answers where it can't do as it was told: what is wrong, and how to mend it.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use http::header::{CONTENT_TYPE, WWW_AUTHENTICATE};
use serde_json::json;

/// An error of the control port.
#[derive(Debug)]
pub(super) struct Problem {
    status: StatusCode,
    error: String,
    fix: String,
}

impl Problem {
    /// 400: the request says something that can't be meant. `error` begins with the field.
    pub(super) fn invalid(error: impl Into<String>, fix: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, error, fix)
    }

    /// 401; the same whatever was asked for.
    pub(super) fn no_token() -> Self {
        let fix = "send `Authorization: Bearer TOKEN` with the token that the emulator told at its start";
        Self::new(StatusCode::UNAUTHORIZED, "the control token is missing or wrong", fix)
    }

    /// 403: by a way that only a page in a browser takes.
    pub(super) fn forbidden(error: &str, fix: &str) -> Self {
        Self::new(StatusCode::FORBIDDEN, error, fix)
    }

    /// 404: there is no such object, or no such path.
    pub(super) fn not_found(error: impl Into<String>, fix: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, error, fix)
    }

    /// 405.
    pub(super) fn method(fix: &str) -> Self {
        Self::new(StatusCode::METHOD_NOT_ALLOWED, "this path has other methods", fix)
    }

    /// 408.
    pub(super) fn too_slow() -> Self {
        Self::new(StatusCode::REQUEST_TIMEOUT, "the body took too long", "send it at once")
    }

    /// 409: the emulator's state doesn't allow it.
    pub(super) fn conflict(error: impl Into<String>, fix: &str) -> Self {
        Self::new(StatusCode::CONFLICT, error, fix)
    }

    /// 413.
    pub(super) fn too_long(limit: usize) -> Self {
        let error = format!("the body has more than {limit} bytes");
        Self::new(StatusCode::PAYLOAD_TOO_LARGE, error, "send one request for each thing")
    }

    /// 500.
    pub(super) fn defect(error: &str) -> Self {
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, error, "report it: this is a defect of the emulator")
    }

    /// 503.
    pub(super) fn ending() -> Self {
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "the emulator is ending", "start another one")
    }

    fn new(status: StatusCode, error: impl Into<String>, fix: impl Into<String>) -> Self {
        Self { status, error: error.into(), fix: fix.into() }
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let body = json!({ "error": self.error, "fix": self.fix }).to_string();
        let mut response = (self.status, [(CONTENT_TYPE, "application/json")], body).into_response();
        if self.status == StatusCode::UNAUTHORIZED {
            response.headers_mut().insert(WWW_AUTHENTICATE, http::HeaderValue::from_static("Bearer"));
        }
        response
    }
}
