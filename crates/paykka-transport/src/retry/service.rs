//! The service: one attempt after another, each signed afresh below, until the table, the number, the deadline or the budget
//! says stop.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Request;
use tokio::time::Instant;
use tower::{Service, ServiceExt};

use super::backoff;
use super::layer::RetryLayer;
use super::table::{Class, Judgement, judge};
use crate::answer::Attempts;
use crate::call::Reach;
use crate::{Answer, CallContext, Error, Payload, metrics};

/// Tries calls again where that is safe; made by [`RetryLayer`](crate::RetryLayer).
#[derive(Clone)]
pub struct Retry<S> {
    inner: S,
    with: RetryLayer,
}

impl<S> Retry<S> {
    pub(super) const fn new(inner: S, with: RetryLayer) -> Self {
        Self { inner, with }
    }
}

impl<S> Service<Request<Payload>> for Retry<S>
where
    S: Service<Request<Payload>, Response = Answer, Error = Error> + Clone + Send + 'static,
    S::Future: Send,
{
    type Response = Answer;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Payload>) -> Self::Future {
        // The clone that was polled ready makes the first attempt; for each further one it is waited for anew.
        let fresh = self.inner.clone();
        let ready = std::mem::replace(&mut self.inner, fresh);
        let context = CallContext::kept_in(&mut request);
        let run = Run { with: self.with.clone(), context, spent: 0 };
        Box::pin(run.attempts(request, ready))
    }
}

impl<S> fmt::Debug for Retry<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Retry").field("with", &self.with).finish_non_exhaustive()
    }
}

/// One call on its way.
struct Run {
    with: RetryLayer,
    context: CallContext,
    /// What it has taken from the budget.
    spent: u32,
}

impl Run {
    async fn attempts<S>(mut self, request: Request<Payload>, mut inner: S) -> Result<Answer, Error>
    where
        S: Service<Request<Payload>, Response = Answer, Error = Error>,
    {
        let effect = self.context.effect();
        let mut attempts = Attempts::ONE;
        self.context.progress().begin_attempt(attempts.made);
        let mut outcome = inner.call(request.clone()).await;
        loop {
            let judged = judge(effect, &outcome, self.with.0.settings.repeats_writes);
            let Some(pause) = self.pause(judged, &outcome, &request, attempts) else {
                return self.end(judged, outcome, attempts);
            };
            if judged.is_open {
                attempts.is_open = true;
                self.context.progress().leave_open();
            }
            attempts.were_sent |= judged.class != Class::Unsent;
            // That attempt has ended, and the next one hasn't begun.
            self.context.progress().begin_attempt(attempts.made);
            self.context.progress().reached().set(Reach::Here);
            tokio::time::sleep(pause).await;
            attempts.made = attempts.made.saturating_add(1);
            self.context.progress().begin_attempt(attempts.made);
            outcome = match inner.ready().await {
                Ok(inner) => inner.call(request.clone()).await,
                Err(error) => Err(error),
            };
        }
    }

    /// How long to wait before the next attempt; `None` where there is none.
    fn pause(
        &mut self,
        judged: Judgement,
        outcome: &Result<Answer, Error>,
        request: &Request<Payload>,
        attempts: Attempts,
    ) -> Option<Duration> {
        let settings = &self.with.0.settings;
        let most = self.context.max_attempts().unwrap_or(settings.attempts);
        if !judged.again || attempts.made >= most || !request.body().is_repeatable() {
            return None;
        }
        let next = attempts.made.saturating_add(1);
        let random = (settings.random)();
        let pause = backoff::pause(settings.first_pause, settings.longest_pause, next, random);
        let pause = backoff::asked_for(outcome).unwrap_or_default().max(pause);
        // Waiting for a moment at which the deadline has passed would turn an answer into a timeout.
        let end = Instant::now().checked_add(pause)?;
        let is_too_late = match self.context.deadline() {
            Some(deadline) => end >= deadline,
            None => pause > LONGEST_WAIT,
        };
        if is_too_late {
            return None;
        }
        let is_timeout = outcome.as_ref().is_err_and(Error::is_timeout);
        let cost = if is_timeout { TIMEOUT_COST } else { COST };
        if !self.with.0.bucket.take(cost) {
            metrics::retry_denied(self.context.operation());
            tracing::debug!("not tried again: too many calls fail");
            return None;
        }
        self.spent = self.spent.saturating_add(cost);
        Some(pause)
    }

    fn end(
        self,
        judged: Judgement,
        outcome: Result<Answer, Error>,
        attempts: Attempts,
    ) -> Result<Answer, Error> {
        if matches!(judged.class, Class::Answered | Class::Refused) {
            self.with.0.bucket.give(self.spent);
        }
        match outcome {
            Ok(answer) => Ok(answer.ends(attempts)),
            Err(error) => Err(error.ends(self.context.effect(), attempts)),
        }
    }
}

/// For stacks without an operation deadline: no `Retry-After` is waited for longer.
const LONGEST_WAIT: Duration = Duration::from_secs(300);

const COST: u32 = 5;
const TIMEOUT_COST: u32 = 10;

#[cfg(test)]
pub(super) const COSTS: (u32, u32) = (COST, TIMEOUT_COST);
