//! When an answer is evidence: signed between its request and now by the client's clock, however long the call took and
//! however large the answer is.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime};

use paykka_sign::{Nonce, Parts, Timestamp};
use paykka_transport::{Call, Effect, Error, RsaWork, SignVerifySettings, Transport};

use crate::faults::PATH;
use crate::server::{Double, Received, Reply, merchant, platform, ring};

/// Milliseconds since 1970 at which each test begins.
const START: u64 = 1_700_000_000_000;
const TOLERANCE: u64 = 300_000;

/// A call that is signed at `START`, whose answer is signed at `signed` and judged at `judged`.
async fn judged(signed: u64, judged: u64) -> Result<(), Error> {
    let now = Arc::new(AtomicU64::new(START));
    let clock = Arc::clone(&now);
    let settings = SignVerifySettings::default()
        .rsa_work(RsaWork::Inline)
        .clock(move || SystemTime::UNIX_EPOCH + Duration::from_millis(clock.load(Ordering::SeqCst)));
    let answering = move |to: &Received| {
        now.store(judged, Ordering::SeqCst);
        signed_at(to, signed, "{}")
    };
    let transport = Transport::builder("http://127.0.0.1:1", merchant(), ring())
        .signatures(settings)
        .over(Double::new(answering))
        .build()
        .unwrap();
    let call = Call::new(PATH).effect(Effect::Read);
    transport.send(call, "{}").await.map(|answer| assert!(answer.is_evidence()))
}

fn signed_at(to: &Received, millis: u64, body: &str) -> Reply {
    let time = Timestamp::from_unix_millis(millis).unwrap();
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy).unwrap();
    let parts = Parts { path: &to.path, merchant: None, body };
    let header = platform().sign(&parts, time, &Nonce::from_entropy(entropy)).unwrap().to_header();
    Reply::unsigned("200 OK", body).header("Authorization", header)
}

#[tokio::test]
async fn an_answer_is_of_a_time_between_its_request_and_now() {
    const HOUR: u64 = 3_600_000;
    for (signed, now, is_taken) in [
        (START, START, true),
        (START - TOLERANCE, START, true),
        (START - TOLERANCE - 1, START, false),
        (START + TOLERANCE, START, true),
        (START + TOLERANCE + 1, START, false),
        // The call took an hour, and was answered at once, or at the end.
        (START, START + HOUR, true),
        (START - TOLERANCE, START + HOUR, true),
        (START - TOLERANCE - 1, START + HOUR, false),
        (START + HOUR + TOLERANCE, START + HOUR, true),
        (START + HOUR + TOLERANCE + 1, START + HOUR, false),
        // The clock was set back by an hour meanwhile: what is older than the request stays older.
        (START - TOLERANCE - 1, START - HOUR, false),
        (START - HOUR, START - HOUR, false),
    ] {
        let outcome = judged(signed, now).await;
        assert_eq!(outcome.is_ok(), is_taken, "{signed} {now}: {outcome:?}");
        assert!(outcome.is_ok() || outcome.unwrap_err().is_refused());
    }
}

/// What is large is hashed in the pool, and verified all the same; a flipped bit in it is found there, too.
#[tokio::test]
async fn a_large_answer_is_verified() {
    for length in [256 * 1024 - 1, 256 * 1024, 1024 * 1024] {
        for is_changed in [false, true] {
            let body = "x".repeat(length);
            let answering = move |to: &Received| {
                let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap();
                let reply = signed_at(to, u64::try_from(now.as_millis()).unwrap(), &body);
                let sent = if is_changed { body.replacen('x', "y", 1) } else { body.clone() };
                reply.with_body(sent)
            };
            let transport = Transport::builder("http://127.0.0.1:1", merchant(), ring())
                .over(Double::new(answering))
                .build()
                .unwrap();
            let outcome = transport.send(Call::new(PATH).effect(Effect::Read), "{}").await;
            match outcome {
                Ok(answer) => assert!(!is_changed && answer.is_evidence() && answer.bytes().len() == length),
                Err(error) => assert!(is_changed && error.is_signature(), "{length}: {error}"),
            }
        }
    }
}
