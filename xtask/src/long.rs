//! What `test --all` does beside the tests, before a release: each step takes minutes, needs a tool that is installed for it, or
//! looks at the whole from outside.

use std::process::Command;

use crate::tally::{Ending, Tally};
use crate::{api, docs, fuzz, helpers, process};

/// Each counts as one test, but for the fuzz targets and the site, which count their own.
pub(crate) fn run() -> Tally {
    let mut tally = Tally::default();
    for group in &FEATURES {
        tally += powerset(group).judged();
    }
    tally += Ending::of(api::settle(true)).judged();
    tally += Ending::of(process::run(&mut process::cargo(&["xtask", "bench", "peers", "--quick"]))).judged();
    tally += fuzz::run_at_length();
    tally += docs::check_as_tests();
    tally += Ending::of(process::run(&mut rehearsal())).judged();
    tally
}

/// Crates whose features are tried together, and how.
struct Group {
    packages: &'static [&'static str],
    arguments: &'static [&'static str],
}

/// That what a feature brings builds with and without the others. All combinations of all crates would take hours.
const FEATURES: [Group; 3] = [
    Group { packages: &["paykka-sign", "paykka-sign-ffi"], arguments: &["--feature-powerset", ONE_BACKEND] },
    Group {
        packages: &["paykka-transport", "paykka-client", "paykka-webhook", "paykka-inbox", "paykka-emulator"],
        arguments: &["--feature-powerset", "--depth", "2", ONE_BACKEND],
    },
    Group { packages: &["paykka-model", "paykka-cli"], arguments: &["--each-feature"] },
];

const ONE_BACKEND: &str = "--at-least-one-of=ring,aws-lc-rs";

fn powerset(group: &Group) -> Ending {
    match helpers::CARGO_HACK.find_or_install() {
        Ok(hack) => {
            let mut check = process::program(hack);
            check.args(["hack", "check", "--lib", "--bins"]).args(group.arguments);
            Ending::of(process::run(check.args(group.packages.iter().flat_map(|name| ["-p", name]))))
        }
        Err(problem) => Ending::Lacking(problem),
    }
}

/// The next release, but for its commit.
fn rehearsal() -> Command {
    process::cargo(&["xtask", "release", "minor", "--dry-run"])
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::packages::Published;

    #[test]
    fn the_features_of_every_package_are_tried() {
        for published in Published::all().unwrap() {
            let groups = FEATURES.iter().filter(|group| group.packages.contains(&published.name.as_str()));
            assert_eq!(groups.count(), 1, "{}", published.name);
        }
    }
}
