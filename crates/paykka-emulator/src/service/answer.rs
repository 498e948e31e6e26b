//! What is said and how it is written: signed like the platform's, or unsigned with a reason beside it.

use std::io::{self, Write as _};
use std::pin::Pin;
use std::task::{Context, Poll};

use axum::body::Body;
use axum::response::Response;
use bytes::Bytes;
use flate2::Compression;
use flate2::write::GzEncoder;
use http::header::{AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE, RETRY_AFTER};
use http::{HeaderName, HeaderValue, StatusCode};
use http_body::{Frame, SizeHint};
use paykka_model::{ApiError, RetCode};

use crate::faults::{Fault, FaultSet};
use crate::reason::Reason;
use crate::server::Reset;
use crate::world::Failure;

/// A status and one JSON text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Reply {
    pub(super) status: StatusCode,
    pub(super) body: Bytes,
}

impl Reply {
    /// The HTTP status follows from the code (I).
    pub(super) fn failure(failure: Failure) -> Self {
        let status = match failure.ret_code {
            RetCode::NotFound => StatusCode::NOT_FOUND,
            RetCode::SignatureRefused | RetCode::Unauthorised => StatusCode::UNAUTHORIZED,
            RetCode::TooManyRequests => StatusCode::TOO_MANY_REQUESTS,
            RetCode::Unknown => StatusCode::INTERNAL_SERVER_ERROR,
            _ => StatusCode::BAD_REQUEST,
        };
        Self::error(status, failure.ret_code, failure.ret_msg)
    }

    pub(super) fn error(status: StatusCode, ret_code: RetCode, ret_msg: impl Into<String>) -> Self {
        let body = serde_json::to_vec(&ApiError { ret_code, ret_msg: Some(ret_msg.into()) });
        // Two texts always make JSON.
        Self { status, body: body.unwrap_or_default().into() }
    }

    /// An error that a fault asks for.
    pub(super) fn on_command(status: u64) -> Self {
        let status = u16::try_from(status).ok().and_then(|status| StatusCode::from_u16(status).ok());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let ret_code = match status {
            StatusCode::TOO_MANY_REQUESTS => RetCode::TooManyRequests,
            StatusCode::NOT_FOUND => RetCode::NotFound,
            // The gate's own 401 is 010100, and unsigned: who verified isn't told that he didn't.
            StatusCode::UNAUTHORIZED => RetCode::Unauthorised,
            _ if status.is_client_error() => RetCode::InvalidParameters,
            _ => RetCode::Unknown,
        };
        Self::error(status, ret_code, "an error on command")
    }

    pub(super) fn unsigned(self) -> Response {
        self.with_header(None)
    }

    /// With the value of `Authorization` that belongs to it.
    pub(super) fn with_header(self, authorization: Option<HeaderValue>) -> Response {
        let is_limited = self.status == StatusCode::TOO_MANY_REQUESTS;
        let mut response = Response::new(Body::from(self.body));
        *response.status_mut() = self.status;
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if is_limited {
            headers.insert(RETRY_AFTER, HeaderValue::from_static("1"));
        }
        if let Some(authorization) = authorization {
            headers.insert(AUTHORIZATION, authorization);
        }
        response
    }
}

/// 401 (D) with `010100` (I), unsigned (I), and a machine-readable reason that the real platform doesn't give.
pub(super) fn refused(reason: Reason) -> Response {
    let ret_msg = "signature verification failed; see X-Emulator-Reason";
    let reply = Reply::error(StatusCode::UNAUTHORIZED, RetCode::SignatureRefused, ret_msg);
    with_reason(reply.unsigned(), reason)
}

pub(super) fn with_reason(mut response: Response, reason: Reason) -> Response {
    let name = HeaderName::from_static("x-emulator-reason");
    response.headers_mut().insert(name, HeaderValue::from_static(reason.text()));
    response
}

/// As something on the way would answer, which knows nothing of the platform.
pub(super) fn html(status: StatusCode) -> Response {
    let reason = status.canonical_reason().unwrap_or_default();
    let body = format!("<html><head><title>{0}</title></head><body><h1>{0}</h1></body></html>", reason);
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("text/html"));
    response
}

/// No answer: the connection is reset.
pub(super) fn reset() -> Response {
    let mut response = Response::new(Body::empty());
    response.extensions_mut().insert(Reset);
    response
}

/// What goes wrong with an answer on its way, after it was signed.
pub(super) fn on_the_wire(reply: Reply, authorization: Option<HeaderValue>, faults: &FaultSet) -> Response {
    if faults.has(Fault::ResetAfter) {
        return reset();
    }
    let zipped = faults.has(Fault::Gzip).then(|| gzip(&reply.body)).and_then(Result::ok);
    let is_zipped = zipped.is_some();
    let body = zipped.map_or_else(|| reply.body.clone(), Bytes::from);
    let mut response = reply.with_header(authorization);
    if is_zipped {
        response.headers_mut().insert(CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    *response.body_mut() =
        if faults.has(Fault::Truncate) { Body::new(Half::of(&body)) } else { Body::from(body) };
    response
}

pub(crate) fn gzip(body: &[u8]) -> io::Result<Vec<u8>> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
    encoder.write_all(body)?;
    encoder.finish()
}

/// The first half of a body that was announced whole.
struct Half {
    half: Option<Bytes>,
    announced: u64,
    has_paused: bool,
}

impl Half {
    fn of(body: &Bytes) -> Self {
        let half = body.slice(..body.len() / 2);
        Self { half: Some(half), announced: u64::try_from(body.len()).unwrap_or(u64::MAX), has_paused: false }
    }
}

impl http_body::Body for Half {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Some(half) = self.half.take() {
            return Poll::Ready(Some(Ok(Frame::data(half))));
        }
        if !self.has_paused {
            // So that the half is written before the end is noticed.
            self.has_paused = true;
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(Some(Err(io::ErrorKind::ConnectionAborted.into())))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.announced)
    }
}
