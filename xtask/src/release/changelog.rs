//! The change log of a release, from its fragments: each says one thing that a user notices, and was written with its change.

use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use super::version::Version;
use crate::process;

/// Puts a section on top of `CHANGELOG.md` and takes the fragments away.
pub(super) fn gather(root: &Path, new: &Version, date: Option<&str>) -> Result<(), String> {
    let fragments = fragments(root)?;
    if fragments.is_empty() {
        return Err("changelog.d/ is empty: a release that changes nothing for users needs no number".into());
    }
    let date = match date {
        Some(date) => date.to_owned(),
        None => today()?,
    };
    let place = root.join("CHANGELOG.md");
    let log = fs::read_to_string(&place).map_err(|error| format!("CHANGELOG.md can't be read: {error}"))?;
    let log = with_section(&log, &section(&fragments, new, &date));
    fs::write(&place, log).map_err(|error| format!("CHANGELOG.md can't be written: {error}"))?;
    for fragment in &fragments {
        fs::remove_file(&fragment.place)
            .map_err(|error| format!("{} can't be removed: {error}", fragment.place.display()))?;
    }
    Ok(())
}

struct Fragment {
    place: PathBuf,
    name: String,
    kind: &'static str,
    text: String,
}

/// As they are told, in this order: what can hurt first.
const KINDS: [(&str, &str); 5] = [
    ("security", "Security"),
    ("removed", "Removed"),
    ("changed", "Changed"),
    ("fixed", "Fixed"),
    ("added", "Added"),
];

fn fragments(root: &Path) -> Result<Vec<Fragment>, String> {
    let folder = root.join("changelog.d");
    let entries = fs::read_dir(&folder).map_err(|error| format!("changelog.d can't be read: {error}"))?;
    let mut found = Vec::new();
    for entry in entries {
        let place = entry.map_err(|error| format!("changelog.d can't be read: {error}"))?.path();
        let name = place.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if name.starts_with('.') {
            continue;
        }
        let kind = kind_of(&name).ok_or_else(|| {
            format!("changelog.d/{name}: name it `<what>.<kind>.md` with the kind {}", kinds().join(", "))
        })?;
        let text = fs::read_to_string(&place)
            .map_err(|error| format!("changelog.d/{name} can't be read: {error}"))?;
        found.push(Fragment { place, name, kind, text });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

fn kind_of(name: &str) -> Option<&'static str> {
    let (what, kind) = name.strip_suffix(".md")?.rsplit_once('.')?;
    let kind = kinds().into_iter().find(|known| *known == kind)?;
    (!what.is_empty()).then_some(kind)
}

fn kinds() -> [&'static str; 5] {
    KINDS.map(|(kind, _)| kind)
}

fn section(fragments: &[Fragment], new: &Version, date: &str) -> String {
    let mut section = format!("## {new} ({date})\n");
    for (kind, title) in KINDS {
        let mut of_kind = fragments.iter().filter(|fragment| fragment.kind == kind).peekable();
        if of_kind.peek().is_some() {
            // Writing to a String doesn't fail.
            writeln!(section, "\n### {title}").ok();
        }
        for fragment in of_kind {
            let text = fragment.text.trim().replace('\n', "\n  ");
            writeln!(section, "- {}", text.replace("\n  \n", "\n\n")).ok();
        }
    }
    section
}

/// Below the introduction, above the last release.
fn with_section(log: &str, section: &str) -> String {
    match log.split_once("\n## ") {
        Some((introduction, older)) => format!("{}\n\n{section}\n## {older}", introduction.trim_end()),
        None => format!("{}\n\n{section}", log.trim_end()),
    }
}

pub(super) fn is_date(text: &str) -> bool {
    let parts: Vec<_> = text.split('-').collect();
    let is_number =
        |part: &&str, digits: usize| part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit());
    matches!(parts.as_slice(), [year, month, day]
        if is_number(year, 4) && is_number(month, 2) && is_number(day, 2))
}

/// By `date`, since nothing else here needs a calendar.
fn today() -> Result<String, String> {
    let date = process::output(process::program("date").args(["-u", "+%Y-%m-%d"]), b"")?;
    let date = String::from_utf8_lossy(&date).trim().to_owned();
    if is_date(&date) { Ok(date) } else { Err("`date` names no day; give it with --date".into()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fragment(name: &str, text: &str) -> Fragment {
        let kind = kind_of(name).unwrap();
        Fragment { place: name.into(), name: name.into(), kind, text: text.into() }
    }

    #[test]
    fn fragments_are_told_by_kind() {
        let all = [
            fragment("a.added.md", "New.\n"),
            fragment("b.b.fixed.md", "Mended\nin two lines.\n\nAnd more.\n"),
        ];
        let version = Version::of_workspace().unwrap();
        let told = section(&all, &version, "2026-01-31");
        assert_eq!(
            told,
            format!(
                "## {version} (2026-01-31)\n\n### Fixed\n- Mended\n  in two lines.\n\n  And more.\n\n### Added\n- New.\n"
            )
        );
        for bad in ["a.md", ".added.md", "a.new.md", "a.added.txt"] {
            assert!(kind_of(bad).is_none(), "{bad}");
        }
    }

    #[test]
    fn a_section_stands_above_older_ones() {
        let once = with_section("# Changelog\n\nWords.\n", "## 1\nx\n");
        assert_eq!(once, "# Changelog\n\nWords.\n\n## 1\nx\n");
        assert_eq!(with_section(&once, "## 2\ny\n"), "# Changelog\n\nWords.\n\n## 2\ny\n\n## 1\nx\n");
    }

    #[test]
    fn every_fragment_that_is_there_can_be_gathered() {
        assert!(!fragments(&process::root()).unwrap().iter().any(|fragment| fragment.text.trim().is_empty()));
    }

    #[test]
    fn days_are_days() {
        assert!(is_date("2026-01-31") && is_date(&today().unwrap()));
        for bad in ["2026-1-31", "26-01-31", "2026-01-31-1", "2026-01-3x", ""] {
            assert!(!is_date(bad), "{bad}");
        }
    }
}
