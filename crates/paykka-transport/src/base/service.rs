//! The service: gives each request its address. The path stays byte for byte what it was.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use http::header::Entry;
use http::uri::{Parts, PathAndQuery};
use http::{Request, Uri};
use pin_project_lite::pin_project;
use tower::Service;

use super::BaseLayer;
use super::layer::Target;
use crate::Error;
use crate::begun::Begun;
use crate::error::BoxError;

/// Sends requests to one base URL; made by [`BaseLayer`]. A request that names another host is refused.
#[derive(Clone)]
pub struct Base<S> {
    inner: S,
    with: BaseLayer,
}

impl<S> Base<S> {
    pub(super) const fn new(inner: S, with: BaseLayer) -> Self {
        Self { inner, with }
    }
}

impl<S, B> Service<Request<B>> for Base<S>
where
    S: Service<Request<B>>,
    S::Error: Into<BoxError>,
{
    type Response = S::Response;
    type Error = Error;
    type Future = BaseFuture<S::Future>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx).map_err(Error::from_below)
    }

    fn call(&mut self, mut request: Request<B>) -> Self::Future {
        match address(request.uri(), &self.with.0) {
            Ok(uri) => *request.uri_mut() = uri,
            Err(error) => return BaseFuture { call: Begun::refused(error) },
        }
        for (name, value) in &self.with.0.headers {
            if let Entry::Vacant(vacant) = request.headers_mut().entry(name) {
                vacant.insert(value.clone());
            }
        }
        BaseFuture { call: Begun::handed_on(self.inner.call(request)) }
    }
}

pin_project! {
    /// A call that goes to the base URL, or nowhere; of [`Base`].
    pub struct BaseFuture<F> {
        #[pin]
        call: Begun<F>,
    }
}

impl<F, T, E> Future for BaseFuture<F>
where
    F: Future<Output = Result<T, E>>,
    E: Into<BoxError>,
{
    type Output = Result<T, Error>;

    fn poll(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.project().call.poll(cx)
    }
}

impl<F> fmt::Debug for BaseFuture<F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BaseFuture").finish_non_exhaustive()
    }
}

impl<S> fmt::Debug for Base<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Base").field("with", &self.with).finish_non_exhaustive()
    }
}

fn address(uri: &Uri, base: &Target) -> Result<Uri, Error> {
    if uri.authority().is_some_and(|authority| *authority != base.authority) {
        return Err(Error::config(
            "the request names another host than the configured one",
            "leave the host out; a signed request goes to nobody else",
        ));
    }
    let mut parts = Parts::default();
    (parts.scheme, parts.authority) = (Some(base.scheme.clone()), Some(base.authority.clone()));
    let path = uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    let path = if base.prefix.is_empty() {
        Ok(path)
    } else {
        PathAndQuery::try_from(format!("{}{path}", base.prefix)).map_err(BoxError::from)
    };
    let address = path.and_then(|path| {
        parts.path_and_query = Some(path);
        Uri::from_parts(parts).map_err(BoxError::from)
    });
    address.map_err(|error| {
        Error::config_because("base URL and path don't make a URL", "correct the path", error)
    })
}
