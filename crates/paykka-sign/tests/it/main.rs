//! Behaviour of paykka-sign through its public interface, one module each.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails by panic says so")]

mod bit_flips;
#[cfg(feature = "diagnose")]
mod diagnose;
mod foreign_headers;
mod keys;
mod needs_openssl;
mod properties;
mod signer;
mod tree;
mod vectors;
mod wycheproof;
