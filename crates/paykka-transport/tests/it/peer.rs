//! The platform at the bottom of a stack: a function from the request that was sent to the answer that comes back.

use std::sync::Arc;
use std::time::SystemTime;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey};
use paykka_transport::{
    Answer, Call, Error, Payload, SentBody, SignVerifyLayer, SignVerifySettings, SizeLimitLayer,
};
use tower::{BoxError, Layer, ServiceExt, service_fn};

pub(crate) const PATH: &str = "/api/v2/merch/account/balance";
pub(crate) const MERCHANT: &str = "M24061911365700670";

/// The largest answer that is read, in bytes.
pub(crate) const MAX_ANSWER: u64 = 1024;

pub(crate) fn merchant_key() -> SigningKey {
    let pem = include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem");
    SigningKey::from_bytes("K001", pem).unwrap()
}

/// What the peer signs an answer over.
pub(crate) struct Signing {
    pub(crate) key_id: &'static str,
    pub(crate) path: &'static str,
    pub(crate) merchant: Option<&'static str>,
    pub(crate) time: SystemTime,
}

impl Default for Signing {
    fn default() -> Self {
        Self { key_id: "P001", path: PATH, merchant: Some(MERCHANT), time: SystemTime::now() }
    }
}

/// An answer of the platform, properly signed over what `signing` says.
pub(crate) fn answer(body: &'static str, signing: &Signing) -> Response<Full<Bytes>> {
    let pem = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
    let key = SigningKey::from_bytes(signing.key_id, pem).unwrap();
    let parts = Parts { path: signing.path, merchant: signing.merchant, body: body.as_bytes() };
    let time = Timestamp::try_from(signing.time).unwrap();
    let header = key.sign(&parts, time, &Nonce::new("a1B2c3D4e5F6").unwrap()).unwrap().to_header();
    Response::builder().header("authorization", header).body(Full::from(body)).unwrap()
}

pub(crate) fn request(path: &'static str) -> Request<Payload> {
    Call::new(path).merchant(MERCHANT).request("{}").unwrap()
}

/// Sends through the layer to a peer that answers with what `reply` makes of the request.
pub(crate) async fn send(
    settings: SignVerifySettings,
    request: Request<Payload>,
    reply: impl Fn(Request<Bytes>) -> Result<Response<Full<Bytes>>, BoxError> + Send + Sync + 'static,
) -> Result<Answer, Error> {
    let pem = include_str!("../../../paykka-sign/testdata/platform-2048.public.pem");
    let key = VerifyingKey::from_bytes(pem).unwrap();
    let platform = KeyRing::builder().key("P001", key).for_loopback().build().unwrap();
    let reply = Arc::new(reply);
    let peer = service_fn(move |request: Request<SentBody>| {
        let reply = Arc::clone(&reply);
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            reply(Request::from_parts(head, body))
        }
    });
    SignVerifyLayer::for_loopback(Arc::new(merchant_key()), platform, settings)
        .layer(SizeLimitLayer::new(1024, MAX_ANSWER).layer(peer))
        .oneshot(request)
        .await
}
