//! How much of it `test` runs. What takes minutes, many open files or a quiet machine has a short form for every day, or
//! none; the end of the output names each of them, so that nobody takes a short run for the whole one.

use std::process::Command;

use crate::process;

/// What is run in full.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Extent {
    /// All of it.
    pub(crate) is_long: bool,
    /// Whether a test may open as many files as the full number of idle connections takes.
    has_files: bool,
}

impl Extent {
    pub(crate) fn new(is_long: bool) -> Self {
        let limit = process::output(process::program("sh").args(["-c", "ulimit -n"]), b"");
        Self { is_long, has_files: limit.is_ok_and(|limit| is_enough(&limit)) }
    }

    /// What the tests read, with the value 1.
    pub(crate) fn variables(self) -> impl Iterator<Item = (&'static str, &'static str)> {
        let all = [(LONG, self.is_long), (MANY_FILES, self.has_files)];
        all.into_iter().filter(|(_, is_so)| *is_so).map(|(name, _)| (name, "1"))
    }

    /// Those that must run, too.
    pub(crate) const fn benchmarks(self) -> &'static [(&'static str, &'static str)] {
        if self.is_long { &BENCHMARKS } else { &[] }
    }

    /// Names what ran short or not at all; `None` where nothing did.
    pub(crate) fn left_out(self) -> Option<String> {
        if self.is_long {
            return None;
        }
        let files = (!self.has_files).then_some(&IDLE);
        let forms = SHORT.iter().chain(files).map(|(what, ..)| (*what).to_owned());
        let benchmarks =
            BENCHMARKS.iter().map(|(package, name)| format!("benchmark {name} of {package}: not run"));
        let site =
            ["the C interface over aws-lc-rs, and what a release wants beside tests: not run".to_owned()];
        let all: Vec<String> = forms.chain(benchmarks).chain(site).collect();
        Some(format!("short forms: {}; `cargo xtask test --all` runs them in full", all.join(", ")))
    }
}

pub(crate) fn benchmark(package: &str, name: &str) -> Command {
    process::cargo(&["bench", "-p", package, "--bench", name])
}

const LONG: &str = "PAYKKA_LONG";
const MANY_FILES: &str = "PAYKKA_MANY_FILES";

/// A connection's end is a file, and a process has some others.
const FILES: u64 = 9_000;

fn is_enough(limit: &[u8]) -> bool {
    let limit = String::from_utf8_lossy(limit);
    limit.trim() == "unlimited" || limit.trim().parse().is_ok_and(|limit: u64| limit >= FILES)
}

/// Benchmarks that end with an error below their floor: package and name. What depends on the machine's peace is no test.
const BENCHMARKS: [(&str, &str); 1] = [("paykka-emulator", "load")];

/// A test that runs short, or not at all: what is said of it, where it stands, and how that says so.
type Short = (&'static str, &'static str, &'static str);

const SHORT: [Short; 6] = [
    (
        "100,000 of 1,000,000 payments put into the emulator",
        "crates/paykka-emulator/tests/load/main.rs",
        "either(100_000, 1_000_000, is_told(\"PAYKKA_LONG\"))",
    ),
    (
        "2,000 of 20,000 over HTTP",
        "crates/paykka-emulator/tests/load/main.rs",
        "either(2_000, 20_000, is_told(\"PAYKKA_LONG\"))",
    ),
    (
        "24 of 400 kills of processes at an inbox",
        "crates/paykka-inbox/tests/it/killed/mod.rs",
        "if is_long() { 200 } else { 12 }",
    ),
    (
        "200 of 20,000 cycles of the C interface under AddressSanitizer",
        "crates/paykka-sign-ffi/tests/it/needs_cc.rs",
        "if is_long() { 20_000 } else { 200 }",
    ),
    (
        "5 of 1,000 under valgrind",
        "crates/paykka-sign-ffi/tests/it/needs_cc.rs",
        "if is_long() { 1_000 } else { 5 }",
    ),
    ("the guide's job in Rust: not run", "crates/paykka-cli/tests/it/guide_ci.rs", "#[ignore = "),
];

const IDLE: Short = (
    "900 of 8,000 idle connections (for those, `ulimit -n 20000`)",
    "crates/paykka-emulator/tests/load/main.rs",
    "either(900, 8_000, is_told(\"PAYKKA_LONG\") || is_told(\"PAYKKA_MANY_FILES\"))",
);

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn every_benchmark_with_a_floor_is_there() {
        for (package, name) in BENCHMARKS {
            assert_eq!(benchmark(package, name).get_args().last().unwrap(), name);
            let manifest = process::root().join("crates").join(package).join("Cargo.toml");
            let manifest = fs::read_to_string(manifest).unwrap();
            assert!(manifest.contains(&format!("[[bench]]\nname = \"{name}\"")), "{package} has no {name}");
        }
    }

    #[test]
    fn what_is_told_to_tests_follows_the_extent() {
        let told = |is_long, has_files| Extent { is_long, has_files }.variables().collect::<Vec<_>>();
        assert_eq!(told(false, false), []);
        assert_eq!(told(true, false), [("PAYKKA_LONG", "1")]);
        assert_eq!(told(true, true), [("PAYKKA_LONG", "1"), ("PAYKKA_MANY_FILES", "1")]);
        for (limit, enough) in
            [("1024\n", false), ("8999", false), ("9000", true), ("unlimited\n", true), ("", false)]
        {
            assert_eq!(is_enough(limit.as_bytes()), enough, "{limit}");
        }
    }

    #[test]
    fn what_is_left_out_is_named() {
        let named = |is_long, has_files| Extent { is_long, has_files }.left_out();
        assert_eq!(named(true, false), None);
        let (with, without) = (named(false, true).unwrap(), named(false, false).unwrap());
        assert!(with.starts_with("short forms: 100,000 of 1,000,000 payments"), "{with}");
        assert!(
            with.contains("benchmark load of paykka-emulator: not run") && with.contains("--all"),
            "{with}"
        );
        assert!(!with.contains("idle") && without.contains("900 of 8,000 idle connections"), "{without}");
    }

    /// Each that is named stands where it is said to, and none stands there that isn't named.
    #[test]
    fn the_short_forms_are_those_of_the_tests() {
        let all: Vec<_> = SHORT.iter().chain([&IDLE]).collect();
        for (_, file, words) in &all {
            let text = fs::read_to_string(process::root().join(file)).unwrap();
            assert_eq!(text.matches(words).count(), 1, "{file}: {words}");
            for mark in ["is_told(\"PAYKKA_LONG\")", "#[ignore = "] {
                let listed =
                    all.iter().filter(|(_, place, words)| place == file && words.contains(mark)).count();
                assert_eq!(text.matches(mark).count(), listed, "{file}: {mark}");
            }
        }
    }
}
