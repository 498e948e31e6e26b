//! The service: the inner one's readiness is waited for inside the deadline, too, so that a queue below is covered.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Request;
use tokio::time::Instant;
use tower::{Service, ServiceExt};

use super::DeadlineLayer;
use crate::error::Ended;
use crate::{CallContext, Effect, Error};

/// A service whose calls end in time, with an answer or with an error that says which deadline it was; made by
/// [`DeadlineLayer`].
#[derive(Debug, Clone, Copy)]
pub struct Deadline<S> {
    inner: S,
    with: DeadlineLayer,
}

impl<S> Deadline<S> {
    pub(super) const fn new(inner: S, with: DeadlineLayer) -> Self {
        Self { inner, with }
    }
}

impl<S, B> Service<Request<B>> for Deadline<S>
where
    S: Service<Request<B>, Error = Error> + Clone + Send + 'static,
    S::Future: Send + 'static,
    B: Send + 'static,
{
    type Response = S::Response;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        let inner = self.inner.clone();
        let context = CallContext::kept_in(&mut request);
        let Some(limit) = limit(self.with, &context) else { return Box::pin(inner.oneshot(request)) };
        let end = Instant::now().checked_add(limit);
        let context = match self.with.which {
            Ended::Attempt => context,
            Ended::Operation => match CallContext::begun_in(&mut request, end) {
                Some(begun) => begun,
                None => {
                    let error = Error::handed_on_twice(context.effect());
                    return Box::pin(async move { Err(error) });
                }
            },
        };
        let which = self.with.which;
        Box::pin(async move {
            let Some(end) = end else { return inner.oneshot(request).await };
            let answer = tokio::time::timeout_at(end, inner.oneshot(request)).await;
            answer.unwrap_or_else(|_| Err(Error::deadline(which, limit, &context)))
        })
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
    use tower::{Layer, service_fn};

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
