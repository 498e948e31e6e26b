//! What each library offers, as a committed listing. A change of a public name is easy to overlook in a diff of code, and hard to take
//! back once it is published; in `api/` it stands out.

use std::path::Path;

use crate::generated::Generated;
use crate::{Subcommand, helpers, process};

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "api",
    arguments: "[--bless]",
    summary: "compares what the libraries offer with the listings under api/",
    help: "\
Lists the public items of every library, with all features, by cargo-public-api (installed into the user's
cache folder if it isn't there), and compares with api/<crate>.txt. It reads the JSON that rustdoc writes,
which a stable compiler does with RUSTC_BOOTSTRAP=1.

  --bless  writes the listings; read the difference before you commit it",
    run: |words| match words.split_first() {
        Some((word, rest)) if word == "--bless" => {
            crate::nothing_more(rest)?;
            Ok(settle(false)?)
        }
        _ => {
            crate::nothing_more(words)?;
            Ok(settle(true)?)
        }
    },
};

/// With `check`, nothing is written.
pub(crate) fn settle(check: bool) -> Result<bool, String> {
    let tool = helpers::CARGO_PUBLIC_API.find_or_install()?;
    let listings: Result<Vec<_>, String> = LIBRARIES.iter().map(|library| listing(&tool, library)).collect();
    Generated::settle(&listings?, check, "cargo xtask api --bless")
}

/// The crates whose names other programs write down. What `paykka-sign-ffi` offers is its header, and `paykka-cli` its commands.
const LIBRARIES: [&str; 7] = [
    "paykka-sign",
    "paykka-model",
    "paykka-transport",
    "paykka-client",
    "paykka-webhook",
    "paykka-inbox",
    "paykka-emulator",
];

fn listing(tool: &Path, library: &str) -> Result<Generated, String> {
    let mut document = process::cargo(&["rustdoc", "--quiet", "-p", library, "--lib", "--all-features"]);
    document.args(["--", "-Z", "unstable-options", "--output-format", "json", "--cap-lints", "allow"]);
    process::output(document.env("RUSTC_BOOTSTRAP", "1"), b"")?;
    let json = process::target_folder().join("doc").join(format!("{}.json", library.replace('-', "_")));
    let mut list = process::program(tool);
    // Without what every type has by itself.
    list.arg("--rustdoc-json").arg(json).args(["-sss", "--color", "never"]);
    let content = process::output(&mut list, b"")?;
    Ok(Generated { path: format!("api/{library}.txt"), content })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_library_has_a_listing() {
        for entry in std::fs::read_dir(process::root().join("crates")).unwrap() {
            let name = entry.unwrap().file_name().into_string().unwrap();
            let is_known = LIBRARIES.contains(&name.as_str());
            assert!(is_known || ["paykka-cli", "paykka-sign-ffi"].contains(&name.as_str()), "{name}");
        }
    }

    #[test]
    fn words_that_are_not_known_are_refused() {
        let words = ["--bles".to_owned()];
        assert!(matches!((COMMAND.run)(&words), Err(crate::Failure::Misused(_))));
    }
}
