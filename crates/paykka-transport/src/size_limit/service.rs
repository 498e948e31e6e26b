//! The service: refuses a request that is too large before it is sent, and cuts an answer that is too large.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use tower::Service;

use super::{LimitedBody, SizeLimitLayer};
use crate::call::Reach;
use crate::error::BoxError;
use crate::{CallContext, Error};

/// Refuses requests and answers over a limit; made by [`SizeLimitLayer`]. A request's size is what its body says of itself; one
/// that doesn't say can't be judged and is sent.
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

impl<S, A, B> Service<Request<A>> for SizeLimit<S>
where
    S: Service<Request<A>, Response = Response<B>>,
    S::Error: Into<BoxError>,
    S::Future: Send + 'static,
    A: Body,
    B: Body<Data = Bytes> + Send + 'static,
{
    type Response = Response<LimitedBody<B>>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx).map_err(Error::from_below)
    }

    fn call(&mut self, request: Request<A>) -> Self::Future {
        let SizeLimitLayer { request: most, answer } = self.with;
        if request.body().size_hint().lower() > most {
            CallContext::of(&request).progress().set(Reach::Here);
            return Box::pin(std::future::ready(Err(Error::request_too_large(most))));
        }
        let response = self.inner.call(request);
        Box::pin(async move {
            let response = response.await.map_err(Error::from_below)?;
            Ok(response.map(|body| LimitedBody::new(body, answer)))
        })
    }
}
