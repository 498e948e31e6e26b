//! Behaviour of the stack: over service doubles, over real sockets to a server that does what it must not, and through real
//! proxies.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "a test that fails by panic says so"
)]
#![allow(clippy::print_stdout, reason = "the fault table is there to be read")]

mod before_send;
mod contracts;
mod deadlines;
mod evidence;
mod faults;
mod headers;
mod limits;
mod needs_microsocks;
mod needs_nginx;
mod needs_tinyproxy;
mod observed;
mod open_ends;
mod payloads;
mod peer;
mod policies;
mod proxied;
mod refusals;
mod requests;
mod running;
mod server;
mod signers;
mod storm;
mod user_layers;
mod wire;
