//! The service: stamp, sign, send, read, verify. Every call has a fresh timestamp and nonce.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_ENCODING, CONTENT_TYPE};
use http::{HeaderMap, HeaderName, HeaderValue, Request, Response};
use http_body::Body;
use http_body_util::{BodyExt, Full, LengthLimitError, Limited};
use paykka_sign::{KeyRing, Nonce, Parts, Signer, Timestamp, Window, authorize};
use tower::Service;

use super::layer::{SignVerifyLayer, SignVerifySettings};
use crate::error::BoxError;
use crate::{Answer, Error, RawAnswer, SignedRequest};

/// The header that names the merchant. The signed merchant line is read from it, so that the two can't differ.
pub const MERCHANT_HEADER: HeaderName = HeaderName::from_static("x-merch-id");

/// Signs what goes in and verifies what comes back; made by [`SignVerifyLayer`](crate::SignVerifyLayer).
///
/// Takes a request whose body is whole, and gives an [`Answer`] or an [`Error`]. The inner service gets the same
/// bytes that were signed. Its errors of other types than [`Error`] count as a broken connection: the platform may have
/// acted.
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

impl<S, B> Service<Request<Bytes>> for SignVerify<S>
where
    S: Service<Request<Full<Bytes>>, Response = Response<B>> + Clone + Send + 'static,
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

    fn call(&mut self, request: Request<Bytes>) -> Self::Future {
        // The clone that was polled ready makes the call; the fresh one takes its place.
        let ready = self.inner.clone();
        let mut inner = std::mem::replace(&mut self.inner, ready);
        let SignVerifyLayer { signer, platform, settings } = self.with.clone();
        Box::pin(async move {
            // One ring for the whole call, looked at before anything is sent: it may have been swapped since the build.
            let ring = platform.load();
            if !ring.is_for_loopback() && ring.holds(signer.verifying_key()) {
                return Err(Error::own_key());
            }
            let (request, signed) = sign(request, &*signer, &settings).await?;
            let response = inner.call(request).await.map_err(Error::from_below)?;
            let raw = read(response, settings.max_answer_len).await?;
            verify(raw, signed, &ring, &settings)
        })
    }
}

impl<S> fmt::Debug for SignVerify<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignVerify").field("with", &self.with).finish_non_exhaustive()
    }
}

async fn sign(
    request: Request<Bytes>,
    signer: &dyn Signer,
    settings: &SignVerifySettings,
) -> Result<(Request<Full<Bytes>>, SignedRequest), Error> {
    let (mut head, body) = request.into_parts();
    if head.uri.query().is_some() {
        return Err(Error::config(
            "the request's path has a query, which no signature covers",
            "leave it out",
        ));
    }
    let path = head.uri.path().to_owned();
    let merchant = merchant_of(&head.headers)?;
    let parts = Parts { path: &path, merchant: merchant.as_deref(), body: &body };
    let nonce = Nonce::from_entropy((settings.entropy)()?);
    let now = now(settings).map_err(Error::sign)?;
    let authorization = authorize(signer, &parts, now, &nonce).await.map_err(Error::sign)?;
    let mut value = HeaderValue::try_from(authorization.to_header())
        .map_err(|error| Error::config_because("the signature doesn't fit a header", "report this", error))?;
    value.set_sensitive(true);
    head.headers.insert(AUTHORIZATION, value);
    head.headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
    head.headers.insert(ACCEPT, HeaderValue::from_static("application/json"));
    let signed = SignedRequest { path, merchant, body: body.clone(), authorization };
    Ok((Request::from_parts(head, Full::new(body)), signed))
}

async fn read<B>(response: Response<B>, limit: usize) -> Result<RawAnswer, Error>
where
    B: Body<Data = Bytes>,
    B::Error: Into<BoxError>,
{
    let (head, body) = response.into_parts();
    let body = Limited::new(body, limit).collect().await.map_err(|error| {
        if error.is::<LengthLimitError>() { Error::too_large(limit) } else { Error::interrupted(error) }
    })?;
    Ok(RawAnswer { status: head.status, headers: head.headers, body: body.to_bytes() })
}

fn verify(
    raw: RawAnswer,
    signed: SignedRequest,
    platform: &KeyRing,
    settings: &SignVerifySettings,
) -> Result<Answer, Error> {
    if raw.headers.contains_key(CONTENT_ENCODING) {
        return Err(Error::encoded(raw));
    }
    let mut signatures = raw.headers.get_all(&settings.response_header).iter();
    let signature = match (signatures.next(), signatures.next()) {
        (Some(signature), None) => signature,
        (None, _) => return Err(Error::unsigned(raw)),
        (Some(_), Some(_)) => return Err(Error::signed_twice(raw)),
    };
    let parts = Parts { path: &signed.path, merchant: signed.merchant.as_deref(), body: raw.body.clone() };
    let now = match now(settings) {
        Ok(now) => now,
        Err(reason) => return Err(Error::refused(reason, raw)),
    };
    let window = Window::new(now, settings.tolerance);
    match platform.verify(signature.as_bytes(), parts, &window) {
        Ok(body) => Ok(Answer { status: raw.status, headers: raw.headers, body, request: signed }),
        Err(reason) => Err(Error::refused(reason, raw)),
    }
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

fn now(settings: &SignVerifySettings) -> Result<Timestamp, paykka_sign::Error> {
    Timestamp::try_from((settings.clock)())
}
