//! An emulator under load, and 64 callers on 64 connections that send requests which were signed before, so that what is
//! measured is the server. Shared by the tests of memory and the benchmark of speed.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use http::{Request, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::client::conn::http1::{SendRequest, handshake};
use hyper_util::rt::TokioIo;
use paykka_emulator::{Emulator, EmulatorBuilder};
use paykka_model::Amount;
use paykka_sign::{Nonce, Parts, SigningKey, Timestamp, VerifyingKey};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

pub(crate) const MERCHANT: &str = "M24061911365700670";

/// An emulator that takes what is prepared here.
pub(crate) fn builder() -> EmulatorBuilder {
    Emulator::builder(platform_key())
        .merchant(MERCHANT, "K001", VerifyingKey::from_bytes(merchant_key().public_key()).expect("a key"))
        .account(MERCHANT, "USD", Amount::from_wire(1_000_000_000_000))
        .payee(MERCHANT, "B1", "USD")
}

pub(crate) fn platform_key() -> SigningKey {
    SigningKey::from_bytes("P001", include_str!("../../../paykka-sign/testdata/platform-2048.private.pem"))
        .expect("a key")
}

pub(crate) fn merchant_key() -> SigningKey {
    SigningKey::from_bytes("K001", include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem"))
        .expect("a key")
}

/// Signed requests.
pub(crate) struct Prepared(Vec<Request<Full<Bytes>>>);

impl Prepared {
    pub(crate) fn balances(count: usize) -> Self {
        Self::sign((0..count).map(|_| ("/api/v2/merch/account/balance", r#"{"currency":"USD"}"#.to_owned())))
    }

    #[allow(dead_code, reason = "the benchmark makes no payments")]
    pub(crate) fn payments(prefix: &str, count: usize) -> Self {
        Self::sign((0..count).map(|number| {
            let body = format!(
                r#"{{"request_id":"{prefix}{number:012}","beneficiary_id":"B1","currency":"USD","amount":1,"postscript":"INV 17"}}"#
            );
            ("/api/v2/merch/pay/apply", body)
        }))
    }

    /// One upload of so many bytes.
    #[allow(dead_code, reason = "the benchmark uploads nothing")]
    pub(crate) fn upload(len: usize) -> Self {
        let content = vec![b'x'; len];
        let digest = ring::digest::digest(&ring::digest::SHA256, &content);
        let digest: String = digest.as_ref().iter().map(|byte| format!("{byte:02x}")).collect();
        let meta = format!(r#"{{"filename":"f.pdf","sha256":"{digest}"}}"#);
        let Self(mut signed) = Self::sign([("/api/file/upload", meta.clone())].into_iter());
        let part = |name: &str| format!("--xx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n");
        let (meta, file) = (part("meta") + &meta, part("file"));
        let body = [meta.as_bytes(), b"\r\n", file.as_bytes(), &content, b"\r\n--xx--\r\n"].concat();
        for request in &mut signed {
            let value = "multipart/form-data; boundary=xx".parse().expect("a value");
            request.headers_mut().insert("content-type", value);
            *request.body_mut() = Full::from(body.clone());
        }
        Self(signed)
    }

    fn sign(bodies: impl Iterator<Item = (&'static str, String)>) -> Self {
        let key = merchant_key();
        let sign = |(path, body): (&str, String)| {
            let mut entropy = [0; 16];
            getrandom::fill(&mut entropy).expect("randomness");
            let parts = Parts { path, merchant: Some(MERCHANT), body: body.as_bytes() };
            let now = Timestamp::try_from(SystemTime::now()).expect("a clock");
            let header =
                key.sign(&parts, now, &Nonce::from_entropy(entropy)).expect("a signature").to_header();
            Request::post(path)
                .header("host", "127.0.0.1")
                .header("authorization", header)
                .header("x-merch-id", MERCHANT)
                .header("content-type", "application/json")
                .body(Full::from(body))
                .expect("a request")
        };
        Self(bodies.map(sign).collect())
    }
}

pub(crate) struct Callers(Vec<SendRequest<Full<Bytes>>>);

impl Callers {
    pub(crate) async fn connect(server: SocketAddr) -> Self {
        let mut senders = Vec::new();
        for _ in 0..64 {
            let stream = TcpStream::connect(server).await.expect("a connection");
            stream.set_nodelay(true).expect("an option of TCP");
            let (sender, connection) = handshake(TokioIo::new(stream)).await.expect("HTTP");
            tokio::spawn(connection);
            senders.push(sender);
        }
        Self(senders)
    }

    /// How long all of it takes.
    pub(crate) async fn run(self, prepared: Prepared) -> Duration {
        let requests = Arc::new(Mutex::new(prepared.0));
        let start = Instant::now();
        let mut callers = JoinSet::new();
        for mut sender in self.0 {
            let requests = Arc::clone(&requests);
            callers.spawn(async move {
                loop {
                    let next = requests.lock().expect("a whole lock").pop();
                    let Some(request) = next else { return };
                    sender.ready().await.expect("a connection that is kept");
                    let response = sender.send_request(request).await.expect("an answer");
                    assert_eq!(response.status(), StatusCode::OK);
                    response.into_body().collect().await.expect("a body");
                }
            });
        }
        while let Some(ended) = callers.join_next().await {
            ended.expect("a caller without an error");
        }
        start.elapsed()
    }
}
