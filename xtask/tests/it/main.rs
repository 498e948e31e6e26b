//! Chores as a process, where what counts is what comes out at the other end.
#![allow(clippy::unwrap_used, reason = "a test that fails by panic says so")]

mod dist;
