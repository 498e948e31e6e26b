//! The test's own caller: signs with paykka-sign, sends with bare hyper, and verifies the answer itself.

use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use paykka_emulator::{Emulator, EmulatorBuilder};
use paykka_model::Amount;
use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey, Window};
use serde_json::Value;

pub(crate) const MERCHANT: &str = "M24061911365700670";
pub(crate) const BALANCE: &str = "/api/v2/merch/account/balance";
pub(crate) const APPLY: &str = "/api/v2/merch/pay/apply";
pub(crate) const INQUIRY: &str = "/api/v2/merch/pay/inquiry";

pub(crate) fn merchant_key() -> SigningKey {
    SigningKey::from_bytes("K001", include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem"))
        .unwrap()
}

pub(crate) fn platform_key() -> SigningKey {
    SigningKey::from_bytes("P001", include_str!("../../../paykka-sign/testdata/platform-2048.private.pem"))
        .unwrap()
}

pub(crate) fn builder() -> EmulatorBuilder {
    let public = VerifyingKey::from_bytes(merchant_key().public_key()).unwrap();
    Emulator::builder(platform_key())
        .merchant(MERCHANT, "K001", public)
        .account(MERCHANT, "USD", Amount::from_wire(1_000))
        .payee(MERCHANT, "B1", "USD")
        .payee(MERCHANT, "B2", "EUR")
}

/// A request that a test may damage before it is sent.
pub(crate) struct Message {
    pub(crate) path: String,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn signed(path: &str, body: &str) -> Self {
        Self::signed_at(path, body, SystemTime::now())
    }

    pub(crate) fn signed_for(merchant: Option<&str>, path: &str, body: &str) -> Self {
        Self::make(merchant, path, body, SystemTime::now())
    }

    pub(crate) fn signed_at(path: &str, body: &str, time: SystemTime) -> Self {
        Self::make(Some(MERCHANT), path, body, time)
    }

    fn make(merchant: Option<&str>, path: &str, body: &str, time: SystemTime) -> Self {
        let parts = Parts { path, merchant, body: body.as_bytes() };
        let mut entropy = [0; 16];
        getrandom::fill(&mut entropy).unwrap();
        let nonce = Nonce::from_entropy(entropy);
        let signed = merchant_key().sign(&parts, Timestamp::try_from(time).unwrap(), &nonce).unwrap();
        let mut headers = vec![("authorization", signed.to_header())];
        headers.extend(merchant.map(|merchant| ("x-merch-id", merchant.to_owned())));
        Self { path: path.to_owned(), headers, body: body.into() }
    }

    pub(crate) async fn send(&self, emulator: &Emulator) -> Received {
        let client: Client<HttpConnector, Full<Bytes>> =
            Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        let mut request = Request::post(format!("{}{}", emulator.http_url(), self.path));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::from(self.body.clone())).unwrap();
        let response =
            tokio::time::timeout(Duration::from_secs(10), client.request(request)).await.unwrap().unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Received { path: self.path.clone(), status: head.status, headers: head.headers, body }
    }
}

/// An answer as it came.
pub(crate) struct Received {
    path: String,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    /// The answer's JSON, after its signature was verified.
    pub(crate) fn verified(&self) -> Value {
        let key = VerifyingKey::from_bytes(platform_key().public_key()).unwrap();
        let now = Timestamp::try_from(SystemTime::now()).unwrap();
        let parts = Parts { path: &self.path, merchant: Some(MERCHANT), body: &self.body };
        KeyRing::builder()
            .key("P001", key)
            .for_loopback()
            .build()
            .unwrap()
            .verify(
                self.headers["authorization"].as_bytes(),
                parts,
                &Window::new(now, Duration::from_secs(60)),
            )
            .unwrap();
        serde_json::from_slice(&self.body).unwrap()
    }

    /// Asserts the documented refusal: 401, `010100`, no signature; and returns the emulator's reason.
    pub(crate) fn refusal(&self) -> String {
        assert_eq!(self.status, StatusCode::UNAUTHORIZED);
        assert!(!self.headers.contains_key("authorization"));
        let body: Value = serde_json::from_slice(&self.body).unwrap();
        assert_eq!(body["ret_code"], "010100");
        self.headers["x-emulator-reason"].to_str().unwrap().to_owned()
    }
}

pub(crate) fn payment(request_id: &str, beneficiary_id: &str, currency: &str, amount: i64) -> String {
    format!(
        r#"{{"request_id":"{request_id}","beneficiary_id":"{beneficiary_id}","currency":"{currency}","amount":{amount},"postscript":"p"}}"#
    )
}
