//! What a stranger gets who takes one crate alone: that its description is complete, its README true, its licences in it, and that
//! nothing in it reaches outside of its folder, where on his machine there is nothing.

use std::fs;
use std::path::{Component, Path, PathBuf};

use serde_json::Value;

use crate::Subcommand;
use crate::process::{self, root};

pub(crate) const COMMAND: Subcommand = Subcommand {
    name: "packages",
    arguments: "",
    summary: "packs every crate that is published, and says how large it is",
    help: "\
Holds each published crate against the rules (description, keywords, categories, docs.rs, include list;
a README with the rule of choice, the feature table of its Cargo.toml and the Rust version; licences
equal to the repository's; no path outside its folder), then packs all of them with `cargo package
--no-verify` and prints how many files each .crate has and how many bytes. It doesn't build them.

Code under `#[cfg(test)]` may reach outside: it isn't compiled where the crate is used.",
    run: |words| {
        crate::nothing_more(words)?;
        Ok(run()?)
    },
};

fn run() -> Result<bool, String> {
    let published = Published::all()?;
    let mut problems = Vec::new();
    for one in &published {
        problems.extend(one.problems()?);
    }
    for problem in &problems {
        eprintln!("{problem}");
    }
    let mut pack = process::cargo(&["package", "--no-verify", "--allow-dirty"]);
    pack.args(published.iter().flat_map(|one| ["-p", &one.name]));
    if !process::run(&mut pack)? {
        return Ok(false);
    }
    let folder = process::target_folder().join("package");
    println!("{:<18} {:>5} {:>9}", "crate", "files", "bytes");
    for one in &published {
        let file = folder.join(format!("{}-{}.crate", one.name, one.version));
        let size =
            fs::metadata(&file).map_err(|error| format!("{} can't be read: {error}", file.display()))?.len();
        println!("{:<18} {:>5} {:>9}", one.name, one.files()?.len(), size);
    }
    Ok(problems.is_empty())
}

/// A crate that is published, as cargo describes it.
#[derive(Debug)]
pub(crate) struct Published {
    pub(crate) name: String,
    /// Not a program alone.
    pub(crate) is_library: bool,
    version: String,
    folder: PathBuf,
    metadata: Value,
}

impl Published {
    pub(crate) fn all() -> Result<Vec<Self>, String> {
        let metadata = process::metadata()?;
        let packages = metadata.get("packages").and_then(Value::as_array).cloned().unwrap_or_default();
        // `publish = false` is an empty list of registries.
        let published =
            packages.into_iter().filter(|package| package.get("publish").is_some_and(Value::is_null));
        published
            .map(|package| Self::read(package).ok_or_else(|| "cargo's metadata has another form".into()))
            .collect()
    }

    fn read(metadata: Value) -> Option<Self> {
        let text = |name: &str| metadata.get(name)?.as_str().map(str::to_owned);
        let targets = metadata.get("targets")?.as_array()?;
        let is_library = targets.iter().any(|target| {
            let kinds = target.get("kind").and_then(Value::as_array);
            kinds.is_some_and(|kinds| kinds.iter().any(|kind| kind == "lib"))
        });
        let folder = Path::new(&text("manifest_path")?).parent()?.to_owned();
        Some(Self { name: text("name")?, version: text("version")?, is_library, folder, metadata })
    }

    /// Which others of ours must be published before. Those that are named by path alone, for tests, are left out of a package.
    pub(crate) fn needs(&self) -> Vec<String> {
        let dependencies = self.metadata.get("dependencies").and_then(Value::as_array);
        let text = |dependency: &Value, name: &str| dependency.get(name)?.as_str().map(str::to_owned);
        let needed = dependencies.into_iter().flatten().filter(|dependency| {
            text(dependency, "path").is_some() && text(dependency, "req").is_none_or(|version| version != "*")
        });
        needed.filter_map(|dependency| text(dependency, "name")).collect()
    }

