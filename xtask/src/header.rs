//! The committed C header. The crate that exports the C interface knows how to print it; here it is put in its
//! place, or compared, so that users of the header need neither Rust nor a generator.

use crate::generated::Generated;
use crate::{Subcommand, process};

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "header",
    arguments: "[--check]",
    summary: "writes the C header of paykka-sign-ffi",
    help: "\
Writes crates/paykka-sign-ffi/include/paykka_sign.h, as the crate's example `header` prints it.

  --check  writes nothing; fails if the committed header is another one",
    run: |words| Ok(settle(crate::is_checking(words)?)?),
};

pub(crate) fn settle(check: bool) -> Result<bool, String> {
    let mut print = process::cargo(&["run", "--quiet", "-p", "paykka-sign-ffi", "--example", "header"]);
    let content = process::output(&mut print, b"")?;
    if content.is_empty() {
        return Err("the example `header` of paykka-sign-ffi printed nothing".into());
    }
    Generated::settle(&[Generated { path: PLACE.into(), content }], check, "cargo xtask header")
}

const PLACE: &str = "crates/paykka-sign-ffi/include/paykka_sign.h";
