//! Uploads: a file beside its signed description. The signature covers the description alone (D), which holds the file's
//! SHA-256; so the file is read twice, once for its digest and once to be sent, and never held in memory.

mod body;
mod digest;
mod files;
mod source;

pub use files::{Files, Upload};
pub use source::FileSource;
