//! The service: opens a span, records how the call ended, and counts it.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Instant;

use http::Request;
use tower::Service;
use tracing::field::Empty;
use tracing::{Instrument, Span};

use super::layer::{SpanLayer, Which};
use crate::{Answer, CallContext, Error, metrics};

/// A service whose calls can be seen; made by [`SpanLayer`].
#[derive(Debug, Clone, Copy)]
pub struct Traced<S> {
    inner: S,
    with: SpanLayer,
}

impl<S> Traced<S> {
    pub(super) const fn new(inner: S, with: SpanLayer) -> Self {
        Self { inner, with }
    }
}

impl<S, B> Service<Request<B>> for Traced<S>
where
    S: Service<Request<B>, Response = Answer, Error = Error>,
    S::Future: Send + 'static,
{
    type Response = Answer;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let context = CallContext::of(&request);
        let (which, span) = (self.with.which, self.with.span(&context));
        let answer = span.in_scope(|| self.inner.call(request));
        let started = Instant::now();
        let recorded = span.clone();
        let call = async move {
            let outcome = answer.await;
            record(&recorded, &outcome);
            match which {
                Which::Operation => {
                    metrics::call_ended(context.operation(), word(&outcome), unknown(&outcome), started);
                }
                Which::Attempt => metrics::attempt_ended(context.operation(), word(&outcome), started),
            }
            outcome
        };
        Box::pin(call.instrument(span))
    }
}

impl SpanLayer {
    fn span(self, context: &CallContext) -> Span {
        match self.which {
            Which::Operation => tracing::info_span!(
                "paykka.call",
                paykka.operation = context.operation(),
                paykka.request_id = context.request_id(),
                paykka.attempts = Empty,
                http.status = Empty,
                outcome = Empty,
                outcome_unknown = Empty,
            ),
            Which::Attempt => tracing::debug_span!(
                "paykka.attempt",
                paykka.attempt = context.progress().attempt(),
                http.status = Empty,
                outcome = Empty,
            ),
        }
    }
}

fn record(span: &Span, outcome: &Result<Answer, Error>) {
    if span.is_disabled() {
        return;
    }
    let (status, attempts) = match outcome {
        Ok(answer) => (Some(answer.status()), answer.attempts()),
        Err(error) => (error.raw().map(crate::RawAnswer::status), error.attempts()),
    };
    if let Some(status) = status {
        span.record("http.status", status.as_u16());
    }
    span.record("paykka.attempts", attempts);
    span.record("outcome", word(outcome));
    span.record("outcome_unknown", unknown(outcome));
    tracing::debug!(outcome = word(outcome), "ended");
}

fn word(outcome: &Result<Answer, Error>) -> &'static str {
    match outcome {
        Ok(answer) if answer.status().is_success() => "answered",
        Ok(_) => "refused",
        Err(error) => error.word(),
    }
}

fn unknown(outcome: &Result<Answer, Error>) -> bool {
    outcome.as_ref().map_or_else(Error::outcome_unknown, Answer::outcome_unknown)
}
