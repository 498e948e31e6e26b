//! The C interface for people without Rust: unpack it anywhere, and pkg-config finds everything from there.

use std::path::{Path, PathBuf};

use super::archive::Archive;
use super::{Release, build, notices, own_file, read};

pub(super) fn make(release: &Release, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let built = build()?;
    let mut archive = Archive::new(release.name(PACKAGE))?;
    archive.file("README.md", include_bytes!("ffi.md").to_vec());
    archive.file(notices::NAME, notices::of(PACKAGE)?);
    archive.file("include/paykka_sign.h", own_file("crates/paykka-sign-ffi/include/paykka_sign.h")?);
    archive.file("lib/libpaykka_sign_ffi.a", read(&built.join("libpaykka_sign_ffi.a"))?);
    // A shared library is executable by custom, which some of the tools that pack it again ask for.
    archive.program(&format!("lib/{SONAME}"), read(&built.join(LIBRARY))?);
    archive.link(&format!("lib/{LIBRARY}"), SONAME);
    let pkg_config = own_file("crates/paykka-sign-ffi/pkgconfig/paykka-sign-ffi.pc")?;
    archive.file("lib/pkgconfig/paykka-sign-ffi.pc", pkg_config);
    archive.file("share/doc/paykka-sign-ffi/example.c", own_file("bindings/c/example.c")?);
    archive.write(release, folder)
}

/// Builds the libraries; the folder with them.
pub(super) fn build() -> Result<PathBuf, String> {
    build::release(PACKAGE, &["--lib"])
}

pub(super) const PACKAGE: &str = "paykka-sign-ffi";
pub(super) const LIBRARY: &str = "libpaykka_sign_ffi.so";
/// By which programs find it that were linked with it.
const SONAME: &str = "libpaykka_sign_ffi.so.1";
