//! Putting the stack together, outer to inner. Each default has its reason beside it, and each layer can be had on its own.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body::Body;
use paykka_sign::SharedKeyRing;
use tower::util::MapResponseLayer;
use tower::{Layer, Service, ServiceBuilder, ServiceExt, service_fn};

use crate::answer::Attempts;
use crate::error::BoxError;
use crate::{
    Answer, BaseLayer, CallContext, CallService, ConcurrencyLimitLayer, DeadlineLayer, Effect, Error,
    PaceLayer, Payload, ReceivedBody, RetryLayer, RetrySettings, SentBody, SharedSigner, SignVerifyLayer,
    SignVerifySettings, SizeLimitLayer, SpanLayer, Transport, Wire, WireService, WireSettings,
};

/// Builds a [`Transport`]; see [`Transport::builder`].
#[must_use]
pub struct TransportBuilder {
    base_url: String,
    pub(crate) signer: SharedSigner,
    pub(crate) platform: SharedKeyRing,
    pub(crate) parts: Parts,
    outer: Vec<OuterLayer>,
    inner: Vec<InnerLayer>,
    bottom: Option<WireService>,
}

type OuterLayer = Box<dyn FnOnce(CallService) -> CallService + Send>;
type InnerLayer = Box<dyn FnOnce(WireService) -> WireService + Send>;

/// The settings of all layers.
pub(crate) struct Parts {
    pub(crate) timeout: Duration,
    pub(crate) attempt_timeout: Duration,
    pub(crate) concurrency: Option<usize>,
    pub(crate) retry: RetrySettings,
    pub(crate) pace: PaceLayer,
    pub(crate) signatures: SignVerifySettings,
    pub(crate) max_request: u64,
    pub(crate) max_answer: u64,
    pub(crate) prefix: String,
    pub(crate) headers: http::HeaderMap,
    pub(crate) wire: WireSettings,
}

impl Default for Parts {
    fn default() -> Self {
        Self {
            // Long enough for three attempts, short enough that a caller's own request can still answer.
            timeout: Duration::from_secs(45),
            // A read that takes longer has been lost, and asking again is free.
            attempt_timeout: Duration::from_secs(15),
            concurrency: None,
            retry: RetrySettings::default(),
            pace: PaceLayer::new(),
            signatures: SignVerifySettings::default(),
            // The largest file that the platform takes (10 MiB, T), and what goes around it.
            max_request: 11 * 1024 * 1024,
            // No documented answer comes near it.
            max_answer: 4 * 1024 * 1024,
            prefix: String::new(),
            headers: http::HeaderMap::new(),
            wire: WireSettings::default(),
        }
    }
}

impl TransportBuilder {
    pub(crate) fn new(base_url: String, signer: SharedSigner, platform: SharedKeyRing) -> Self {
        Self {
            base_url,
            signer,
            platform,
            parts: Parts::default(),
            outer: Vec::new(),
            inner: Vec::new(),
            bottom: None,
        }
    }

    /// What the platform leaves open about signatures, and where they are computed.
    pub fn signatures(mut self, settings: SignVerifySettings) -> Self {
        self.parts.signatures = settings;
        self
    }

    /// How connections are made and kept.
    pub fn wire(mut self, settings: WireSettings) -> Self {
        self.parts.wire = settings;
        self
    }

    /// How often, how soon, and how much in all is tried again. Which calls may be is no setting.
    pub fn retry(mut self, settings: RetrySettings) -> Self {
        self.parts.retry = settings;
        self
    }

    /// How fast operations may be called. Default: as fast as they come.
    pub fn pace(mut self, pace: PaceLayer) -> Self {
        self.parts.pace = pace;
        self
    }

