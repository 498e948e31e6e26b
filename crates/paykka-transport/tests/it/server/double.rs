//! The same answers without sockets: a service for the bottom of a stack, which keeps what it was given.

use std::convert::Infallible;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use paykka_transport::SentBody;
use tower::Service;

use super::{Received, Reply};

/// Clones share what they were given.
#[derive(Clone)]
pub(crate) struct Double {
    answering: Arc<dyn Fn(&Received) -> Reply + Send + Sync>,
    received: Arc<Mutex<Vec<Received>>>,
}

impl Double {
    pub(crate) fn new(answering: impl Fn(&Received) -> Reply + Send + Sync + 'static) -> Self {
        Self { answering: Arc::new(answering), received: Arc::default() }
    }

    pub(crate) fn received(&self) -> Vec<Received> {
        self.received.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }
}

impl Service<Request<SentBody>> for Double {
    type Response = Response<Full<Bytes>>;
    type Error = Infallible;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, Infallible>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Infallible>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<SentBody>) -> Self::Future {
        let this = self.clone();
        Box::pin(async move {
            let (head, body) = request.into_parts();
            let headers = head.headers.iter();
            let headers = headers
                .map(|(name, value)| (name.as_str().to_owned(), value.to_str().unwrap().to_owned()))
                .collect();
            let body = body.collect().await.unwrap().to_bytes().to_vec();
            let received = Received { path: head.uri.path().to_owned(), headers, body };
            this.received.lock().unwrap_or_else(PoisonError::into_inner).push(received.clone());
            Ok((this.answering)(&received).response())
        })
    }
}
