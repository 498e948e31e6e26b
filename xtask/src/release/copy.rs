//! A copy of the tree in which a release is made ready, so that one that fails half-way leaves nothing to be taken back.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use super::version::Version;
use crate::process;

/// Nothing is uncommitted, and the version hasn't been given away.
pub(super) fn is_clean(new: &Version) -> Result<bool, String> {
    let status = text(process::program("git").args(["status", "--porcelain"]))?;
    if !status.is_empty() {
        eprintln!("not committed yet; commit it or put it away:\n{status}");
        return Ok(false);
    }
    let tag = text(process::program("git").args(["tag", "--list", &format!("v{new}")]))?;
    if !tag.is_empty() {
        eprintln!("the tag {tag} is there already: version {new} has been released");
    }
    Ok(tag.is_empty())
}

/// A clone of what is committed.
pub(super) struct Copy(PathBuf);

impl Copy {
    pub(super) fn make() -> Result<Self, String> {
        let path = process::target_folder().join("release-tree");
        if path.exists() {
            fs::remove_dir_all(&path)
                .map_err(|error| format!("{} can't be removed: {error}", path.display()))?;
        }
        let mut clone = process::program("git");
        clone.args(["clone", "--quiet", "--no-hardlinks", "."]).arg(&path);
        process::output(&mut clone, b"")?;
        Ok(Self(path))
    }

    pub(super) fn path(&self) -> &Path {
        &self.0
    }

    /// Cargo in the copy. What it builds goes to the usual place, so that dependencies aren't built again.
    pub(super) fn cargo(&self, arguments: &[&str]) -> Command {
        let mut command = process::cargo(arguments);
        command.current_dir(&self.0);
        command.env("CARGO_TARGET_DIR", process::target_folder());
        command
    }

    /// All that has changed in the copy, as one commit.
    pub(super) fn commit(&self, new: &Version) -> Result<(), String> {
        process::output(&mut self.git(&["add", "--all"]), b"")?;
        let words = format!("release: version {new}");
        let mut commit = self.git(&["commit", "--quiet", "-m", &words]);
        // Who commits here may be known in this tree's settings alone, which a clone doesn't have.
        for (setting, variables) in [
            ("user.name", ["GIT_AUTHOR_NAME", "GIT_COMMITTER_NAME"]),
            ("user.email", ["GIT_AUTHOR_EMAIL", "GIT_COMMITTER_EMAIL"]),
        ] {
            let value = text(process::program("git").args(["config", setting]))?;
            commit.envs(variables.map(|variable| (variable, &value)));
        }
        process::output(&mut commit, b"").map(drop)
    }

    /// Takes the copy's commit over into the tree that it was made of.
    pub(super) fn hand_over(&self) -> Result<bool, String> {
        process::run(process::program("git").args(["pull", "--quiet", "--ff-only"]).arg(&self.0).arg("HEAD"))
    }

    fn git(&self, arguments: &[&str]) -> Command {
        let mut command = process::program("git");
        command.current_dir(&self.0).args(arguments);
        command
    }
}

fn text(command: &mut Command) -> Result<String, String> {
    process::output(command, b"").map(|said| String::from_utf8_lossy(&said).trim().to_owned())
}
