//! All tests of all packages, counted in one line. Packages are tested in explicit groups and never with
//! `--workspace`: cargo unites the features of everything that it builds at once, and a feature that one package turns
//! on would hide what another does without it.

use std::io::{self, BufRead, BufReader, Read, Write};
use std::process::{Command, Stdio};
use std::thread;

use serde_json::Value;

use crate::extent::{self, Extent};
use crate::tally::{Ending, Tally};
use crate::tools::{Look, Missing, Tool};
use crate::{Subcommand, codegen, fuzz, long, process, summary, tools};

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "test",
    arguments: "[--all]",
    summary: "all tests of all packages",
    help: "\
Runs the tests of every package, with cargo-nextest where it is installed, else with `cargo test`, and
the examples in the docs. That generated files are current counts as one test. So does that
docs/openapi.json is valid, and that the bodies of the model's tests fit it; for these two a validator is
installed into the user's cache folder, where Python is there. Last, each fuzz target runs for five
seconds and counts as one test, where cargo-fuzz and a C++ compiler are installed.

  --all  some tests run with their full counts (they read PAYKKA_LONG=1), those run that are ignored
         else, and each benchmark that has a floor runs, too, and counts as one test that fails below
         it. Takes some minutes more, a quiet machine, and `ulimit -n 20000`. Without it, the line
         before the last names what ran short or not at all; a test that was ignored counts as skipped,
         also with PAYKKA_REQUIRE_ALL=1, which is about tools. Last come what a
         release wants beside tests: features in all groups of combinations (cargo-hack), the listings of
         what libraries offer, the guard of `cargo xtask bench peers
         --quick`, each fuzz target for a minute, the site with every link followed and opened
         in Chromium, and a rehearsal of `cargo xtask release`.

Tests that need another program stand in modules named `needs_<tool>`. Where the tool is missing they
are skipped, and the end of the output says what brings it; with PAYKKA_REQUIRE_ALL=1 each missing
tool counts as a failure. Packages of Python and npm that tests need are installed into the user's
cache folder.
The command `paykka` is built first, for the tests of other languages that call `paykka emulate`.
The last line says `N passed, N failed, N skipped`; the exit status is 1 if anything failed.",
    run: |words| {
        let is_long = match words.split_first() {
            Some((word, rest)) if word == "--all" => crate::nothing_more(rest).map(|()| true)?,
            _ => crate::nothing_more(words).map(|()| false)?,
        };
        Ok(run(Extent::new(is_long))?)
    },
};

/// Which packages are built, and so tested, together, and with which features: each backend on its own.
const RUNS: [Run; 14] = [
    Run { packages: Packages::Only(&["paykka-sign"]), features: &[] },
    Run {
        packages: Packages::Only(&["paykka-sign"]),
        features: &["--features", "diagnose,encryption,forms"],
    },
    Run {
        packages: Packages::Only(&["paykka-sign"]),
        features: &["--features", "aws-lc-rs,diagnose,encryption,forms"],
    },
    Run {
        packages: Packages::Only(&["paykka-sign"]),
        features: &["--no-default-features", "--features", "aws-lc-rs,diagnose,encryption,forms"],
    },
    Run { packages: Packages::Only(&["paykka-sign-ffi"]), features: &[] },
    // It turns aws-lc-rs on, because only that makes keys.
    Run { packages: Packages::Only(&["paykka-cli"]), features: &[] },
    Run { packages: Packages::Only(OVER_SIGN), features: &[] },
    Run {
        packages: Packages::Only(OVER_SIGN),
        features: &["--no-default-features", "--features", "aws-lc-rs"],
    },
    Run {
        packages: Packages::Only(&["paykka-transport"]),
        features: &["--features", "bundled-roots,http2,metrics"],
    },
    Run { packages: Packages::Only(&["paykka-webhook"]), features: &["--features", "redis"] },
    // Types alone, for who has his own transport.
    Run { packages: Packages::Only(&["paykka-model"]), features: &["--no-default-features"] },
    Run { packages: Packages::Only(&["paykka-model"]), features: &[] },
    // With all that the guides speak of.
    Run { packages: Packages::Only(&["paykka-guides"]), features: &[] },
    Run { packages: Packages::AllThatNoOtherRunNames, features: &[] },
];

/// With everything in full alone: the C interface over the other backend, from all languages, takes minutes and has no code of its own.
const LONG_RUNS: [Run; 1] = [Run {
    packages: Packages::Only(&["paykka-sign-ffi"]),
    features: &["--no-default-features", "--features", "aws-lc-rs"],
}];

/// Those that pass the choice of a backend on.
const OVER_SIGN: &[&str] =
    &["paykka-transport", "paykka-client", "paykka-webhook", "paykka-inbox", "paykka-emulator"];

