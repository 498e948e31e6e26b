//! Whether what changed since the last release fits the level. Asked of a tool that compares what crates offer; a person still has to
//! read what it can't see.

use std::fs;
use std::path::PathBuf;

use super::copy::Copy;
use crate::tally::Ending;
use crate::{helpers, process};

pub(super) fn check(copy: &Copy, baseline: Option<&str>) -> Ending {
    let baseline =
        match baseline.map(|folder| Ok(PathBuf::from(folder))).or_else(|| last_release().transpose()) {
            Some(Ok(baseline)) => baseline,
            Some(Err(problem)) => return Ending::Broke(problem),
            None => {
                return Ending::Empty(
                    "there is no release yet (no tag `v*`), so there is nothing to compare with".into(),
                );
            }
        };
    match helpers::CARGO_SEMVER_CHECKS.find_or_install() {
        Ok(tool) => {
            let mut check = process::program(tool);
            check
                .current_dir(copy.path())
                .args(["semver-checks", "--workspace", "--baseline-root"])
                .arg(baseline);
            Ending::of(process::run(&mut check))
        }
        Err(problem) => Ending::Lacking(problem),
    }
}

/// The sources under the last tag of a release; `None` before the first.
fn last_release() -> Result<Option<PathBuf>, String> {
    let tags = ["tag", "--list", "v*", "--merged", "HEAD", "--sort", "-version:refname"];
    let tags = process::output(process::program("git").args(tags), b"")?;
    let tags = String::from_utf8_lossy(&tags);
    let Some(tag) = tags.lines().next() else { return Ok(None) };
    let place = process::target_folder().join("release-baseline");
    if place.exists() {
        fs::remove_dir_all(&place)
            .map_err(|error| format!("{} can't be removed: {error}", place.display()))?;
    }
    let mut clone = process::program("git");
    clone.args(["clone", "--quiet", "--no-hardlinks", "--branch", tag, "."]).arg(&place);
    process::output(&mut clone, b"")?;
    Ok(Some(place))
}
