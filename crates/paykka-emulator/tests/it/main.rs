//! Behaviour of the emulator, over real sockets, by a caller that shares nothing with the client.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails by panic says so")]

mod bad_input;
mod bodies;
mod caller;
mod control;
mod control_port;
mod faults;
mod files;
mod foreign;
mod journey;
mod needs_java;
mod needs_openssl;
mod needs_python_client;
mod notification_faults;
mod notifications;
mod payments;
mod plans;
mod repeats;
mod state_dir;
mod states;
mod strictness;
mod under_way;
