//! Builds for a release, in a folder of their own: libraries of another choice of features that lie in the usual one have the
//! same names and look just as new.

use std::env;
use std::path::{Path, PathBuf};

use crate::process;

/// Builds a package as `arguments` choose it; the folder with what came of it.
pub(super) fn release(package: &str, arguments: &[&str]) -> Result<PathBuf, String> {
    let target = process::target_folder().join("dist-build");
    let mut build = process::cargo(&["build", "--release", "--locked", "-p", package]);
    build.args(arguments).arg("--target-dir").arg(&target);
    // The separator that this variable has, since folders' names may have blanks.
    build.env("CARGO_ENCODED_RUSTFLAGS", flags("--remap-path-prefix", "\u{1f}"));
    build.env("CFLAGS", flags("-ffile-prefix-map", " ")).env("CARGO_PROFILE_RELEASE_STRIP", "symbols");
    // It would change the place of what is built.
    build.env_remove("CARGO_BUILD_TARGET");
    if process::run(&mut build)? {
        Ok(target.join("release"))
    } else {
        Err(format!("{package} couldn't be built for a release"))
    }
}

/// Names the builder's own folders have in what is built, where panics and debuggers tell a place in the sources.
fn places() -> Vec<(PathBuf, &'static str)> {
    let cargo_home = env::var_os("CARGO_HOME").map(PathBuf::from);
    let cargo_home = cargo_home.or_else(|| env::var_os("HOME").map(|home| Path::new(&home).join(".cargo")));
    cargo_home.map(|home| (home, "/cargo")).into_iter().chain([(process::root(), "/paykka")]).collect()
}

/// One flag for each place.
fn flags(option: &str, separator: &str) -> String {
    let flag = |(from, to): (PathBuf, &str)| format!("{option}={}={to}", from.display());
    places().into_iter().map(flag).collect::<Vec<_>>().join(separator)
}
