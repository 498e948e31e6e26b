//! The callers: bare hyper-util, bare hyper-util that signs and verifies by hand, and the whole stack.

use std::future::Future;
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::Request;
use http::header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, USER_AGENT};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::{TokioExecutor, TokioTimer};
use paykka_sign::{
    KeyRing, Nonce, Parts, SignatureFuture, Signer, SigningKey, StringToSign, Timestamp, VerifyingKey,
    Window, authorize,
};
use paykka_transport::{Call, Effect, ResponsePolicy, RsaWork, SignVerifySettings, Transport, WireSettings};
use tokio::task::JoinSet;

use crate::server::{MERCHANT, PATH, Server};

pub(crate) const BODY: &[u8] = br#"{"currency":"USD"}"#;
const OPERATION: &str = "balance.inquiry";

pub(crate) fn merchant_key() -> SigningKey {
    let pem = include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem");
    SigningKey::from_bytes("K001", pem).expect("a key")
}

pub(crate) fn platform_key() -> SigningKey {
    let pem = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
    SigningKey::from_bytes("P001", pem).expect("a key")
}

pub(crate) fn ring() -> KeyRing {
    let key = VerifyingKey::from_bytes(platform_key().public_key()).expect("a key");
    KeyRing::builder().key("P001", key).for_loopback().build().expect("a ring")
}

/// hyper-util as it comes, with a pool and the same headers.
#[derive(Clone)]
pub(crate) struct Bare {
    client: Client<HttpConnector, Full<Bytes>>,
    uri: http::Uri,
}

impl Bare {
    pub(crate) fn new(server: &Server) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.set_nodelay(true);
        let client = Client::builder(TokioExecutor::new())
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .build(tcp);
        Self { client, uri: format!("http://{}{PATH}", server.address).parse().expect("a URL") }
    }

    pub(crate) async fn call(self, authorization: http::HeaderValue) -> (http::HeaderMap, Bytes) {
        let request = Request::post(self.uri)
            .header(AUTHORIZATION, authorization)
            .header(CONTENT_TYPE, "application/json")
            .header(ACCEPT, "application/json")
            .header(USER_AGENT, "bench")
            .header("x-merch-id", MERCHANT)
            .body(Full::new(Bytes::from_static(BODY)))
            .expect("a request");
        let response = self.client.request(request).await.expect("an answer");
        let (head, body) = response.into_parts();
        (head.headers, body.collect().await.expect("a body").to_bytes())
    }
}

/// Signing, calling and verifying with nothing in between: the floor of a signed call.
#[derive(Clone)]
pub(crate) struct ByHand {
    pub(crate) bare: Bare,
    pub(crate) key: Arc<SigningKey>,
    pub(crate) ring: Arc<KeyRing>,
}

impl ByHand {
    pub(crate) async fn call(self) {
        let now = Timestamp::try_from(SystemTime::now()).expect("a clock");
        let mut entropy = [0; 16];
        getrandom::fill(&mut entropy).expect("randomness");
        let parts = Parts { path: PATH, merchant: Some(MERCHANT), body: BODY };
        let signed = self.key.sign(&parts, now, &Nonce::from_entropy(entropy)).expect("a signature");
        let (headers, body) =
            self.bare.call(http::HeaderValue::try_from(signed.to_header()).expect("a header")).await;
        let signature = headers.get(AUTHORIZATION).expect("a signature").as_bytes();
        let now = Timestamp::try_from(SystemTime::now()).expect("a clock");
        let window = Window::new(now, Duration::from_secs(300));
        self.ring
            .verify(signature, Parts { path: PATH, merchant: Some(MERCHANT), body }, &window)
            .expect("genuine");
    }
}

/// The whole stack with real signatures.
pub(crate) fn signed(server: &Server, work: RsaWork) -> Transport {
    let settings = SignVerifySettings::default().rsa_work(work);
    Transport::builder(format!("http://{}", server.address), Arc::new(merchant_key()), ring())
        .signatures(settings)
        .build()
        .expect("a transport")
}

/// The whole stack without a private key's work: time and nonce stand still, so that one signature serves for all; it comes
/// from "elsewhere", so it is verified before it is sent, as [`Stamp`] does by hand. Answers aren't verified.
pub(crate) fn unsigned(server: &Server) -> Transport {
    let settings = SignVerifySettings::default()
        .rsa_work(RsaWork::Inline)
        .clock(|| SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000))
        .entropy(|| [7; 16])
        .dangerously_take_unsigned(OPERATION, ResponsePolicy::Off);
    Transport::builder(format!("http://{}", server.address), Arc::new(Once::new()), ring())
        .signatures(settings)
        // All requests alike: what is compared is a pooled call.
        .wire(WireSettings::default().idle(Duration::from_secs(20), 64))
        .build()
        .expect("a transport")
}

pub(crate) async fn through(transport: Transport) {
    let call = Call::new(PATH).operation(OPERATION).effect(Effect::Read).merchant(MERCHANT);
    transport.send(call, BODY).await.expect("an answer");
}

/// `calls` calls by `tasks` tasks; the time for each.
pub(crate) async fn timed<F>(calls: usize, tasks: usize, call: impl Fn() -> F + Clone + Send + 'static) -> f64
where
    F: Future<Output = ()> + Send,
{
    let start = Instant::now();
    let mut all = JoinSet::new();
    for _ in 0..tasks {
        let call = call.clone();
        all.spawn(async move {
            for _ in 0..calls / tasks {
                call().await;
            }
        });
    }
    all.join_all().await;
    start.elapsed().as_secs_f64() / calls as f64
}

/// What signing costs in the unsigned stack, by hand: everything but the private key's part.
#[derive(Clone)]
pub(crate) struct Stamp(Arc<Once>);

impl Stamp {
    pub(crate) fn new() -> Self {
        Self(Arc::new(Once::new()))
    }

    pub(crate) async fn header(&self) -> http::HeaderValue {
        let parts = Parts { path: PATH, merchant: Some(MERCHANT), body: BODY };
        let now = Timestamp::from_unix_millis(1_700_000_000_000).expect("a time");
        let signed = authorize(&*self.0, &parts, now, &Nonce::from_entropy([7; 16])).await;
        http::HeaderValue::try_from(signed.expect("a signature").to_header()).expect("a header")
    }
}

/// A signer that signs one string.
struct Once {
    key: SigningKey,
    signature: Vec<u8>,
}

impl Once {
    fn new() -> Self {
        let key = merchant_key();
        let parts = Parts { path: PATH, merchant: Some(MERCHANT), body: BODY };
        let now = Timestamp::from_unix_millis(1_700_000_000_000).expect("a time");
        let signed = key.sign(&parts, now, &Nonce::from_entropy([7; 16])).expect("a signature");
        let signature = signed.signature().to_vec();
        Self { key, signature }
    }
}

impl Signer for Once {
    fn key_id(&self) -> &str {
        self.key.key_id()
    }

    fn verifying_key(&self) -> &VerifyingKey {
        self.key.verifying_key()
    }

    fn sign_string<'a>(&'a self, _: &'a StringToSign) -> SignatureFuture<'a> {
        SignatureFuture::remote(std::future::ready(Ok(self.signature.clone())))
    }
}
