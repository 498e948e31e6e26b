//! Behaviour of the signing layer over a service double: every way in which an answer isn't verified.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails by panic says so")]

mod peer;
mod refusals;
mod requests;
