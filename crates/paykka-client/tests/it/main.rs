//! Behaviour of the client over real sockets: against the emulator, and through peers that damage what passes.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test that fails by panic says so"
)]

mod calls;
mod damaged_answers;
mod double;
mod errors;
mod fixtures;
mod journey;
mod judged;
mod limits;
#[path = "../../examples/mock_service.rs"]
#[allow(dead_code, reason = "its own tests are run here, its `main` isn't")]
mod mock_service;
mod money;
mod needs_openssl;
mod options;
mod relay;
mod rotation;
mod scripted;
mod settings;
mod setup;
mod unreachable;
mod upload;
mod waiting;
mod world;
