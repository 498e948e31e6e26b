//! How other programs are started: from the repository's root, never waiting for a keyboard, and without traces of
//! this program's own start.

use std::env;
use std::ffi::OsStr;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::Value;

/// Cargo itself, the same one that started this program.
pub(crate) fn cargo(arguments: &[&str]) -> Command {
    let mut command = program(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.args(arguments);
    command
}

/// Any other program.
pub(crate) fn program(name: impl AsRef<OsStr>) -> Command {
    let mut command = Command::new(name);
    command.current_dir(root()).stdin(Stdio::null());
    // `cargo run` describes this package to us in these; build scripts watch some of them and would run again.
    for (name, _) in env::vars_os() {
        let text = name.to_string_lossy();
        if text.starts_with("CARGO_PKG_") || text.starts_with("CARGO_MANIFEST_") {
            command.env_remove(&name);
        }
    }
    command
}

/// The repository's root.
pub(crate) fn root() -> PathBuf {
    let package = env::var_os("CARGO_MANIFEST_DIR").map_or_else(built_at, PathBuf::from);
    package.parent().map_or_else(PathBuf::new, PathBuf::from)
}

/// What cargo says of the workspace, without dependencies.
pub(crate) fn metadata() -> Result<Value, String> {
    let metadata = output(&mut cargo(&["metadata", "--no-deps", "--format-version", "1"]), b"")?;
    serde_json::from_slice(&metadata).map_err(|error| format!("cargo's metadata can't be read: {error}"))
}

/// Where cargo builds.
pub(crate) fn target_folder() -> PathBuf {
    root().join(env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into()))
}

/// Whether the program is there and ends well. What it prints is dropped.
pub(crate) fn answers(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Runs a program whose output people should see, after saying what is run.
pub(crate) fn run(command: &mut Command) -> Result<bool, String> {
    eprintln!("$ {}", shown(command));
    command.status().map(|status| status.success()).map_err(|error| not_started(command, &error))
}

/// Runs a program with `input` and hands back what it printed.
pub(crate) fn output(command: &mut Command, input: &[u8]) -> Result<Vec<u8>, String> {
    let done = finished(command, input)?;
    if done.status.success() {
        return Ok(done.stdout);
    }
    let said = String::from_utf8_lossy(&done.stderr);
    Err(format!("`{}` failed ({}): {}", shown(command), done.status, said.trim()))
}

/// Runs a program with `input` and hands back all that came of it, whether it ended well or not.
pub(crate) fn finished(command: &mut Command, input: &[u8]) -> Result<Output, String> {
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| not_started(command, &error))?;
    if let Some(mut stdin) = child.stdin.take() {
        // A program that ends without reading all of it says why on stderr; that is the better message.
        stdin.write_all(input).ok();
    }
    child.wait_with_output().map_err(|error| not_started(command, &error))
}

/// The command line, for people: with the program's name, wherever it lies.
pub(crate) fn shown(command: &Command) -> String {
    let program = Path::new(command.get_program()).file_name().unwrap_or_default();
    let words = std::iter::once(program).chain(command.get_args());
    let words: Vec<_> = words.map(|word| quoted(&word.to_string_lossy())).collect();
    words.join(" ")
}

pub(crate) fn not_started(command: &Command, error: &std::io::Error) -> String {
    format!("`{}` can't be run: {error}", shown(command))
}

fn quoted(word: &str) -> String {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_./:=+,@".contains(c);
    if !word.is_empty() && word.chars().all(plain) { word.to_owned() } else { format!("'{word}'") }
}

fn built_at() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}
