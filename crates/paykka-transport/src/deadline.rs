//! The operation deadline. It stands outside everything, so that it covers connecting, sending, the answer's head and
//! its body: a timeout that ends at the headers is how calls hang for hours.

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use tower::{Layer, Service};

use crate::Error;

/// Ends calls of the inner service after a time; see [`Deadline`].
#[derive(Debug, Clone, Copy)]
pub struct DeadlineLayer(Duration);

impl DeadlineLayer {
    /// Each call gets `limit` from its start to the end of its answer.
    #[must_use]
    pub const fn new(limit: Duration) -> Self {
        Self(limit)
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Deadline<S> {
        Deadline { inner, limit: self.0 }
    }
}

/// A service whose calls end in time, with an answer or with an error that says so.
#[derive(Debug, Clone, Copy)]
pub struct Deadline<S> {
    inner: S,
    limit: Duration,
}

impl<S, Request> Service<Request> for Deadline<S>
where
    S: Service<Request, Error = Error>,
    S::Future: Send + 'static,
{
    type Response = S::Response;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<S::Response, Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: Request) -> Self::Future {
        let limit = self.limit;
        let answer = self.inner.call(request);
        Box::pin(async move {
            tokio::time::timeout(limit, answer).await.unwrap_or_else(|_| Err(Error::deadline(limit)))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_call_that_never_ends_is_ended() {
        let never = tower::service_fn(|(): ()| std::future::pending::<Result<(), Error>>());
        let error = DeadlineLayer::new(Duration::from_secs(30)).layer(never).call(()).await.unwrap_err();
        assert!(error.is_timeout() && error.may_have_been_executed());
        assert!(error.to_string().contains("30s"));
    }
}
