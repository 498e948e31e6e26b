//! The subcommands, one file or folder each. A command reads its arguments, does its work with the crates that programs use,
//! and hands what it found to the console.

pub(crate) mod call;
pub(crate) mod codes;
pub(crate) mod completions;
pub(crate) mod demo;
pub(crate) mod diagnose;
pub(crate) mod doctor;
pub(crate) mod emulate;
pub(crate) mod journal;
pub(crate) mod keys;
pub(crate) mod listen;
mod money;
pub(crate) mod operations;
pub(crate) mod recover;
pub(crate) mod reference;
pub(crate) mod replay;
mod runtime;
pub(crate) mod sign;
pub(crate) mod submit;
pub(crate) mod trigger;
pub(crate) mod upload;
pub(crate) mod verify;
