//! What a call says of itself when it was ended from outside stays true: what was said to be here never leaves, what may
//! have left stays unknown, whoever stands around the stack.

use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::{Request, Response};
use http_body_util::Full;
use paykka_transport::{
    Answer, Call, Effect, Error, Payload, RetrySettings, RsaWork, SentBody, SignVerifySettings, Transport,
    TransportBuilder,
};
use tokio::time::Instant;
use tower::{ServiceExt, layer::layer_fn, service_fn};

use crate::faults::{PATH, down, paid};
use crate::server::{Double, Received, Reply, merchant, ring};

fn builder() -> TransportBuilder {
    Transport::builder("http://127.0.0.1:1", merchant(), ring())
        .signatures(SignVerifySettings::default().rsa_work(RsaWork::Inline))
        .retry(RetrySettings::default().random(|| 0))
}

fn call(effect: Effect) -> Call {
    Call::new(PATH).operation("a.one").effect(effect)
}

#[tokio::test]
async fn a_layer_outside_cant_send_twice_what_changes_something() {
    for (effect, expected) in [(Effect::Read, 2), (Effect::Spare, 2), (Effect::Write, 1), (Effect::Money, 1)]
    {
        let double = Double::new(down);
        let again = layer_fn(|inner: paykka_transport::CallService| {
            service_fn(move |request: Request<Payload>| {
                let inner = inner.clone();
                async move {
                    match inner.clone().oneshot(request.clone()).await {
                        Ok(answer) => Ok::<Answer, Error>(answer),
                        Err(_) => inner.oneshot(request).await,
                    }
                }
            })
        });
        let transport = builder()
            .retry(RetrySettings::default().attempts(1))
            .outer_layer(again)
            .over(double.clone())
            .build()
            .unwrap();
        let error = transport.send(call(effect), "{}").await.unwrap_err();
        assert_eq!(double.received().len(), expected, "{effect:?}");
        let changes = matches!(effect, Effect::Write | Effect::Money);
        assert_eq!(error.outcome_unknown(), changes, "{effect:?}: the first one stays open: {error}");
        assert_eq!(error.is_config(), changes);
    }
}

/// The first attempt breaks after it was sent, and the deadline ends the call in the pause before the second.
#[tokio::test(start_paused = true)]
async fn what_an_earlier_attempt_left_open_stays_open_when_the_deadline_ends_the_call() {
    let broken = service_fn(|_: Request<SentBody>| {
        std::future::ready(Err::<Response<Full<bytes::Bytes>>, _>(std::io::Error::other("cut")))
    });
    let retry = RetrySettings::default()
        .repeats_writes(true)
        .pauses(Duration::from_secs(2), Duration::from_secs(2))
        .random(|| 1_999_999);
    let (never, calls) = (Duration::from_secs(100), Arc::new(AtomicU32::new(0)));
    let counted = Arc::clone(&calls);
    let second_hangs = service_fn(move |request: Request<SentBody>| {
        let first = counted.fetch_add(1, Ordering::SeqCst) == 0;
        async move {
            if !first {
                tokio::time::sleep(never).await;
            }
            broken.oneshot(request).await
        }
    });
    let transport = builder().retry(retry).over(second_hangs).build().unwrap();
    let error = transport.send(call(Effect::Write).timeout(Duration::from_secs(5)), "{}").await.unwrap_err();
    assert!(error.is_timeout() && error.outcome_unknown() && error.attempts() == 2, "{error:?}");
    assert!(error.to_string().contains("an earlier attempt may have been executed"), "{error}");
}

