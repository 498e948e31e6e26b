//! What goes out: the signed bytes are the sent bytes, once, with a fresh stamp; what can't be signed isn't sent.

use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderName, Request, Response};
use http_body_util::Full;
use paykka_sign::{
    KeyRing, Parts, SignatureFuture, Signer, SigningKey, StringToSign, Timestamp, VerifyingKey, Window,
};
use paykka_transport::{MERCHANT_HEADER, SentBody, SignVerifyLayer, SignVerifySettings, Transport};
use tower::{Layer, ServiceExt, service_fn};

use crate::peer::{MERCHANT, PATH, Signing, answer, merchant_key, request, send};

#[tokio::test]
async fn what_is_sent_verifies_with_the_merchants_public_key() {
    let sent = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&sent);
    let reply = move |request: Request<Bytes>| {
        log.lock().unwrap().push(request);
        Ok(answer("{}", &Signing::default()))
    };
    let given = send(SignVerifySettings::default(), request(PATH), reply).await.unwrap();

    let sent = sent.lock().unwrap();
    assert_eq!(sent.len(), 1);
    let headers = sent[0].headers();
    assert!(headers["authorization"].is_sensitive());
    assert_eq!(
        (&headers["content-type"], &headers["accept"]),
        (&"application/json".parse().unwrap(), &"application/json".parse().unwrap())
    );
    let public = VerifyingKey::from_bytes(merchant_key().public_key()).unwrap();
    let ring = KeyRing::builder().key("K001", public).for_loopback().build().unwrap();
    let merchant = headers[MERCHANT_HEADER].to_str().unwrap();
    let parts = Parts { path: sent[0].uri().path(), merchant: Some(merchant), body: sent[0].body() };
    let window = Window::new(Timestamp::try_from(SystemTime::now()).unwrap(), Duration::from_secs(60));
    let verified = ring.verify(headers["authorization"].as_bytes(), parts, &window).unwrap();
    assert_eq!(given.request().authorization().nonce(), verified.nonce());
    assert_eq!((given.request().path(), given.request().merchant()), (PATH, Some(MERCHANT)));
    assert_eq!(given.request().body(), sent[0].body());
}

#[tokio::test]
async fn another_response_header_and_other_sources_are_settings() {
    let settings = SignVerifySettings::default()
        .response_header(HeaderName::from_static("x-signature"))
        .entropy(|| [7; 16]);
    let reply = |_: Request<Bytes>| {
        let mut response = answer("{}", &Signing::default());
        let signature = response.headers_mut().remove("authorization").unwrap();
        response.headers_mut().insert("x-signature", signature);
        Ok(response)
    };
    let given = send(settings, request(PATH), reply).await.unwrap();
    assert_eq!(given.request().authorization().nonce(), "07".repeat(16));
}

#[tokio::test]
async fn what_cannot_be_signed_is_not_sent() {
    let mut doubled = request(PATH);
    doubled.headers_mut().append(MERCHANT_HEADER, "M2".parse().unwrap());
    let mut empty = request(PATH);
    empty.headers_mut().insert(MERCHANT_HEADER, "".parse().unwrap());
    let mut with_query = request(PATH);
    *with_query.uri_mut() = format!("{PATH}?x=1").parse().unwrap();
    for request in [doubled, empty, with_query] {
        let given = send(SignVerifySettings::default(), request, |_| panic!("it was sent")).await;
        let error = given.unwrap_err();
        assert!(error.is_config() && !error.may_have_been_executed(), "{error:?}");
    }
    let broken_clock =
        SignVerifySettings::default().clock(|| SystemTime::UNIX_EPOCH - Duration::from_secs(1));
    let given = send(broken_clock, request(PATH), |_| panic!("it was sent")).await;
    assert!(given.unwrap_err().is_config());
}

/// Signs with a real key and says that its public half is another one, which no test published.
struct Posing {
    key: SigningKey,
    public: VerifyingKey,
}

impl Posing {
    fn new() -> Self {
        let key = merchant_key();
        let body: String = key.public_key().lines().filter(|line| !line.starts_with('-')).collect();
        // Another character in the middle of the modulus: a key that nobody has the other half of.
        let mut body = body.into_bytes();
        body[200] = if body[200] == b'A' { b'B' } else { b'A' };
        let public = VerifyingKey::from_bytes(body).unwrap();
        Self { key, public }
    }
}

impl Signer for Posing {
    fn key_id(&self) -> &str {
        self.key.key_id()
    }

    fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    fn sign_string<'a>(&'a self, string: &'a StringToSign) -> SignatureFuture<'a> {
        self.key.sign_string(string)
    }
}

#[tokio::test]
async fn a_ring_that_holds_our_own_key_is_refused_at_build_and_after_a_swap() {
    let signer = Arc::new(Posing::new());
    let own = || KeyRing::new([("P001", signer.public.clone())]).unwrap();
    let error =
        Transport::builder("https://h", Arc::clone(&signer) as Arc<dyn Signer>, own()).build().unwrap_err();
    assert!(error.is_config() && error.to_string().contains("holds our own public key"), "{error}");

    let never = |_: Request<SentBody>| std::future::ready(Err::<Response<Full<Bytes>>, _>("it was sent"));
    let peer = service_fn(never);
    let layer = SignVerifyLayer::for_loopback(signer.clone(), own(), SignVerifySettings::default());
    let error = layer.layer(peer).oneshot(request(PATH)).await.unwrap_err();
    assert!(error.is_config() && !error.may_have_been_executed(), "{error:?}");
    assert!(error.to_string().contains("holds our own public key"), "{error}");
}
