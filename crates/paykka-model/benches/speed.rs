//! What this crate's decoding costs over `serde_json` on the same struct, and what a table's lookup costs, as ratios of
//! medians within one run. Both sides of a row take turns, so that a noisy machine disturbs them alike.
//!
//! `cargo bench -p paykka-model`
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::print_stdout,
    clippy::float_arithmetic,
    clippy::cast_precision_loss,
    clippy::indexing_slicing,
    clippy::semicolon_if_nothing_returned,
    reason = "a program for people, with numbers that are measured"
)]

use std::collections::HashMap;
use std::hint::black_box;
use std::time::{Duration, Instant};

use paykka_model::unconfirmed::ProvinceCity;
use paykka_model::{Notification, OnboardingApplyRequest, PaymentNotification, PaymentState, decode};
use serde::de::DeserializeOwned;

const PAYMENT: &str = include_str!("../tests/fixtures/payment.inquiry.response.json");
const ONBOARDING: &str = include_str!("../tests/fixtures/onboarding.apply.request.json");
const NOTIFICATION: &str = include_str!("../tests/fixtures/payment.notification.data.json");

fn main() {
    println!("{:<62} {:>10} {:>10} {:>7}  wanted", "", "floor", "here", "ratio");
    decoding::<PaymentState>("a payment's state", PAYMENT);
    decoding::<OnboardingApplyRequest>("an onboarding, with extra keys", ONBOARDING);
    row(
        "serde_json : serde_path_to_error, a payment's state (why decoding begins without it)",
        "~ 0.4",
        || drop(black_box(serde_json::from_str::<PaymentState>(black_box(PAYMENT)).unwrap())),
        || {
            let mut reader = serde_json::Deserializer::from_str(black_box(PAYMENT));
            drop(black_box(serde_path_to_error::deserialize::<_, PaymentState>(&mut reader).unwrap()));
        },
    );
    row(
        "a notification : kind known : kind to be told",
        "",
        || {
            drop(black_box(Notification::from_body_of::<PaymentNotification>(black_box(
                NOTIFICATION.as_bytes(),
            ))))
        },
        || drop(black_box(Notification::from_body(black_box(NOTIFICATION.as_bytes())))),
    );
    let map: HashMap<&str, &ProvinceCity> =
        ProvinceCity::ALL.iter().map(|city| (city.code(), city)).collect();
    row(
        "std's HashMap : a code's row among 367",
        "",
        || _ = black_box(map.get(black_box("330100"))),
        || _ = black_box(ProvinceCity::by_code(black_box("330100"))),
    );
}

fn decoding<T: DeserializeOwned>(what: &str, body: &str) {
    row(
        &format!("serde_json : decode, {what}"),
        ">= 0.95",
        || drop(black_box(serde_json::from_slice::<T>(black_box(body.as_bytes())).unwrap())),
        || drop(black_box(decode::<T>(black_box(body.as_bytes())).unwrap())),
    );
}

fn row(what: &str, wanted: &str, mut floor: impl FnMut(), mut own: impl FnMut()) {
    const ROUNDS: usize = 400;
    let calls = calls_per_round(&mut floor).min(calls_per_round(&mut own));
    let mut times = [Vec::with_capacity(ROUNDS), Vec::with_capacity(ROUNDS)];
    for _ in 0..ROUNDS {
        times[0].push(time(&mut floor, calls));
        times[1].push(time(&mut own, calls));
    }
    let [floor, own] = times.map(|mut times| {
        times.sort();
        times[ROUNDS / 2].as_nanos() as f64 / calls as f64
    });
    println!("{what:<62} {floor:>7.0} ns {own:>7.0} ns {:>7.3}  {wanted}", floor / own);
}

/// So many that a round takes about a millisecond.
fn calls_per_round(call: &mut impl FnMut()) -> usize {
    let mut calls = 1;
    while time(call, calls) < Duration::from_millis(1) {
        calls *= 2;
    }
    calls
}

fn time(call: &mut impl FnMut(), calls: usize) -> Duration {
    let start = Instant::now();
    (0..calls).for_each(|_| call());
    start.elapsed()
}
