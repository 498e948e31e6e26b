//! Behaviour of the signing layer over a service double: every way in which an answer isn't verified. Behaviour of the wire
//! over real sockets, TLS and proxies.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails by panic says so"
)]

mod needs_microsocks;
mod needs_nginx;
mod needs_tinyproxy;
mod peer;
mod proxied;
mod refusals;
mod requests;
mod running;
mod wire;