    /// What is wrong with it, a line each.
    fn problems(&self) -> Result<Vec<String>, String> {
        let mut problems = self.metadata_problems();
        problems.extend(self.readme_problems()?);
        for licence in ["LICENSE-MIT", "LICENSE-APACHE"] {
            if self.read_file(licence)? != read(&root().join(licence))? {
                problems.push(format!("{licence} differs from the repository's; copy it"));
            }
        }
        problems.extend(self.path_problems()?);
        Ok(problems.into_iter().map(|problem| format!("{}: {problem}", self.name)).collect())
    }

    fn metadata_problems(&self) -> Vec<String> {
        let text = |name: &str| self.metadata.get(name).and_then(Value::as_str).unwrap_or_default();
        let list = |name: &str| self.metadata.get(name).and_then(Value::as_array).map_or(0, Vec::len);
        let docs = self.metadata.pointer("/metadata/docs/rs");
        let checks = [
            (text("description").is_empty(), "has no description"),
            (!(1..=5).contains(&list("keywords")), "needs one to five keywords"),
            (!(1..=5).contains(&list("categories")), "needs one to five categories"),
            (text("license") != "MIT OR Apache-2.0", "has another licence than the workspace"),
            (text("readme") != "README.md", "names no README.md"),
            (self.is_library && docs.is_none(), "doesn't say which features docs.rs builds"),
        ];
        checks.into_iter().filter(|(is_wrong, _)| *is_wrong).map(|(_, problem)| problem.to_owned()).collect()
    }

    fn readme_problems(&self) -> Result<Vec<String>, String> {
        let readme = self.read_file("README.md")?;
        let mut problems = Vec::new();
        for heading in ["## Is this the crate I need?", "## Install", "## Example"] {
            if !readme.contains(heading) {
                problems.push(format!("README.md has no `{heading}`"));
            }
        }
        let rust = self.metadata.get("rust_version").and_then(Value::as_str).unwrap_or_default();
        if !readme.contains(&format!("Rust {rust} or later")) {
            problems.push(format!("README.md doesn't say `Rust {rust} or later`"));
        }
        let (said, is) = (features_of_the_readme(&readme), self.features());
        if said != is {
            problems.push(format!("README.md lists the features {said:?}, Cargo.toml has {is:?}"));
        }
        if readme.contains("```rust")
            && !self.read_file("src/lib.rs")?.contains("#[doc = include_str!(\"../README.md\")]")
        {
            problems.push("src/lib.rs doesn't take README.md's example as a doc test".into());
        }
        Ok(problems)
    }

    /// As a README writes them, sorted.
    fn features(&self) -> Vec<String> {
        let features = self.metadata.get("features").and_then(Value::as_object);
        let on = features.and_then(|all| all.get("default")?.as_array()).cloned().unwrap_or_default();
        let names = features.into_iter().flatten().map(|(name, _)| name).filter(|name| *name != "default");
        let mut names: Vec<String> = names
            .map(|name| {
                if on.contains(&Value::from(name.as_str())) {
                    format!("{name} (default)")
                } else {
                    name.clone()
                }
            })
            .collect();
        names.sort();
        names
    }

    /// What its code names that a stranger doesn't have.
    fn path_problems(&self) -> Result<Vec<String>, String> {
        let files = self.files()?;
        let mut problems = Vec::new();
        for file in files.iter().filter(|file| file.ends_with(".rs")) {
            let text = self.read_file(file)?;
            // The tests of a module stand at its end.
            let shipped = text.split_once("#[cfg(test)]\n").map_or(text.as_str(), |(shipped, _)| shipped);
            for named in named_files(shipped) {
                let path = normal(&Path::new(file).with_file_name("").join(named));
                if path.as_ref().is_none_or(|path| !files.contains(path)) {
                    problems.push(format!("{file} names {named}, which isn't in the package"));
                }
            }
            if shipped.contains("\"CARGO_MANIFEST_DIR\"), \"/..") {
                problems.push(format!("{file} looks for files outside of the crate's folder"));
            }
        }
        Ok(problems)
    }

