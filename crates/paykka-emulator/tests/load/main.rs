//! What the emulator costs in memory, counted at the allocator: each payment, however it was made, and each connection on
//! which nothing is said. Counts are small unless `cargo xtask test` tells otherwise: `PAYKKA_LONG=1` with `--all`, and
//! `PAYKKA_MANY_FILES=1` where the limit of open files is high enough. What runs short is named there.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    reason = "a test that fails by panic says so, and tells its figures"
)]

mod callers;
mod idle;

use std::alloc::System;
use std::net::TcpListener;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use paykka_emulator::Emulator;
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::runtime::Runtime;

use callers::{Callers, MERCHANT, Prepared, builder};
use idle::Holder;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn a_payment_put_into_the_store_costs_a_kibibyte_at_most() {
    let count = either(100_000, 1_000_000, is_told("PAYKKA_LONG"));
    let (_alone, runtime) = (alone(), runtime());
    runtime.block_on(async {
        let emulator = builder().start().await.unwrap();
        let before = held();
        emulator.put_payments(MERCHANT, "B1", "USD", count).unwrap();
        let each = (held() - before) / count;
        println!("{count} payments put into the store: {each} bytes each");
        assert!((100..=KIBIBYTE).contains(&each), "{each} bytes each");
        assert_eq!(emulator.payment_count(), count);
        emulator.check_ledgers().unwrap();
    });
}

/// All that a payment leaves behind: its object, its entries, its nonce. Requests are gone when they are answered.
#[test]
fn payments_over_http_leave_memory_where_their_count_says() {
    let (warm_up, count) = (2_000, either(2_000, 20_000, is_told("PAYKKA_LONG")));
    let (_alone, runtime) = (alone(), runtime());
    runtime.block_on(async {
        let emulator = builder().start().await.unwrap();
        // So that buffers and the log have their size.
        pay(&emulator, "W", warm_up).await;
        let before = held();
        pay(&emulator, "P", count).await;
        let each = held().saturating_sub(before) / count;
        println!("{count} payments over HTTP: {each} bytes each in the end");
        assert!((100..=KIBIBYTE).contains(&each), "{each} bytes each");
        assert_eq!(emulator.payment_count(), warm_up + count);
        emulator.check_ledgers().unwrap();
    });
}

/// Once as it comes, once as it is collected, and once as it is taken apart; once more would be 38 tenths.
#[test]
fn an_upload_is_copied_no_more_than_it_must() {
    const LEN: usize = 8 * 1_024 * KIBIBYTE;
    let (_alone, runtime) = (alone(), runtime());
    runtime.block_on(async {
        let emulator = builder().start().await.unwrap();
        let upload = Prepared::upload(LEN);
        let callers = Callers::connect(emulator.http_address()).await;
        let allocated = ALLOCATOR.stats().bytes_allocated;
        callers.run(upload).await;
        let times = (ALLOCATOR.stats().bytes_allocated - allocated) * 10 / LEN;
        println!("for an upload, {times} tenths of its length were allocated");
        assert!(times <= 33, "{times} tenths");
    });
}

#[test]
fn idle_connections_of_another_process_cost_little_and_are_cut() {
    if Holder::is_played() {
        return;
    }
    // The small number fits into the usual limit of 1,024 open files.
    let count = either(900, 8_000, is_told("PAYKKA_LONG") || is_told("PAYKKA_MANY_FILES"));
    let (_alone, runtime) = (alone(), runtime());
    runtime.block_on(async {
        let emulator = builder().start().await.unwrap();
        let call = async || {
            Callers::connect(emulator.http_address()).await.run(Prepared::balances(64)).await;
            emulator.settle().await;
        };
        call().await;
        let before = held();
        let name = "idle_connections_of_another_process_cost_little_and_are_cut";
        let holder = Holder::start(name, emulator.http_address(), count);
        // They are accepted in their order, so when these are answered, all that came before them are in.
        call().await;
        let each = held().saturating_sub(before) / count;
        println!("{count} idle connections of another process: {each} bytes each, and 64 calls beside them");
        assert!((KIBIBYTE..=24 * KIBIBYTE).contains(&each), "{each} bytes each");
        holder.wait_until_cut();
    });
}

/// Fewer connections than were asked for would make each of them look cheap.
#[test]
fn a_connection_that_cannot_be_had_is_a_failure_that_says_what_to_do() {
    let closed = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let problem = idle::connections(closed, 8_000).unwrap_err();
    assert!(problem.contains("0 of 8000") && problem.contains("`ulimit -n 16000`"), "{problem}");
}

const KIBIBYTE: usize = 1_024;

/// Makes payments and lets each come to its end.
async fn pay(emulator: &Emulator, prefix: &str, count: usize) {
    let payments = Prepared::payments(prefix, count);
    Callers::connect(emulator.http_address()).await.run(payments).await;
    while emulator.next_due().is_some() {
        emulator.advance(Duration::from_secs(1)).await;
    }
    emulator.settle().await;
}

/// A number for every day, or the whole one.
const fn either(quick: usize, whole: usize, is_whole: bool) -> usize {
    if is_whole { whole } else { quick }
}

fn is_told(variable: &str) -> bool {
    std::env::var_os(variable).is_some_and(|value| value == "1")
}

/// One test at a time, since memory is counted for the process; `cargo test` would run them beside each other.
fn alone() -> MutexGuard<'static, ()> {
    static TURN: Mutex<()> = Mutex::new(());
    TURN.lock().unwrap_or_else(PoisonError::into_inner)
}

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap()
}

/// Bytes that are allocated now.
fn held() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
}
