//! That no code block of a guide is left to itself: each is compiled or run by a test, and this says by which.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::string_slice,
    reason = "a test that fails by panic says so"
)]

mod blocks;
mod needs_paykka;
mod page;
mod translated;