    /// What would be packed, by its path in the crate's folder.
    fn files(&self) -> Result<Vec<String>, String> {
        let mut list = process::cargo(&["package", "--list", "--allow-dirty", "-p", &self.name]);
        let list = process::output(&mut list, b"")?;
        Ok(String::from_utf8_lossy(&list).lines().map(|line| line.replace('\\', "/")).collect())
    }

    fn read_file(&self, file: &str) -> Result<String, String> {
        // Cargo makes these three itself.
        if ["Cargo.toml.orig", "Cargo.lock", ".cargo_vcs_info.json"].contains(&file) {
            return Ok(String::new());
        }
        read(&self.folder.join(file))
    }
}

/// The first column of its feature table, sorted.
fn features_of_the_readme(readme: &str) -> Vec<String> {
    let table = readme.split_once("| feature | what it makes available |\n").map_or("", |(_, table)| table);
    let rows = table.lines().skip(1).take_while(|line| line.starts_with('|'));
    let mut names: Vec<String> =
        rows.filter_map(|row| row.split('|').nth(1)).map(|cell| cell.trim().replace('`', "")).collect();
    names.sort();
    names
}

/// What is included, and modules at paths of their own.
fn named_files(text: &str) -> Vec<&str> {
    let openings = ["include_str!(\"", "include_bytes!(\"", "#[path = \""];
    let after = openings.iter().flat_map(|opening| text.split(opening).skip(1));
    after.filter_map(|rest| rest.split_once('"')).map(|(file, _)| file).collect()
}

/// Without `..`; `None` where it leads out of the folder.
fn normal(path: &Path) -> Option<String> {
    let mut normal = PathBuf::new();
    for part in path.components() {
        match part {
            Component::ParentDir => normal.pop().then_some(())?,
            Component::CurDir => {}
            other => normal.push(other),
        }
    }
    Some(normal.to_string_lossy().into_owned())
}

fn read(file: &Path) -> Result<String, String> {
    fs::read_to_string(file).map_err(|error| format!("{} can't be read: {error}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_published_crate_can_be_taken_alone() {
        let published = Published::all().unwrap();
        assert_eq!(published.len(), 9, "{published:#?}");
        let problems: Vec<String> = published.iter().flat_map(|one| one.problems().unwrap()).collect();
        assert!(problems.is_empty(), "{problems:#?}");
    }

    #[test]
    fn what_leads_out_of_a_folder_is_seen() {
        assert_eq!(normal(Path::new("src/a/../../README.md")), Some("README.md".into()));
        assert_eq!(normal(Path::new("src/../../docs/a.md")), None);
        let text = "include_str!(\"../a.pem\") #[path = \"b.rs\"] include_bytes!(\"c\")";
        assert_eq!(named_files(text), ["../a.pem", "c", "b.rs"]);
    }

    #[test]
    fn a_feature_table_is_read_to_its_end() {
        let readme = "x\n| feature | what it makes available |\n| --- | --- |\n| `b` (default) | y |\n| `a` | z |\n\n| c | d |";
        assert_eq!(features_of_the_readme(readme), ["a", "b (default)"]);
        assert!(features_of_the_readme("none").is_empty());
    }

    #[test]
    fn what_tests_name_by_path_alone_needn_t_be_published_before() {
        let needs = |name: &str| {
            let all = Published::all().unwrap();
            all.iter().find(|one| one.name == name).unwrap().needs()
        };
        assert!(needs("paykka-client").contains(&"paykka-transport".to_owned()));
        assert!(!needs("paykka-webhook").contains(&"paykka-client".to_owned()));
        assert!(needs("paykka-model").is_empty());
    }
}
