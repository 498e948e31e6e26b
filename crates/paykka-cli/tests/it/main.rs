//! The `paykka` command, run as a process.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails by panic says so")]

mod demo;
mod emulate;
mod emulator;
mod guide;
mod guide_ci;
