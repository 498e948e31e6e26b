//! Follows every link of the built site that stays in it: the file must be there, and in it the fragment. Nothing on other hosts is
//! asked, so that the check says the same on every machine on every day.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Component, Path, PathBuf};

/// Says what leads nowhere; `false` if anything does.
pub(super) fn check(site: &Path) -> Result<bool, String> {
    let files = super::files_below(site)?;
    let mut pages = BTreeMap::new();
    for file in files.iter().filter(|file| is_html(file)) {
        let text =
            fs::read_to_string(file).map_err(|error| format!("{} can't be read: {error}", file.display()))?;
        pages.insert(file.clone(), Page::read(&text));
    }
    let known: BTreeSet<&Path> = files.iter().map(PathBuf::as_path).collect();
    let mut count = 0;
    let mut broken = Vec::new();
    for (file, page) in &pages {
        for link in page.links.iter().filter(|link| !is_elsewhere(link) && !FOREIGN.contains(&link.as_str()))
        {
            count += 1;
            if let Some(problem) = problem(file, link, &known, &pages) {
                broken.push(format!(
                    "{}: `{link}`: {problem}",
                    file.strip_prefix(site).unwrap_or(file).display()
                ));
            }
        }
    }
    for line in &broken {
        eprintln!("{line}");
    }
    eprintln!("{} pages, {count} links inside the site, {} broken", pages.len(), broken.len());
    Ok(broken.is_empty())
}

/// In words of other crates, which rustdoc copies to where their traits are implemented without their pages.
const FOREIGN: [&str; 2] = ["dispatcher#setting-the-default-subscriber", "futures_core::future::TryFuture"];

/// What a page offers and asks for.
#[derive(Debug, Default)]
struct Page {
    fragments: BTreeSet<String>,
    links: Vec<String>,
    /// Where it sends its reader at once, with the fragment that he came with.
    onward: Option<String>,
}

impl Page {
    fn read(html: &str) -> Self {
        let mut page = Self::default();
        let mut rest = html;
        while let Some((_, tail)) = rest.split_once('<') {
            rest = tail;
            if let Some(comment) = rest.strip_prefix("!--") {
                rest = comment.split_once("-->").map_or("", |(_, after)| after);
                continue;
            }
            let (name, after) = page.tag(rest);
            rest = after;
            // Their text isn't HTML.
            for opaque in ["script", "style"] {
                if name == opaque {
                    rest = rest.split_once(&format!("</{opaque}")).map_or("", |(_, after)| after);
                }
            }
        }
        page
    }

    /// Takes up a tag's attributes; its name, and what stands behind it.
    fn tag<'a>(&mut self, text: &'a str) -> (&'a str, &'a str) {
        let end = text.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(text.len());
        let (name, mut rest) = text.split_at_checked(end).unwrap_or((text, ""));
        loop {
            rest = rest.trim_start();
            let stop = rest.find(|c: char| c.is_ascii_whitespace() || "=>".contains(c)).unwrap_or(rest.len());
            let (attribute, after) = rest.split_at_checked(stop).unwrap_or((rest, ""));
            let Some(valued) = after.strip_prefix('=') else {
                if after.is_empty() || after.starts_with('>') {
                    return (name, after);
                }
                rest = after;
                continue;
            };
            let (value, after) = value(valued);
            match attribute {
                "id" => drop(self.fragments.insert(unescaped(value))),
                "name" if name == "a" => drop(self.fragments.insert(unescaped(value))),
                "href" | "src" => self.links.push(unescaped(value)),
                "content" if name == "meta" => {
                    self.onward = value.strip_prefix("0;URL=").map(unescaped).or(self.onward.take());
                }
                _ => {}
            }
            rest = after;
        }
    }
}

fn value(text: &str) -> (&str, &str) {
    for quote in ['"', '\''] {
        if let Some(inside) = text.strip_prefix(quote) {
            return inside.split_once(quote).unwrap_or((inside, ""));
        }
    }
    let end = text.find(|c: char| c.is_ascii_whitespace() || c == '>').unwrap_or(text.len());
    text.split_at_checked(end).unwrap_or((text, ""))
}

/// Of HTML's references those that stand in links.
fn unescaped(text: &str) -> String {
    let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&#x27;", "'");
    text.replace("&#39;", "'").replace("&amp;", "&")
}

fn is_elsewhere(link: &str) -> bool {
    let scheme = link.split_once(':').is_some_and(|(scheme, _)| {
        !scheme.is_empty() && scheme.chars().all(|c| c.is_ascii_alphanumeric() || "+-.".contains(c))
    });
    scheme || link.starts_with("//")
}

