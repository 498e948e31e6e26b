//! What receiving costs beside its floor, in one run: the core beside a bare verification; axum with and without verification
//! over 64 connections; and what claims and whole notifications hold in memory.
//!
//! `cargo bench -p paykka-webhook --bench receive`; the exit status is 1 where a figure misses what is wanted. All of it stays on
//! loopback, and is bounded in count.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::cast_precision_loss,
    reason = "a program for people, with numbers that are measured"
)]

mod serving;

use std::alloc::System;
use std::process::ExitCode;
use std::time::{Duration, Instant, SystemTime};

use paykka_model::{NotificationKind, PaymentNotification};
use paykka_sign::{KeyRing, Parts, SigningKey, Timestamp, VerifyingKey, Window};
use paykka_webhook::testing::{Notice, SignedNotification};
use paykka_webhook::{
    Claim, Claims, Delivery, DeliveryId, MemoryClaims, Merchants, Reason, Receiver, Verifier,
};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

pub(crate) const MERCHANT: &str = "M24061911365700670";
pub(crate) const PATH: &str = "/paykka/payments";

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let checks = [
        core(),
        runtime.block_on(serving::compared()),
        runtime.block_on(claims()),
        runtime.block_on(notifications()),
    ];
    let missed: Vec<String> = checks.into_iter().flatten().collect();
    missed.iter().for_each(|missed| eprintln!("error: {missed}"));
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is missed, if anything.
pub(crate) type Check = Option<String>;

/// The core on a notification of 1 KiB, beside `KeyRing::verify` alone, in turns.
fn core() -> Check {
    const ROUNDS: usize = 31;
    const EACH: usize = 300;
    let (ring, verifier, message) = (ring(), verifier(), notification("R1", 1024));
    let authorization = &message.headers.iter().find(|(name, _)| *name == "authorization").expect("signed").1;
    let bare = || {
        let now = Timestamp::try_from(SystemTime::now()).expect("a clock");
        let parts = Parts { path: PATH, merchant: Some(MERCHANT), body: message.body.clone() };
        let window = Window::new(now, Duration::from_secs(300));
        drop(ring.verify(authorization.as_bytes(), parts, &window).expect("genuine"));
    };
    let core = || drop(verifier.verify(&message.headers, message.body.clone()).expect("genuine"));
    let (mut bares, mut cores) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        bares.push(timed(EACH, bare));
        cores.push(timed(EACH, core));
    }
    // Of each round by itself, so that what else the machine does weighs on both sides alike.
    let ratio = median(bares.iter().zip(&cores).map(|(bare, core)| bare / core).collect());
    println!("one notification of 1 KiB, medians of {ROUNDS} rounds of {EACH}:");
    line("bare verification", median(bares));
    line("core", median(cores));
    verdict("ratio", ratio, 0.90, ratio >= 0.90)
}

/// A million digests through claims that have room for 100,000.
async fn claims() -> Check {
    const DIGESTS: u64 = 1_000_000;
    const CAPACITY: usize = 100_000;
    let claims = MemoryClaims::new(CAPACITY);
    let pass = async |from: u64| {
        for number in from..from + DIGESTS / 2 {
            let mut bytes = [0; 32];
            bytes[..8].copy_from_slice(&number.to_le_bytes());
            let id = DeliveryId::from_bytes(bytes);
            // Nothing is remembered for longer than it takes to fill half of the room.
            match claims.begin(id, Duration::from_millis(1)).await {
                Ok(Claim::New(ticket)) => claims.done(id, ticket).await.expect("room"),
                other => panic!("{number}: {other:?}"),
            }
        }
    };
    pass(0).await;
    let region = Region::new(ALLOCATOR);
    pass(DIGESTS / 2).await;
    let grown = growth(&region);
    println!("{DIGESTS} digests through claims with room for {CAPACITY}:");
    println!("  {:<42} {:>8}", "remembered at the end", claims.len());
    verdict("KiB more after the second half", grown / 1024.0, 64.0, grown <= 64.0 * 1024.0)
}

