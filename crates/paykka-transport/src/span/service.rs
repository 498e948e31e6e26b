//! The service: opens a span, records how the call ended, and counts it.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use http::Request;
use pin_project_lite::pin_project;
use tower::Service;
use tracing::field::Empty;
use tracing::instrument::Instrumented;
use tracing::{Instrument, Span};

use super::layer::{SpanLayer, Which};
use crate::{Answer, CallContext, Effect, Error, metrics};

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
{
    type Response = Answer;
    type Error = Error;
    type Future = TracedFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let context = CallContext::of(&request);
        let (which, span) = (self.with.which, self.with.span(&context));
        let answer = span.in_scope(|| self.inner.call(request));
        let seen = Seen { which, context, span: span.clone(), started: Instant::now(), is_over: false };
        TracedFuture { call: answer.instrument(span), seen }
    }
}

pin_project! {
    /// A call that can be seen; of [`Traced`].
    pub struct TracedFuture<F> {
        #[pin]
        call: Instrumented<F>,
        seen: Seen,
    }
}

impl<F> Future for TracedFuture<F>
where
    F: Future<Output = Result<Answer, Error>>,
{
    type Output = Result<Answer, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let outcome = ready!(this.call.poll(cx));
        let span = this.seen.span.clone();
        span.in_scope(|| this.seen.ended(&outcome));
        Poll::Ready(outcome)
    }
}

impl<F> fmt::Debug for TracedFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TracedFuture").finish_non_exhaustive()
    }
}

/// What is recorded of a call, also where nobody waits for its end.
struct Seen {
    which: Which,
    context: CallContext,
    span: Span,
    started: Instant,
    is_over: bool,
}

impl Seen {
    fn ended(&mut self, outcome: &Result<Answer, Error>) {
        let (status, attempts) = match outcome {
            Ok(answer) => (Some(answer.status()), answer.attempts()),
            Err(error) => (error.raw().map(crate::RawAnswer::status), error.attempts()),
        };
        if let Some(status) = status {
            self.span.record("http.status", status.as_u16());
        }
        self.record(word(outcome), attempts, unknown(outcome));
    }

    fn record(&mut self, word: &'static str, attempts: u32, is_unknown: bool) {
        self.is_over = true;
        self.span.record("outcome", word);
        let operation = self.context.operation();
        match self.which {
            Which::Operation => {
                self.span.record("paykka.attempts", attempts);
                self.span.record("outcome_unknown", is_unknown);
                metrics::call_ended(operation, word, is_unknown, self.started);
            }
            Which::Attempt => metrics::attempt_ended(operation, word, self.started),
        }
        tracing::debug!(parent: &self.span, outcome = word, "ended");
    }
}

/// Somebody stopped waiting: a deadline outside, or the caller.
impl Drop for Seen {
    fn drop(&mut self) {
        if self.is_over {
            return;
        }
        let progress = self.context.inner_progress();
        let changes = matches!(self.context.effect(), Effect::Write | Effect::Money);
        let is_unknown = changes && (progress.is_open() || progress.reached().is_away());
        self.record("dropped", progress.number(), is_unknown);
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
                paykka.attempt = context.progress().number(),
                http.status = Empty,
                outcome = Empty,
            ),
        }
    }
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
