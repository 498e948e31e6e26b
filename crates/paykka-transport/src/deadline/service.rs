//! The service: the inner one's readiness is waited for inside the deadline, too, so that a queue below is covered.

use std::task::{Context, Poll};
use std::time::Duration;

use http::Request;
use tokio::time::Instant;
use tower::Service;
use tower::util::Oneshot;

use super::DeadlineLayer;
use super::future::{DeadlineFuture, Until, Waiting};
use crate::begun::Begun;
use crate::error::Ended;
use crate::{CallContext, Effect, Error};

/// A service whose calls end in time, with an answer or with an error that says which deadline it was; made by
/// [`DeadlineLayer`].
#[derive(Debug)]
pub struct Deadline<S> {
    inner: S,
    with: DeadlineLayer,
    /// Whether the inner service was found ready and hasn't been called since.
    is_ready: bool,
}

impl<S> Deadline<S> {
    pub(super) const fn new(inner: S, with: DeadlineLayer) -> Self {
        Self { inner, with, is_ready: false }
    }
}

/// What one clone was promised, another wasn't.
impl<S: Clone> Clone for Deadline<S> {
    fn clone(&self) -> Self {
        Self::new(self.inner.clone(), self.with)
    }
}

impl<S, B> Service<Request<B>> for Deadline<S>
where
    S: Service<Request<B>, Error = Error> + Clone,
{
    type Response = S::Response;
    type Error = Error;
    type Future = DeadlineFuture<S, Request<B>>;

    /// Ready at once: a call that has to wait does so inside its deadline.
    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.is_ready = self.inner.poll_ready(cx)?.is_ready();
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let context = CallContext::kept_in(&mut request);
        let limit = limit(self.with, &context);
        let end = limit.and_then(|limit| Instant::now().checked_add(limit));
        let context = match (self.with.which, limit) {
            (Ended::Operation, Some(_)) => match CallContext::begun_in(&mut request, end) {
                Some(begun) => begun,
                None => {
                    let error = Error::handed_on_twice(context.effect());
                    return DeadlineFuture::new(Begun::refused(error), None);
                }
            },
            _ => context,
        };
        // Who was found ready makes the call. Where it wasn't, the one that was asked waits on: it may stand in a line, and left
        // behind here, where nobody polls it, it would be given the place that the call waits for.
        let call = if std::mem::take(&mut self.is_ready) {
            Waiting::Called { call: self.inner.call(request) }
        } else {
            let fresh = self.inner.clone();
            Waiting::Queued { call: Oneshot::new(std::mem::replace(&mut self.inner, fresh), request) }
        };
        let which = self.with.which;
        let until = limit.zip(end).map(|(limit, end)| Until { end, limit, which, context });
        DeadlineFuture::new(Begun::handed_on(call), until)
    }
}

fn limit(with: DeadlineLayer, context: &CallContext) -> Option<Duration> {
    match with.which {
        Ended::Operation => Some(context.timeout().unwrap_or(with.limit)),
        Ended::Attempt => matches!(context.effect(), Effect::Read | Effect::Spare).then_some(with.limit),
    }
}

#[cfg(test)]
mod tests {
    use tower::{Layer, ServiceExt, service_fn};

    use super::*;
    use crate::Call;

    fn never(_: Request<crate::Payload>) -> std::future::Pending<Result<(), Error>> {
        std::future::pending()
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_that_never_ends_is_ended_by_the_deadline_that_is_named() {
        let call = Call::new("/p").effect(Effect::Read);
        let operation = DeadlineLayer::operation(Duration::from_secs(30)).layer(service_fn(never));
        let error = operation.oneshot(call.clone().request("{}").unwrap()).await.unwrap_err();
        assert!(error.may_have_been_executed(), "nobody below says that nothing was sent");
        assert!(
            error.is_timeout()
                && error.to_string().contains("operation")
                && error.to_string().contains("30s")
        );
        let attempt = DeadlineLayer::attempt(Duration::from_secs(10)).layer(service_fn(never));
        let error = attempt.oneshot(call.request("{}").unwrap()).await.unwrap_err();
        assert!(error.is_timeout() && error.to_string().contains("attempt"), "{error}");
    }

    #[tokio::test(start_paused = true)]
    async fn a_call_brings_its_own_limit_and_money_has_no_attempt_deadline() {
        let start = Instant::now();
        let both = DeadlineLayer::operation(Duration::from_secs(30))
            .layer(DeadlineLayer::attempt(Duration::from_secs(1)).layer(service_fn(never)));
        let call = Call::new("/p").timeout(Duration::from_secs(5));
        let error = both.oneshot(call.request("{}").unwrap()).await.unwrap_err();
        assert!(error.to_string().contains("operation"), "{error}");
        assert_eq!(start.elapsed(), Duration::from_secs(5));
    }

    #[tokio::test(start_paused = true)]
    async fn waiting_for_a_free_place_counts() {
        let full = tower::limit::ConcurrencyLimitLayer::new(0).layer(service_fn(never));
        let service = DeadlineLayer::operation(Duration::from_secs(3)).layer(full);
        let request = Call::new("/p").request("{}").unwrap();
        CallContext::of(&request).progress().reached().set(crate::call::Reach::Here);
        let error = service.oneshot(request).await.unwrap_err();
        assert!(error.is_timeout() && !error.may_have_been_executed(), "{error}");
    }
}
