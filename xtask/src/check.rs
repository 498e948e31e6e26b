//! Everything that can be said about the code without running its tests. All steps run even when one fails: who
//! mends code wants the whole list at once.

use crate::tally::Tally;
use crate::{Subcommand, deny, header, process, tools, vectors};

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "check",
    summary: "formatting, lints, docs, licences, and generated files",
    help: "\
Runs, each to its end:
  fmt      cargo fmt --all --check
  clippy   cargo clippy --workspace --all-targets, warnings denied
  doc      cargo doc --workspace --no-deps, warnings denied
  deny     cargo deny check licenses bans sources, by deny.toml; installs cargo-deny into the
           user's cache folder if it isn't there, which takes some minutes once
  vectors  cargo xtask vectors --check
  header   cargo xtask header --check

Security advisories aren't asked for, since their database lies on another machine: run
`cargo deny check advisories` for them.

A step that lacks a tool is skipped, or fails with PAYKKA_REQUIRE_ALL=1. The last line says
`N passed, N failed, N skipped`; the exit status is 1 if a step failed.",
    flags: &[],
    run: |_| Ok(run()),
};

fn run() -> bool {
    let mut tally = Tally::default();
    let mut ended = Vec::new();
    for step in &STEPS {
        eprintln!("== {}", step.name);
        let (one, word) = judged((step.run)());
        tally += one;
        ended.push(format!("{:<8} {word}", step.name));
    }
    println!("\n{}\n{tally}", ended.join("\n"));
    tally.failed == 0
}

struct Step {
    name: &'static str,
    run: fn() -> Ending,
}

const STEPS: [Step; 6] = [
    Step { name: "fmt", run: || Ending::of(process::run(&mut process::cargo(&["fmt", "--all", "--check"]))) },
    Step { name: "clippy", run: || Ending::of(process::run(&mut process::cargo(CLIPPY))) },
    Step {
        name: "doc",
        run: || Ending::of(process::run(process::cargo(DOC).env("RUSTDOCFLAGS", "-D warnings"))),
    },
    Step { name: "deny", run: check_dependencies },
    Step { name: "vectors", run: check_vectors },
    Step { name: "header", run: || Ending::of(header::settle(true)) },
];

const CLIPPY: &[&str] = &["clippy", "--workspace", "--all-targets", "--", "-D", "warnings"];
const DOC: &[&str] = &["doc", "--workspace", "--no-deps"];

fn check_dependencies() -> Ending {
    match deny::find() {
        Ok(mut deny) => Ending::of(process::run(deny.args(["check", "licenses", "bans", "sources"]))),
        Err(problem) => Ending::Lacking(problem),
    }
}

fn check_vectors() -> Ending {
    if tools::OPENSSL.is_there() {
        Ending::of(vectors::settle(true))
    } else {
        Ending::Lacking(format!("openssl is missing; install the Debian package {}", tools::OPENSSL.package))
    }
}

/// What a step came to, before it is known how a missing tool counts.
enum Ending {
    Ran(bool),
    Broke(String),
    Lacking(String),
}

impl Ending {
    fn of(result: Result<bool, String>) -> Self {
        result.map_or_else(Self::Broke, Self::Ran)
    }
}

fn judged(ending: Ending) -> (Tally, &'static str) {
    let failed = (Tally::FAILED, "FAILED");
    match ending {
        Ending::Ran(true) => (Tally::PASSED, "passed"),
        Ending::Ran(false) => failed,
        Ending::Broke(problem) => {
            eprintln!("error: {problem}");
            failed
        }
        Ending::Lacking(problem) => {
            eprintln!("{problem}");
            if tools::all_are_required() { failed } else { (Tally::SKIPPED, "skipped") }
        }
    }
}
