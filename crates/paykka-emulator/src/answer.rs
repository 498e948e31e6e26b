//! Answers: signed like the platform's, or, for a request that failed verification, unsigned with a reason beside it.

use std::time::SystemTime;

use bytes::Bytes;
use http::header::{AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderName, HeaderValue, Response, StatusCode};
use http_body_util::Full;
use paykka_model::{ApiError, RetCode};
use paykka_sign::{Authorization, Nonce, Parts, Signer, Timestamp, authorize};
use serde::Serialize;

/// What an operation says: a status and one JSON text.
pub(crate) struct Outcome {
    status: StatusCode,
    body: Bytes,
}

impl Outcome {
    pub(crate) fn success(value: &impl Serialize) -> Self {
        Self::json(StatusCode::OK, value)
    }

    /// The HTTP status follows from the code (I).
    pub(crate) fn failure(ret_code: RetCode, ret_msg: &str) -> Self {
        let status = match ret_code {
            RetCode::NotFound => StatusCode::NOT_FOUND,
            RetCode::SignatureRefused | RetCode::Unauthorised => StatusCode::UNAUTHORIZED,
            RetCode::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            RetCode::Unknown => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Self::json(status, &ApiError { ret_code, ret_msg: Some(ret_msg.to_owned()) })
    }

    /// Signed over the request's path and merchant (I) and the bytes that are sent.
    pub(crate) async fn signed(
        self,
        key: &dyn Signer,
        path: &str,
        merchant: Option<&str>,
    ) -> Response<Full<Bytes>> {
        let parts = Parts { path, merchant, body: &self.body };
        match stamp(key, &parts).await.and_then(|signed| HeaderValue::try_from(signed.to_header()).ok()) {
            Some(header) => {
                let mut response = self.unsigned();
                response.headers_mut().insert(AUTHORIZATION, header);
                response
            }
            // No randomness, or a signer elsewhere that failed; an unsigned 500 claims nothing.
            None => Self::failure(RetCode::Unknown, "the emulator can't sign").unsigned(),
        }
    }

    pub(crate) fn unsigned(self) -> Response<Full<Bytes>> {
        let mut response = Response::new(Full::new(self.body));
        *response.status_mut() = self.status;
        response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        response
    }

    fn json(status: StatusCode, value: &impl Serialize) -> Self {
        match serde_json::to_vec(value) {
            Ok(body) => Self { status, body: Bytes::from(body) },
            Err(_) => Self { status: StatusCode::INTERNAL_SERVER_ERROR, body: Bytes::new() },
        }
    }
}

/// 401 (D) with `010100` (I), unsigned (I), and a machine-readable reason that the real platform doesn't give.
pub(crate) fn refused(reason: &'static str) -> Response<Full<Bytes>> {
    let mut response =
        Outcome::failure(RetCode::SignatureRefused, "signature verification failed").unsigned();
    response
        .headers_mut()
        .insert(HeaderName::from_static("x-emulator-reason"), HeaderValue::from_static(reason));
    response
}

/// Signs with this moment and a fresh nonce; `None` where the operating system gives no randomness.
pub(crate) async fn stamp<B: AsRef<[u8]>>(key: &dyn Signer, parts: &Parts<'_, B>) -> Option<Authorization> {
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy).ok()?;
    let now = Timestamp::try_from(SystemTime::now()).ok()?;
    authorize(key, parts, now, &Nonce::from_entropy(entropy)).await.ok()
}
