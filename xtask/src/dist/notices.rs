//! The packages of others that are linked into what is handed out, with their licences. These ask for no more than that their
//! texts go along.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::read;
use crate::process;

/// Of the file in every archive.
pub(super) const NAME: &str = "THIRD-PARTY.txt";

/// Names, versions and licences of all packages that are linked into this one, then their texts, each once.
pub(super) fn of(package: &str) -> Result<Vec<u8>, String> {
    let folders = folders()?;
    let mut list = String::new();
    let mut texts: BTreeMap<Vec<u8>, Vec<String>> = BTreeMap::new();
    for linked in linked(package)? {
        let Linked { name, version, licence } = &linked;
        let folder = folders
            .get(&(name.clone(), version.clone()))
            .ok_or_else(|| format!("cargo's metadata has no {name} {version}"))?;
        let found = licence_files(folder)?;
        let lacking = if found.is_empty() { " (the package has no text of it)" } else { "" };
        list.push_str(&format!("{name} {version}: {licence}{lacking}\n"));
        for file in found {
            let shown = file.strip_prefix(folder).unwrap_or(&file).display();
            texts.entry(read(&file)?).or_default().push(format!("{name} {version}, {shown}"));
        }
    }
    if list.is_empty() {
        return Err(format!("`cargo tree` names nothing that is linked into {package}"));
    }
    let mut notices = format!("{INTRODUCTION}\n\n{list}").into_bytes();
    let mut texts: Vec<_> = texts.into_iter().collect();
    texts.sort_by(|(_, a), (_, b)| a.cmp(b));
    for (text, places) in texts {
        notices.extend(format!("\n{RULE}\n{}\n{RULE}\n\n", places.join("\n")).bytes());
        notices.extend(text.trim_ascii_end());
        notices.push(b'\n');
    }
    Ok(notices)
}

const INTRODUCTION: &str = "\
What is handed out here has code of the following packages in it, and of Rust's standard library
(MIT OR Apache-2.0). Their licences' texts stand below, each with the places where it was found.";

const RULE: &str = "----------------------------------------------------------------------------------------";

#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Linked {
    name: String,
    version: String,
    licence: String,
}

/// What is in the program: no macro, which runs while it is built, and nothing of ours.
fn linked(package: &str) -> Result<Vec<Linked>, String> {
    let mut tree =
        process::cargo(&["tree", "--locked", "--edges", "normal,no-proc-macro", "--prefix", "none"]);
    tree.args(["--format", "{p}\t{l}\t", "-p", package]);
    let lines = process::output(&mut tree, b"")?;
    let mut linked: Vec<_> = String::from_utf8_lossy(&lines).lines().filter_map(linked_of).collect();
    linked.sort();
    linked.dedup();
    Ok(linked)
}

/// Of a line such as `ring v0.17.14<TAB>Apache-2.0 AND ISC<TAB> (*)`; one of ours has a path behind the version.
fn linked_of(line: &str) -> Option<Linked> {
    let mut columns = line.split('\t');
    let (package, licence) = (columns.next()?, columns.next()?);
    let (name, version) = package.split_once(" v")?;
    let is_ours = version.contains('(');
    (!is_ours).then(|| Linked { name: name.into(), version: version.into(), licence: licence.into() })
}

/// Where the packages lie, by name and version.
fn folders() -> Result<BTreeMap<(String, String), PathBuf>, String> {
    let mut metadata = process::cargo(&["metadata", "--locked", "--format-version", "1"]);
    let metadata: Value = serde_json::from_slice(&process::output(&mut metadata, b"")?)
        .map_err(|error| format!("cargo's metadata can't be read: {error}"))?;
    let packages = metadata.get("packages").and_then(Value::as_array).into_iter().flatten();
    let folder = |package: &Value| {
        let text = |key: &str| package.get(key).and_then(Value::as_str).map(str::to_owned);
        let manifest = PathBuf::from(text("manifest_path")?);
        Some(((text("name")?, text("version")?), manifest.parent()?.to_owned()))
    };
    Ok(packages.filter_map(folder).collect())
}

/// Also those in folders below, which belong to what a package took over from others.
fn licence_files(folder: &Path) -> Result<Vec<PathBuf>, String> {
    let problem = |error| format!("{} can't be read: {error}", folder.display());
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).map_err(problem)? {
        let path = entry.map_err(problem)?.path();
        if path.is_dir() {
            found.extend(licence_files(&path)?);
        } else if is_licence(&path) {
            found.push(path);
        }
    }
    found.sort();
    Ok(found)
}

fn is_licence(path: &Path) -> bool {
    let name = path.file_name().unwrap_or_default().to_string_lossy().to_uppercase();
    let is_source =
        matches!(path.extension().and_then(|e| e.to_str()), Some("rs" | "c" | "h" | "go" | "py" | "toml"));
    ["LICENSE", "LICENCE", "COPYING", "COPYRIGHT", "NOTICE"].iter().any(|start| name.starts_with(start))
        && !is_source
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_of_the_tree_are_read() {
        let ring =
            Linked { name: "ring".into(), version: "0.17.14".into(), licence: "Apache-2.0 AND ISC".into() };
        for line in ["ring v0.17.14\tApache-2.0 AND ISC\t", "ring v0.17.14\tApache-2.0 AND ISC\t (*)"] {
            assert_eq!(linked_of(line).as_ref(), Some(&ring), "{line}");
        }
        for line in ["paykka-sign v0.1.0 (/x)\tMIT OR Apache-2.0\t", ""] {
            assert_eq!(linked_of(line), None, "{line}");
        }
    }

    #[test]
    fn what_is_linked_is_named_with_its_text() {
        let notices = String::from_utf8(of("paykka-sign-ffi").unwrap()).unwrap();
        let (list, texts) = notices.split_once(RULE).unwrap();
        assert!(list.contains("\nring 0.17"), "{list}");
        for not_linked in ["\npaykka-sign", "\naws-lc-sys", "\nserde_derive", "\ncbindgen"] {
            assert!(!list.contains(not_linked), "{not_linked}");
        }
        assert!(texts.contains("\nring 0.17") && texts.contains("Permission is hereby granted"));
    }

    #[test]
    fn licences_are_known_by_their_names() {
        for (name, is) in
            [("LICENSE-MIT", true), ("license.txt", true), ("NOTICE", true), ("src/license.rs", false)]
        {
            assert_eq!(is_licence(Path::new(name)), is, "{name}");
        }
    }
}
