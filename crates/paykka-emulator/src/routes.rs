//! From the operation table to routes: each call of the table is served at its path, behind the gate.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use axum::Router;
use axum::extract::DefaultBodyLimit;
use axum::routing::post;
use bytes::Bytes;
use http::{HeaderMap, Response, Uri};
use http_body_util::Full;
use paykka_model::{
    BalanceInquiry, OPERATIONS, Operation, OperationInfo, PaymentApply, PaymentInquiry, RetCode, Role, decode,
};
use paykka_sign::{Signer, Verified};
use tokio::sync::mpsc;

use crate::answer::{Outcome, refused};
use crate::gate::Gate;
use crate::platform::Platform;

/// What all connections share.
pub(crate) struct State {
    pub(crate) key: Arc<dyn Signer>,
    pub(crate) gate: Gate,
    pub(crate) platform: Mutex<Platform>,
    /// Payments (merchant, number) that wait for their end.
    pub(crate) applied: mpsc::UnboundedSender<(String, String)>,
}

impl State {
    /// A panic elsewhere leaves the platform as it was between two steps, so a poisoned lock is taken all the same.
    pub(crate) fn platform(&self) -> MutexGuard<'_, Platform> {
        self.platform.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(crate) fn router(state: &Arc<State>) -> Router {
    let mut router = Router::new();
    for operation in OPERATIONS.iter().filter(|operation| operation.role == Role::Call) {
        let state = Arc::clone(state);
        let serve = move |uri: Uri, headers: HeaderMap, body: Bytes| async move {
            answer(&state, operation, &uri, &headers, body).await
        };
        router = router.route(operation.path, post(serve));
    }
    router
        .fallback(|| async { Outcome::failure(RetCode::NotFound, "no such path").unsigned() })
        .layer(DefaultBodyLimit::max(MAX_BODY_LEN))
}

/// No documented call comes near it.
const MAX_BODY_LEN: usize = 1024 * 1024;

async fn answer(
    state: &State,
    operation: &OperationInfo,
    uri: &Uri,
    headers: &HeaderMap,
    body: Bytes,
) -> Response<Full<Bytes>> {
    match state.gate.admit(operation, uri, headers, body) {
        Ok(request) => {
            let outcome = execute(state, operation, &request);
            outcome.signed(&*state.key, request.path(), request.merchant()).await
        }
        Err(reason) => {
            tracing::info!(operation = operation.name, reason, "request refused");
            refused(reason)
        }
    }
}

fn execute(state: &State, operation: &OperationInfo, request: &Verified<Bytes>) -> Outcome {
    let merchant = request.merchant().unwrap_or_default();
    let body = request.value();
    if operation.name == BalanceInquiry::INFO.name {
        with_body(body, |request| state.platform().balances(merchant, &request))
    } else if operation.name == PaymentInquiry::INFO.name {
        with_body(body, |request| state.platform().inquire(merchant, &request))
    } else if operation.name == PaymentApply::INFO.name {
        with_body(body, |request: <PaymentApply as Operation>::Request| {
            let due = (merchant.to_owned(), request.request_id.to_string());
            let (outcome, applied) = state.platform().apply(merchant, request);
            // The receiver lives as long as the emulator; without it nobody waits for the end.
            if applied && state.applied.send(due).is_err() {
                tracing::warn!("a payment was made while the emulator stops");
            }
            outcome
        })
    } else {
        Outcome::failure(RetCode::Unknown, "the emulator doesn't play this operation yet")
    }
}

fn with_body<T: serde::de::DeserializeOwned>(body: &[u8], run: impl FnOnce(T) -> Outcome) -> Outcome {
    match decode(body) {
        Ok(request) => run(request),
        Err(error) => Outcome::failure(RetCode::InvalidParameters, &error.to_string()),
    }
}