fn run(extent: Extent) -> Result<bool, String> {
    let mut runs = RUNS.to_vec();
    if extent.is_long {
        runs.extend(LONG_RUNS);
    }
    let runs = planned(&runs, &packages()?)?;
    let runner = Runner::installed();
    let Look { missing, variables } = tools::look();
    let mut absent: Vec<Absent> = missing.into_iter().map(Absent::new).collect();
    let mut tally = Tally::default();
    for run in &runs {
        let mut command = runner.command(run, &absent, extent);
        command.envs(variables.iter().map(|(name, value)| (name, value))).envs(extent.variables());
        tally += counted(&mut command, runner.reader());
        if let Some(mut command) = doc_tests(run) {
            tally += counted(&mut command, summary::of_cargo_test);
        }
        for absent in &mut absent {
            absent.count(run);
        }
    }
    for absent in absent.iter().filter(|absent| absent.matters()) {
        tally += absent.judged();
    }
    tally += codegen::check_as_test();
    tally += codegen::docs::check_as_tests();
    tally += fuzz::run_briefly();
    for (package, name) in extent.benchmarks() {
        tally += Ending::of(process::run(&mut extent::benchmark(package, name))).judged();
    }
    if extent.is_long {
        tally += long::run();
    }
    if let Some(left_out) = extent.left_out() {
        println!("{left_out}");
    }
    println!("{tally}");
    Ok(tally.failed == 0)
}

#[derive(Debug, Clone, Copy)]
struct Run {
    packages: Packages,
    /// Flags of cargo that choose features.
    features: &'static [&'static str],
}

#[derive(Debug, Clone, Copy)]
enum Packages {
    Only(&'static [&'static str]),
    AllThatNoOtherRunNames,
}

/// A run with its packages found.
#[derive(Debug, PartialEq, Eq)]
struct Planned {
    packages: Vec<Package>,
    features: &'static [&'static str],
}

/// A workspace member, as far as testing it goes.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Package {
    name: String,
    has_doc_tests: bool,
}

fn packages() -> Result<Vec<Package>, String> {
    let metadata = process::metadata()?;
    let packages = metadata.get("packages").and_then(Value::as_array);
    let packages: Option<Vec<Package>> = packages.and_then(|all| all.iter().map(Package::read).collect());
    packages.ok_or_else(|| "cargo's metadata has another form than it used to have".into())
}

impl Package {
    fn read(package: &Value) -> Option<Self> {
        let is_true = |target: &Value| target.get("doctest").and_then(Value::as_bool).unwrap_or(false);
        let is_rust = |target: &Value| {
            let types = target.get("crate_types").and_then(Value::as_array);
            types.is_some_and(|types| types.iter().any(|t| t == "lib" || t == "rlib" || t == "proc-macro"))
        };
        Some(Self {
            name: package.get("name")?.as_str()?.to_owned(),
            has_doc_tests: package.get("targets")?.as_array()?.iter().any(|t| is_true(t) && is_rust(t)),
        })
    }
}

/// The packages of each run. Every package must be in a run and every name must be a package's, since a test that
/// nobody runs looks like one that passes.
fn planned(runs: &[Run], packages: &[Package]) -> Result<Vec<Planned>, String> {
    let named = |run: &Run| match run.packages {
        Packages::Only(names) => names,
        Packages::AllThatNoOtherRunNames => &[],
    };
    let all_named: Vec<&str> = runs.iter().flat_map(named).copied().collect();
    if let Some(name) = all_named.iter().find(|name| packages.iter().all(|package| package.name != **name)) {
        return Err(format!("a test run names `{name}`, which is no package of this workspace"));
    }
    let planned: Vec<Planned> = runs
        .iter()
        .map(|run| {
            let belongs = |package: &&Package| match run.packages {
                Packages::Only(names) => names.contains(&package.name.as_str()),
                Packages::AllThatNoOtherRunNames => !all_named.contains(&package.name.as_str()),
            };
            Planned { packages: packages.iter().filter(belongs).cloned().collect(), features: run.features }
        })
        .collect();
    match packages.iter().find(|package| !planned.iter().any(|run| run.packages.contains(package))) {
        Some(forgotten) => Err(format!("no test run includes the package `{}`", forgotten.name)),
        None => Ok(planned.into_iter().filter(|run| !run.packages.is_empty()).collect()),
    }
}

/// What starts the test programs. Doc tests are cargo's own with both.
#[derive(Debug, Clone, Copy)]
enum Runner {
    Nextest,
    CargoTest,
}

impl Runner {
    fn installed() -> Self {
        if process::answers(&mut process::cargo(&["nextest", "--version"])) {
            Self::Nextest
        } else {
            Self::CargoTest
        }
    }

