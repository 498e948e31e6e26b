//! How fast the emulator is beside its floor, in one run: calls a second over 64 connections, against a bare server that
//! does nothing but verify, sign and echo. What it costs in memory is tested, in `tests/load/`, since that doesn't depend on
//! the machine.
//!
//! `cargo bench -p paykka-emulator --bench load`; the exit status is 1 below the ratio that is wanted. All of it stays on
//! loopback, and is bounded in count.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::cast_precision_loss,
    reason = "a program for people, with numbers that are measured"
)]

mod bare;
#[path = "../../tests/load/callers.rs"]
mod callers;

use std::process::ExitCode;

use callers::{Callers, Prepared, builder, merchant_key, platform_key};

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let ratio = runtime.block_on(ratio());
    if ratio >= WANTED {
        return ExitCode::SUCCESS;
    }
    eprintln!("error: the emulator answers {ratio:.3} of the floor's calls, and {WANTED} are wanted");
    ExitCode::FAILURE
}

/// Of the floor's calls a second.
const WANTED: f64 = 0.8;

/// Rounds take turns, so that a noisy machine disturbs both alike.
async fn ratio() -> f64 {
    const ROUNDS: usize = 6;
    const CALLS: usize = 2_000;
    let emulator = builder().start().await.expect("an emulator");
    let bare = bare::serve(platform_key(), &merchant_key()).await;
    let (mut floors, mut owns) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let (one, other) = (Prepared::balances(CALLS), Prepared::balances(CALLS));
        floors.push(Callers::connect(bare).await.run(one).await);
        owns.push(Callers::connect(emulator.http_address()).await.run(other).await);
    }
    let [floor, own] = [floors, owns].map(|mut times| {
        times.sort();
        times[ROUNDS / 2].as_secs_f64() / CALLS as f64
    });
    println!("64 connections, balance.inquiry, medians of {ROUNDS} rounds of {CALLS} calls:");
    for (name, each) in [("floor (verify + sign + axum echo)", floor), ("emulator", own)] {
        println!("  {name:<34} {:>8.1} µs a call  {:>8.0} calls/s", each * 1e6, 1.0 / each);
    }
    println!("  {:<34} {:>8.3}             wanted >= {WANTED}", "ratio", floor / own);
    floor / own
}
