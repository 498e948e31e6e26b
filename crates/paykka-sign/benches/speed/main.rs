//! What this crate adds to the RSA operations that it can't do without, as ratios to the bare operation of the backend on
//! the same bytes, in one run.
//!
//! `cargo bench -p paykka-sign`, and with `--no-default-features --features aws-lc-rs` for the other backend.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    reason = "a program for people, with numbers that are measured"
)]

mod bare;

use std::hint::black_box;
use std::time::{Duration, Instant};

use base64ct::{Base64, Encoding};
use criterion::Criterion;
use paykka_sign::{Authorization, KeyRing, Nonce, Parts, SigningKey, Timestamp, Window, string_to_sign};

const PRIVATE: &str = include_str!("../../testdata/merchant-2048.private.pem");
const PATH: &str = "/api/v2/merch/account/balance";

fn main() {
    let mut criterion = Criterion::default()
        .warm_up_time(Duration::from_secs(1))
        .measurement_time(Duration::from_secs(5))
        .configure_from_args();
    let rows =
        [sign(&mut criterion), verify(&mut criterion), own_part(&mut criterion), sign_large(&mut criterion)];
    criterion.final_summary();
    println!("\nRSA-2048 with {}, medians:\n", bare::NAME);
    println!("{:<58} {:>12} {:>12} {:>8}  wanted", "", "floor", "here", "ratio");
    for row in rows.into_iter().flatten() {
        println!("{row}");
    }
}

/// From parts to header text, for a body of 1 KiB.
fn sign(criterion: &mut Criterion) -> Option<String> {
    let (key, bare) = (key(), bare::PrivateKey::new(&der()));
    let body = vec![b'x'; 1024];
    let (now, nonce, parts) = (now(), nonce(), parts(&body));
    let message = string_to_sign(&parts, now, nonce.as_str()).unwrap();
    let pair = measure(
        criterion,
        "header, 1 KiB body",
        || _ = black_box(bare.sign(black_box(message.as_bytes()))),
        || drop(black_box(key.sign(black_box(&parts), now, &nonce).unwrap().to_header())),
    )?;
    Some(pair.row("header of a 1 KiB body : bare signature", bare::WANTED_OF_SIGNING))
}

/// From header text to verdict, for a body of 1 KiB.
fn verify(criterion: &mut Criterion) -> Option<String> {
    let key = key();
    let body = vec![b'x'; 1024];
    let (now, nonce, parts) = (now(), nonce(), parts(&body));
    let message = string_to_sign(&parts, now, nonce.as_str()).unwrap();
    let authorization = key.sign(&parts, now, &nonce).unwrap();
    let header = authorization.to_header();
    let bare = bare::PublicKey::new(&der());
    assert!(bare.verify(message.as_bytes(), authorization.signature()));
    let ring = KeyRing::builder().key("K001", key.verifying_key().clone()).for_loopback().build().unwrap();
    let window = Window::new(now, Duration::from_secs(300));
    let pair = measure(
        criterion,
        "verdict, 1 KiB body",
        || _ = black_box(bare.verify(black_box(message.as_bytes()), black_box(authorization.signature()))),
        || drop(black_box(ring.verify(black_box(header.as_bytes()), black_box(parts), &window).unwrap())),
    )?;
    Some(pair.row("verdict on a 1 KiB body : bare verification", bare::WANTED_OF_VERIFYING))
}

/// All of signing but the signature, measured by itself: as the difference of two signatures it would drown in their noise.
fn own_part(criterion: &mut Criterion) -> Option<String> {
    let key = key();
    let body = vec![b'x'; 1024];
    let (now, nonce, parts) = (now(), nonce(), parts(&body));
    let authorization: Authorization = key.sign(&parts, now, &nonce).unwrap();
    let pair = measure(
        criterion,
        "own part of signing, 1 KiB body",
        || (),
        || {
            drop(black_box(string_to_sign(black_box(&parts), now, nonce.as_str()).unwrap()));
            // The clone stands for the fields that are put together after the signature.
            drop(black_box(black_box(&authorization).clone().to_header()));
        },
    )?;
    let own = pair.own.saturating_sub(pair.floor);
    Some(format!(
        "{:<58} {:>12} {:>12} {:>8}  <= 2 µs{}",
        "own part of signing, 1 KiB body",
        "",
        micros(own),
        "",
        if own > Duration::from_micros(2) { "  ABOVE" } else { "" }
    ))
}

