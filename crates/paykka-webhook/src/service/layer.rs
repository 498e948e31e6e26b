//! The same way for those whose handler is a tower service itself, such as an axum route with its extractors.

use std::error::Error as StdError;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use http::{Method, Request, Response};
use http_body_util::Full;
use tower_layer::Layer;
use tower_service::Service;

use super::WebhookService;
use crate::receiver::Memory;
use crate::{Ack, Claims, Delivery, Handler, Receiver, Verifier};

/// Lays verification, claims and all the rest of [`Receiver::handling`] around a service.
///
/// The service gets a new `POST` to the signed path, with the body byte for byte as it came and the
/// [`Delivery`](crate::Delivery) in its extensions; no header of the sender's. Status 2xx acknowledges; anything else, and an
/// error, is answered 503. Its own headers and body are dropped, since the sender is to learn nothing.
#[derive(Clone)]
pub struct WebhookLayer {
    verifier: Verifier,
    memory: Arc<Memory>,
}

impl WebhookLayer {
    /// A layer that hands over what `verifier` accepts, once for each claim. All services that it is laid around are one to
    /// the sender: they share the claims, and what was handled last of each object.
    #[must_use]
    pub fn new(verifier: Verifier, claims: impl Claims) -> Self {
        Self { verifier, memory: Arc::new(Memory::new(claims)) }
    }
}

impl<S, B> Layer<S> for WebhookLayer
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    S::Future: Send,
    B: Send + 'static,
{
    type Service = WebhookService;

    fn layer(&self, inner: S) -> WebhookService {
        let handler = ServiceHandler(Mutex::new(inner));
        WebhookService::new(Receiver::remembering(self.verifier.clone(), Arc::clone(&self.memory), handler))
    }
}

impl fmt::Debug for WebhookLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WebhookLayer").field("verifier", &self.verifier).finish_non_exhaustive()
    }
}

/// A service that handles. Services needn't be `Sync`, so each delivery takes a clone out of the lock.
struct ServiceHandler<S>(Mutex<S>);

impl<S, B> Handler for ServiceHandler<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<Box<dyn StdError + Send + Sync>>,
    S::Future: Send,
    B: Send + 'static,
{
    async fn handle(&self, delivery: Delivery) -> Result<Ack, Box<dyn StdError + Send + Sync>> {
        let mut service = self.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
        let raw = delivery.received().raw();
        let ack = delivery.ack();
        let request = Request::builder().method(Method::POST).uri(raw.path());
        let mut request = request.body(Full::new(raw.value().body().clone()))?;
        request.extensions_mut().insert(delivery);
        std::future::poll_fn(|context| service.poll_ready(context)).await.map_err(Into::into)?;
        let status = service.call(request).await.map_err(Into::into)?.status();
        if status.is_success() { Ok(ack) } else { Err(NotAcknowledged.into()) }
    }
}

#[derive(Debug)]
struct NotAcknowledged;

impl fmt::Display for NotAcknowledged {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the service answered with another status than 2xx")
    }
}

impl StdError for NotAcknowledged {}