    fn command(self, run: &Planned, absent: &[Absent], extent: Extent) -> Command {
        let modules: Vec<String> = absent.iter().map(|absent| absent.tool.module()).collect();
        match self {
            Self::Nextest => {
                let mut command = process::cargo(&["nextest", "run", "--no-fail-fast", "--no-tests=pass"]);
                run.choose(&mut command);
                if extent.is_long {
                    command.args(["--run-ignored", "all"]);
                }
                if !modules.is_empty() {
                    let tests: Vec<_> = modules.iter().map(|module| format!("test(/{module}/)")).collect();
                    command.arg("-E").arg(format!("not ({})", tests.join(" | ")));
                }
                command
            }
            Self::CargoTest => {
                let mut command = process::cargo(&["test", "--no-fail-fast", "--tests"]);
                run.choose(&mut command).arg("--");
                if extent.is_long {
                    command.arg("--include-ignored");
                }
                command.args(modules.iter().flat_map(|module| ["--skip", module]));
                command
            }
        }
    }

    const fn reader(self) -> fn(&str) -> Option<Tally> {
        match self {
            Self::Nextest => summary::of_nextest,
            Self::CargoTest => summary::of_cargo_test,
        }
    }
}

fn doc_tests(run: &Planned) -> Option<Command> {
    let packages = run.packages.iter().filter(|package| package.has_doc_tests).cloned().collect();
    let run = Planned { packages, features: run.features };
    let mut command = process::cargo(&["test", "--doc", "--no-fail-fast"]);
    run.choose(&mut command);
    (!run.packages.is_empty()).then_some(command)
}

impl Planned {
    fn choose<'a>(&self, command: &'a mut Command) -> &'a mut Command {
        command.args(self.packages.iter().flat_map(|package| ["-p", &package.name])).args(self.features)
    }
}

/// A missing tool, and how many tests were left out for it. `None`: their number couldn't be found out.
struct Absent {
    tool: &'static Tool,
    remedy: String,
    tests: Option<u64>,
}

impl Absent {
    fn new(Missing { tool, remedy }: Missing) -> Self {
        Self { tool, remedy, tests: Some(0) }
    }

    fn count(&mut self, run: &Planned) {
        let mut list = process::cargo(&["test", "--quiet", "--tests"]);
        run.choose(&mut list).args(["--", "--list", &self.tool.module()]);
        let listed = process::output(&mut list, b"").ok().map(|list| listed_tests(&list));
        self.tests = self.tests.zip(listed).map(|(before, more)| before + more);
    }

    /// A tool that no test asked for needn't be installed.
    fn matters(&self) -> bool {
        self.tests != Some(0)
    }

    fn judged(&self) -> Tally {
        let Self { tool: Tool { name, .. }, remedy, .. } = self;
        let tests = self.tests.map_or_else(|| "an unknown number of".into(), |tests| tests.to_string());
        println!("{name} is missing: skipped {tests} tests; {remedy}");
        if tools::all_are_required() {
            println!("{name} is missing: that counts as a failure, since PAYKKA_REQUIRE_ALL=1");
            Tally::FAILED
        } else {
            Tally::default()
        }
    }
}

fn listed_tests(list: &[u8]) -> u64 {
    list.split(|byte| *byte == b'\n').map(|line| u64::from(line.ends_with(b": test"))).sum()
}

/// Runs one command that counts. It always comes to a count: a run that can't be counted is a failure.
pub(crate) fn counted(command: &mut Command, reader: fn(&str) -> Option<Tally>) -> Tally {
    // Colour codes would stand in the closing lines.
    command.env("CARGO_TERM_COLOR", "never");
    eprintln!("$ {}", process::shown(command));
    match streamed(command, reader) {
        Ok((succeeded, tally)) => judged(succeeded, tally),
        Err(problem) => {
            eprintln!("error: {problem}");
            Tally::FAILED
        }
    }
}

fn judged(succeeded: bool, tally: Option<Tally>) -> Tally {
    let mut tally = match tally {
        Some(tally) => tally,
        None if succeeded => {
            eprintln!("error: the test runner ended without a closing line that is understood here");
            return Tally::FAILED;
        }
        None => Tally::default(),
    };
    if !succeeded && tally.failed == 0 {
        // It didn't compile, or a test program died.
        tally += Tally::FAILED;
    }
    tally
}

/// Passes output on as it comes, and reads the closing lines in it.
fn streamed(
    command: &mut Command,
    reader: fn(&str) -> Option<Tally>,
) -> Result<(bool, Option<Tally>), String> {
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|error| process::not_started(command, &error))?;
    let (out, err) = (child.stdout.take(), child.stderr.take());
    let (from_out, from_err) = thread::scope(|scope| {
        let err = scope.spawn(|| forwarded(err, io::stderr(), reader));
        (forwarded(out, io::stdout(), reader), err.join().unwrap_or_default())
    });
    let status = child.wait().map_err(|error| process::not_started(command, &error))?;
    Ok((status.success(), sum([from_out, from_err].into_iter().flatten())))
}

