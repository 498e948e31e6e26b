//! Behaviour of the inbox on real files, with real signatures and real processes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails by panic says so"
)]

mod dead;
mod file;
mod keeping;
mod killed;
mod lines;
mod logged;
mod processes;
mod rig;
mod sealing;
mod stored;
mod workers;
