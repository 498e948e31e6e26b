//! The service: stamp, sign, send, read, verify. Every call has a fresh timestamp and nonce.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body::Body;
use http_body_util::BodyExt;
use paykka_sign::{Nonce, Parts, Signer, Timestamp};
use tower::Service;

use super::layer::{Shared, SignVerifyLayer};
use super::verdict::{Asked, verdict};
use crate::call::{Reach, check_headers, check_path, check_prefix};
use crate::error::BoxError;
use crate::{Answer, CallContext, Error, Payload, RawAnswer, SentBody, SignedRequest};

/// The header that names the merchant. The signed merchant line is read from it, so that the two can't differ.
pub const MERCHANT_HEADER: HeaderName = HeaderName::from_static("x-merch-id");

/// Signs what goes in and verifies what comes back; made by [`SignVerifyLayer`](crate::SignVerifyLayer).
///
/// Gives an [`Answer`] or an [`Error`]. The inner service gets the same bytes that were signed. It reads the whole answer, so
/// put a [`SizeLimitLayer`](crate::SizeLimitLayer) below. The inner service's errors of other types than [`Error`] count as a
/// broken connection: the platform may have acted.
#[derive(Clone)]
pub struct SignVerify<S> {
    inner: S,
    with: SignVerifyLayer,
}

impl<S> SignVerify<S> {
    pub(super) const fn new(inner: S, with: SignVerifyLayer) -> Self {
        Self { inner, with }
    }
}

impl<S, B> Service<Request<Payload>> for SignVerify<S>
where
    S: Service<Request<SentBody>, Response = Response<B>> + Clone + Send + 'static,
    S::Error: Into<BoxError>,
    S::Future: Send,
    B: Body<Data = Bytes> + Send + 'static,
    B::Error: Into<BoxError>,
{
    type Response = Answer;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.inner.poll_ready(cx).map_err(Error::from_below)
    }

    fn call(&mut self, request: Request<Payload>) -> Self::Future {
        // The clone that was polled ready makes the call; the fresh one takes its place.
        let ready = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, ready);
        let shared = Arc::clone(&self.with.0);
        let context = CallContext::of(&request);
        let effect = context.effect();
        let answer = async move {
            let reached = context.progress().reached();
            reached.set(Reach::Here);
            // One ring and one signer for the whole call, looked at before anything is sent: they may have been swapped since
            // the build.
            let (ring, signer) = (shared.platform.load(), shared.signer.load());
            check_ring(&ring, &*signer, &shared)?;
            let (request, signed, started) = sign(request, signer, &shared).await?;
            if let Some(asked) = context.before_send() {
                let attempt = context.progress().number();
                asked.before_send(&signed, attempt).await.map_err(Error::held_back)?;
            }
            reached.set(Reach::Away);
            let response = inner.call(request).await.map_err(Error::from_below);
            let response = response.map_err(|error| error.unless_it_left(&reached))?;
            let raw = read(response).await.map_err(|error| error.unless_it_left(&reached))?;
            let (operation, effect) = (context.operation(), context.effect());
            verdict(raw, Asked { signed, started, operation, effect }, ring, shared).await
        };
        Box::pin(async move { answer.await.map_err(|error: Error| error.of(effect)) })
    }
}

impl<S> fmt::Debug for SignVerify<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignVerify").field("with", &self.with).finish_non_exhaustive()
    }
}

fn check_ring(ring: &paykka_sign::KeyRing, signer: &dyn Signer, shared: &Shared) -> Result<(), Error> {
    if ring.is_for_loopback() {
        return if shared.is_loopback { Ok(()) } else { Err(Error::loopback_ring()) };
    }
    if ring.holds(signer.verifying_key()) { Err(Error::own_key()) } else { Ok(()) }
}

async fn sign(
    request: Request<Payload>,
    signer: Arc<dyn Signer>,
    shared: &Shared,
) -> Result<(Request<SentBody>, SignedRequest, Timestamp), Error> {
    let settings = &shared.settings;
    let (mut head, payload) = request.into_parts();
    if head.uri.query().is_some() {
        return Err(Error::config(
            "the request's path has a query, which no signature covers",
            "leave it out",
        ));
    }
    check_path(head.uri.path())?;
    check_prefix(&settings.signed_prefix)?;
    check_headers(&head.headers)?;
    let path = [&settings.signed_prefix, head.uri.path()].concat();
    let merchant = merchant_of(&head.headers)?;
    let body = payload.signed().clone();
    let parts = Parts { path: &path, merchant: merchant.as_deref(), body: body.clone() };
    let nonce = Nonce::from_entropy((settings.entropy)()?);
    let now = settings.now().map_err(Error::sign)?;
    let authorization = shared.workers.sign(signer, parts, now, nonce).await.map_err(Error::sign)?;
    let mut value = HeaderValue::try_from(authorization.to_header())
        .map_err(|error| Error::config_because("the signature doesn't fit a header", "report this", error))?;
    value.set_sensitive(true);
    // Once for these three and those of the base URL.
    head.headers.reserve(4);
    head.headers.insert(AUTHORIZATION, value);
    head.headers.insert(CONTENT_TYPE, payload.content_type());
    head.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let sent = payload.open()?;
    Ok((Request::from_parts(head, sent), SignedRequest { path, merchant, body, authorization }, now))
}

async fn read<B>(response: Response<B>) -> Result<RawAnswer, Error>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let (head, body) = response.into_parts();
    let body = body.collect().await.map_err(Error::from_below)?;
    Ok(RawAnswer { status: head.status, headers: head.headers, body: body.to_bytes() })
}

fn merchant_of(headers: &HeaderMap) -> Result<Option<String>, Error> {
    let mut values = headers.get_all(MERCHANT_HEADER).iter();
    let merchant =
        values.next().map(|value| value.to_str().map(str::to_owned)).transpose().map_err(|error| {
            Error::config_because("X-Merch-Id isn't visible ASCII", "give the merchant number", error)
        })?;
    match values.next() {
        None => Ok(merchant),
        Some(_) => Err(Error::config("X-Merch-Id stands there twice", "send it once")),
    }
}
