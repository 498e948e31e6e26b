//! Everything that this program says to people, in English and Chinese, by what it is about. What libraries say of a key, a
//! file or a call is cited below such a text, in their own words, which are English.

pub(crate) mod calls;
pub(crate) mod demo;
pub(crate) mod doctor;
pub(crate) mod emulate;
pub(crate) mod findings;
pub(crate) mod frame;
pub(crate) mod help;
pub(crate) mod inputs;
pub(crate) mod keys;
pub(crate) mod listen;
pub(crate) mod money;
pub(crate) mod notices;
pub(crate) mod replay;
pub(crate) mod signing;
pub(crate) mod tables;
pub(crate) mod trigger;
