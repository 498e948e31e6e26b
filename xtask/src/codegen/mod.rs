//! Everything that is generated from data in this repository by our own code. One command makes all of it, so that
//! nobody has to know what depends on what.

use crate::Subcommand;
use crate::generated::Generated;
use crate::tally::{Ending, Tally};

mod cli;
pub(crate) mod docs;
pub(crate) mod tables;

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "codegen",
    arguments: "[--check]",
    summary: "makes the tables' code, the client's methods, and docs/{coverage.md,openapi.json,cli.md}",
    help: "\
Writes what is generated from data in this repository:
  tables   crates/paykka-model/src/tables/generated/ from crates/paykka-model/tables/*.csv
  docs     docs/coverage.md, docs/openapi.json and crates/paykka-client/src/calls/generated.rs from what
           paykka-model says of itself
  cli      docs/cli.md from what the command `paykka` says of itself

  --check  writes nothing; fails if a committed file is another one",
    run: |words| Ok(settle(crate::is_checking(words)?)?),
};

pub(crate) fn settle(check: bool) -> Result<bool, String> {
    let mut settled = true;
    // One after the other: the docs are made of code that the tables become.
    for generator in &GENERATORS {
        let files = (generator.files)();
        let files = files.map_err(|problem| format!("codegen of {}: {problem}", generator.name))?;
        settled &= Generated::settle(&files, check, "cargo xtask codegen")?;
    }
    Ok(settled)
}

/// With the tests: that nothing generated is stale counts as one of them.
pub(crate) fn check_as_test() -> Tally {
    let tally = Ending::of(settle(true)).judged();
    if tally == Tally::FAILED {
        eprintln!("test codegen_is_current failed");
    }
    tally
}

/// What makes files of one kind.
struct Generator {
    name: &'static str,
    files: fn() -> Result<Vec<Generated>, String>,
}

const GENERATORS: [Generator; 3] = [
    Generator { name: "tables", files: tables::files },
    Generator { name: "docs", files: docs::files },
    Generator { name: "cli", files: cli::files },
];
