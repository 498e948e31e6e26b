//! Behaviour of the webhook: what is genuine gets in once, nothing else does, and what got in isn't lost.
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test that fails by panic says so"
)]

mod claims;
mod config;
mod confirm;
mod delivery;
mod examples;
mod genuine;
mod headers;
mod inbox;
mod kinds;
mod needs_nginx;
mod needs_openssl;
#[cfg(feature = "redis")]
mod needs_redis;
mod observed;
mod repeats;
mod rotation;
mod service;
mod shutdown;
mod window;
mod wire;
mod world;
