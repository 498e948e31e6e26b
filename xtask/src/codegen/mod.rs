//! Everything that is generated from data in this repository by our own code. One command makes all of it, so that
//! nobody has to know what depends on what.

use crate::Subcommand;
use crate::generated::Generated;
use crate::tally::{Ending, Tally};

pub(crate) mod tables;

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "codegen",
    arguments: "[--check]",
    summary: "makes the code of the tables from their CSV files",
    help: "\
Writes what is generated from data in this repository:
  tables   crates/paykka-model/src/tables/generated/ from crates/paykka-model/tables/*.csv

  --check  writes nothing; fails if a committed file is another one",
    run: |words| Ok(settle(crate::is_checking(words)?)?),
};

pub(crate) fn settle(check: bool) -> Result<bool, String> {
    let mut files = Vec::new();
    for generator in &GENERATORS {
        let made = (generator.files)();
        files.extend(made.map_err(|problem| format!("codegen of {}: {problem}", generator.name))?);
    }
    Generated::settle(&files, check, "cargo xtask codegen")
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

const GENERATORS: [Generator; 1] = [Generator { name: "tables", files: tables::files }];
