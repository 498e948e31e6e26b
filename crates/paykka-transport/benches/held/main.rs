//! What a call that waits for its answer holds, counted by an allocator. A program of its own, since counting makes each
//! allocation dearer, which `stack` mustn't measure.
//!
//! `cargo bench -p paykka-transport --bench held`; all of it stays on loopback.
#![allow(
    missing_docs,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a program for people, with numbers that are measured"
)]

#[path = "../stack/clients.rs"]
#[allow(dead_code, reason = "shared with the program that measures time")]
mod clients;
#[path = "../stack/server.rs"]
#[allow(dead_code, reason = "shared with the program that measures time")]
mod server;

use std::alloc::System;

use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};
use tokio::task::JoinSet;

use clients::{through, unsigned};
use server::Server;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const CALLS: usize = 1_000;

fn main() {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let held = runtime.block_on(held());
    println!("1,000 calls under way, client and server in one process:");
    println!("  {:<42} {:>8.1} KiB each", "held", held / 1024.0);
}

async fn held() -> f64 {
    let server = Server::start(true);
    let stack = unsigned(&server);
    let region = Region::new(ALLOCATOR);
    let mut calls = JoinSet::new();
    for _ in 0..CALLS {
        calls.spawn(through(stack.clone()));
    }
    while server.opened() < CALLS {
        tokio::task::yield_now().await;
    }
    let change = region.change();
    calls.abort_all();
    change.bytes_allocated.saturating_sub(change.bytes_deallocated) as f64 / CALLS as f64
}
