//! Behaviour of paykka-model, one module each.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails by panic says so")]

mod notification;
mod operation;
mod tables;
mod types;
