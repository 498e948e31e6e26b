//! The tower service: reads a bounded body in bounded time, verifies, calls the handler, and answers. The answer tells
//! an attacker nothing; the log tells the operator why.

use std::convert::Infallible;
use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::header::{ALLOW, CONTENT_TYPE};
use http::{HeaderValue, Method, Request, Response, StatusCode};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use tower_service::Service;

use crate::{Received, Rejection, Verifier};

/// What is done with a verified notification. Implemented by every async function of one.
pub trait Handler: Send + Sync + 'static {
    /// Handles one notification. An error is answered with 503, so that the platform sends it again (I).
    fn handle(
        &self,
        received: Received,
    ) -> impl Future<Output = Result<(), Box<dyn StdError + Send + Sync>>> + Send;
}

impl<F, Fut, E> Handler for F
where
    F: Fn(Received) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<(), E>> + Send,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    async fn handle(&self, received: Received) -> Result<(), Box<dyn StdError + Send + Sync>> {
        self(received).await.map_err(Into::into)
    }
}

/// Answers 200 `{}` for a notification that was verified and handled (D on the VA page), and refuses all else: 401
/// unverified, 405 not a POST, 408 too slow, 413 over 1 MiB, 503 not handled.
pub struct WebhookService<H>(Arc<Inner<H>>);

impl<H: Handler> WebhookService<H> {
    /// `handler` sees verified notifications alone. One notification may come more than once.
    #[must_use]
    pub fn new(verifier: Verifier, handler: H) -> Self {
        Self(Arc::new(Inner { verifier, handler }))
    }
}

impl<H, B> Service<Request<B>> for WebhookService<H>
where
    H: Handler,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<Box<dyn StdError + Send + Sync>>,
{
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<B>) -> Self::Future {
        let inner = Arc::clone(&self.0);
        Box::pin(async move { Ok(answer(inner.receive(request).await)) })
    }
}

impl<H> Clone for WebhookService<H> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<H> fmt::Debug for WebhookService<H> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookService").field("verifier", &self.0.verifier).finish_non_exhaustive()
    }
}

/// No documented notification comes near it.
const MAX_BODY_LEN: usize = 1024 * 1024;

/// A body that takes longer isn't on its way from the platform.
const BODY_DEADLINE: Duration = Duration::from_secs(10);

struct Inner<H> {
    verifier: Verifier,
    handler: H,
}

impl<H: Handler> Inner<H> {
    async fn receive<B>(&self, request: Request<B>) -> StatusCode
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        let received = match self.verified(request).await {
            Ok(received) => received,
            Err(rejection) => {
                let why = rejection.source().map(ToString::to_string);
                tracing::warn!(reason = rejection.code(), why, "notification refused: {rejection}");
                return rejection.status();
            }
        };
        match self.handler.handle(received).await {
            Ok(()) => StatusCode::OK,
            Err(_) => {
                // The handler's own words may hold what the notification holds, so they stay with the handler.
                tracing::error!(reason = "handler", "a verified notification was not handled");
                StatusCode::SERVICE_UNAVAILABLE
            }
        }
    }

    async fn verified<B>(&self, request: Request<B>) -> Result<Received, Rejection>
    where
        B: Body<Data = Bytes>,
        B::Error: Into<Box<dyn StdError + Send + Sync>>,
    {
        if request.method() != Method::POST {
            return Err(Rejection::method());
        }
        let (head, body) = request.into_parts();
        let body = tokio::time::timeout(BODY_DEADLINE, Limited::new(body, MAX_BODY_LEN).collect())
            .await
            .map_err(|_| Rejection::too_slow())?
            .map_err(|error| {
                if error.is::<LengthLimitError>() { Rejection::too_large() } else { Rejection::interrupted() }
            })?;
        self.verifier.verify(&head.headers, body.to_bytes())
    }
}

fn answer(status: StatusCode) -> Response<Full<Bytes>> {
    let mut response = Response::new(Full::new(Bytes::from_static(b"{}")));
    *response.status_mut() = status;
    response.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    if status == StatusCode::METHOD_NOT_ALLOWED {
        response.headers_mut().insert(ALLOW, HeaderValue::from_static("POST"));
    }
    response
}
