//! Behaviour of the client over real sockets: against the emulator, and through peers that damage what passes.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test that fails by panic says so")]

mod calls;
mod damaged_answers;
mod judged;
mod money;
mod needs_openssl;
mod relay;
mod scripted;
mod setup;
mod unreachable;
mod world;
