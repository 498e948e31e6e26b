//! The site: the guides as a book, with a search, and beside it what rustdoc says of the crates. It is made of plain Markdown,
//! which reads as well without it, and is whole without a network: nothing in it is fetched from elsewhere.

mod browser;
mod devtools;
mod links;
mod picture;
mod reference;
mod stage;

use std::fs;
use std::path::{Path, PathBuf};

use crate::tally::{Ending, Tally};
use crate::{Subcommand, helpers, process, tools};

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "docs",
    arguments: "[--open-in-chromium]",
    summary: "builds the site: guides and API in one, and checks its links",
    help: "\
Builds target/site/ of docs/ (mdbook, installed into the user's cache folder if it isn't there) and of
what rustdoc says of the crates (target/site/api/), with a search in each. Open target/site/index.html;
no server is needed.

Then every link is followed, but for those to other hosts: file and fragment must be there. A page that
isn't named in docs/SUMMARY.md, and a link that leads nowhere, fail the command.

  --open-in-chromium  opens some pages in headless Chromium, too, types into the search box, fails on
                      anything that the console calls an error, and puts what was seen into
                      target/site-seen/. `cargo xtask test --all` does the same.",
    run: |words| {
        let is_opened = match words.split_first() {
            Some((word, rest)) if word == "--open-in-chromium" => crate::nothing_more(rest).map(|()| true)?,
            _ => crate::nothing_more(words).map(|()| false)?,
        };
        let site = build()?;
        let is_whole = links::check(&site)?;
        let is_quiet = !is_opened || browser::open(&site)?;
        Ok(is_whole && is_quiet)
    },
};

/// The site as two tests: that it can be built with every link leading somewhere, and that a browser has nothing to complain of.
pub(crate) fn check_as_tests() -> Tally {
    let site = match build() {
        Ok(site) => site,
        Err(problem) => return Ending::Broke(problem).judged(),
    };
    let mut tally = Ending::of(links::check(&site)).judged();
    tally += if tools::CHROMIUM.is_there() {
        Ending::of(browser::open(&site)).judged()
    } else {
        let package = tools::CHROMIUM.package;
        Ending::Lacking(format!("the site wasn't opened: install chromium with `apt-get install {package}`"))
            .judged()
    };
    tally
}

/// Builds it anew; where it lies.
fn build() -> Result<PathBuf, String> {
    let target = process::target_folder();
    let (source, site) = (target.join("site-source"), target.join("site"));
    stage::stage(&source)?;
    let mdbook = helpers::MDBOOK.find_or_install()?;
    let mut book = process::program(mdbook);
    // Beside the pages lies nothing else here; in the repository they lie in `docs/`.
    book.env("MDBOOK_BOOK__SRC", "src").arg("build").arg(&source).arg("--dest-dir").arg(&site);
    ran(process::run(&mut book)?, "mdbook")?;
    reference::build(&target.join("doc"), &site.join("api"))?;
    Ok(site)
}

fn ran(well: bool, what: &str) -> Result<(), String> {
    well.then_some(()).ok_or_else(|| format!("{what} failed; what it said stands above"))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    for file in files_below(from)? {
        let Ok(inside) = file.strip_prefix(from) else { continue };
        let place = to.join(inside);
        let folder = place.parent().map_or(Ok(()), fs::create_dir_all);
        folder
            .and_then(|()| fs::copy(&file, &place).map(drop))
            .map_err(|error| format!("{} can't be copied to {}: {error}", file.display(), place.display()))?;
    }
    Ok(())
}

/// All files below a folder, sorted.
fn files_below(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let unread = |error: std::io::Error| format!("{} can't be read: {error}", folder.display());
    let mut files = Vec::new();
    for entry in fs::read_dir(folder).map_err(unread)? {
        let path = entry.map_err(unread)?.path();
        if path.is_dir() {
            files.extend(files_below(&path)?);
        } else {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}
