//! The signing vectors under `vectors/`. They are made with the OpenSSL command line and with the few lines in these
//! modules that follow the protocol's description, never with this project's own signing code: a vector that came
//! from the code which it tests would only prove that the code agrees with itself.

use crate::Subcommand;
use crate::generated::Generated;

mod json;
mod keys;
mod message;
mod openssl;
mod refused;
mod signing;

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "vectors",
    summary: "makes the language-neutral signing cases with OpenSSL",
    help: "\
Writes vectors/signing.json and vectors/refused.json with the OpenSSL command line. Keys under
vectors/keys/ are kept; missing ones are made. The signatures are deterministic, so nothing changes
unless a key or a case does.

  --check  writes nothing; fails if a committed file is another one",
    flags: &["--check"],
    run: |flags| settle(flags.iter().any(|flag| flag == "--check")),
};

pub(crate) fn settle(check: bool) -> Result<bool, String> {
    if check {
        keys::require_all()?;
    } else {
        keys::make_missing()?;
    }
    let cases = signing::cases()?;
    let mut files = keys::public_files()?;
    files.push(Generated {
        path: "vectors/signing.json".into(),
        content: signing::document(&cases)?.text().into_bytes(),
    });
    files.push(Generated {
        path: "vectors/refused.json".into(),
        content: refused::document(&cases)?.text().into_bytes(),
    });
    Generated::settle(&files, check, "cargo xtask vectors")
}