    /// How long a call may take, from its start to the end of its answer, with all attempts. Default 45 seconds.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.parts.timeout = timeout;
        self
    }

    /// How long one attempt of a call that may be repeated afterwards may take. Default 15 seconds.
    pub const fn attempt_timeout(mut self, timeout: Duration) -> Self {
        self.parts.attempt_timeout = timeout;
        self
    }

    /// How many calls may be under way at once; others wait, inside their deadline. Default: no limit.
    pub const fn concurrency(mut self, calls: usize) -> Self {
        self.parts.concurrency = Some(calls);
        self
    }

    /// The largest body that is sent and the largest answer that is read, in bytes. Default 11 MiB and 4 MiB.
    pub const fn size_limits(mut self, request: u64, answer: u64) -> Self {
        (self.parts.max_request, self.parts.max_answer) = (request, answer);
        self
    }

    /// What stands before the path on the wire, for an egress proxy that adds one; it isn't signed. Nothing by default.
    pub fn wire_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.parts.prefix = prefix.into();
        self
    }

    /// A header for every request, e.g. for an egress proxy. It isn't signed.
    pub fn header(mut self, name: http::HeaderName, value: http::HeaderValue) -> Self {
        self.parts.headers.insert(name, value);
        self
    }

    /// A layer of yours outside everything: it sees whole calls and their answers, once each. It hands on the request that it was
    /// given, with its extensions: they say what the call is, and who writes it down before it leaves. A request of the layer's own
    /// making is refused; for that take another [`Transport`].
    pub fn outer_layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<CallService> + Send + 'static,
        L::Service:
            Service<Request<Payload>, Response = Answer, Error = Error> + Clone + Send + Sync + 'static,
        <L::Service as Service<Request<Payload>>>::Future: Send,
    {
        self.outer.push(Box::new(move |inner| CallService::layered(layer.layer(inner))));
        self
    }

    /// A layer of yours just above the wire: it sees each signed request as it is sent, and each answer before anybody has
    /// read it. What it changes of path, merchant and body is no longer what was signed. It must not send a request twice: the
    /// platform would get it twice, and after a first one that may have left no second one counts as unsent.
    pub fn wire_layer<L>(mut self, layer: L) -> Self
    where
        L: Layer<WireService> + Send + 'static,
        L::Service: Service<Request<SentBody>, Response = Response<ReceivedBody>, Error = Error>
            + Clone
            + Send
            + Sync
            + 'static,
        <L::Service as Service<Request<SentBody>>>::Future: Send,
    {
        self.inner.push(Box::new(move |inner| WireService::layered(layer.layer(inner))));
        self
    }

    /// Another service in the place of the wire: a test's double, or an HTTP client of yours. It must not send a request
    /// twice. Its errors count as a broken connection unless they are [`Error::unsent`].
    pub fn over<S, B>(mut self, bottom: S) -> Self
    where
        S: Service<Request<SentBody>, Response = Response<B>> + Clone + Send + Sync + 'static,
        S::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
        S::Future: Send,
        B: Body<Data = Bytes> + Send + 'static,
        B::Error: Into<Box<dyn std::error::Error + Send + Sync>>,
    {
        let received = |response: Response<B>| response.map(ReceivedBody::new);
        let bottom = bottom.map_err(|error: S::Error| Error::from_below(error.into() as BoxError));
        self.bottom = Some(WireService::layered(MapResponseLayer::new(received).layer(bottom)));
        self
    }

    /// Builds the stack. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Error::is_config`] for a base URL that isn't `https://HOST[:PORT]` (or plain HTTP to a loopback address),
    /// for roots and certificates that can't be used, for a key ring that holds the signer's own key (our own
    /// request, sent back, would pass for an answer), and for a ring built for loopback with a host that isn't.
    pub fn build(mut self) -> Result<Transport, Error> {
        let base = self.base_layer()?;
        let ring = self.platform.load();
        if ring.is_for_loopback() && !base.is_loopback() {
            return Err(Error::loopback_ring());
        }
        if !ring.is_for_loopback() && ring.holds(self.signer.load().verifying_key()) {
            return Err(Error::own_key());
        }
        let bottom = match self.bottom.take() {
            Some(bottom) => bottom,
            None => WireService::wire(self.wire_service()?),
        };
        let wire =
            std::mem::take(&mut self.inner).into_iter().rev().fold(bottom, |inner, layer| layer(inner));
        let stack = ServiceBuilder::new()
            .layer(self.call_span_layer())
            .layer(self.operation_deadline_layer())
            .option_layer(self.concurrency_layer())
            .layer(self.retry_layer())
            .layer(self.pace_layer())
            .layer(self.attempt_span_layer())
            .layer(self.attempt_deadline_layer())
            .layer(self.sign_verify_layer()?)
            .layer(self.size_limit_layer())
            .layer(base)
            .service(wire);
        let mut stack = CallService::stack(stack);
        if !self.outer.is_empty() {
            stack = CallService::layered(service_fn(move |request| handed_on(stack.clone(), request)));
        }
        let settings = self.settings();
        let stack = self.outer.into_iter().rev().fold(stack, |inner, layer| layer(inner));
        Ok(Transport::new(stack, settings, self.platform))
    }

    fn settings(&self) -> Arc<str> {
        let Parts { signatures, prefix, .. } = &self.parts;
        let signer = self.signer.load();
        let (url, key_id) = (self.base_url.trim_end_matches('/'), signer.key_id());
        let (header, signed_prefix) = (&signatures.response_header, &signatures.signed_prefix);
        format!(
            "{url} wire prefix {prefix:?} signed prefix {signed_prefix:?} key {key_id:?} answers in {header}"
        )
        .into()
    }
}

