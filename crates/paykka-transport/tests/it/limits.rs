//! How fast, how long, how often and how many at once, through the whole stack.

use std::time::Duration;

use http::{Request, Response};
use http_body_util::Full;
use paykka_transport::{
    Call, Effect, PaceLayer, RetrySettings, RsaWork, SentBody, SignVerifySettings, Transport,
    TransportBuilder,
};
use tokio::time::Instant;
use tower::{Service as _, ServiceExt as _, service_fn};

use crate::faults::{PATH, down, paid};
use crate::server::{Double, merchant, ring};

fn builder() -> TransportBuilder {
    Transport::builder("http://127.0.0.1:1", merchant(), ring())
        .signatures(SignVerifySettings::default().rsa_work(RsaWork::Inline))
        .retry(RetrySettings::default().random(|| 0))
}

fn call(effect: Effect) -> Call {
    Call::new(PATH).operation("a.one").effect(effect)
}

#[tokio::test(start_paused = true)]
async fn calls_and_attempts_are_spaced_out_over_clones() {
    let pace = PaceLayer::new().operation("a.one", 1, Duration::from_secs(1));
    let transport = builder().pace(pace.clone()).over(Double::new(paid)).build().unwrap();
    let start = Instant::now();
    for _ in 0..3 {
        transport.clone().send(call(Effect::Money), "{}").await.unwrap();
    }
    assert_eq!(start.elapsed(), Duration::from_secs(2));
    transport.send(Call::new(PATH).operation("a.two"), "{}").await.unwrap();
    assert_eq!(start.elapsed(), Duration::from_secs(2), "another operation isn't held back");
    // Attempts count as calls do; and the layer is shared with another stack.
    let double = Double::new(down);
    let failing = builder().pace(pace).over(double.clone()).build().unwrap();
    let error = failing.send(call(Effect::Read), "{}").await.unwrap_err();
    assert_eq!((error.attempts(), start.elapsed()), (3, Duration::from_secs(5)));
    // Waiting for a turn counts to the deadline, and nothing has left by then.
    let late = failing.send(call(Effect::Money).timeout(Duration::from_millis(500)), "{}").await.unwrap_err();
    assert!(late.is_timeout() && !late.outcome_unknown() && double.received().len() == 3, "{late}");
}

#[tokio::test(start_paused = true)]
async fn a_call_may_bring_its_own_deadline_and_number_of_attempts() {
    let never = service_fn(|_: Request<SentBody>| {
        std::future::pending::<Result<Response<Full<bytes::Bytes>>, Never>>()
    });
    let transport = builder().over(never).build().unwrap();
    for seconds in [5, 500] {
        let start = Instant::now();
        let limit = Duration::from_secs(seconds);
        let error = transport.send(call(Effect::Money).timeout(limit), "{}").await.unwrap_err();
        assert_eq!(start.elapsed(), limit);
        assert!(
            error.outcome_unknown()
                && error.to_string().contains(&format!("operation's deadline of {seconds}s"))
        );
    }
    let start = Instant::now();
    let error = transport.send(call(Effect::Money), "{}").await.unwrap_err();
    assert_eq!((start.elapsed(), error.is_timeout()), (Duration::from_secs(45), true), "the stack's own");

    for (most, attempts) in [(Some(0), 1), (Some(1), 1), (Some(2), 2), (Some(5), 5), (None, 3)] {
        let double = Double::new(down);
        let transport = builder().over(double.clone()).build().unwrap();
        let call = call(Effect::Read);
        let call = most.map_or_else(|| call.clone(), |most| call.clone().max_attempts(most));
        let error = transport.send(call, "{}").await.unwrap_err();
        assert_eq!((error.attempts(), double.received().len()), (attempts, attempts as usize), "{most:?}");
    }
}

/// No error at all.
type Never = std::convert::Infallible;

