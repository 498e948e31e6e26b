//! The service: waits for the operation's turn.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Request;
use pin_project_lite::pin_project;
use tower::Service;

use super::PaceLayer;
use crate::CallContext;
use crate::call::Reach;

/// Holds calls back until their operation's turn; made by [`PaceLayer`](crate::PaceLayer). Stands inside the retries, since each
/// attempt counts, and inside the operation's deadline, which bounds the wait.
#[derive(Clone)]
pub struct Pace<S> {
    inner: S,
    with: PaceLayer,
}

impl<S> Pace<S> {
    pub(super) const fn new(inner: S, with: PaceLayer) -> Self {
        Self { inner, with }
    }
}

impl<S, B> Service<Request<B>> for Pace<S>
where
    S: Service<Request<B>> + Clone + Send + 'static,
    S::Future: Send,
    B: Send + 'static,
{
    type Response = S::Response;
    type Error = S::Error;
    type Future = PaceFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let context = CallContext::of(&request);
        if !self.with.holds_back(context.operation()) {
            return PaceFuture { state: State::AtOnce { call: self.inner.call(request) } };
        }
        let ready = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, ready);
        let with = self.with.clone();
        let call = Box::pin(async move {
            let reached = context.progress().reached();
            reached.set(Reach::Here);
            with.turn(context.operation()).await;
            reached.set(Reach::Away);
            inner.call(request).await
        });
        PaceFuture { state: State::InTurn { call } }
    }
}

impl<S> fmt::Debug for Pace<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace").field("with", &self.with).finish_non_exhaustive()
    }
}

pin_project! {
    /// A call, and before it the wait for its turn; of [`Pace`].
    pub struct PaceFuture<F>
    where
        F: Future,
    {
        #[pin]
        state: State<F>,
    }
}

pin_project! {
    #[project = StateProj]
    enum State<F>
    where
        F: Future,
    {
        AtOnce { #[pin] call: F },
        InTurn { call: Pin<Box<dyn Future<Output = F::Output> + Send>> },
    }
}

impl<F> Future for PaceFuture<F>
where
    F: Future,
{
    type Output = F::Output;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<F::Output> {
        match self.project().state.project() {
            StateProj::AtOnce { call } => call.poll(cx),
            StateProj::InTurn { call } => call.as_mut().poll(cx),
        }
    }
}

impl<F> fmt::Debug for PaceFuture<F>
where
    F: Future,
{
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaceFuture").finish_non_exhaustive()
    }
}
