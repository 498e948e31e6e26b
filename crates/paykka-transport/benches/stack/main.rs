//! What the stack costs beside its floor, in one run: bare hyper-util for a call without RSA, bare hyper-util that signs and
//! verifies by hand for a signed one.
//!
//! `cargo bench -p paykka-transport --bench stack`; the exit status is 1 where a figure misses what is wanted. All of it
//! stays on loopback, and is bounded in count.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "a program for people, with numbers that are measured"
)]

mod clients;
mod server;

use std::process::ExitCode;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use paykka_transport::{RsaWork, Transport};
use tokio::task::JoinSet;

use clients::{Bare, ByHand, Stamp, merchant_key, platform_key, ring, signed, through, timed, unsigned};
use server::Server;

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let checks = runtime.block_on(async {
        let mut checks = vec![unsigned_at(1, 0.95).await, unsigned_at(64, 0.90).await];
        checks.push(signed_at_64().await);
        checks.push(ticker().await);
        checks.push(connections().await);
        checks
    });
    let missed: Vec<String> = checks.into_iter().flatten().collect();
    missed.iter().for_each(|missed| eprintln!("error: {missed}"));
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is missed, if anything.
type Check = Option<String>;

/// Calls without the private key's work over so many connections. What is left of signing is made by hand beside the bare
/// call, and what the stack takes beyond that is its own part.
async fn unsigned_at(connections: usize, wanted: f64) -> Check {
    const ROUNDS: usize = 15;
    const CALLS: usize = 3_200;
    let server = Server::start(false);
    let (bare, stack, stamp) = (Bare::new(&server), unsigned(&server), Stamp::new());
    let header = stamp.header().await;
    let (mut floors, mut parts) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (client, header) = (bare.clone(), header.clone());
        let plain = move || {
            let (client, header) = (client.clone(), header.clone());
            async move { drop(client.call(header).await) }
        };
        let (client, stamp) = (bare.clone(), stamp.clone());
        let stamped = move || {
            let (client, stamp) = (client.clone(), stamp.clone());
            async move { drop(client.call(stamp.header().await).await) }
        };
        floors.push(timed(CALLS, connections, plain).await);
        let by_hand = timed(CALLS, connections, stamped).await;
        let stack = stack.clone();
        parts.push(timed(CALLS, connections, move || through(stack.clone())).await - by_hand);
    }
    let (floor, part) = (median(floors), median(parts));
    let ratio = floor / (floor + part);
    println!("unsigned, {connections} connections, medians of {ROUNDS} rounds of {CALLS} calls:");
    line("floor (bare hyper-util)", floor);
    line("whole stack, less what signing takes", floor + part);
    verdict("ratio", ratio, wanted, ratio >= wanted)
}

/// Signed and verified calls, inline, against the same by hand.
async fn signed_at_64() -> Check {
    const ROUNDS: usize = 6;
    const CALLS: usize = 1_920;
    let server = Server::start(false);
    let by_hand = ByHand { bare: Bare::new(&server), key: Arc::new(merchant_key()), ring: Arc::new(ring()) };
    let stack = signed(&server, RsaWork::Inline);
    let pooled = signed(&server, RsaWork::default());
    let (mut floors, mut owns, mut pools) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        server.prepare(&platform_key(), CALLS);
        let by_hand = by_hand.clone();
        floors.push(timed(CALLS, 64, move || by_hand.clone().call()).await);
        for (transport, times) in [(&stack, &mut owns), (&pooled, &mut pools)] {
            server.prepare(&platform_key(), CALLS);
            let transport = transport.clone();
            times.push(timed(CALLS, 64, move || through(transport.clone())).await);
        }
    }
    let (floor, own, pool) = (median(floors), median(owns), median(pools));
    println!("signed and verified, 64 at once, medians of {ROUNDS} rounds of {CALLS} calls:");
    line("floor (sign + bare hyper-util + verify)", floor);
    line("whole stack, RSA inline", own);
    line("whole stack, RSA in the pool", pool);
    println!("  {:<42} {:>8.3}", "ratio of the pool", floor / pool);
    verdict("ratio", floor / own, 0.90, floor / own >= 0.90)
}

/// How late a ticker of one millisecond is while 64 calls sign.
async fn ticker() -> Check {
    let server = Server::start(false);
    let idle = lateness(None).await;
    let mut seen = Vec::new();
    for work in [RsaWork::Inline, RsaWork::default()] {
        server.prepare(&platform_key(), 12_000);
        seen.push(lateness(Some(signed(&server, work))).await);
    }
    println!("a ticker of 1 ms beside 64 signed calls under way, how late (p99):");
    for (name, late) in [("idle", idle), ("RSA inline", seen[0]), ("RSA in the pool", seen[1])] {
        println!("  {name:<42} {:>8.2} ms", late.as_secs_f64() * 1e3);
    }
    let more = seen[1].saturating_sub(idle);
    verdict("ms more than idle, pool", more.as_secs_f64() * 1e3, 2.0, more <= Duration::from_millis(2))
}

async fn lateness(load: Option<Transport>) -> Duration {
    let ends = Arc::new(AtomicBool::new(false));
    let mut callers = JoinSet::new();
    for transport in load.iter().flat_map(|load| std::iter::repeat_n(load.clone(), 64)) {
        let ends = Arc::clone(&ends);
        callers.spawn(async move {
            while !ends.load(Ordering::Relaxed) {
                through(transport.clone()).await;
            }
        });
    }
    let ticking = tokio::spawn(async {
        let mut late = Vec::new();
        let end = Instant::now() + Duration::from_secs(4);
        while Instant::now() < end {
            let due = Instant::now() + Duration::from_millis(1);
            tokio::time::sleep_until(due.into()).await;
            late.push(Instant::now().saturating_duration_since(due));
        }
        late.sort();
        late[late.len() * 99 / 100]
    });
    let late = ticking.await.expect("a ticker");
    ends.store(true, Ordering::Relaxed);
    callers.join_all().await;
    late
}

/// One connection serves for calls one after another.
async fn connections() -> Check {
    let server = Server::start(false);
    let stack = unsigned(&server);
    timed(10_000, 1, move || through(stack.clone())).await;
    println!("10,000 calls one after another:");
    verdict("connections opened", server.opened() as f64, 1.0, server.opened() == 1)
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn line(name: &str, each: f64) {
    println!("  {name:<42} {:>8.1} µs a call  {:>8.0} calls/s", each * 1e6, 1.0 / each);
}

fn verdict(name: &str, seen: f64, wanted: f64, holds: bool) -> Check {
    println!("  {name:<42} {seen:>8.3} (wanted: {wanted})");
    (!holds).then(|| format!("{name} is {seen:.3}, and {wanted} is wanted"))
}