#[tokio::test(start_paused = true)]
async fn waiting_for_a_free_place_counts_to_the_deadline() {
    let sent = std::sync::Arc::new(std::sync::atomic::AtomicU32::new(0));
    let log = std::sync::Arc::clone(&sent);
    let never = service_fn(move |_: Request<SentBody>| {
        log.fetch_add(1, std::sync::atomic::Ordering::SeqCst);
        std::future::pending::<Result<Response<Full<bytes::Bytes>>, Never>>()
    });
    let transport = builder().concurrency(1).over(never).build().unwrap();
    let busy = tokio::spawn({
        let transport = transport.clone();
        async move { transport.send(call(Effect::Money).timeout(Duration::from_secs(20)), "{}").await }
    });
    while sent.load(std::sync::atomic::Ordering::SeqCst) == 0 {
        tokio::task::yield_now().await;
    }
    let start = Instant::now();
    let error = transport.send(call(Effect::Money).timeout(Duration::from_secs(3)), "{}").await.unwrap_err();
    assert_eq!(start.elapsed(), Duration::from_secs(3));
    assert!(error.is_timeout() && !error.outcome_unknown(), "{error}");
    assert_eq!(sent.load(std::sync::atomic::Ordering::SeqCst), 1);
    assert!(busy.await.unwrap().unwrap_err().outcome_unknown());
    // The place is free again.
    let error = transport.send(call(Effect::Money).timeout(Duration::from_secs(3)), "{}").await.unwrap_err();
    assert!(error.outcome_unknown() && sent.load(std::sync::atomic::Ordering::SeqCst) == 2, "{error}");
}

/// Who waits for a place mustn't keep one for a clone of himself that nobody polls any more.
#[tokio::test(start_paused = true)]
async fn a_place_that_gets_free_goes_to_who_waits_for_it() {
    let second = Duration::from_secs(1);
    let double = Double::new(paid);
    let inner = double.clone();
    let slow = service_fn(move |request: Request<SentBody>| {
        let inner = inner.clone();
        async move {
            tokio::time::sleep(second).await;
            inner.oneshot(request).await
        }
    });
    let transport = builder().concurrency(1).over(slow).build().unwrap();
    let start = Instant::now();
    let mut calls = tokio::task::JoinSet::new();
    for number in 0..6_u32 {
        let mut transport = transport.clone();
        calls.spawn(async move {
            let call = call(Effect::Money);
            match number % 3 {
                0 => transport.send(call, "{}").await.is_ok(),
                1 => {
                    let ready = transport.ready().await.unwrap();
                    ready.call(call.request("{}").unwrap()).await.is_ok()
                }
                // It loses patience, and with that its place in the line.
                _ => tokio::time::timeout(second / 2, transport.send(call, "{}")).await.is_ok(),
            }
        });
    }
    let through = calls.join_all().await.into_iter().filter(|came| *came).count();
    assert_eq!((through, start.elapsed(), double.received().len()), (4, second * 4, 4));
}

#[tokio::test(start_paused = true)]
async fn writes_are_repeated_on_command_and_money_never() {
    for (effect, attempts) in [(Effect::Write, 3), (Effect::Money, 1)] {
        let broken = service_fn(|_: Request<SentBody>| async {
            Err::<Response<Full<bytes::Bytes>>, _>(std::io::Error::other("cable cut"))
        });
        let retry = RetrySettings::default().random(|| 0).repeats_writes(true);
        let transport = builder().retry(retry).over(broken).build().unwrap();
        let error = transport.send(call(effect), "{}").await.unwrap_err();
        assert_eq!(error.attempts(), attempts, "{effect:?}");
        assert!(error.is_interrupted() && error.outcome_unknown());
    }
}

/// With repeats of writes switched on, a refusal of the second attempt may say no more than that the first one arrived.
#[tokio::test(start_paused = true)]
async fn a_refusal_after_an_open_attempt_ends_nothing() {
    let double =
        Double::new(|to| crate::server::Reply::signed(to, "400 Bad Request", r#"{"ret_code":"010004"}"#));
    let first = std::sync::Arc::new(std::sync::atomic::AtomicBool::new(true));
    let breaks_once = service_fn(move |request: Request<SentBody>| {
        let (is_first, double) = (first.swap(false, std::sync::atomic::Ordering::SeqCst), double.clone());
        async move {
            if is_first {
                return Err(std::io::Error::other("cable cut"));
            }
            Ok(tower::ServiceExt::oneshot(double, request).await.unwrap())
        }
    });
    let retry = RetrySettings::default().random(|| 0).repeats_writes(true);
    let transport = builder().retry(retry).over(breaks_once).build().unwrap();
    let answer = transport.send(call(Effect::Write), "{}").await.unwrap();
    assert!(answer.is_evidence() && answer.attempts() == 2 && answer.has_open_attempt());
    assert!(answer.outcome_unknown());
    let answer = transport.send(call(Effect::Write), "{}").await.unwrap();
    assert!(!answer.has_open_attempt() && !answer.outcome_unknown());
}
