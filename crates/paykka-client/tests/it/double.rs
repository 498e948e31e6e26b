//! A platform without sockets, in the place of the network: it keeps what it was sent, and signs what the test has it answer.

use std::convert::Infallible;
use std::sync::{Arc, Mutex};
use std::time::SystemTime;

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use http_body_util::{BodyExt, Full};
use paykka_client::{Client, ClientBuilder, SignVerifySettings};
use paykka_sign::{Nonce, Parts, SigningKey, Timestamp};
use paykka_transport::{RsaWork, SentBody, TransportBuilder};

use crate::world::{PLATFORM_PEM, builder};

/// A request as it came.
#[derive(Debug, Clone)]
pub(crate) struct Came {
    pub(crate) path: String,
    pub(crate) merchant: Option<String>,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// What came so far.
pub(crate) type Log = Arc<Mutex<Vec<Came>>>;

/// A client's builder over a double, whose answer is a function of the request and of how many came before it.
pub(crate) fn over(
    answer: impl Fn(&Came, usize) -> (u16, String) + Send + Sync + 'static,
) -> (ClientBuilder, Log) {
    let (log, answer) = (Log::default(), Arc::new(answer));
    let seen = Arc::clone(&log);
    let service = tower::service_fn(move |request: Request<SentBody>| {
        let (seen, answer) = (Arc::clone(&seen), Arc::clone(&answer));
        async move {
            let (head, body) = request.into_parts();
            let merchant = head.headers.get("x-merch-id").map(|value| value.to_str().unwrap().to_owned());
            let body = body.collect().await.unwrap().to_bytes();
            let came = Came { path: head.uri.path().to_owned(), merchant, headers: head.headers, body };
            let before = {
                let mut seen = seen.lock().unwrap();
                seen.push(came.clone());
                seen.len() - 1
            };
            let (status, body) = answer(&came, before);
            Ok::<_, Infallible>(signed(&came, &platform(), status, body))
        }
    });
    let settings = SignVerifySettings::default().rsa_work(RsaWork::Inline);
    let client = builder("http://127.0.0.1:9").signatures(settings);
    (client.transport(move |transport| transport.over(service)), log)
}

/// As [`over`], built.
pub(crate) fn client(
    answer: impl Fn(&Came, usize) -> (u16, String) + Send + Sync + 'static,
) -> (Client, Log) {
    let (builder, log) = over(answer);
    (builder.build().unwrap(), log)
}

/// Puts a platform in the place of the network that signs one answer with a key of its own, under this id.
pub(crate) fn signing(
    private_pem: String,
    key_id: &'static str,
    answer: &'static str,
) -> impl FnOnce(TransportBuilder) -> TransportBuilder + Send + 'static {
    let key = Arc::new(SigningKey::from_bytes(key_id, private_pem).unwrap());
    let service = tower::service_fn(move |request: Request<SentBody>| {
        let key = Arc::clone(&key);
        async move {
            let merchant =
                request.headers().get("x-merch-id").map(|value| value.to_str().unwrap().to_owned());
            let (head, _) = request.into_parts();
            let path = head.uri.path().to_owned();
            let came = Came { path, merchant, headers: head.headers, body: Bytes::new() };
            Ok::<_, Infallible>(signed(&came, &key, 200, answer.to_owned()))
        }
    });
    move |transport| transport.over(service)
}

fn platform() -> SigningKey {
    SigningKey::from_bytes("P001", PLATFORM_PEM).unwrap()
}

fn signed(came: &Came, key: &SigningKey, status: u16, body: String) -> Response<Full<Bytes>> {
    let parts = Parts { path: &came.path, merchant: came.merchant.as_deref(), body: body.as_bytes() };
    let now = Timestamp::try_from(SystemTime::now()).unwrap();
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy).unwrap();
    let header = key.sign(&parts, now, &Nonce::from_entropy(entropy)).unwrap().to_header();
    Response::builder()
        .status(status)
        .header("authorization", header)
        .header("x-marker", "seen")
        .body(Full::from(body))
        .unwrap()
}
