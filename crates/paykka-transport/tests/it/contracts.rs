//! What tower asks of a service: each layer calls only what was polled ready, hands on that it isn't, and works as a clone.

use std::time::Duration;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::Full;
use paykka_transport::{
    Answer, BaseLayer, Call, DeadlineLayer, Effect, Error, PaceLayer, Payload, RetryLayer, RetrySettings,
    RsaWork, SentBody, SignVerifyLayer, SignVerifySettings, SizeLimitLayer, SpanLayer, Transport,
};
use tower::util::BoxCloneService;
use tower::{BoxError, Layer, Service, ServiceExt};
use tower_test::mock::{self, Mock};

use crate::faults::{PATH, down_signed, paid};
use crate::server::{Double, Received, merchant, ring};

/// A layer over a mock, which makes its own requests and whose answers nobody looks at.
type Layered = BoxCloneService<(), (), Error>;

/// Puts a layer over a mock.
type Over<M> = fn(M) -> Layered;

/// Whether a layer hands on that the inner service isn't ready, or waits for it itself, where its deadline counts.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Readiness {
    HandedOn,
    WaitedFor,
}
use Readiness::{HandedOn, WaitedFor};

fn layered<S, T, R>(service: S, request: fn() -> T) -> Layered
where
    S: Service<T, Response = R, Error = Error> + Clone + Send + 'static,
    S::Future: Send,
    T: 'static,
    R: 'static,
{
    BoxCloneService::new(service.map_request(move |()| request()).map_response(|_| ()))
}

fn call() -> Request<Payload> {
    Call::new(PATH).operation("a").effect(Effect::Read).request("{}").unwrap()
}

fn sent() -> Request<SentBody> {
    Request::post(PATH).body(SentBody::from("{}")).unwrap()
}

fn unsent(error: BoxError) -> Error {
    Error::unsent(error)
}

async fn genuine(answering: fn(&Received) -> crate::server::Reply) -> Answer {
    let transport =
        Transport::builder("http://127.0.0.1:1", merchant(), ring()).over(Double::new(answering)).build();
    transport.unwrap().send(Call::new(PATH).effect(Effect::Read).max_attempts(1), "{}").await.unwrap()
}

type Calls = Mock<Request<Payload>, Answer>;

