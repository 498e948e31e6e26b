//! Finds cargo-deny, which judges licences and origins of dependencies by `deny.toml`. It isn't a dependency of
//! this program (it is bigger than everything else here together), so a pinned version is installed when wanted.

use std::env;
use std::path::PathBuf;
use std::process::Command;

use crate::process;

/// A command line of cargo-deny that lacks only its arguments.
pub(crate) fn find() -> Result<Command, String> {
    if process::answers(process::program("cargo-deny").arg("--version")) {
        return Ok(process::program("cargo-deny"));
    }
    let folder = tools_folder()?;
    let installed = folder.join("bin").join("cargo-deny");
    if !is_pinned(&installed) {
        install(&folder)?;
    }
    Ok(process::program(installed))
}

fn install(folder: &PathBuf) -> Result<(), String> {
    eprintln!(
        "cargo-deny isn't on the PATH; installing version {VERSION} into {} (once; this takes some minutes)",
        folder.display()
    );
    let mut install = process::cargo(&["install", "cargo-deny", "--version", VERSION, "--locked", "--root"]);
    if process::run(install.arg(folder))? {
        Ok(())
    } else {
        Err(format!(
            "cargo-deny couldn't be installed; without a network, put version {VERSION} on the PATH yourself"
        ))
    }
}

fn is_pinned(program: &PathBuf) -> bool {
    let version = process::output(process::program(program).arg("--version"), b"");
    version.is_ok_and(|text| text.trim_ascii().ends_with(format!(" {VERSION}").as_bytes()))
}

/// Outside the repository, so that it outlives `cargo clean` and serves every checkout.
fn tools_folder() -> Result<PathBuf, String> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let cache = absolute("XDG_CACHE_HOME").or_else(|| absolute("HOME").map(|home| home.join(".cache")));
    let cache = cache.ok_or("neither XDG_CACHE_HOME nor HOME is set, so there is no place for cargo-deny")?;
    Ok(cache.join("paykka").join("tools"))
}

const VERSION: &str = "0.20.2";