fn forwarded(
    from: Option<impl Read>,
    mut to: impl Write,
    reader: fn(&str) -> Option<Tally>,
) -> Option<Tally> {
    let mut from = BufReader::new(from?);
    let mut found = Vec::new();
    let mut line = Vec::new();
    while from.read_until(b'\n', &mut line).is_ok_and(|count| count > 0) {
        // Whoever reads this may have gone; the tests are to be counted to the end all the same.
        to.write_all(&line).and_then(|()| to.flush()).ok();
        found.extend(reader(&String::from_utf8_lossy(&line)));
        line.clear();
    }
    sum(found.into_iter())
}

fn sum(tallies: impl Iterator<Item = Tally>) -> Option<Tally> {
    tallies.reduce(|mut sum, tally| {
        sum += tally;
        sum
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str) -> Package {
        Package { name: name.into(), has_doc_tests: name != "xtask" }
    }

    fn run(names: &[&str]) -> Planned {
        Planned { packages: names.iter().copied().map(package).collect(), features: &[] }
    }

    fn words(command: &Command) -> String {
        process::shown(command).split_once(' ').unwrap().1.to_owned()
    }

    #[test]
    fn every_package_is_in_a_run() {
        let packages = ["a", "b", "xtask"].map(package);
        let only = |names| Run { packages: Packages::Only(names), features: &[] };
        let rest = || Run { packages: Packages::AllThatNoOtherRunNames, features: &[] };
        let runs = planned(&[only(&["b"]), rest()], &packages).unwrap();
        assert_eq!(runs, [run(&["b"]), run(&["a", "xtask"])]);
        let forgotten = planned(&[only(&["a", "b"])], &packages).unwrap_err();
        assert!(forgotten.contains("`xtask`"), "{forgotten}");
        let stale = planned(&[only(&["c"]), rest()], &packages).unwrap_err();
        assert!(stale.contains("`c`"), "{stale}");
    }

    #[test]
    fn missing_tools_are_filtered_out() {
        let run = Planned { features: &["--features", "f"], ..run(&["a", "xtask"]) };
        let missing = |tool| Missing { tool, remedy: "buy it".to_owned() };
        let absent: Vec<Absent> = tools::TOOLS.iter().take(2).map(missing).map(Absent::new).collect();
        let [short, long] = [false, true].map(Extent::new);
        assert_eq!(
            words(&Runner::Nextest.command(&run, &absent, short)),
            "nextest run --no-fail-fast --no-tests=pass -p a -p xtask --features f -E 'not (test(/needs_openssl::/) | test(/needs_cc::/))'"
        );
        assert_eq!(
            words(&Runner::CargoTest.command(&run, &absent, short)),
            "test --no-fail-fast --tests -p a -p xtask --features f -- --skip needs_openssl:: --skip needs_cc::"
        );
        assert!(!words(&Runner::Nextest.command(&run, &[], short)).contains("-E"));
        for (runner, flag) in
            [(Runner::Nextest, "--run-ignored all"), (Runner::CargoTest, "-- --include-ignored")]
        {
            let [without, with] = [short, long].map(|extent| words(&runner.command(&run, &absent, extent)));
            assert!(with.contains(flag) && !without.contains("ignored"), "{with} {without}");
        }
    }

    #[test]
    fn doc_tests_are_asked_of_libraries_alone() {
        assert_eq!(words(&doc_tests(&run(&["a", "xtask"])).unwrap()), "test --doc --no-fail-fast -p a");
        assert!(doc_tests(&run(&["xtask"])).is_none());
    }

    #[test]
    fn words_that_are_not_known_are_refused() {
        for bad in [&["--long"][..], &["--all", "--all"], &["all"]] {
            let words: Vec<String> = bad.iter().map(|word| (*word).to_owned()).collect();
            assert!(matches!((COMMAND.run)(&words), Err(crate::Failure::Misused(_))), "{bad:?}");
        }
    }

    #[test]
    fn what_cannot_be_counted_fails() {
        let good = Tally { passed: 3, failed: 0, skipped: 1 };
        assert_eq!(judged(true, Some(good)), good);
        assert_eq!(judged(true, None), Tally::FAILED);
        assert_eq!(judged(false, None), Tally::FAILED);
        assert_eq!(judged(false, Some(good)), Tally { failed: 1, ..good });
        assert_eq!(judged(false, Some(Tally { failed: 2, ..good })), Tally { failed: 2, ..good });
    }

    #[test]
    fn lists_are_counted() {
        assert_eq!(
            listed_tests(b"needs_cc::builds: test\nneeds_cc::links: test\n\n2 tests, 0 benchmarks\n"),
            2
        );
    }
}
