//! The service: refuses a request that is too large before it is sent, and cuts an answer that is too large.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower::Service;

use super::{LimitedBody, SizeLimitLayer};
use crate::error::BoxError;
use crate::{Error, SentBody};

/// Refuses requests and answers over a limit; made by [`SizeLimitLayer`]. A request whose body says how long it is isn't sent at
/// all; one that doesn't say is cut where it goes beyond, which breaks the connection.
#[derive(Debug, Clone, Copy)]
pub struct SizeLimit<S> {
    inner: S,
    with: SizeLimitLayer,
}

impl<S> SizeLimit<S> {
    pub(super) const fn new(inner: S, with: SizeLimitLayer) -> Self {
        Self { inner, with }
    }
}

impl<S, B> Service<Request<SentBody>> for SizeLimit<S>
where
    S: Service<Request<SentBody>, Response = Response<B>>,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    B: Body<Data = Bytes> + Send + 'static,
{
    type Response = Response<LimitedBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx).map_err(Error::from_below)
    }

    fn call(&mut self, request: Request<SentBody>) -> Self::Future {
        let SizeLimitLayer { request: most, answer } = self.with;
        if request.body().size_hint().lower() > most {
            return Box::pin(std::future::ready(Err(Error::request_too_large(most))));
        }
        let response = self.inner.call(request.map(|body| body.limited(most)));
        Box::pin(async move {
            let response = response.await.map_err(Error::from_below)?;
            Ok(response.map(|body| LimitedBody::new(body, answer)))
        })
    }
}
