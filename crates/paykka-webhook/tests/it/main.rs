//! Behaviour of the webhook over real sockets: what is genuine gets in, nothing else does.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails by panic says so")]

mod accepted;
mod config;
mod endpoint;
mod refused;