fn problem(
    from: &Path,
    link: &str,
    files: &BTreeSet<&Path>,
    pages: &BTreeMap<PathBuf, Page>,
) -> Option<&'static str> {
    let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    let mut place = if path.is_empty() { from.to_owned() } else { resolved(from, &decoded(path)) };
    if place.is_dir() {
        place.push("index.html");
    }
    if !files.contains(place.as_path()) {
        return Some("there is no such file");
    }
    let page = pages.get(&place)?;
    if let Some(onward) = &page.onward {
        return problem(&place, &format!("{onward}#{fragment}"), files, pages);
    }
    // As browsers do it: as it stands, and else decoded.
    let known = [fragment.to_owned(), decoded(fragment)];
    let is_there =
        fragment.is_empty() || known.iter().any(|name| page.fragments.contains(name) || is_lines(name, page));
    (!is_there).then_some("the file has no such fragment")
}

/// rustdoc's pages of source have a fragment for each line, and understand two with a hyphen.
fn is_lines(fragment: &str, page: &Page) -> bool {
    fragment.split_once('-').is_some_and(|(from, to)| {
        let is_line = |text: &str| {
            text.parse::<u32>().is_ok() && (page.fragments.contains(text) || page.fragments.contains("1"))
        };
        is_line(from) && is_line(to)
    })
}

fn resolved(page: &Path, link: &str) -> PathBuf {
    let mut path = PathBuf::new();
    for part in page.parent().unwrap_or(page).join(link).components() {
        match part {
            Component::ParentDir => drop(path.pop()),
            Component::CurDir => {}
            other => path.push(other),
        }
    }
    path
}

/// `%20` and the like.
fn decoded(text: &str) -> String {
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let hex = tail.get(..2).and_then(|two| std::str::from_utf8(two).ok());
        let byte = hex.filter(|_| *first == b'%').and_then(|two| u8::from_str_radix(two, 16).ok());
        bytes.push(byte.unwrap_or(*first));
        rest = if byte.is_some() { tail.get(2..).unwrap_or_default() } else { tail };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn is_html(file: &Path) -> bool {
    file.extension().is_some_and(|extension| extension == "html")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_read_in_every_form_and_scripts_are_not() {
        let html = "<!-- <a href=no1> --><script>'<a href=\"no2\">'</script><h1 id=one>x</h1><a class='c' \
                    href='a.html?b=1&amp;c#two' disabled>y</a><img src=\"p.svg\"/><a name=\"three\"></a>";
        let page = Page::read(html);
        assert_eq!(page.links, ["a.html?b=1&c#two", "p.svg"]);
        assert_eq!(page.fragments.into_iter().collect::<Vec<_>>(), ["one", "three"]);
    }

    #[test]
    fn what_leads_nowhere_is_told() {
        let page = |html: &str| Page::read(html);
        let pages = BTreeMap::from([
            (PathBuf::from("/s/a.html"), page("<h1 id=top>")),
            (
                PathBuf::from("/s/d.html"),
                page("<meta charset=x><meta http-equiv=refresh content='0;URL=b/c.html'>"),
            ),
            (PathBuf::from("/s/b/c.html"), page("<p id=1><p id=2><p id='a b'><p id='T%3CU%3E'>")),
        ]);
        let files: BTreeSet<&Path> =
            pages.keys().map(PathBuf::as_path).chain([Path::new("/s/x y.png")]).collect();
        let judged = |from: &str, link| problem(Path::new(from), link, &files, &pages);
        for good in ["#top", "b/c.html", "./b/../b/c.html?q#2", "b/c.html#1-2", "b/c.html#a%20b", "x%20y.png"]
        {
            assert_eq!(judged("/s/a.html", good), None, "{good}");
        }
        assert_eq!(judged("/s/b/c.html", "../a.html#top"), None);
        assert_eq!(judged("/s/a.html", "c.html"), Some("there is no such file"));
        for bad in ["#absent", "d.html#absent", "b/c.html#1-x", "b/c.html#top"] {
            assert_eq!(judged("/s/a.html", bad), Some("the file has no such fragment"), "{bad}");
        }
    }

    #[test]
    fn other_hosts_are_not_asked() {
        for link in [
            "https://a.example/b",
            "//a.example",
            "mailto:a",
            "data:image/png;base64,A",
            "javascript:void(0)",
        ] {
            assert!(is_elsewhere(link), "{link}");
        }
        assert!(!is_elsewhere("a.html") && !is_elsewhere("#a:b") && !is_elsewhere("enum.A.html#variant.B"));
    }
}