/// A verified 010001 says that nothing was done; in the pause after it nothing is under way.
#[tokio::test(start_paused = true)]
async fn in_the_pause_after_a_refusal_nothing_is_away() {
    let busy = |to: &Received| Reply::signed(to, "429 Too Many Requests", r#"{"ret_code":"010001"}"#);
    let double = Double::new(busy);
    let retry = RetrySettings::default().pauses(Duration::from_secs(60), Duration::from_secs(60));
    let transport = builder().retry(retry.random(|| 20_000_000)).over(double.clone()).build().unwrap();
    let start = Instant::now();
    // The pause of 20 seconds ends before the deadline, the next one wouldn't.
    let error = transport.send(call(Effect::Money).timeout(Duration::from_secs(30)), "{}").await;
    let answer = error.unwrap();
    assert_eq!((answer.attempts(), answer.outcome_unknown()), (2, false));
    assert_eq!(start.elapsed(), Duration::from_secs(20));
    // Dropped in the pause: the future owed nothing to anybody.
    let dropped = transport.send(call(Effect::Money), "{}");
    assert!(tokio::time::timeout(Duration::from_secs(10), dropped).await.is_err());
    assert_eq!(double.received().len(), 3);
}

/// The pause is as long as the platform asks for, where the deadline leaves room for it.
#[tokio::test(start_paused = true)]
async fn retry_after_is_waited_for_though_it_is_longer_than_any_pause() {
    let busy = |to: &Received| {
        Reply::signed(to, "429 Too Many Requests", r#"{"ret_code":"010001"}"#).header("Retry-After", "12")
    };
    let transport = builder().over(Double::new(busy)).build().unwrap();
    let start = Instant::now();
    let answer = transport.send(call(Effect::Read), "{}").await.unwrap();
    assert_eq!((answer.attempts(), start.elapsed()), (3, Duration::from_secs(24)));
}

#[tokio::test]
async fn a_refused_signature_is_believed_of_the_only_attempt_alone() {
    let count = Arc::new(AtomicU32::new(0));
    let counted = Arc::clone(&count);
    let busy_then_unauthorised = move |to: &Received| {
        if counted.fetch_add(1, Ordering::SeqCst) == 0 {
            Reply::signed(to, "429 Too Many Requests", r#"{"ret_code":"010001"}"#)
        } else {
            Reply::unsigned("401 Unauthorized", r#"{"ret_code":"010100"}"#)
        }
    };
    let double = Double::new(busy_then_unauthorised);
    let transport = builder().over(double.clone()).build().unwrap();
    let error = transport.send(call(Effect::Money), "{}").await.unwrap_err();
    assert!(error.is_unauthorised() && error.outcome_unknown() && error.attempts() == 2, "{error:?}");
    let error = transport.send(call(Effect::Money), "{}").await.unwrap_err();
    assert!(error.is_unauthorised() && !error.outcome_unknown() && error.attempts() == 1, "{error:?}");
}

/// One memory for all transports of a process, unless they are given another.
#[tokio::test]
async fn an_answer_is_taken_once_in_a_process() {
    let kept = std::sync::Mutex::new(None);
    let keeping: Arc<dyn Fn(&Received) -> Reply + Send + Sync> =
        Arc::new(move |to| kept.lock().unwrap().get_or_insert_with(|| paid(to)).clone());
    let over = |double: Double| builder().over(double).build().unwrap();
    let replaying = Arc::clone(&keeping);
    let first = over(Double::new(move |to| replaying(to)));
    assert!(first.send(call(Effect::Read), "{}").await.unwrap().is_evidence());
    let replaying = Arc::clone(&keeping);
    let second = over(Double::new(move |to| replaying(to)));
    assert!(second.send(call(Effect::Read), "{}").await.unwrap_err().is_repeated());
    let settings = SignVerifySettings::default().replay_guard(paykka_transport::ReplayGuard::new());
    let apart = builder().signatures(settings).over(Double::new(move |to| keeping(to))).build().unwrap();
    assert!(apart.send(call(Effect::Read), "{}").await.is_ok());
}

/// A queue outside gives up and says that nothing was sent, and hands the request on later all the same.
#[tokio::test]
async fn what_a_queue_outside_was_late_with_isnt_sent() {
    for (effect, sent) in [(Effect::Read, 1), (Effect::Write, 0), (Effect::Money, 0)] {
        let (queue, mut queued) = tokio::sync::mpsc::unbounded_channel();
        let late = layer_fn(move |inner: paykka_transport::CallService| {
            let queue = queue.clone();
            service_fn(move |request: Request<Payload>| {
                queue.send((inner.clone(), request)).unwrap();
                std::future::ready(Err::<Answer, _>(Error::unsent("the queue is full")))
            })
        });
        let double = Double::new(paid);
        let transport = builder().outer_layer(late).over(double.clone()).build().unwrap();
        let error = transport.send(call(effect), "{}").await.unwrap_err();
        assert!(!error.may_have_been_executed(), "{error}");
        let (inner, request) = queued.recv().await.unwrap();
        assert_eq!(inner.oneshot(request).await.is_ok(), sent > 0, "{effect:?}");
        assert_eq!(double.received().len(), sent, "{effect:?}");
    }
}

/// A layer that gives up when the server has the whole request, and says that nothing was sent.
#[tokio::test]
async fn what_has_left_isnt_unsent_because_a_layer_says_so() {
    for is_outside in [true, false] {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let (arrived, received) = (Arc::new(tokio::sync::Notify::new()), Arc::new(AtomicU32::new(0)));
        let (tell, count) = (Arc::clone(&arrived), Arc::clone(&received));
        let server = tokio::spawn(async move {
            let mut open = Vec::new();
            loop {
                use tokio::io::AsyncReadExt as _;
                let (mut stream, _) = listener.accept().await.unwrap();
                let mut bytes = Vec::new();
                while !bytes.ends_with(b"\r\n\r\n{}") && stream.read_buf(&mut bytes).await.unwrap() > 0 {}
                count.fetch_add(1, Ordering::SeqCst);
                tell.notify_one();
                open.push(stream);
            }
        });
        let builder =
            Transport::builder(url, merchant(), ring()).retry(RetrySettings::default().random(|| 0));
        let transport = if is_outside {
            builder.outer_layer(gives_up(&arrived))
        } else {
            builder.wire_layer(gives_up(&arrived))
        };
        let error = transport.build().unwrap().send(call(Effect::Money), "{}").await.unwrap_err();
        assert!(error.outcome_unknown(), "outside {is_outside}: {error}");
        assert_eq!((received.load(Ordering::SeqCst), error.attempts()), (1, 1), "outside {is_outside}");
        server.abort();
    }
}

/// Waits for the answer until it is told that the request has arrived.
fn gives_up<S, R>(
    arrived: &Arc<tokio::sync::Notify>,
) -> impl tower::Layer<
    S,
    Service = impl tower::Service<R, Response = S::Response, Error = Error, Future: Send>
              + Clone
              + Send
              + Sync
              + 'static,
> + Send
+ Sync
+ 'static
where
    S: tower::Service<R, Error = Error, Future: Send> + Clone + Send + Sync + 'static,
    R: Send + 'static,
    S::Response: Send,
{
    let arrived = Arc::clone(arrived);
    layer_fn(move |inner: S| {
        let arrived = Arc::clone(&arrived);
        service_fn(move |request: R| {
            let (inner, arrived) = (inner.clone(), Arc::clone(&arrived));
            async move {
                tokio::select! {
                    answer = inner.oneshot(request) => answer,
                    () = arrived.notified() => Err(Error::unsent("nobody answers")),
                }
            }
        })
    })
}
