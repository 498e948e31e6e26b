//! Layers of the user's: outside everything, and just above the wire.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};

use paykka_transport::{Call, Effect, RetrySettings, Transport};
use tower::ServiceExt;
use tower::util::MapRequestLayer;

use crate::faults::{PATH, down};
use crate::server::{Double, merchant, ring};

#[tokio::test]
async fn the_outer_layer_sees_a_call_once_and_the_wire_layer_each_attempt() {
    let (outer, wire) = (Arc::new(AtomicU32::new(0)), Arc::new(AtomicU32::new(0)));
    let counting = |count: &Arc<AtomicU32>| {
        let count = Arc::clone(count);
        move || count.fetch_add(1, Ordering::SeqCst)
    };
    let (calls, sent) = (counting(&outer), counting(&wire));
    let stamps = Arc::new(Mutex::new(Vec::new()));
    let log = Arc::clone(&stamps);
    let double = Double::new(down);
    let transport = Transport::builder("http://127.0.0.1:1", merchant(), ring())
        .retry(RetrySettings::default().random(|| 0))
        .outer_layer(MapRequestLayer::new(move |request: http::Request<_>| {
            assert!(!request.headers().contains_key("authorization"), "it isn't signed yet");
            calls();
            request
        }))
        .wire_layer(MapRequestLayer::new(move |mut request: http::Request<_>| {
            sent();
            log.lock().unwrap().push(request.headers()["authorization"].clone());
            request.headers_mut().insert("x-egress", "1".parse().unwrap());
            request
        }))
        .over(double.clone())
        .build()
        .unwrap();
    let error = transport.send(Call::new(PATH).effect(Effect::Read), "{}").await.unwrap_err();
    assert_eq!(error.attempts(), 3);
    assert_eq!((outer.load(Ordering::SeqCst), wire.load(Ordering::SeqCst)), (1, 3));
    let stamps = stamps.lock().unwrap();
    assert!(stamps[0] != stamps[1] && stamps[1] != stamps[2], "each attempt is signed afresh");
    assert!(double.received().iter().all(|sent| sent.header("x-egress") == Some("1")));
}

#[tokio::test]
async fn of_several_layers_the_first_is_the_outermost() {
    let seen = Arc::new(Mutex::new(Vec::new()));
    let noting = |name: &'static str| {
        let seen = Arc::clone(&seen);
        move || seen.lock().unwrap().push(name)
    };
    let (first, second, third, fourth) =
        (noting("outer 1"), noting("outer 2"), noting("wire 1"), noting("wire 2"));
    fn layer<T>(note: impl Fn() + Clone) -> impl Fn(T) -> T + Clone {
        move |request| {
            note();
            request
        }
    }
    let transport = Transport::builder("http://127.0.0.1:1", merchant(), ring())
        .wire_layer(MapRequestLayer::new(layer(third)))
        .outer_layer(MapRequestLayer::new(layer(first)))
        .wire_layer(MapRequestLayer::new(layer(fourth)))
        .outer_layer(MapRequestLayer::new(layer(second)))
        .over(Double::new(crate::faults::paid))
        .build()
        .unwrap();
    transport.send(Call::new(PATH), "{}").await.unwrap();
    assert_eq!(*seen.lock().unwrap(), ["outer 1", "outer 2", "wire 1", "wire 2"]);
}

/// What takes any service takes a transport, and what it can't know of the call, the request says.
#[tokio::test]
async fn a_transport_is_a_service_itself() {
    let double = Double::new(down);
    let transport = Transport::builder("http://127.0.0.1:1", merchant(), ring())
        .retry(RetrySettings::default().random(|| 0))
        .over(double.clone())
        .build()
        .unwrap();
    let whole = tower::ServiceBuilder::new().concurrency_limit(1).service(transport);
    let request = |effect| Call::new(PATH).effect(effect).request("{}").unwrap();
    for (effect, sent) in [(Effect::Read, 3), (Effect::Money, 1)] {
        let before = double.received().len();
        let error = whole.clone().oneshot(request(effect)).await.unwrap_err();
        assert_eq!(double.received().len() - before, sent, "{effect:?}");
        assert_eq!(error.outcome_unknown(), effect == Effect::Money);
    }
    // A second copy of a payment is refused, by whomever it is made.
    let payment = request(Effect::Money);
    let copy = payment.clone();
    whole.clone().oneshot(payment).await.unwrap_err();
    let before = double.received().len();
    let again = whole.oneshot(copy).await.unwrap_err();
    assert_eq!(double.received().len(), before, "{again}");
}
