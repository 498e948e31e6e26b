//! The service: waits for the operation's turn.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::Request;
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
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, S::Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let context = CallContext::of(&request);
        if !self.with.holds_back(context.operation()) {
            return Box::pin(self.inner.call(request));
        }
        let ready = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, ready);
        let with = self.with.clone();
        Box::pin(async move {
            let reached = context.progress().reached();
            reached.set(Reach::Here);
            with.turn(context.operation()).await;
            reached.set(Reach::Away);
            inner.call(request).await
        })
    }
}

impl<S> fmt::Debug for Pace<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Pace").field("with", &self.with).finish_non_exhaustive()
    }
}
