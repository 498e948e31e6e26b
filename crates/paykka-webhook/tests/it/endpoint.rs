//! An endpoint on a real socket that records what its handler was given, and a sender of signed notifications.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use axum::Router;
use bytes::Bytes;
use http::{HeaderMap, Method, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use paykka_emulator::LoopbackServer;
use paykka_model::{Notification, PaymentNotification};
use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey};
use paykka_webhook::{Received, Verifier, WebhookService};

pub(crate) const MERCHANT: &str = "M24061911365700670";
pub(crate) const PATH: &str = "/paykka/payments";
pub(crate) const BODY: &str = r#"{"type":"MERCH","version":"1.0","data":{"merch_id":"M24061911365700670","request_id":"R1","status":"SUCCESS"}}"#;

/// Every notification whose number is this one makes the handler fail.
pub(crate) const FAILING: &str = "FAILS";

pub(crate) fn platform_ring() -> KeyRing {
    let pem = include_str!("../../../paykka-sign/testdata/platform-2048.public.pem");
    let key = VerifyingKey::from_bytes(pem).unwrap();
    KeyRing::builder().key("P001", key).for_loopback().build().unwrap()
}

pub(crate) fn verifier() -> Verifier {
    Verifier::for_loopback_tests(platform_ring(), PATH, [MERCHANT]).unwrap().only::<PaymentNotification>()
}

pub(crate) struct Endpoint {
    server: LoopbackServer,
    handled: Arc<Mutex<Vec<String>>>,
}

impl Endpoint {
    pub(crate) fn start() -> Self {
        Self::with(verifier())
    }

    pub(crate) fn with(verifier: Verifier) -> Self {
        let handled = Arc::<Mutex<Vec<String>>>::default();
        let seen = Arc::clone(&handled);
        let service = WebhookService::new(verifier, move |received: Received| {
            let seen = Arc::clone(&seen);
            async move {
                let request_id = match received.notification().map(|notification| notification.value()) {
                    Ok(Notification::Payment(state)) => state.request_id.clone(),
                    Ok(_) => "UNKNOWN".to_owned(),
                    Err(error) => format!("UNDECODABLE at column {}", error.column()),
                };
                seen.lock().unwrap().push(request_id.clone());
                if request_id == FAILING { Err("as asked") } else { Ok(()) }
            }
        });
        // A path of its own, as behind a proxy that rewrites: the signed path is the setting.
        let server =
            LoopbackServer::plain(Router::new().route_service("/behind/the/proxy", service)).unwrap();
        Self { server, handled }
    }

    pub(crate) fn handled(&self) -> Vec<String> {
        self.handled.lock().unwrap().clone()
    }

    pub(crate) async fn post(&self, message: &Message) -> Answer {
        let client: Client<HttpConnector, Full<Bytes>> =
            Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        let mut request = Request::builder()
            .method(message.method.clone())
            .uri(format!("http://{}/behind/the/proxy", self.server.address()));
        for (name, value) in &message.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::from(message.body.clone())).unwrap();
        let (head, body) = tokio::time::timeout(Duration::from_secs(10), client.request(request))
            .await
            .unwrap()
            .unwrap()
            .into_parts();
        Answer { status: head.status, headers: head.headers, body: body.collect().await.unwrap().to_bytes() }
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

/// A notification that a test may damage before it is posted.
pub(crate) struct Message {
    pub(crate) method: Method,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn genuine() -> Self {
        Self::signed(PATH, Some(MERCHANT), BODY)
    }

    /// Signed by the platform, now, as if for `path` and `merchant`.
    pub(crate) fn signed(path: &str, merchant: Option<&str>, body: &str) -> Self {
        let pem = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
        let key = SigningKey::from_bytes("P001", pem).unwrap();
        let parts = Parts { path, merchant, body: body.as_bytes() };
        let now = Timestamp::try_from(SystemTime::now()).unwrap();
        let signed = key.sign(&parts, now, &Nonce::new("a1B2c3D4e5F6").unwrap()).unwrap();
        let mut headers = vec![("authorization", signed.to_header())];
        headers.extend(merchant.map(|merchant| ("x-merch-id", merchant.to_owned())));
        Self { method: Method::POST, headers, body: body.into() }
    }
}
