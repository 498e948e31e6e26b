//! Where things lie: the repository is the current folder, since xtask starts this program there.

use std::path::{Path, PathBuf};

pub(crate) fn page() -> PathBuf {
    "docs/benchmarks.md".into()
}

/// The charts, and the raw figures.
pub(crate) fn charts() -> PathBuf {
    "docs/benchmarks".into()
}

pub(crate) fn raw() -> PathBuf {
    charts().join("raw.json")
}

pub(crate) fn peers() -> PathBuf {
    "bench/peers".into()
}

/// What callgrind counted when it was last accepted.
pub(crate) fn counted() -> PathBuf {
    peers().join("instructions.json")
}

/// Everything that is built or made, and not kept.
pub(crate) fn target() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    absolute(&Path::new(&target).join("bench-peers"))
}

pub(crate) fn absolute(path: &Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
