//! What a release hands out beside the crates: archives for people without Rust. They are made the same way everywhere and come
//! out the same from the same commit, so that whoever doubts one can make it again.

use std::path::{Path, PathBuf};
use std::{env, fs};

use crate::{Failure, Subcommand, process};

mod archive;
mod build;
mod cli;
mod ffi;
mod node;
mod notices;
mod python;

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "dist",
    arguments: "[cli] [ffi] [python] [node] [--to DIR]",
    summary: "archives for a release, with checksums",
    help: "\
Builds for a release, and packs:
  cli     paykka-cli-VERSION-TARGET.tar.gz: the command, man pages, completions for bash, zsh and fish
  ffi     paykka-sign-ffi-VERSION-TARGET.tar.gz: header, shared and static library, pkg-config file
  python  the wheel that carries the shared library; needs Python 3.9
  node    the npm package that carries it; needs npm

or all of them. Each has the licences, ours and those of all that is linked, and beside each lies NAME.sha256, for
`sha256sum -c`. TARGET is this machine's kind, such as x86_64-linux.

  --to DIR  where they go; dist/ in the target folder if it isn't said

The same commit, compiler and place make the same bytes. Times inside are SOURCE_DATE_EPOCH, in seconds since
1970, or that of the commit. What is built is kept in dist-build/ in the target folder.",
    run: |words| {
        let Wanted { kinds, folder } = wanted(words)?;
        fs::create_dir_all(&folder).map_err(|error| format!("{} can't be made: {error}", folder.display()))?;
        let release = Release::of_this_commit()?;
        for (_, make) in kinds {
            for file in make(&release, &folder)? {
                println!("{}", file.display());
            }
        }
        Ok(true)
    },
};

/// Puts files of one kind into the folder, and says which.
type Make = fn(&Release, &Path) -> Result<Vec<PathBuf>, String>;

const KINDS: [(&str, Make); 4] =
    [("cli", cli::make), ("ffi", ffi::make), ("python", python::make), ("node", node::make)];

struct Wanted {
    kinds: Vec<(&'static str, Make)>,
    folder: PathBuf,
}

fn wanted(words: &[String]) -> Result<Wanted, Failure> {
    let mut wanted = Wanted { kinds: Vec::new(), folder: process::target_folder().join("dist") };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--to" {
            let folder = words.next().ok_or_else(|| Failure::Misused("`--to` takes a folder".into()))?;
            // Programs are started from the repository's root, and people name folders from where they are.
            wanted.folder = env::current_dir().unwrap_or_default().join(folder);
        } else {
            let kind = KINDS.iter().find(|(name, _)| name == word);
            wanted
                .kinds
                .push(*kind.ok_or_else(|| Failure::Misused(format!("`dist` doesn't know `{word}`")))?);
        }
    }
    if wanted.kinds.is_empty() {
        wanted.kinds = KINDS.into();
    }
    Ok(wanted)
}

/// What all archives of a release have in common.
struct Release {
    version: &'static str,
    /// Seconds since 1970-01-01 UTC, which everything inside is dated by.
    time: u64,
}

impl Release {
    fn of_this_commit() -> Result<Self, String> {
        let time = match env::var("SOURCE_DATE_EPOCH") {
            Ok(text) => text.parse().ok(),
            Err(_) => commit_time(),
        };
        let time =
            time.ok_or("the archives' time isn't known: set SOURCE_DATE_EPOCH to seconds since 1970")?;
        Ok(Self { version: VERSION, time })
    }

    /// Without an ending.
    fn name(&self, what: &str) -> String {
        format!("{what}-{}-{}-{}", self.version, env::consts::ARCH, env::consts::OS)
    }
}

/// All packages have one version, this one included.
const VERSION: &str = env!("CARGO_PKG_VERSION");

fn commit_time() -> Option<u64> {
    let mut git = process::program("git");
    let said = process::output(git.args(["log", "-1", "--format=%ct"]), b"").ok()?;
    String::from_utf8(said).ok()?.trim().parse().ok()
}

/// A file of the repository.
fn own_file(path: &str) -> Result<Vec<u8>, String> {
    read(&process::root().join(path))
}

fn read(path: &Path) -> Result<Vec<u8>, String> {
    fs::read(path).map_err(|error| format!("{} can't be read: {error}", path.display()))
}

fn write(path: &Path, content: &[u8]) -> Result<(), String> {
    fs::write(path, content).map_err(|error| format!("{} can't be written: {error}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_understood_in_any_order() {
        let words = |text: &str| wanted(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        let names = |wanted: Wanted| wanted.kinds.iter().map(|(name, _)| *name).collect::<Vec<_>>();
        assert_eq!(names(words("").unwrap()), ["cli", "ffi", "python", "node"]);
        assert_eq!(names(words("--to /x ffi").unwrap()), ["ffi"]);
        assert_eq!(words("ffi --to /x cli").unwrap().folder, Path::new("/x"));
        assert!(words("--to x").unwrap().folder.is_absolute());
        for bad in ["go", "--to", "--check", "ffi --all"] {
            assert!(matches!(words(bad), Err(Failure::Misused(_))), "{bad}");
        }
    }
}
