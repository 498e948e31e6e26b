//! The service: refuses a request that is too large before it is sent, and cuts an answer that is too large.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use pin_project_lite::pin_project;
use tower::Service;

use super::{LimitedBody, SizeLimitLayer};
use crate::begun::Begun;
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
    B: Body<Data = Bytes>,
{
    type Response = Response<LimitedBody<B>>;
    type Error = Error;
    type Future = SizeLimitFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx).map_err(Error::from_below)
    }

    fn call(&mut self, request: Request<SentBody>) -> Self::Future {
        let SizeLimitLayer { request: most, answer } = self.with;
        if request.body().size_hint().lower() > most {
            return SizeLimitFuture { call: Begun::refused(Error::request_too_large(most)), answer };
        }
        let call = Begun::handed_on(self.inner.call(request.map(|body| body.limited(most))));
        SizeLimitFuture { call, answer }
    }
}

pin_project! {
    /// A call whose answer can't grow without end; of [`SizeLimit`].
    pub struct SizeLimitFuture<F> {
        #[pin]
        call: Begun<F>,
        answer: u64,
    }
}

impl<F, B, E> Future for SizeLimitFuture<F>
where
    F: Future<Output = Result<Response<B>, E>>,
    E: Into<BoxError>,
{
    type Output = Result<Response<LimitedBody<B>>, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = self.project();
        let response = ready!(this.call.poll(cx))?;
        Poll::Ready(Ok(response.map(|body| LimitedBody::new(body, *this.answer))))
    }
}

impl<F> fmt::Debug for SizeLimitFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SizeLimitFuture").finish_non_exhaustive()
    }
}
