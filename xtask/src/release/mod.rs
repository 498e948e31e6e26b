//! A release from a clean tree to the last word before the upload. Nothing that can't be taken back is done here: all work is
//! done in a copy of the tree, and the tag and the upload are printed for the maintainer.

mod changelog;
mod consumers;
mod copy;
mod packages;
mod semver;
mod version;

use std::fmt::Write as _;

use self::copy::Copy;
use self::version::{Level, Version};
use crate::tally::{Ending, Steps};
use crate::{Failure, Subcommand, process};

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "release",
    arguments: "LEVEL [--dry-run] [--baseline-root DIR] [--date YYYY-MM-DD]",
    summary: "prepares a release; tag and upload are left to the maintainer",
    help: "\
LEVEL is major, minor or patch. In a copy of the tree under target/release-tree, one after another:
  tree       nothing is uncommitted, and the version's tag isn't there
  check      cargo xtask check
  bump       the new version everywhere, generated files made anew, CHANGELOG.md from changelog.d/
  semver     cargo-semver-checks against the last release; named and left out where there is none
  package    cargo package of every crate that is published, with the size of each
  consumers  four projects that take packages alone (paykka-sign, paykka-model, paykka-webhook, and all
             of them) are built and tested on the unpacked packages, outside the tree
  dist       cargo xtask dist, in the copy
  commit     the bump becomes one commit here

  --dry-run            all but the commit
  --baseline-root DIR  the last release's sources, instead of those under its tag
  --date YYYY-MM-DD    the day that the change log names; today if it isn't given

Run `cargo xtask test --all` before. The last line says `N passed, N failed, N skipped`; then come the
commands for tag and upload.",
    run: |words| run(&Order::read(words)?),
};

/// What is asked for.
#[derive(Debug, PartialEq, Eq)]
struct Order {
    level: Level,
    is_dry: bool,
    baseline: Option<String>,
    date: Option<String>,
}

impl Order {
    fn read(words: &[String]) -> Result<Self, Failure> {
        let Some((level, mut rest)) = words.split_first() else {
            return Err(Failure::Misused("which level? major, minor or patch".into()));
        };
        let level = Level::read(level)
            .ok_or_else(|| Failure::Misused(format!("`{level}` is no level; take major, minor or patch")))?;
        let mut order = Self { level, is_dry: false, baseline: None, date: None };
        while let Some((word, behind)) = rest.split_first() {
            rest = behind;
            let mut value = || {
                let (value, behind) = rest
                    .split_first()
                    .ok_or_else(|| Failure::Misused(format!("`{word}` wants a value behind it")))?;
                rest = behind;
                Ok::<_, Failure>(value.clone())
            };
            match word.as_str() {
                "--dry-run" => order.is_dry = true,
                "--baseline-root" => order.baseline = Some(value()?),
                "--date" => order.date = Some(value()?).filter(|date| changelog::is_date(date)),
                _ => return Err(Failure::Misused(format!("`{word}` isn't understood"))),
            }
            if word == "--date" && order.date.is_none() {
                return Err(Failure::Misused("`--date` wants a day as YYYY-MM-DD".into()));
            }
        }
        Ok(order)
    }
}

fn run(order: &Order) -> Result<bool, Failure> {
    let old = Version::of_workspace()?;
    let new = old.next(order.level);
    let mut run = Steps::default();
    run.step("tree", || Ending::of(copy::is_clean(&new)));
    if run.has_failed() {
        return Ok(run.end());
    }
    let copy = Copy::make()?;
    run.step("check", || Ending::of(process::run(&mut process::cargo(&["xtask", "check"]))));
    run.step("bump", || Ending::of(bump(&copy, &old, &new, order)));
    run.step("semver", || semver::check(&copy, order.baseline.as_deref()));
    let mut packed = None;
    run.step("package", || {
        Ending::of(
            packages::pack(&copy, &new, !order.is_dry).map(|packages| packed = Some(packages)).map(|()| true),
        )
    });
    run.step("consumers", || match &packed {
        Some(packages) => Ending::of(consumers::test(&copy, packages)),
        None => Ending::Broke("there are no packages to test".into()),
    });
    run.step("dist", || Ending::of(process::run(&mut copy.cargo(&["xtask", "dist"]))));
    if !run.has_failed() && !order.is_dry {
        run.step("commit", || Ending::of(copy.hand_over()));
    }
    let is_good = run.end();
    if let Some(packages) = packed.filter(|_| is_good) {
        println!("\n{}", last_words(&new, &packages, order.is_dry));
    }
    Ok(is_good)
}

/// In the copy alone. What has changed there becomes one commit, of which the packages are made.
fn bump(copy: &Copy, old: &Version, new: &Version, order: &Order) -> Result<bool, String> {
    version::bump(copy.path(), old, new)?;
    changelog::gather(copy.path(), new, order.date.as_deref())?;
    let made = ["codegen", "header"].iter().try_fold(true, |made, word| {
        process::run(&mut copy.cargo(&["xtask", word])).map(|is_made| made && is_made)
    })?;
    // A dry run makes no commit, and packages what stands there.
    if made && !order.is_dry {
        copy.commit(new)?;
    }
    Ok(made)
}

fn last_words(new: &Version, packages: &packages::Packages, is_dry: bool) -> String {
    let mut words = if is_dry {
        "A dry run: nothing was committed here. After a real run these would be left to do:\n".to_owned()
    } else {
        "Left to do, by hand, since they can't be taken back:\n".to_owned()
    };
    writeln!(words, "  git tag -a v{new} -m 'Version {new}'\n  git push --follow-tags").ok();
    for name in packages.in_order() {
        writeln!(words, "  cargo publish -p {name}").ok();
    }
    words.push_str("and the files of target/dist, each with its .sha256, beside the tag.");
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(words: &[&str]) -> Result<Order, Failure> {
        Order::read(&words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>())
    }

    #[test]
    fn orders_are_read_or_refused() {
        let order = read(&["minor", "--dry-run", "--date", "2026-01-31"]).unwrap();
        let expected =
            Order { level: Level::Minor, is_dry: true, baseline: None, date: Some("2026-01-31".into()) };
        assert_eq!(order, expected);
        assert!(!read(&["patch"]).unwrap().is_dry);
        for bad in [
            &[][..],
            &["tiny"],
            &["minor", "--dry"],
            &["minor", "--date"],
            &["minor", "--date", "31.1.2026"],
            &["minor", "--baseline-root"],
        ] {
            assert!(matches!(read(bad), Err(Failure::Misused(_))), "{bad:?}");
        }
    }
}
