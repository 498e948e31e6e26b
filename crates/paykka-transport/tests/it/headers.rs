//! Headers of a call and of the stack change neither what is sent nor to whom, and what is signed stands in them.

use http::header::{HeaderName, HeaderValue};
use paykka_transport::{
    BaseLayer, Call, Effect, MERCHANT_HEADER, SignVerifyLayer, SignVerifySettings, Transport,
};
use tower::{Layer, ServiceExt};

use crate::faults::{PATH, paid};
use crate::server::{Double, merchant, ring};

const TAKEN: [&str; 14] = [
    "authorization",
    "content-type",
    "x-merch-id",
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "upgrade",
    "expect",
    "te",
    "trailer",
    "accept-encoding",
    "content-encoding",
    "proxy-authorization",
];

#[tokio::test]
async fn a_header_of_the_stacks_own_is_refused_wherever_it_is_given() {
    let value = || HeaderValue::from_static("7");
    for name in TAKEN {
        let name = HeaderName::from_static(name);
        let double = Double::new(paid);
        let builder = || Transport::builder("http://127.0.0.1:1", merchant(), ring()).over(double.clone());
        let call = Call::new(PATH).effect(Effect::Read).header(name.clone(), value());
        let error = builder().build().unwrap().send(call, "{}").await.unwrap_err();
        assert!(error.is_config() && error.to_string().contains(name.as_str()), "{error}");
        let error = builder().header(name.clone(), value()).build().unwrap_err();
        assert!(error.is_config() && error.to_string().contains(name.as_str()), "{error}");
        let base = BaseLayer::new("https://h").unwrap();
        assert!(base.header(name.clone(), value()).unwrap_err().is_config(), "{name}");
        assert_eq!(double.received().len(), 0, "{name}");
    }
}

/// Whoever makes requests by hand meets the same rules in the layer that signs.
#[tokio::test]
async fn requests_made_by_hand_are_held_to_paths_and_headers_too() {
    let double = Double::new(paid);
    let signing = SignVerifyLayer::for_loopback(merchant(), ring(), SignVerifySettings::default());
    let stack = signing.layer(double.clone());
    let request = || Call::new(PATH).request("{}").unwrap();
    for path in ["/a/../b", "//x/y", "/a//b", "/%2e%2e/b", "/a%2f%2fb", "/a?b=c"] {
        let mut request = request();
        *request.uri_mut() = path.parse().unwrap();
        let error = stack.clone().oneshot(request).await.unwrap_err();
        assert!(error.is_config() && !error.may_have_been_executed(), "{path}: {error}");
    }
    for name in
        TAKEN.into_iter().filter(|name| !["authorization", "content-type", "x-merch-id"].contains(name))
    {
        let mut request = request();
        request.headers_mut().insert(HeaderName::from_static(name), HeaderValue::from_static("7"));
        assert!(stack.clone().oneshot(request).await.unwrap_err().is_config(), "{name}");
    }
    assert_eq!(double.received().len(), 0);
    assert!(stack.oneshot(request()).await.unwrap().is_evidence());
}

#[tokio::test]
async fn what_is_sent_beside_the_signature_is_what_was_said() {
    let double = Double::new(paid);
    let transport = Transport::builder("http://127.0.0.1:1", merchant(), ring())
        .header(HeaderName::from_static("x-egress"), HeaderValue::from_static("stack"))
        .over(double.clone())
        .build()
        .unwrap();
    let own = HeaderName::from_static("x-egress");
    for (call, expected) in
        [(Call::new(PATH), "stack"), (Call::new(PATH).header(own, HeaderValue::from_static("call")), "call")]
    {
        let call = call.merchant("M1");
        let shown = format!("{call:?}");
        assert!(!shown.contains("x-egress"), "headers may hold secrets: {shown}");
        transport.send(call, "{}").await.unwrap();
        let sent = double.received().pop().unwrap();
        assert_eq!(
            (sent.header("x-egress"), sent.header(MERCHANT_HEADER.as_str())),
            (Some(expected), Some("M1"))
        );
        assert_eq!(sent.header("accept-encoding"), None);
        assert!(sent.header("user-agent").unwrap().starts_with("paykka-rust/"));
    }
    let address = Transport::builder("https://me:sesame@h", merchant(), ring());
    assert!(!format!("{address:?}").contains("sesame") && address.build().unwrap_err().is_config());
}