#[tokio::test(start_paused = true)]
async fn layers_over_whole_calls() {
    let answer = genuine(paid).await;
    let layers: [(&str, Over<Calls>, Readiness); 7] = [
        (
            "Retry",
            |mock| layered(RetryLayer::new(RetrySettings::default()).layer(mock.map_err(unsent)), call),
            HandedOn,
        ),
        ("Pace, not held back", |mock| layered(PaceLayer::new().layer(mock.map_err(unsent)), call), HandedOn),
        (
            "Pace, held back",
            |mock| {
                let pace = PaceLayer::new().operation("a", 1, Duration::from_millis(1));
                layered(pace.layer(mock.map_err(unsent)), call)
            },
            HandedOn,
        ),
        ("Traced call", |mock| layered(SpanLayer::operation().layer(mock.map_err(unsent)), call), HandedOn),
        ("Traced attempt", |mock| layered(SpanLayer::attempt().layer(mock.map_err(unsent)), call), HandedOn),
        (
            "operation deadline",
            |mock| {
                let layer = DeadlineLayer::operation(Duration::from_secs(600));
                layered(layer.layer(mock.map_err(unsent)), call)
            },
            WaitedFor,
        ),
        (
            "attempt deadline",
            |mock| {
                let layer = DeadlineLayer::attempt(Duration::from_secs(600));
                layered(layer.layer(mock.map_err(unsent)), call)
            },
            WaitedFor,
        ),
    ];
    for (name, wrap, readiness) in layers {
        contract(name, wrap, readiness, |_| answer.clone()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn layers_over_the_wire() {
    type Wires = Mock<Request<SentBody>, Response<Full<Bytes>>>;
    let layers: [(&str, Over<Wires>); 2] = [
        ("SizeLimit", |mock| layered(SizeLimitLayer::new(64, 64).layer(mock), sent)),
        ("Base", |mock| layered(BaseLayer::new("https://h").unwrap().layer(mock), sent)),
    ];
    for (name, wrap) in layers {
        contract(name, wrap, HandedOn, |_| Response::new(Full::from("{}"))).await;
    }
}

#[tokio::test(start_paused = true)]
async fn signing_and_verifying() {
    for work in [RsaWork::Inline, RsaWork::default()] {
        let wrap = |mock: Mock<Request<SentBody>, Response<Full<Bytes>>>| {
            let settings = SignVerifySettings::default().rsa_work(work);
            layered(SignVerifyLayer::for_loopback(merchant(), ring(), settings).layer(mock), call)
        };
        let answered = |request: &Request<SentBody>| {
            let path = request.uri().path().to_owned();
            paid(&Received { path, headers: Vec::new(), body: Vec::new() }).response()
        };
        contract("SignVerify", wrap, HandedOn, answered).await;
    }
}

/// The mock panics when it is called without having been polled ready since its last call.
async fn contract<T: Send + 'static, U: Send + 'static>(
    name: &str,
    wrap: impl Fn(Mock<T, U>) -> Layered,
    readiness: Readiness,
    answer: impl Fn(&T) -> U,
) {
    let (mut service, mut handle) = mock::spawn_with(&wrap);

    // Backpressure goes up, or is waited for below; then the first place wakes whoever waits.
    handle.allow(0);
    let pending = service.poll_ready().is_pending();
    assert_eq!(pending, readiness == HandedOn, "{name}");
    if readiness == HandedOn {
        handle.allow(1);
        assert!(service.is_woken(), "{name}");
        assert!(service.poll_ready().is_ready(), "{name}");
    }
    let calling = tokio::spawn(service.call(()));
    if readiness == WaitedFor {
        tokio::task::yield_now().await;
        assert!(!calling.is_finished(), "{name}: it waits");
        handle.allow(1);
    }
    respond(&mut handle, &answer).await;
    calling.await.unwrap().unwrap();

    // A clone knows nothing of its original's readiness, and each gets a call through, in turns.
    handle.allow(4);
    let mut first = service.into_inner();
    let second = first.clone();
    std::future::poll_fn(|cx| first.poll_ready(cx)).await.unwrap();
    let third = first.clone();
    let mut services = [first, second, third];
    for index in [1, 0, 2, 1] {
        // The first is ready already; to ask again does no harm.
        let calling = tokio::spawn(services[index].ready().await.unwrap().call(()));
        respond(&mut handle, &answer).await;
        calling.await.unwrap().unwrap();
    }

    // What is broken below says so, at the latest when it is called.
    handle.send_error("broken");
    let error = match services[0].ready().await {
        Err(error) => error,
        Ok(ready) => ready.call(()).await.unwrap_err(),
    };
    assert!(error.is_connect() || error.is_interrupted(), "{name}: {error}");
}

async fn respond<T, U>(handle: &mut mock::Handle<T, U>, answer: &impl Fn(&T) -> U) {
    // A call that panicked never comes; time is paused, so nobody waits for the minute.
    let next = tokio::time::timeout(Duration::from_secs(60), handle.next_request()).await;
    let (request, send) = next.expect("the inner service wasn't called").unwrap();
    send.send_response(answer(&request));
}

/// Each further attempt waits for readiness anew, inside the call.
#[tokio::test(start_paused = true)]
async fn a_repeat_waits_for_readiness() {
    let (bad, good) = (genuine(down_signed).await, genuine(paid).await);
    let (mut service, mut handle) = mock::spawn_with(|mock: Calls| {
        layered(RetryLayer::new(RetrySettings::default().random(|| 0)).layer(mock.map_err(unsent)), call)
    });
    handle.allow(1);
    assert!(service.poll_ready().is_ready());
    let calling = tokio::spawn(service.call(()));
    respond(&mut handle, &|_: &_| bad.clone()).await;
    let late = tokio::time::timeout(Duration::from_secs(60), handle.next_request()).await;
    assert!(late.is_err(), "there is no place");
    handle.allow(1);
    respond(&mut handle, &|_: &_| good.clone()).await;
    calling.await.unwrap().unwrap();
}
