//! A server that is down for everybody: trying again must not become the load that keeps it down.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::Request;
use paykka_transport::{
    Answer, Call, DeadlineLayer, Effect, Error, Payload, Retry, RetryLayer, RetrySettings, Roots, RsaWork,
    SignVerifySettings, Transport, WireSettings,
};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::{Layer, ServiceBuilder, ServiceExt, service_fn};

use crate::faults::{PATH, down, down_signed, paid};
use crate::server::{Double, Fault, Over, Received, Reply, Server, merchant, ring, root};

fn read() -> Call {
    Call::new(PATH).effect(Effect::Read)
}

fn hurried() -> RetrySettings {
    RetrySettings::default().pauses(Duration::from_micros(100), Duration::from_millis(1))
}

/// A genuine answer, made once: what is counted here is attempts, not signatures.
async fn genuine(answering: fn(&Received) -> Reply) -> Answer {
    let transport = Transport::builder("http://127.0.0.1:1", merchant(), ring())
        .signatures(SignVerifySettings::default().rsa_work(RsaWork::Inline))
        .over(Double::new(answering))
        .build()
        .unwrap();
    transport.send(read().max_attempts(1), "{}").await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_calls_are_no_more_than_ten_thousand_and_two_hundred_attempts() {
    let (down, attempts) = (genuine(down_signed).await, Arc::new(AtomicU32::new(0)));
    let log = Arc::clone(&attempts);
    let inner = service_fn(move |_: Request<Payload>| {
        log.fetch_add(1, Ordering::SeqCst);
        std::future::ready(Ok::<_, Error>(down.clone()))
    });
    let service = RetryLayer::new(hurried()).layer(inner);
    let repeats = storm(service.clone(), 10_000).await;
    let made = attempts.swap(0, Ordering::SeqCst);
    assert_eq!(made, 10_000 + repeats, "each call says how often it was tried");
    assert!(made <= 10_200, "{made} attempts");
    assert_eq!(repeats, 100, "the budget of 500 at 5 each is spent, and not overspent");
    // Once the bucket is empty nothing is tried again.
    assert_eq!(storm(service, 1_000).await, 0);
    assert_eq!(attempts.load(Ordering::SeqCst), 1_000);
}

/// Makes so many calls, 64 at once, and tells how many attempts beyond the first they took.
async fn storm<S>(service: Retry<S>, calls: u32) -> u32
where
    Retry<S>: tower::Service<Request<Payload>, Response = Answer, Error = Error> + Clone + Send + 'static,
    <Retry<S> as tower::Service<Request<Payload>>>::Future: Send,
    S: Send + 'static,
{
    let gate = Arc::new(Semaphore::new(64));
    let mut running = JoinSet::new();
    for _ in 0..calls {
        let place = Arc::clone(&gate).acquire_owned().await.unwrap();
        let service = service.clone();
        running.spawn(async move {
            let answer = service.oneshot(read().request("{}").unwrap()).await.unwrap();
            drop(place);
            answer.attempts() - 1
        });
    }
    running.join_all().await.iter().sum()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_calls_over_sockets_are_four_more_where_the_budget_is_for_four() {
    for over in [Over::Tcp, Over::Tls] {
        let server = Server::start(Fault::Answers(down), over).await;
        let transport = Transport::builder(server.url(), merchant(), ring())
            .retry(hurried().budget(20))
            .wire(WireSettings::default().roots(Roots::Only(root().to_vec())))
            .build()
            .unwrap();
        let mut running = JoinSet::new();
        for _ in 0..200 {
            let transport = transport.clone();
            running.spawn(async move { transport.send(read(), "{}").await.unwrap_err().attempts() });
        }
        let attempts: u32 = running.join_all().await.iter().sum();
        assert_eq!((attempts, server.received()), (204, 204), "{over:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_repeat_after_a_timeout_costs_twice_as_much_and_success_pays_back() {
    let attempts = Arc::new(AtomicU32::new(0));
    let log = Arc::clone(&attempts);
    let never = service_fn(move |_: Request<Payload>| {
        log.fetch_add(1, Ordering::SeqCst);
        std::future::pending::<Result<Answer, Error>>()
    });
    let late = ServiceBuilder::new()
        .layer(RetryLayer::new(RetrySettings::default().budget(100)))
        .layer(DeadlineLayer::attempt(Duration::from_millis(10)))
        .service(never);
    for _ in 0..50 {
        assert!(late.clone().oneshot(read().request("{}").unwrap()).await.unwrap_err().is_timeout());
    }
    assert_eq!(attempts.load(Ordering::SeqCst), 50 + 10);

    // Two failures and a success: each call that succeeds gives back what it had spent.
    let (good, bad) = (genuine(paid).await, genuine(down_signed).await);
    let count = Arc::new(AtomicU32::new(0));
    let every_third = service_fn(move |_: Request<Payload>| {
        let is_third = count.fetch_add(1, Ordering::SeqCst) % 3 == 2;
        std::future::ready(Ok::<_, Error>(if is_third { good.clone() } else { bad.clone() }))
    });
    let service = RetryLayer::new(RetrySettings::default().budget(10)).layer(every_third);
    for _ in 0..50 {
        let answer = service.clone().oneshot(read().request("{}").unwrap()).await.unwrap();
        assert_eq!((answer.attempts(), answer.status().as_u16()), (3, 200));
    }
}