/// Between the layers outside and ours. A request that one of them made anew has lost what the call said of itself, and with it
/// whoever writes down that it leaves; so it doesn't.
async fn handed_on(stack: CallService, request: Request<Payload>) -> Result<Answer, Error> {
    if CallContext::is_handed_on(&request) {
        return stack.oneshot(request).await;
    }
    let error = Error::config(
        "a layer outside handed on a request of its own making in the place of the one that it was given",
        "hand on that one, with its extensions; change its parts if need be",
    );
    // What became of the one that it was given nobody knows here.
    Err(error.ends(Effect::Money, Attempts::after(true)))
}

impl fmt::Debug for TransportBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // An address with a user and a password is refused later.
        let base_url = Some(&self.base_url).filter(|base_url| !base_url.contains('@'));
        f.debug_struct("TransportBuilder")
            .field("base_url", &base_url)
            .field("key_id", &self.signer.load().key_id())
            .finish_non_exhaustive()
    }
}

/// Hands out the layers of a [`TransportBuilder`], each as [`TransportBuilder::build`] would put it in, for a stack of your own. Each
/// call makes a new one: budgets and limits are shared by the clones of one layer, not with the transport that is built.
/// Sealed: there is one builder.
pub trait StackExt: sealed::Sealed {
    /// The span of a whole call.
    fn call_span_layer(&self) -> SpanLayer;
    /// The deadline of a whole call.
    fn operation_deadline_layer(&self) -> DeadlineLayer;
    /// The limit of calls under way, where one is set.
    fn concurrency_layer(&self) -> Option<ConcurrencyLimitLayer>;
    /// Trying again.
    fn retry_layer(&self) -> RetryLayer;
    /// Holding back.
    fn pace_layer(&self) -> PaceLayer;
    /// The span of an attempt; outside its deadline, so that it shows how that ended.
    fn attempt_span_layer(&self) -> SpanLayer;
    /// The deadline of an attempt.
    fn attempt_deadline_layer(&self) -> DeadlineLayer;
    /// Signing and verifying.
    ///
    /// # Errors
    /// As [`TransportBuilder::build`], for the base URL.
    fn sign_verify_layer(&self) -> Result<SignVerifyLayer, Error>;
    /// Size limits.
    fn size_limit_layer(&self) -> SizeLimitLayer;
    /// Base URL and headers.
    ///
    /// # Errors
    /// As [`TransportBuilder::build`], for the base URL and the prefix.
    fn base_layer(&self) -> Result<BaseLayer, Error>;
    /// The bottom: sockets.
    ///
    /// # Errors
    /// As [`TransportBuilder::build`], for roots and certificates.
    fn wire_service(&self) -> Result<Wire, Error>;
}

