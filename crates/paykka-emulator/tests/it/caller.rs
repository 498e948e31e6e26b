//! The test's own caller: signs with paykka-sign, sends with bare hyper, and verifies the answer itself.

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use bytes::Bytes;
use http::{HeaderMap, Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use paykka_emulator::{BusinessClock, Emulator, EmulatorBuilder};
use paykka_model::Amount;
use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, Verified, VerifyingKey, Window};
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

/// A third pair, neither the merchant's nor the platform's.
pub(crate) fn other_key(key_id: &str) -> SigningKey {
    let pem = include_str!("../../../paykka-sign/testdata/rsa-2048-smaller-prime-first.private.pem");
    SigningKey::from_bytes(key_id, pem).unwrap()
}

/// An emulator whose business time stands still, with nothing in it.
pub(crate) fn empty() -> EmulatorBuilder {
    let begin = UNIX_EPOCH + Duration::from_secs(1_700_000_000);
    Emulator::builder(platform_key())
        .business_clock(BusinessClock::manual(begin))
        .step(Duration::from_secs(1))
}

pub(crate) fn builder() -> EmulatorBuilder {
    let public = VerifyingKey::from_bytes(merchant_key().public_key()).unwrap();
    empty()
        .merchant(MERCHANT, "K001", public)
        .account(MERCHANT, "USD", Amount::from_wire(1_000))
        .payee(MERCHANT, "B1", "USD")
        .payee(MERCHANT, "B2", "EUR")
}

/// One second, which is a step.
pub(crate) const STEP: Duration = Duration::from_secs(1);

/// A request that a test may damage before it is sent.
pub(crate) struct Message {
    pub(crate) path: String,
    pub(crate) merchant: Option<String>,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: Vec<u8>,
}

impl Message {
    pub(crate) fn signed(path: &str, body: &str) -> Self {
        Self::signed_at(path, body, SystemTime::now())
    }

    pub(crate) fn signed_for(merchant: Option<&str>, path: &str, body: &str) -> Self {
        Self::make(&merchant_key(), merchant, path, body, SystemTime::now())
    }

    pub(crate) fn signed_at(path: &str, body: &str, time: SystemTime) -> Self {
        Self::make(&merchant_key(), Some(MERCHANT), path, body, time)
    }

    pub(crate) fn signed_by(key: &SigningKey, path: &str, body: &str) -> Self {
        Self::make(key, Some(MERCHANT), path, body, SystemTime::now())
    }

    /// Of a call that belongs to no merchant.
    pub(crate) fn signed_for_nobody(key: &SigningKey, path: &str, body: &str) -> Self {
        Self::make(key, None, path, body, SystemTime::now())
    }

    /// With the header that asks for faults, which isn't signed.
    pub(crate) fn with_faults(mut self, faults: &str) -> Self {
        self.headers.push(("x-emulator-fault", faults.to_owned()));
        self
    }

    /// With another header of this name, or without any.
    pub(crate) fn with(mut self, name: &'static str, value: Option<&str>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.extend(value.map(|value| (name, value.to_owned())));
        self
    }

    fn make(key: &SigningKey, merchant: Option<&str>, path: &str, body: &str, time: SystemTime) -> Self {
        let parts = Parts { path, merchant, body: body.as_bytes() };
        let mut entropy = [0; 16];
        getrandom::fill(&mut entropy).unwrap();
        let nonce = Nonce::from_entropy(entropy);
        let signed = key.sign(&parts, Timestamp::try_from(time).unwrap(), &nonce).unwrap();
        let mut headers = vec![("authorization", signed.to_header())];
        headers.extend(merchant.map(|merchant| ("x-merch-id", merchant.to_owned())));
        headers.push(("content-type", "application/json; charset=utf-8".to_owned()));
        Self { path: path.to_owned(), merchant: merchant.map(str::to_owned), headers, body: body.into() }
    }

    pub(crate) async fn send(&self, emulator: &Emulator) -> Received {
        self.try_send(emulator).await.unwrap()
    }

    /// `None` where no whole answer comes.
    pub(crate) async fn try_send(&self, emulator: &Emulator) -> Option<Received> {
        let client: Client<HttpConnector, Full<Bytes>> =
            Client::builder(TokioExecutor::new()).build(HttpConnector::new());
        let mut request = Request::post(format!("{}{}", emulator.http_url(), self.path));
        for (name, value) in &self.headers {
            request = request.header(*name, value);
        }
        let request = request.body(Full::from(self.body.clone())).unwrap();
        let response =
            tokio::time::timeout(Duration::from_secs(10), client.request(request)).await.unwrap().ok()?;
        let (head, body) = response.into_parts();
        let body = body.collect().await.ok()?.to_bytes();
        let (path, merchant) = (self.path.clone(), self.merchant.clone());
        Some(Received { path, merchant, status: head.status, headers: head.headers, body })
    }
}

/// An answer as it came.
pub(crate) struct Received {
    path: String,
    merchant: Option<String>,
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Received {
    /// The answer's JSON, after its signature was verified.
    pub(crate) fn verified(&self) -> Value {
        let verified = self.verify("P001", &platform_key()).unwrap();
        serde_json::from_slice(verified.value()).unwrap()
    }

    /// What paykka-sign says to the answer's signature.
    pub(crate) fn verify(
        &self,
        key_id: &str,
        key: &SigningKey,
    ) -> Result<Verified<Bytes>, paykka_sign::Error> {
        self.verify_by(key_id, VerifyingKey::from_bytes(key.public_key()).unwrap())
    }

    pub(crate) fn verify_by(
        &self,
        key_id: &str,
        key: VerifyingKey,
    ) -> Result<Verified<Bytes>, paykka_sign::Error> {
        let now = Timestamp::try_from(SystemTime::now()).unwrap();
        let parts = Parts { path: &self.path, merchant: self.merchant.as_deref(), body: self.body.clone() };
        let header = self.headers.get("authorization").map_or(&b""[..], |header| header.as_bytes());
        let ring = KeyRing::builder().key(key_id, key).for_loopback().build().unwrap();
        ring.verify(header, parts, &Window::new(now, Duration::from_secs(60)))
    }

    /// The verified `ret_code`, and what is said beside it.
    pub(crate) fn failure(&self) -> (u16, String, String) {
        let body = self.verified();
        let text = |key: &str| body[key].as_str().unwrap_or_default().to_owned();
        (self.status.as_u16(), text("ret_code"), text("ret_msg"))
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

/// Calls for the merchant; the verified answer.
pub(crate) async fn call(emulator: &Emulator, path: &str, body: &str) -> Value {
    let answer = Message::signed(path, body).send(emulator).await;
    assert_eq!(answer.status, StatusCode::OK, "{path} {}", String::from_utf8_lossy(&answer.body));
    answer.verified()
}

/// Calls for the merchant in vain; status, code and text.
pub(crate) async fn fails(emulator: &Emulator, path: &str, body: &str) -> (u16, String, String) {
    Message::signed(path, body).send(emulator).await.failure()
}

pub(crate) fn payment(request_id: &str, beneficiary_id: &str, currency: &str, amount: i64) -> String {
    noted_payment(request_id, beneficiary_id, currency, amount, "p")
}

pub(crate) fn noted_payment(
    request_id: &str,
    beneficiary_id: &str,
    currency: &str,
    amount: i64,
    postscript: &str,
) -> String {
    format!(
        r#"{{"request_id":"{request_id}","beneficiary_id":"{beneficiary_id}","currency":"{currency}","amount":{amount},"postscript":"{postscript}"}}"#
    )
}
