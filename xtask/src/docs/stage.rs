//! What mdbook gets: the pages that `docs/SUMMARY.md` names, laid out as they lie in the repository, so that a link that holds there
//! holds in the book. What they link to that isn't a page is taken along; a picture's text becomes the picture.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Component, Path, PathBuf};

use super::picture;
use crate::process::root;

const SUMMARY: &str = "docs/SUMMARY.md";

/// Fills the folder anew.
pub(super) fn stage(folder: &Path) -> Result<(), String> {
    if folder.exists() {
        fs::remove_dir_all(folder)
            .map_err(|error| format!("{} can't be emptied: {error}", folder.display()))?;
    }
    let summary = read(SUMMARY)?;
    let book = Book::of(&summary)?;
    let src = folder.join("src");
    for page in &book.pages {
        let mut taken = Vec::new();
        let text = book.rewritten(page, &read(page)?, &mut taken)?;
        write(&src.join(page), with_reference(page, text).as_bytes())?;
        for file in taken {
            let content =
                fs::read(root().join(&file)).map_err(|error| format!("{file} can't be read: {error}"))?;
            write(&src.join(&file), &content)?;
        }
    }
    write(&src.join("SUMMARY.md"), rebased(&summary).as_bytes())?;
    for file in ["book.toml", "site.css"] {
        write(&folder.join(file), read(&format!("docs/{file}"))?.as_bytes())?;
    }
    Ok(())
}

/// Which pages there are, by their path from the repository's root.
struct Book {
    pages: BTreeSet<String>,
}

impl Book {
    fn of(summary: &str) -> Result<Self, String> {
        let mut pages = BTreeSet::new();
        for link in links(summary) {
            let target = summary.get(link.0..link.1).unwrap_or_default();
            let page = resolved(SUMMARY, target);
            if !root().join(&page).is_file() {
                return Err(format!("{SUMMARY} names {target}, which isn't there"));
            }
            pages.insert(page);
        }
        Ok(Self { pages })
    }

    /// The page as mdbook gets it. Names the files that it needs beside it.
    fn rewritten(&self, page: &str, text: &str, taken: &mut Vec<String>) -> Result<String, String> {
        let mut out = String::new();
        let mut done = 0;
        for (from, to) in links(text) {
            let target = text.get(from..to).unwrap_or_default();
            out.push_str(text.get(done..from).unwrap_or_default());
            done = to;
            if is_elsewhere(target) {
                out.push_str(target);
                continue;
            }
            let path = target.split_once('#').map_or(target, |(path, _)| path);
            let file = resolved(page, path);
            let place = root().join(&file);
            if place.is_dir() {
                if self.pages.contains(&format!("{file}/README.md")) {
                    out.push_str(&format!("{}/README.md", path.trim_end_matches('/')));
                } else if place.join("README.md").exists() {
                    return Err(format!("{page} links to {target}, whose README {SUMMARY} doesn't name"));
                } else {
                    // A folder without a page of its own: the words stay, the link goes.
                    out.pop();
                    let words = out.rfind('[').ok_or_else(|| format!("{page}: `{target}` has no words"))?;
                    out.remove(words);
                    out.pop();
                    done = to + 1;
                }
            } else if !place.is_file() {
                return Err(format!("{page} links to {target}, which isn't there"));
            } else if self.pages.contains(&file) {
                out.push_str(target);
            } else if Path::new(&file).extension().is_some_and(|extension| extension == "md") {
                return Err(format!("{page} links to {target}, which {SUMMARY} doesn't name"));
            } else {
                out.push_str(target);
                taken.push(file);
            }
        }
        out.push_str(text.get(done..).unwrap_or_default());
        picture::drawn(&out).map_err(|problem| format!("{page}: {problem}"))
    }
}

/// A crate's README leads to what rustdoc says of it, which lies in the site alone.
fn with_reference(page: &str, mut text: String) -> String {
    let name = page.strip_prefix("crates/").and_then(|rest| rest.strip_suffix("/README.md"));
    if let Some(name) = name.filter(|name| *name != "paykka-cli") {
        let module = name.replace('-', "_");
        text.push_str(&format!("\n[API of `{name}`, type by type](../../api/{module}/index.html)\n"));
    }
    text
}

