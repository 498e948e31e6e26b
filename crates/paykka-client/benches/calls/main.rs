//! What the client costs beside what it stands on, in one run: a typed call beside the transport with ready bytes, an upload
//! beside a plain one by hyper-util.
//!
//! `cargo bench -p paykka-client --bench calls`; the exit status is 1 where a figure misses what is wanted. All of it
//! stays on loopback, and is bounded in count.
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

mod server;
mod uploads;

use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use paykka_client::{Client, SignVerifySettings};
use paykka_model::BalanceInquiryRequest;
use paykka_sign::{KeyRing, SigningKey, VerifyingKey};
use paykka_transport::{Call, Effect, RsaWork, Transport};
use tokio::task::JoinSet;

use server::{MERCHANT, PATH, Server};

fn main() -> ExitCode {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().expect("a runtime");
    let checks =
        runtime.block_on(async { [typed_calls(1).await, typed_calls(64).await, uploads::compared().await] });
    let missed: Vec<String> = checks.into_iter().flatten().collect();
    missed.iter().for_each(|missed| eprintln!("error: {missed}"));
    if missed.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// What is missed, if anything.
type Check = Option<String>;

/// Signed and verified calls, so many at once, through the transport with ready bytes and through the typed client. Rounds of
/// both take turns, so that what else the machine does meets both.
async fn typed_calls(at_once: usize) -> Check {
    const ROUNDS: usize = 15;
    const CALLS: usize = 640;
    const WANTED: f64 = 0.97;
    let server = Server::start();
    let transport = transport(&server);
    let client = Client::from_transport(transport.clone(), Some(MERCHANT.to_owned()));
    let (mut floors, mut owns) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        server.prepare(&platform_key(), CALLS);
        let transport = transport.clone();
        floors.push(timed(CALLS, at_once, move || ready(transport.clone())).await);
        server.prepare(&platform_key(), CALLS);
        let client = client.clone();
        owns.push(timed(CALLS, at_once, move || typed(client.clone())).await);
    }
    let (floor, own) = (median(floors), median(owns));
    println!("balance.inquiry, {at_once} at once, medians of {ROUNDS} rounds of {CALLS} calls:");
    line("floor (transport, ready bytes)", floor);
    line("typed client", own);
    verdict("ratio", floor / own, WANTED)
}

async fn ready(transport: Transport) {
    let call = Call::new(PATH).operation("balance.inquiry").effect(Effect::Read).merchant(MERCHANT);
    transport.send(call, &br#"{"currency":"USD"}"#[..]).await.expect("an answer");
}

async fn typed(client: Client) {
    let request = BalanceInquiryRequest::new().currency("USD");
    client.balance().inquiry(&request).await.expect("an answer");
}

fn transport(server: &Server) -> Transport {
    let key = include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem");
    let key = SigningKey::from_bytes("K001", key).expect("a key");
    Transport::builder(format!("http://{}", server.address), Arc::new(key), ring())
        .signatures(SignVerifySettings::default().rsa_work(RsaWork::Inline))
        .size_limits(u64::MAX, 4 * 1024 * 1024)
        .build()
        .expect("a transport")
}

fn platform_key() -> SigningKey {
    let pem = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
    SigningKey::from_bytes("P001", pem).expect("a key")
}

fn ring() -> KeyRing {
    let key = VerifyingKey::from_bytes(platform_key().public_key()).expect("a key");
    KeyRing::builder().key("P001", key).for_loopback().build().expect("a ring")
}

/// `calls` calls by `tasks` tasks; the time for each.
async fn timed<F>(calls: usize, tasks: usize, call: impl Fn() -> F + Clone + Send + 'static) -> f64
where
    F: Future<Output = ()> + Send,
{
    let start = Instant::now();
    let mut all = JoinSet::new();
    for _ in 0..tasks {
        let call = call.clone();
        all.spawn(async move {
            for _ in 0..calls / tasks {
                call().await;
            }
        });
    }
    all.join_all().await;
    start.elapsed().as_secs_f64() / calls as f64
}

fn median(mut all: Vec<f64>) -> f64 {
    all.sort_by(f64::total_cmp);
    all[all.len() / 2]
}

fn line(name: &str, each: f64) {
    println!("  {name:<42} {:>8.1} µs a call  {:>8.0} calls/s", each * 1e6, 1.0 / each);
}

fn verdict(name: &str, seen: f64, wanted: f64) -> Check {
    println!("  {name:<42} {seen:>8.3} (wanted: {wanted})");
    (seen < wanted).then(|| format!("{name} is {seen:.3}, and {wanted} is wanted"))
}
