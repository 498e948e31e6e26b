//! The future: the call, and the time at which it ends.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use pin_project_lite::pin_project;
use tokio::task::coop::{Unconstrained, unconstrained};
use tokio::time::{Instant, Sleep};
use tower::Service;
use tower::util::Oneshot;

use crate::begun::Begun;
use crate::error::Ended;
use crate::{CallContext, Error};

pin_project! {
    /// A call that ends in time; of [`Deadline`](super::Deadline).
    pub struct DeadlineFuture<S, R>
    where
        S: Service<R>,
    {
        #[pin]
        call: Begun<Waiting<S, R>>,
        until: Option<Until>,
        #[pin]
        sleep: Option<Unconstrained<Sleep>>,
    }
}

pin_project! {
    /// A call that was made, or one whose service must first be ready.
    #[project = WaitingProj]
    pub(super) enum Waiting<S, R>
    where
        S: Service<R>,
    {
        Called { #[pin] call: S::Future },
        Queued { #[pin] call: Oneshot<S, R> },
    }
}

/// Which deadline, and when.
pub(super) struct Until {
    pub(super) end: Instant,
    pub(super) limit: Duration,
    pub(super) which: Ended,
    pub(super) context: CallContext,
}

impl<S, R> DeadlineFuture<S, R>
where
    S: Service<R>,
{
    pub(super) const fn new(call: Begun<Waiting<S, R>>, until: Option<Until>) -> Self {
        Self { call, until, sleep: None }
    }
}

impl<S, R> Future for DeadlineFuture<S, R>
where
    S: Service<R, Error = Error>,
{
    type Output = Result<S::Response, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let mut this = self.project();
        if let Poll::Ready(outcome) = this.call.poll(cx) {
            return Poll::Ready(outcome);
        }
        let Some(until) = this.until else { return Poll::Pending };
        if this.sleep.is_none() {
            // A call that uses up the task's budget each time that it is polled mustn't outlive its deadline for that.
            this.sleep.set(Some(unconstrained(tokio::time::sleep_until(until.end))));
        }
        let Some(sleep) = this.sleep.as_pin_mut() else { return Poll::Pending };
        ready!(sleep.poll(cx));
        Poll::Ready(Err(Error::deadline(until.which, until.limit, &until.context)))
    }
}

impl<S, R> Future for Waiting<S, R>
where
    S: Service<R>,
{
    type Output = Result<S::Response, S::Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match self.project() {
            WaitingProj::Called { call } => call.poll(cx),
            WaitingProj::Queued { call } => call.poll(cx),
        }
    }
}

impl<S, R> fmt::Debug for DeadlineFuture<S, R>
where
    S: Service<R>,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DeadlineFuture").finish_non_exhaustive()
    }
}