/// The summary's links, from the root of the book instead of from `docs/`.
fn rebased(summary: &str) -> String {
    let mut out = String::new();
    let mut done = 0;
    for (from, to) in links(summary) {
        out.push_str(summary.get(done..from).unwrap_or_default());
        out.push_str(&resolved(SUMMARY, summary.get(from..to).unwrap_or_default()));
        done = to;
    }
    out.push_str(summary.get(done..).unwrap_or_default());
    out
}

/// Where the targets of inline links stand, outside of code.
pub(super) fn links(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut is_code = false;
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        if line.trim_start().starts_with("```") {
            is_code = !is_code;
        } else if !is_code {
            let mut at = 0;
            while let Some(hit) = line.get(at..).and_then(|rest| rest.find("](")) {
                let from = at + hit + 2;
                let before = line.get(..at + hit).unwrap_or_default();
                let length = line.get(from..).and_then(|rest| rest.find(')')).unwrap_or(0);
                // Between an odd and the next backtick is code, unless the link's words are code themselves.
                let words = before.rfind('[').and_then(|words| before.get(..words)).unwrap_or(before);
                if words.matches('`').count() % 2 == 0 && length > 0 {
                    found.push((start + from, start + from + length));
                }
                at = from + length;
            }
        }
        start += line.len();
    }
    found
}

fn is_elsewhere(target: &str) -> bool {
    target.starts_with('#') || target.starts_with("https://") || target.starts_with("http://")
}

/// A link's file, from the repository's root.
fn resolved(page: &str, link: &str) -> String {
    let folder = Path::new(page).parent().unwrap_or_else(|| Path::new(""));
    let mut path = PathBuf::new();
    for part in folder.join(link).components() {
        match part {
            Component::ParentDir => {
                path.pop();
            }
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path.to_string_lossy().into_owned()
}

fn read(file: &str) -> Result<String, String> {
    fs::read_to_string(root().join(file)).map_err(|error| format!("{file} can't be read: {error}"))
}

fn write(place: &Path, content: &[u8]) -> Result<(), String> {
    let folder = place.parent().map_or(Ok(()), fs::create_dir_all);
    folder
        .and_then(|()| fs::write(place, content))
        .map_err(|error| format!("{} can't be written: {error}", place.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn book() -> Book {
        Book::of(&read(SUMMARY).unwrap()).unwrap()
    }

    /// What nobody links to, nobody finds.
    #[test]
    fn every_page_of_the_docs_is_in_the_book_and_every_link_leads_somewhere() {
        let book = book();
        for page in &book.pages {
            book.rewritten(page, &read(page).unwrap(), &mut Vec::new()).unwrap();
        }
        for file in super::super::files_below(&root().join("docs")).unwrap() {
            let path = file.strip_prefix(root()).unwrap().to_string_lossy().into_owned();
            let is_page = path.ends_with(".md") && path != SUMMARY;
            assert!(!is_page || book.pages.contains(&path), "{path} isn't named in {SUMMARY}");
        }
    }

    #[test]
    fn links_are_found_outside_of_code_alone() {
        let text = "[a](b.md) `[c](d.md)` [`e`](f.md#g)\n```text\n[h](i.md)\n```\n[j](k)";
        let found: Vec<_> = links(text).into_iter().map(|(from, to)| text.get(from..to).unwrap()).collect();
        assert_eq!(found, ["b.md", "f.md#g", "k"]);
    }

    #[test]
    fn a_link_is_followed_from_its_page() {
        assert_eq!(resolved("docs/zh/start.md", "../signing.md"), "docs/signing.md");
        assert_eq!(resolved("docs/ffi.md", "../vectors"), "vectors");
        assert_eq!(resolved("README.md", "docs/cli.md"), "docs/cli.md");
    }

    #[test]
    fn what_has_no_page_keeps_its_words_and_what_is_missing_is_an_error() {
        let book = book();
        let mut taken = Vec::new();
        let text =
            "See [`vectors/`](vectors) and [examples](crates/paykka-client/examples), [MIT](LICENSE-MIT).";
        let rewritten = book.rewritten("README.md", text, &mut taken).unwrap();
        assert_eq!(rewritten, "See [`vectors/`](vectors/README.md) and examples, [MIT](LICENSE-MIT).");
        assert_eq!(taken, ["LICENSE-MIT"]);
        for (link, problem) in [
            ("docs/absent.md", "isn't there"),
            ("tests/README.md", "doesn't name"),
            ("tests", "doesn't name"),
        ] {
            let error = book.rewritten("README.md", &format!("[a]({link})"), &mut taken).unwrap_err();
            assert!(error.contains(problem), "{error}");
        }
    }
}
