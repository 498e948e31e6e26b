//! From settings to a client: every mistake in keys, files and addresses is found here, before anything is sent, and all of them
//! are told at once.

mod builder;
mod keys;
mod named;

pub use builder::ClientBuilder;
