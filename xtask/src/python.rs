//! Python packages that some chores call. Debian has few of them and they must not meddle with the machine's own, so
//! pinned versions are installed into a virtual environment in the user's cache folder when they are wanted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::{helpers, process, tools};

/// A virtual environment with packages of pinned versions.
#[derive(Debug)]
pub(crate) struct Environment {
    /// Of the environment, and in `xtask/python/` of the file that lists the packages.
    pub(crate) name: &'static str,
    /// A module of them; an interpreter that can't load it has been replaced by another one since.
    pub(crate) module: &'static str,
}

/// Judges OpenAPI documents, 3.1 among them.
pub(crate) const OPENAPI_SPEC_VALIDATOR: Environment =
    Environment { name: "openapi-spec-validator", module: "openapi_spec_validator" };

/// What the client in `tests/python_client/` is written with.
pub(crate) const PYTHON_CLIENT: Environment = Environment { name: "python-client", module: "cryptography" };

/// What the guide to the emulator has tests in Python run with.
pub(crate) const PYTEST: Environment = Environment { name: "pytest", module: "pytest" };

/// What the peers in Python are written with, in `bench/peers/python/`.
pub(crate) const BENCH_PEERS: Environment = Environment { name: "bench-peers", module: "uvicorn" };

impl Environment {
    /// The environment's interpreter, which has the packages. What else lies on the machine is never used.
    pub(crate) fn find_or_install(&self) -> Result<PathBuf, String> {
        let folder = helpers::folder().ok_or_else(|| {
            format!("neither XDG_CACHE_HOME nor HOME is set, so there is no place for {}", self.name)
        })?;
        let folder = folder.join("python").join(self.name);
        if self.is_current(&folder) { Ok(interpreter(&folder)) } else { self.install(&folder) }
    }

    fn is_current(&self, folder: &Path) -> bool {
        let wanted = fs::read(process::root().join(self.list()));
        let installed = fs::read(stamp(folder));
        let is_same = wanted.ok().zip(installed.ok()).is_some_and(|(wanted, installed)| wanted == installed);
        is_same
            && process::answers(
                isolated(&interpreter(folder)).args(["-c", &format!("import {}", self.module)]),
            )
    }

    fn install(&self, folder: &Path) -> Result<PathBuf, String> {
        let Self { name, .. } = self;
        if !tools::PYTHON_VENV.is_there() {
            let package = tools::PYTHON_VENV.package;
            return Err(format!(
                "{name} needs Python with its module venv; `apt-get install {package}` brings them"
            ));
        }
        eprintln!("installing {name} by {} into {} (once)", self.list(), folder.display());
        let made = process::run(process::program("python3").args(["-m", "venv", "--clear"]).arg(folder))?;
        let interpreter = interpreter(folder);
        let mut install = isolated(&interpreter);
        install.args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check"]);
        install.args(["--only-binary", ":all:", "--no-deps", "--requirement", &self.list()]);
        if !(made && process::run(&mut install)?) {
            return Err(format!("{name} couldn't be installed; it needs a network once, and python3-venv"));
        }
        // Last, so that an installation that broke off isn't taken for one.
        fs::copy(process::root().join(self.list()), stamp(folder))
            .map_err(|error| format!("{} can't be written: {error}", stamp(folder).display()))?;
        Ok(interpreter)
    }

    /// From the repository's root.
    fn list(&self) -> String {
        format!("xtask/python/{}.txt", self.name)
    }
}

/// An interpreter that reads none of the user's variables and packages.
pub(crate) fn isolated(interpreter: &Path) -> Command {
    let mut command = process::program(interpreter);
    command.arg("-I");
    command
}

fn interpreter(folder: &Path) -> PathBuf {
    folder.join("bin").join("python")
}

/// A copy of the list that was installed by.
fn stamp(folder: &Path) -> PathBuf {
    folder.join("installed.txt")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_package_is_pinned() {
        for environment in [OPENAPI_SPEC_VALIDATOR, PYTHON_CLIENT, PYTEST, BENCH_PEERS] {
            let list = fs::read_to_string(process::root().join(environment.list())).unwrap();
            let packages: Vec<_> = list.lines().filter(|line| !line.starts_with('#')).collect();
            let wanted = environment.module.replace('_', "-");
            assert!(packages[0].starts_with(&format!("{wanted}==")), "{packages:?}");
            for package in packages {
                let (name, version) = package.split_once("==").expect(package);
                assert!(!name.is_empty() && version.starts_with(|c: char| c.is_ascii_digit()), "{package}");
            }
        }
    }

    #[test]
    fn an_environment_of_another_list_is_not_current() {
        let folder = process::root().join("xtask/python");
        assert!(!OPENAPI_SPEC_VALIDATOR.is_current(&folder), "it has no stamp");
    }
}
