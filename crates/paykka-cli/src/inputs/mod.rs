//! What commands read and write: bytes, keys, secrets, profiles. Each has one reader here, so that all commands take the same
//! forms and refuse with the same words.

pub(crate) mod argv;
pub(crate) mod confirm;
pub(crate) mod connection;
pub(crate) mod data;
mod given;
pub(crate) mod journal;
pub(crate) mod json;
pub(crate) mod keys;
pub(crate) mod message;
pub(crate) mod output;
pub(crate) mod secrets;
mod source;

pub(crate) use given::Given;
pub(crate) use source::Source;
