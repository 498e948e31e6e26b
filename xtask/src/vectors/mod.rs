//! The signing vectors under `vectors/`. They are made with the OpenSSL command line and with the few lines in these
//! modules that follow the protocol's description, never with this project's own signing code: a vector that came
//! from the code which it tests would only prove that the code agrees with itself.

use crate::generated::Generated;
use crate::{Subcommand, tools};

mod foreign;
mod json;
mod keys;
mod message;
mod openssl;
mod refused;
mod seeds;
mod signing;

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "vectors",
    arguments: "[--check]",
    summary: "makes the language-neutral signing cases with OpenSSL",
    help: "\
Writes vectors/signing.json and vectors/refused.json with the OpenSSL command line,
vectors/foreign_headers.json with the programs in vectors/foreign/, and from all of them the fuzz
targets' first inputs in fuzz/corpus-seed/. Keys under vectors/keys/ are kept; missing ones are made.
The signatures are deterministic, so nothing changes unless a key or a case does.

The headers of a language that isn't installed stay as committed, and it is named; with
PAYKKA_REQUIRE_ALL=1 that is a failure.

  --check  writes nothing; fails if a committed file is another one",
    run: |words| Ok(settle(crate::is_checking(words)?)?),
};

pub(crate) fn settle(check: bool) -> Result<bool, String> {
    if check {
        keys::require_all()?;
    } else {
        keys::make_missing()?;
    }
    let cases = signing::cases()?;
    let foreign = foreign::headers(&cases)?;
    let mut files = keys::public_files()?;
    files.extend(seeds::files(&cases, &foreign.headers)?);
    files.push(signing::document(&cases)?.into_file("vectors/signing.json")?);
    files.push(refused::document(&cases)?.into_file("vectors/refused.json")?);
    files.push(foreign::document(&foreign.headers).into_file(foreign::PATH)?);
    let settled = Generated::settle(&files, check, "cargo xtask vectors")?;
    for tool in &foreign.missing {
        let (name, package) = (tool.name, tool.package);
        eprintln!(
            "{name} is missing: its headers stay as committed; install it with `apt-get install {package}`"
        );
    }
    Ok(settled && (foreign.missing.is_empty() || !tools::all_are_required()))
}