/// A body of 10 MiB: no more than one SHA-256 beside the signature, and one copy where the backend needs one.
fn sign_large(criterion: &mut Criterion) -> Option<String> {
    let (key, bare) = (key(), bare::PrivateKey::new(&der()));
    let body = vec![b'x'; 10 * 1024 * 1024];
    let (now, nonce, parts) = (now(), nonce(), parts(&body));
    let pair = measure(
        criterion,
        "header, 10 MiB body",
        || _ = black_box(bare.sign_large(black_box(&body))),
        || drop(black_box(key.sign(black_box(&parts), now, &nonce).unwrap().to_header())),
    )?;
    Some(pair.row("header of a 10 MiB body : (copy +) SHA-256 + bare signature", None))
}

/// Medians of what was timed.
struct Pair {
    floor: Duration,
    own: Duration,
}

impl Pair {
    /// With the least ratio that is wanted, if one is set.
    fn row(&self, what: &str, wanted: Option<f64>) -> String {
        let ratio = self.floor.as_secs_f64() / self.own.as_secs_f64();
        let wanted = match wanted {
            None => "(none set)".to_owned(),
            Some(least) if ratio < least => format!(">= {least}  BELOW"),
            Some(least) => format!(">= {least}"),
        };
        format!("{what:<58} {:>12} {:>12} {ratio:>8.3}  {wanted}", micros(self.floor), micros(self.own))
    }
}

/// Times floor and own work alternately, each first in its turn, and takes the medians: clock frequency and neighbours on
/// a shared machine change within a second by more than the ratio that is looked for, and hit both alike this way.
///
/// `None` when criterion was asked for something else than measuring.
fn measure(
    criterion: &mut Criterion,
    name: &str,
    mut floor: impl FnMut(),
    mut own: impl FnMut(),
) -> Option<Pair> {
    let (mut floors, mut owns) = (Vec::new(), Vec::new());
    // The backend stands in the name, so that criterion doesn't compare one with the other.
    criterion.bench_function(&format!("{}: {name}", bare::NAME), |bencher| {
        bencher.iter_custom(|rounds| {
            let mut total = Duration::ZERO;
            for round in 0..rounds {
                let one = round % 2 == 0;
                if one {
                    floors.push(timed(&mut floor));
                }
                let took = timed(&mut own);
                owns.push(took);
                total += took;
                if !one {
                    floors.push(timed(&mut floor));
                }
            }
            total
        });
    });
    Some(Pair { floor: median(floors)?, own: median(owns)? })
}

fn timed(work: &mut impl FnMut()) -> Duration {
    let start = Instant::now();
    work();
    start.elapsed()
}

fn median(mut times: Vec<Duration>) -> Option<Duration> {
    times.sort_unstable();
    times.get(times.len() / 2).copied()
}

fn micros(time: Duration) -> String {
    format!("{:.2} µs", time.as_secs_f64() * 1e6)
}

fn key() -> SigningKey {
    SigningKey::from_bytes("K001", PRIVATE).unwrap()
}

fn der() -> Vec<u8> {
    let body: String = PRIVATE.lines().filter(|line| !line.starts_with('-')).collect();
    Base64::decode_vec(&body).unwrap()
}

fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_701_732_359_000).unwrap()
}

fn nonce() -> Nonce {
    Nonce::from_entropy(*b"16 random bytes!")
}

fn parts(body: &[u8]) -> Parts<'_> {
    Parts { path: PATH, merchant: Some("M24061911365700670"), body }
}
