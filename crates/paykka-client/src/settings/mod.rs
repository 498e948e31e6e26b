//! From settings to a client: every mistake in keys, files and addresses is found here, before anything is sent, and all of them
//! are told at once.

mod builder;
mod environment;
mod keys;
mod named;
mod setup;

pub use builder::ClientBuilder;
pub use environment::Environment;
pub use setup::Setup;
