//! The libraries that the tests in other languages use. They are built here, in a folder of their own for each backend: what
//! cargo leaves beside the test has the same name with every backend, and is that of whoever built last.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;
use std::{env, fs};

use crate::compiler::{root, succeeded};

/// A file of the library with the backend that this test was built with.
pub(crate) fn built(name: &str) -> PathBuf {
    let file = FOLDER.join(name);
    assert!(file.is_file(), "{} isn't there", file.display());
    file
}

/// Installs the library with its header and its pkg-config file, as `bindings/c/README.md` says it. Several processes may do so
/// at the same place: each file is there whole at any time.
pub(crate) fn install(prefix: &Path) {
    let package = root().join("crates/paykka-sign-ffi");
    for (file, place) in [
        (package.join("include/paykka_sign.h"), "include/paykka_sign.h"),
        (package.join("pkgconfig/paykka-sign-ffi.pc"), "lib/pkgconfig/paykka-sign-ffi.pc"),
        (built("libpaykka_sign_ffi.so"), "lib/libpaykka_sign_ffi.so.1"),
        (built("libpaykka_sign_ffi.so"), "lib/libpaykka_sign_ffi.so"),
    ] {
        let place = prefix.join(place);
        let folder = place.parent().unwrap();
        fs::create_dir_all(folder).unwrap();
        let unfinished = tempfile::Builder::new().tempfile_in(folder).unwrap().into_temp_path();
        fs::copy(file, &unfinished).unwrap();
        unfinished.persist(place).unwrap();
    }
}

/// As the crate chooses where both are on.
pub(crate) const BACKEND: &str = if cfg!(feature = "aws-lc-rs") { "aws-lc-rs" } else { "ring" };

static FOLDER: LazyLock<PathBuf> = LazyLock::new(|| {
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("paykka-sign-ffi").join(BACKEND);
    let mut build = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    build.args([
        "build",
        "--quiet",
        "--lib",
        "--manifest-path",
        concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml"),
    ]);
    build.args(["--no-default-features", "--features", BACKEND, "--target-dir"]).arg(&target);
    // What describes this test is no business of build scripts, some of which would run again for it.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            build.env_remove(&name);
        }
    }
    // Its place would be another one with a target of its own.
    succeeded(build.env_remove("CARGO_BUILD_TARGET").output().unwrap());
    target.join("debug")
});
