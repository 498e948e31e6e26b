//! Behaviour of paykka-model, one module each.
#![allow(
    clippy::expect_used,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    reason = "a test that fails by panic says so"
)]

mod decoding;
mod fixtures;
mod kinds;
mod notification;
mod numbers;
mod operation;
mod redaction;
mod round_trips;
mod sample;
mod tables;
mod types;
mod validation;
mod values;
