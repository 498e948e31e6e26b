//! Behaviour of the stack: over service doubles, and over real sockets to a server that does what it must not.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that fails by panic says so"
)]
#![allow(clippy::print_stdout, reason = "the fault table is there to be read")]

mod contracts;
mod deadlines;
mod faults;
mod limits;
mod observed;
mod payloads;
mod peer;
mod policies;
mod refusals;
mod requests;
mod server;
mod signers;
mod storm;
mod user_layers;