impl StackExt for TransportBuilder {
    fn call_span_layer(&self) -> SpanLayer {
        SpanLayer::operation()
    }

    fn operation_deadline_layer(&self) -> DeadlineLayer {
        DeadlineLayer::operation(self.parts.timeout)
    }

    fn concurrency_layer(&self) -> Option<ConcurrencyLimitLayer> {
        self.parts.concurrency.map(ConcurrencyLimitLayer::new)
    }

    fn retry_layer(&self) -> RetryLayer {
        RetryLayer::new(self.parts.retry.clone())
    }

    fn pace_layer(&self) -> PaceLayer {
        self.parts.pace.clone()
    }

    fn attempt_deadline_layer(&self) -> DeadlineLayer {
        DeadlineLayer::attempt(self.parts.attempt_timeout)
    }

    fn attempt_span_layer(&self) -> SpanLayer {
        SpanLayer::attempt()
    }

    fn sign_verify_layer(&self) -> Result<SignVerifyLayer, Error> {
        let is_loopback = self.base_layer()?.is_loopback();
        let (signer, platform) = (self.signer.clone(), self.platform.clone());
        Ok(SignVerifyLayer::over(signer, platform, self.parts.signatures.clone(), is_loopback))
    }

    fn size_limit_layer(&self) -> SizeLimitLayer {
        SizeLimitLayer::new(self.parts.max_request, self.parts.max_answer)
    }

    fn base_layer(&self) -> Result<BaseLayer, Error> {
        let base = BaseLayer::new(&self.base_url)?.prefix(&self.parts.prefix)?;
        let mut headers = self.parts.headers.iter();
        headers.try_fold(base, |base, (name, value)| base.header(name.clone(), value.clone()))
    }

    fn wire_service(&self) -> Result<Wire, Error> {
        // Of a name that says loopback the address is looked at when it is connected.
        let only_loopback = self.platform.load().is_for_loopback();
        let wire = self.parts.wire.clone().only_loopback(only_loopback);
        Wire::new(&if self.base_layer()?.is_https() { wire } else { wire.without_tls() })
    }
}

mod sealed {
    pub trait Sealed {}
    impl Sealed for super::TransportBuilder {}
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each number that the guide promises, taken from the code.
    #[test]
    fn the_defaults_are_those_of_the_guide() {
        let guide = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/transport.md");
        let guide = std::fs::read_to_string(guide).unwrap();
        let Parts { timeout, attempt_timeout, concurrency, retry, signatures, wire, .. } = Parts::default();
        let Parts { max_request, max_answer, prefix, headers, pace, .. } = Parts::default();
        let seconds = |time: Duration| format!("{} s", time.as_secs());
        let mebibytes = |size: u64| size / 1024 / 1024;
        let (retry, signatures, wire) = (retry.defaults(), signatures.defaults(), wire.defaults());
        for (setting, value) in [
            ("operation deadline", seconds(timeout)),
            ("attempt deadline", seconds(attempt_timeout)),
            ("sizes", format!("{} MiB out, {} MiB in", mebibytes(max_request), mebibytes(max_answer))),
        ]
        .into_iter()
        .chain(retry)
        .chain(signatures)
        .chain(wire)
        {
            let row = guide.lines().find(|line| line.starts_with(&format!("| {setting} |")));
            let told =
                row.and_then(|row| row.split('|').nth(2)).unwrap_or_else(|| panic!("no row {setting}"));
            assert!(told.contains(&value), "{setting}: the guide says{told}and the code {value}");
        }
        assert!(concurrency.is_none() && prefix.is_empty() && headers.is_empty());
        assert!(!pace.holds_back("payment.apply"));
    }
}
