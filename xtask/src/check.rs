//! Everything that can be said about the code without running its tests. All steps run even when one fails: who
//! mends code wants the whole list at once.

use crate::tally::{Ending, Steps};
use crate::{Subcommand, bench, codegen, header, helpers, process, tools, vectors};

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "check",
    arguments: "",
    summary: "formatting, lints, docs, licences, and generated files",
    help: "\
Runs, each to its end:
  fmt      cargo fmt --all --check, here, in fuzz/ and in bench/peers/
  clippy   cargo clippy --workspace --all-targets, and paykka-sign with each backend and all else
           that is off by default; warnings denied
  doc      cargo doc --workspace --no-deps, warnings denied
  deny     cargo deny check licenses bans sources, by deny.toml; installs cargo-deny into the
           user's cache folder if it isn't there, which takes some minutes once
  codegen  cargo xtask codegen --check
  vectors  cargo xtask vectors --check
  header   cargo xtask header --check

Security advisories aren't asked for, since their database lies on another machine: run
`cargo deny check advisories` for them.

A step that lacks a tool is skipped, or fails with PAYKKA_REQUIRE_ALL=1. The last line says
`N passed, N failed, N skipped`; the exit status is 1 if a step failed.",
    run: |words| {
        crate::nothing_more(words)?;
        Ok(run())
    },
};

fn run() -> bool {
    let mut steps = Steps::default();
    for step in &STEPS {
        steps.step(step.name, step.run);
    }
    steps.end()
}

struct Step {
    name: &'static str,
    run: fn() -> Ending,
}

const STEPS: [Step; 7] = [
    Step { name: "fmt", run: || Ending::of(check_format()) },
    Step { name: "clippy", run: || Ending::of(lint()) },
    Step {
        name: "doc",
        run: || Ending::of(process::run(process::cargo(DOC).env("RUSTDOCFLAGS", "-D warnings"))),
    },
    Step { name: "deny", run: check_dependencies },
    Step { name: "codegen", run: || Ending::of(codegen::settle(true)) },
    Step { name: "vectors", run: check_vectors },
    Step { name: "header", run: || Ending::of(header::settle(true)) },
];

const DOC: &[&str] = &["doc", "--workspace", "--no-deps"];

/// What a feature hides from the compiler, it hides from the lints.
fn lint() -> Result<bool, String> {
    let choices: [&[&str]; 4] = [
        &["--workspace"],
        &["-p", "paykka-sign", "--features", "diagnose,encryption,forms"],
        &["-p", "paykka-sign", "--no-default-features", "--features", "aws-lc-rs,diagnose,encryption,forms"],
        &["-p", "paykka-webhook", "--features", "redis,test-util"],
    ];
    let mut clean = true;
    for choice in choices {
        let mut clippy = process::cargo(&["clippy", "--all-targets"]);
        clean &= process::run(clippy.args(choice).args(["--", "-D", "warnings"]))?;
    }
    Ok(clean)
}

/// The fuzz targets and the bench beside other clients are workspaces of their own.
fn check_format() -> Result<bool, String> {
    let mut clean = process::run(&mut process::cargo(&["fmt", "--all", "--check"]))?;
    for manifest in ["fuzz/Cargo.toml", bench::MANIFEST] {
        let mut format = process::cargo(&["fmt", "--all", "--check", "--manifest-path", manifest]);
        clean &= process::run(&mut format)?;
    }
    Ok(clean)
}

fn check_dependencies() -> Ending {
    match helpers::CARGO_DENY.find_or_install() {
        Ok(deny) => {
            Ending::of(process::run(process::program(deny).args(["check", "licenses", "bans", "sources"])))
        }
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
