//! What the emulator takes and costs under load, beside its floors, in one run:
//!
//! - calls a second over 64 connections, against a bare server that does nothing but verify, sign and echo;
//! - memory for each payment, put into the store directly and made over HTTP;
//! - memory for each idle connection, held by a process of its own, and whether calls still come through.
//!
//! `cargo bench -p paykka-emulator`. All of it stays on loopback, and is bounded in count and time.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a program for people, with numbers that are measured"
)]

mod bare;
mod callers;
mod idle;

use std::alloc::System;
use std::time::{Duration, Instant};

use paykka_emulator::{Emulator, LoopbackServer};
use paykka_model::Amount;
use paykka_sign::{SigningKey, VerifyingKey};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};

use callers::{Callers, Prepared};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

pub(crate) const MERCHANT: &str = "M24061911365700670";

fn main() {
    if let Some(task) = std::env::var_os(idle::TASK) {
        return idle::hold(&task.into_string().expect("the task is text"));
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    runtime.block_on(async {
        speed().await;
        stored_directly().await;
        over_http().await;
        idle_connections().await;
    });
}

/// Rounds take turns, so that a noisy machine disturbs both alike.
async fn speed() {
    const ROUNDS: usize = 6;
    const CALLS: usize = 2_000;
    let emulator = emulator().await;
    let bare = LoopbackServer::plain(bare::router(platform_key(), &merchant_key())).expect("a port");
    let (mut floors, mut owns) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (one, other) = (Prepared::balances(CALLS), Prepared::balances(CALLS));
        floors.push(Callers::connect(bare.address()).await.run(one).await);
        owns.push(Callers::connect(emulator.http_address()).await.run(other).await);
    }
    let [floor, own] = [floors, owns].map(|mut times| {
        times.sort();
        times[ROUNDS / 2].as_secs_f64() / CALLS as f64
    });
    println!("64 connections, balance.inquiry, medians of {ROUNDS} rounds of {CALLS} calls:");
    println!(
        "  floor (verify + sign + axum echo)  {:>8.1} µs a call  {:>8.0} calls/s",
        floor * 1e6,
        1.0 / floor
    );
    println!("  emulator                           {:>8.1} µs a call  {:>8.0} calls/s", own * 1e6, 1.0 / own);
    println!("  ratio                              {:>8.3}             wanted >= 0.8", floor / own);
}

async fn stored_directly() {
    const COUNT: usize = 1_000_000;
    let emulator = emulator().await;
    let (before, start) = (held(), Instant::now());
    emulator.put_payments(MERCHANT, "B1", "USD", COUNT).expect("payments that fit");
    let (each, took) = ((held() - before) / COUNT, start.elapsed());
    assert_eq!(emulator.payment_count(), COUNT);
    emulator.check_ledgers().expect("a ledger that adds up");
    println!("{COUNT} payments put into the store: {each} bytes each (wanted <= 1024), {took:.1?} in all");
}

async fn over_http() {
    const COUNT: usize = 20_000;
    let emulator = emulator().await;
    let start = Instant::now();
    // So that buffers and the log have their size.
    Callers::connect(emulator.http_address()).await.run(Prepared::payments("W", 2_000)).await;
    emulator.settle().await;
    // The requests are gone when they are answered.
    let before = held();
    let payments = Prepared::payments("P", COUNT);
    let callers = Callers::connect(emulator.http_address()).await;
    let took = callers.run(payments).await;
    wait_until_paid(&emulator).await;
    println!(
        "{COUNT} payments over HTTP: {} bytes each in the end, {:.0} a second ({:.1?} with their signatures)",
        (held().saturating_sub(before)) / COUNT,
        COUNT as f64 / took.as_secs_f64(),
        start.elapsed()
    );
    assert_eq!(emulator.payment_count(), COUNT + 2_000);
    emulator.check_ledgers().expect("a ledger that adds up");
}

async fn idle_connections() {
    let emulator = emulator().await;
    let wanted = 8_000;
    let before = held();
    let holder = idle::Holder::start(emulator.http_address(), wanted);
    let each = (held().saturating_sub(before)) / holder.count().max(1);
    let start = Instant::now();
    Callers::connect(emulator.http_address()).await.run(Prepared::balances(64)).await;
    println!(
        "{} idle connections of another process: {each} bytes each; 64 calls beside them took {:.1?}",
        holder.count(),
        start.elapsed()
    );
    let cut = holder.wait_until_cut(Duration::from_secs(30));
    println!("  all were cut by the limit on a request's head after {cut:.1?}");
}

/// Until every payment has had its end.
async fn wait_until_paid(emulator: &Emulator) {
    while emulator.next_due().is_some() {
        emulator.advance(Duration::from_secs(1)).await;
    }
}

async fn emulator() -> Emulator {
    Emulator::builder(platform_key())
        .merchant(MERCHANT, "K001", VerifyingKey::from_bytes(merchant_key().public_key()).expect("a key"))
        .account(MERCHANT, "USD", Amount::from_wire(1_000_000_000_000))
        .payee(MERCHANT, "B1", "USD")
        .start()
        .await
        .expect("an emulator")
}

fn platform_key() -> SigningKey {
    SigningKey::from_bytes("P001", include_str!("../../../paykka-sign/testdata/platform-2048.private.pem"))
        .expect("a key")
}

pub(crate) fn merchant_key() -> SigningKey {
    SigningKey::from_bytes("K001", include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem"))
        .expect("a key")
}

/// Bytes that are allocated now.
fn held() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
}
