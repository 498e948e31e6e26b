//! Keys and rings of keys: which are taken, which are refused with which words, and what rotation does to messages.

mod corruption;
#[cfg(feature = "aws-lc-rs")]
mod generation;
mod needs_openssl;
mod ring;
mod rotation;
