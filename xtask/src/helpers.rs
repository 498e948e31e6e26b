//! Cargo's helper programs that some chores call. They aren't dependencies of this program (each is bigger than
//! everything else here together), so a pinned version is installed when it is wanted.

use std::env;
use std::path::{Path, PathBuf};

use crate::process;

/// A program that `cargo install` brings, at the version that this repository was tried with.
#[derive(Debug)]
pub(crate) struct Helper {
    pub(crate) name: &'static str,
    version: &'static str,
    /// What of it is built, where that isn't all.
    features: &'static [&'static str],
}

/// Judges licences and origins of dependencies by `deny.toml`.
pub(crate) const CARGO_DENY: Helper = Helper { name: "cargo-deny", version: "0.20.2", features: &[] };
/// Tries combinations of features.
pub(crate) const CARGO_HACK: Helper = Helper { name: "cargo-hack", version: "0.6.46", features: &[] };
/// Lists what a crate offers, from the JSON that rustdoc writes.
pub(crate) const CARGO_PUBLIC_API: Helper =
    Helper { name: "cargo-public-api", version: "0.52.0", features: &[] };
/// Compares what crates offer with their last release.
pub(crate) const CARGO_SEMVER_CHECKS: Helper =
    Helper { name: "cargo-semver-checks", version: "0.51.0", features: &[] };
/// Builds and runs the fuzz targets.
pub(crate) const CARGO_FUZZ: Helper = Helper { name: "cargo-fuzz", version: "0.13.2", features: &[] };
/// Makes a book of `docs/`. Its server isn't needed.
pub(crate) const MDBOOK: Helper =
    Helper { name: "mdbook", version: "0.5.4", features: &["--no-default-features", "--features", "search"] };

impl Helper {
    /// What to start: any version on the PATH, else the pinned one. `None` if it would have to be installed first.
    pub(crate) fn find(&self) -> Option<PathBuf> {
        if process::answers(process::program(self.name).arg("--version")) {
            return Some(self.name.into());
        }
        let installed = self.place(&folder()?);
        self.is_pinned(&installed).then_some(installed)
    }

    pub(crate) fn find_or_install(&self) -> Result<PathBuf, String> {
        self.find().map_or_else(|| self.install(), Ok)
    }

    fn install(&self) -> Result<PathBuf, String> {
        let Self { name, version, features } = self;
        let folder = folder().ok_or_else(|| {
            format!("neither XDG_CACHE_HOME nor HOME is set, so there is no place for {name}")
        })?;
        eprintln!(
            "{name} isn't on the PATH; installing version {version} into {} (once; this takes some minutes)",
            folder.display()
        );
        let mut install = process::cargo(&["install", name, "--version", version, "--locked", "--root"]);
        if process::run(install.arg(&folder).args(*features))? {
            Ok(self.place(&folder))
        } else {
            Err(format!(
                "{name} couldn't be installed; without a network, put version {version} on the PATH yourself"
            ))
        }
    }

    fn is_pinned(&self, program: &Path) -> bool {
        let version = process::output(process::program(program).arg("--version"), b"");
        version.is_ok_and(|text| {
            let said = String::from_utf8_lossy(&text);
            said.split_whitespace().last().is_some_and(|last| last.trim_start_matches('v') == self.version)
        })
    }

    fn place(&self, folder: &Path) -> PathBuf {
        folder.join("bin").join(self.name)
    }
}

/// Where helpers are kept: outside the repository, so that they outlive `cargo clean` and serve every checkout.
pub(crate) fn folder() -> Option<PathBuf> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")))?;
    Some(cache.join("paykka").join("tools"))
}
