//! The fuzz targets under `fuzz/`: briefly with the tests, so that they keep building and running, and as long as
//! somebody wants. What the targets themselves assert is what is looked for, and where there is unsafe code, which is in the C
//! interface alone, the address sanitizer looks for what it touches.

use std::fs;
use std::path::{Path, PathBuf};

use crate::helpers::CARGO_FUZZ;
use crate::tally::{Ending, Tally};
use crate::{Failure, Subcommand, process, tools};

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "fuzz",
    arguments: "[TARGET] [--seconds N]",
    summary: "feeds keys, headers and whole messages with mutated input",
    help: "\
Runs the fuzz target `diagnose`, `ffi`, `header`, `keys`, `receive` or `verify`, or each of them, with
cargo-fuzz, which is installed into the user's cache folder if it isn't there. A C++ compiler is needed.
`ffi`, the C interface, runs under the address sanitizer.

  --seconds N  how long each target runs; 60 if it isn't said

What was found interesting is kept in the target folder and used by the next run. An input that makes
a target fail is left in fuzz/artifacts/TARGET/; add it to a test of paykka-sign, or
of paykka-webhook for `receive`, of paykka-sign-ffi for `ffi`, with its cure.",
    run: |words| {
        let Wanted { targets, seconds } = wanted(words)?;
        let tally = run_all(&targets, seconds, true);
        println!("{tally}");
        Ok(tally.passed > 0 && tally.failed == 0)
    },
};

/// With the tests: five seconds for each target, and nothing is installed for it on a developer's machine.
pub(crate) fn run_briefly() -> Tally {
    run_all(&TARGETS, 5, tools::all_are_required())
}

/// Before a release.
pub(crate) fn run_at_length() -> Tally {
    run_all(&TARGETS, 60, true)
}

const TARGETS: [&str; 6] = ["diagnose", "ffi", "header", "keys", "receive", "verify"];

/// The one whose code under test is.
const UNSAFE: &str = "ffi";

#[derive(Debug, PartialEq, Eq)]
struct Wanted {
    targets: Vec<&'static str>,
    seconds: u32,
}

fn wanted(words: &[String]) -> Result<Wanted, Failure> {
    let mut wanted = Wanted { targets: Vec::new(), seconds: 60 };
    let mut words = words.iter();
    while let Some(word) = words.next() {
        if word == "--seconds" {
            // 0 would be libFuzzer's word for "for ever".
            let number = words.next().and_then(|number| number.parse().ok()).filter(|number| *number > 0);
            wanted.seconds =
                number.ok_or_else(|| Failure::Misused("`--seconds` takes a number above 0".into()))?;
        } else {
            let target = TARGETS.iter().find(|target| *target == word);
            wanted
                .targets
                .push(target.ok_or_else(|| Failure::Misused(format!("`fuzz` doesn't know `{word}`")))?);
        }
    }
    if wanted.targets.is_empty() {
        wanted.targets = TARGETS.into();
    }
    Ok(wanted)
}

/// Each target counts as one test.
fn run_all(targets: &[&str], seconds: u32, may_install: bool) -> Tally {
    let mut tally = Tally::default();
    let cargo_fuzz = cargo_fuzz(may_install);
    for target in targets {
        tally += match &cargo_fuzz {
            Ok(program) => Ending::of(run(program, target, seconds)),
            Err(lacking) => Ending::Lacking(format!("fuzz target {target} can't run: {lacking}")),
        }
        .judged();
    }
    tally
}

/// An `Err` says what is lacking.
fn cargo_fuzz(may_install: bool) -> Result<PathBuf, String> {
    if !tools::CXX.is_there() {
        return Err(format!("there is no C++ compiler; `apt-get install {}` brings one", tools::CXX.package));
    }
    match CARGO_FUZZ.find() {
        None if may_install => CARGO_FUZZ.find_or_install(),
        found => {
            found.ok_or_else(|| format!("{} isn't installed; `cargo xtask fuzz` does it", CARGO_FUZZ.name))
        }
    }
}

fn run(program: &Path, target: &str, seconds: u32) -> Result<bool, String> {
    let corpus = process::target_folder().join("fuzz-corpus").join(target);
    fs::create_dir_all(&corpus).map_err(|error| format!("{} can't be made: {error}", corpus.display()))?;
    let mut fuzz = process::program(program);
    let [sanitizer, folder] = if target == UNSAFE { ["address", "fuzz-address"] } else { ["none", "fuzz"] };
    fuzz.args(["run", "--sanitizer", sanitizer]);
    if target == UNSAFE {
        // Sanitizers aren't stable yet, and this lets a stable compiler have them. Everything is built once more for one.
        fuzz.env("RUSTC_BOOTSTRAP", "1").arg("--no-default-features");
    }
    // New inputs go to the first folder; those of the repository are only read.
    fuzz.args(["--fuzz-dir", "fuzz", "--target-dir"])
        .arg(process::target_folder().join(folder))
        .arg(target)
        .arg(corpus)
        .arg(format!("fuzz/corpus-seed/{target}"))
        .args([
            "--",
            &format!("-max_total_time={seconds}"),
            "-timeout=20",
            "-verbosity=0",
            "-print_final_stats=1",
        ]);
    let passed = process::run(&mut fuzz)?;
    if !passed {
        eprintln!("fuzz target {target} failed; an input that made it fail lies in fuzz/artifacts/{target}/");
    }
    Ok(passed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_target_is_named_here_and_has_first_inputs() {
        let names = |folder: &str| {
            let entries = fs::read_dir(process::root().join("fuzz").join(folder)).unwrap();
            let mut names: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
            names.sort();
            // A folder holds the rest of the target of its name.
            names.dedup_by_key(|path| path.file_stem().map(ToOwned::to_owned));
            names
                .iter()
                .map(|path| path.file_stem().unwrap().to_str().unwrap().to_owned())
                .collect::<Vec<_>>()
        };
        assert_eq!(names("fuzz_targets"), TARGETS);
        assert_eq!(names("corpus-seed"), TARGETS);
    }

    #[test]
    fn words_are_understood_in_any_order() {
        let words = |text: &str| wanted(&text.split_whitespace().map(str::to_owned).collect::<Vec<_>>());
        assert_eq!(words("").unwrap(), Wanted { targets: TARGETS.into(), seconds: 60 });
        let keys = Wanted { targets: vec!["keys"], seconds: 7 };
        assert_eq!(words("keys --seconds 7").unwrap(), keys);
        assert_eq!(words("--seconds 7 keys").unwrap(), keys);
        for bad in ["key", "--seconds", "--seconds 0", "--seconds keys", "--check"] {
            assert!(words(bad).is_err(), "{bad}");
        }
    }
}
