//! The version, and every place that names it. One number holds for all crates, the header's library and the bindings, so that
//! whoever reports a defect names one.

use std::fmt;
use std::fs;
use std::path::Path;

use crate::process;

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Level {
    Major,
    Minor,
    Patch,
}

impl Level {
    pub(super) fn read(word: &str) -> Option<Self> {
        match word {
            "major" => Some(Self::Major),
            "minor" => Some(Self::Minor),
            "patch" => Some(Self::Patch),
            _ => None,
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Version {
    major: u64,
    minor: u64,
    patch: u64,
}

impl Version {
    pub(super) fn of_workspace() -> Result<Self, String> {
        let manifest = read(&process::root(), "Cargo.toml")?;
        let version = manifest.lines().find_map(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
        version
            .and_then(Self::parse)
            .ok_or_else(|| "Cargo.toml has no line `version = \"X.Y.Z\"` of the workspace".into())
    }

    fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('.').map(|part| part.parse().ok());
        let (major, minor, patch) = (parts.next()??, parts.next()??, parts.next()??);
        parts.next().is_none().then_some(Self { major, minor, patch })
    }

    pub(super) const fn next(&self, level: Level) -> Self {
        let Self { major, minor, patch } = *self;
        match level {
            Level::Major => Self { major: major + 1, minor: 0, patch: 0 },
            Level::Minor => Self { major, minor: minor + 1, patch: 0 },
            Level::Patch => Self { major, minor, patch: patch + 1 },
        }
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}.{}", self.major, self.minor, self.patch)
    }
}

/// Writes the new version wherever the old one stands. Lock files follow from the manifests, generated files from their commands.
pub(super) fn bump(root: &Path, old: &Version, new: &Version) -> Result<(), String> {
    for (file, mark) in PLACES {
        let text = read(root, file)?;
        let text = replaced(&text, mark, old, new)
            .ok_or_else(|| format!("{file} doesn't name version {old} in a line with `{mark}`"))?;
        fs::write(root.join(file), text).map_err(|error| format!("{file} can't be written: {error}"))?;
    }
    for manifest in ["Cargo.toml", "fuzz/Cargo.toml"] {
        // Reading the graph writes the versions of our own packages into the lock file, and touches no other.
        let mut metadata =
            process::cargo(&["metadata", "--format-version", "1", "--manifest-path", manifest]);
        process::output(metadata.current_dir(root), b"")?;
    }
    Ok(())
}

/// In which files the version stands, in lines that hold what is beside it.
const PLACES: [(&str, &str); 12] = [
    ("Cargo.toml", "version = "),
    ("crates/paykka-sign-ffi/pkgconfig/paykka-sign-ffi.pc", "Version:"),
    ("bindings/java/README.md", "paykka-sign-"),
    ("bindings/java/build.sh", "paykka-sign-"),
    ("bindings/java/build.sh", "Implementation-Version: "),
    ("bindings/node/README.md", "paykka-sign-"),
    ("bindings/node/package.json", "\"version\": "),
    ("bindings/node/package-lock.json", "\"version\": "),
    ("bindings/php/composer.json", "\"version\": "),
    ("bindings/python/README.md", "paykka_sign-"),
    ("bindings/python/backend.py", "VERSION = "),
    ("bindings/python/pyproject.toml", "version = "),
];

/// `None` where it stands nowhere.
fn replaced(text: &str, mark: &str, old: &Version, new: &Version) -> Option<String> {
    let (old, new) = (old.to_string(), new.to_string());
    let mut is_found = false;
    let lines = text.split_inclusive('\n').map(|line| {
        let is_ours = line.contains(mark) && names(line, &old);
        is_found |= is_ours;
        if is_ours { line.replace(&old, &new) } else { line.to_owned() }
    });
    let text = lines.collect();
    is_found.then_some(text)
}

/// Whether a line names this version and not one that begins or ends alike, and, in a manifest, of a package of ours.
fn names(line: &str, version: &str) -> bool {
    let is_part = |c: char| c.is_ascii_digit() || c == '.';
    let is_whole = line.match_indices(version).all(|(at, _)| {
        let (before, rest) = line.split_at(at);
        let before = before.chars().next_back();
        let mut behind = rest.chars().skip(version.chars().count());
        // A full stop behind it may end a sentence or a file's stem.
        !before.is_some_and(is_part) && !behind.next().is_some_and(|c| c.is_ascii_digit())
    });
    let is_foreign = line.contains(" = {") && !line.starts_with("paykka-");
    line.contains(version) && is_whole && !is_foreign
}

fn read(root: &Path, file: &str) -> Result<String, String> {
    fs::read_to_string(root.join(file)).map_err(|error| format!("{file} can't be read: {error}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn version(text: &str) -> Version {
        Version::parse(text).unwrap()
    }

    #[test]
    fn levels_raise_what_they_name() {
        let old = version("1.4.7");
        for (level, new) in [(Level::Major, "2.0.0"), (Level::Minor, "1.5.0"), (Level::Patch, "1.4.8")] {
            assert_eq!(old.next(level).to_string(), new);
        }
        for bad in ["1.4", "1.4.7.1", "1.4.x", ""] {
            assert!(Version::parse(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn only_our_own_version_is_replaced() {
        let text = "version = \"3.1.0\"\n\
                    paykka-sign = { path = \"x\", version = \"3.1.0\" }\n\
                    other = { version = \"3.1.0\" }\n\
                    version = \"13.1.0\"\n";
        let bumped = replaced(text, "version = ", &version("3.1.0"), &version("3.2.0")).unwrap();
        assert_eq!(
            bumped,
            "version = \"3.2.0\"\n\
             paykka-sign = { path = \"x\", version = \"3.2.0\" }\n\
             other = { version = \"3.1.0\" }\n\
             version = \"13.1.0\"\n"
        );
        assert!(
            replaced("version = \"3.1.01\"", "version = ", &version("3.1.0"), &version("3.2.0")).is_none()
        );
    }

    /// Each place is there, and no committed file of ours names the version that isn't one or generated.
    #[test]
    fn no_place_is_forgotten() {
        let old = Version::of_workspace().unwrap();
        for (file, mark) in PLACES {
            let text = read(&process::root(), file).unwrap();
            assert!(replaced(&text, mark, &old, &old.next(Level::Minor)).is_some(), "{file}");
        }
        let files =
            process::output(process::program("git").args(["grep", "-lIF", &old.to_string()]), b"").unwrap();
        let files = String::from_utf8(files).unwrap();
        for file in files.lines() {
            let is_lock = file.ends_with(".lock");
            let is_known = PLACES.iter().any(|(place, _)| *place == file) || GENERATED.contains(&file);
            let is_ours =
                read(&process::root(), file).unwrap().lines().any(|line| names(line, &old.to_string()));
            assert!(
                is_lock || is_known || !is_ours,
                "{file} names the version, and a release leaves it as it is"
            );
        }
    }

    /// Made by commands that a release calls.
    const GENERATED: [&str; 1] = ["docs/openapi.json"];
}
