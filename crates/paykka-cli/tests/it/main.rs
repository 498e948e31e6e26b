//! The `paykka` command, run as a process.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails by panic says so"
)]

mod bad_input;
mod call;
mod demo;
mod desk;
mod diagnose;
mod doctor;
mod emulate;
mod emulator;
mod files;
mod guide;
mod guide_ci;
mod keys;
mod languages;
mod money;
mod notices;
mod readme;
mod signing;
mod stage;
mod tables;
#[cfg(unix)]
mod terminal;
mod upload;