/// Whole notifications, each another one: verified, claimed, parsed, judged and handled.
async fn notifications() -> Check {
    const ALL: usize = 20_000;
    const OBJECTS: usize = 500;
    // Claims are remembered for minutes. Their table has room for 28,672 from the 14,337th on, so that it doesn't grow behind it.
    const BEFORE: usize = 15_000;
    let receiver = Receiver::handling(verifier(), MemoryClaims::new(100_000), |delivery: Delivery| {
        std::future::ready(Ok::<_, std::io::Error>(delivery.ack()))
    });
    // Another length is another content.
    let messages =
        signed(ALL, |number| notification(&format!("R{}", number % OBJECTS), 1_024 - number / OBJECTS));
    let pass = async |messages: &[SignedNotification]| {
        for message in messages {
            let reason = receiver.receive(&message.headers, message.body.clone()).await;
            assert_eq!(reason, Reason::Handled);
        }
    };
    pass(&messages[..BEFORE]).await;
    let region = Region::new(ALLOCATOR);
    pass(&messages[BEFORE..]).await;
    let grown = growth(&region);
    println!("{ALL} different notifications about {OBJECTS} objects:");
    verdict("KiB more after the last 5,000", grown / 1024.0, 64.0, grown <= 64.0 * 1024.0)
}

/// Signing takes longest, so it is spread over the machine.
fn signed(count: usize, message: impl Fn(usize) -> SignedNotification + Sync) -> Vec<SignedNotification> {
    let threads = std::thread::available_parallelism().map_or(1, usize::from);
    let (each, message) = (count.div_ceil(threads), &message);
    std::thread::scope(|scope| {
        let parts: Vec<_> = (0..threads)
            .map(|part| (part * each).min(count)..((part + 1) * each).min(count))
            .map(|part| scope.spawn(move || part.map(message).collect::<Vec<_>>()))
            .collect();
        parts.into_iter().flat_map(|part| part.join().expect("signed")).collect()
    })
}

fn growth(region: &Region<'_, System>) -> f64 {
    let change = region.change();
    change.bytes_allocated as f64 - change.bytes_deallocated as f64
}

fn key() -> SigningKey {
    let pem = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
    SigningKey::from_bytes("P001", pem).expect("a key")
}

fn ring() -> KeyRing {
    let key = VerifyingKey::from_bytes(key().public_key()).expect("a key");
    KeyRing::builder().key("P001", key).for_loopback().build().expect("a ring")
}

pub(crate) fn verifier() -> Verifier {
    let verifier = Verifier::builder(ring(), PATH).merchants(Merchants::these([MERCHANT])).for_loopback();
    verifier.only::<PaymentNotification>().build().expect("a verifier")
}

/// A payment whose body has so many bytes.
pub(crate) fn notification(request_id: &str, len: usize) -> SignedNotification {
    let data = |reason: &str| {
        format!(
            r#"{{"request_id":"{request_id}","status":"SUCCESS","merch_id":"{MERCHANT}","reason":"{reason}"}}"#
        )
    };
    let envelope = |reason: &str| Notice::new(NotificationKind::Payment, &data(reason)).path(PATH);
    let empty = envelope("").sign(&key()).expect("a signature").body.len();
    envelope(&"x".repeat(len.saturating_sub(empty))).sign(&key()).expect("a signature")
}

fn timed(count: usize, work: impl Fn()) -> f64 {
    let start = Instant::now();
    for _ in 0..count {
        work();
    }
    start.elapsed().as_secs_f64() / count as f64
}

pub(crate) fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

pub(crate) fn line(name: &str, each: f64) {
    println!("  {name:<42} {:>8.1} µs each  {:>8.0} a second", each * 1e6, 1.0 / each);
}

fn verdict(name: &str, seen: f64, wanted: f64, holds: bool) -> Check {
    println!("  {name:<42} {seen:>8.3} (wanted: {wanted})");
    (!holds).then(|| format!("{name} is {seen:.3}, and {wanted} is wanted"))
}
