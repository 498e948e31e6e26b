//! `docs/cli.md`, which the command prints about itself: it is asked by running it, since it alone knows its words.

use crate::generated::Generated;
use crate::process;

const REFERENCE: &str = "docs/cli.md";

pub(crate) fn files() -> Result<Vec<Generated>, String> {
    let mut paykka = process::cargo(&["run", "--quiet", "--package", "paykka-cli", "--", "reference"]);
    Ok(vec![Generated { path: REFERENCE.into(), content: process::output(&mut paykka, b"")? }])
}
