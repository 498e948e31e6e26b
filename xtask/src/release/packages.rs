//! The packages as the registry would get them: made from the copy, weighed, and unpacked where nothing of the tree can help them.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use super::copy::Copy;
use super::version::Version;
use crate::process;

/// Those that are published, and where each is unpacked.
pub(super) struct Packages {
    folder: PathBuf,
    version: String,
    /// What is needed stands before what needs it.
    names: Vec<String>,
}

impl Packages {
    pub(super) fn in_order(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(String::as_str)
    }

    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    pub(super) fn version(&self) -> &str {
        &self.version
    }

    pub(super) fn place(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}-{}", self.version))
    }
}

pub(super) fn pack(copy: &Copy, version: &Version, is_committed: bool) -> Result<Packages, String> {
    let names = published(copy)?;
    // That they build is seen by those who use them; see `consumers`.
    let mut package = copy.cargo(&["package", "--no-verify", "--quiet"]);
    package.args(names.iter().flat_map(|name| ["-p", name]));
    if !is_committed {
        package.arg("--allow-dirty");
    }
    if !process::run(&mut package)? {
        return Err("the packages can't be made".into());
    }
    let version = version.to_string();
    let folder = std::env::temp_dir().join(format!("paykka-release-{}", std::process::id()));
    fs::create_dir_all(&folder).map_err(|error| format!("{} can't be made: {error}", folder.display()))?;
    println!("{:<18} {:>8}", "package", "KiB");
    for name in &names {
        let file = process::target()?.join("package").join(format!("{name}-{version}.crate"));
        let size =
            fs::metadata(&file).map_err(|error| format!("{} isn't there: {error}", file.display()))?.len();
        println!("{name:<18} {:>8}", size.div_ceil(1024));
        process::output(process::program("tar").arg("-xzf").arg(&file).arg("-C").arg(&folder), b"")?;
    }
    Ok(Packages { folder, version, names })
}

fn published(copy: &Copy) -> Result<Vec<String>, String> {
    let metadata =
        process::output(&mut copy.cargo(&["metadata", "--no-deps", "--format-version", "1"]), b"")?;
    let metadata: Value = serde_json::from_slice(&metadata)
        .map_err(|error| format!("cargo's metadata can't be read: {error}"))?;
    let all = metadata.get("packages").and_then(Value::as_array);
    let all: Option<Vec<Needed>> = all.and_then(|all| all.iter().filter_map(Needed::read).collect());
    ordered(all.ok_or("cargo's metadata has another form than it used to have")?)
}

/// A package and which others it needs to be published.
struct Needed {
    name: String,
    needs: Vec<String>,
}

impl Needed {
    /// The outer `None` is one that isn't published.
    fn read(package: &Value) -> Option<Option<Self>> {
        if package.get("publish").is_some_and(Value::is_array) {
            return None;
        }
        let name = package.get("name").and_then(Value::as_str).map(str::to_owned);
        let dependencies = package.get("dependencies").and_then(Value::as_array);
        let needs = dependencies.map(|all| all.iter().filter_map(need).collect());
        Some(name.zip(needs).map(|(name, needs)| Self { name, needs }))
    }
}

/// One of ours that has a version: those that are named by path alone are left out of what is published.
fn need(dependency: &Value) -> Option<String> {
    let is_ours = dependency.get("path").is_some();
    let is_kept = dependency.get("req").and_then(Value::as_str) != Some("*");
    (is_ours && is_kept).then(|| dependency.get("name")?.as_str().map(str::to_owned))?
}

fn ordered(mut left: Vec<Needed>) -> Result<Vec<String>, String> {
    let mut done: Vec<String> = Vec::new();
    while !left.is_empty() {
        let is_free =
            |package: &Needed| package.needs.iter().all(|need| done.contains(need) || *need == package.name);
        let Some(at) = left.iter().position(is_free) else {
            let names: Vec<_> = left.iter().map(|package| package.name.as_str()).collect();
            return Err(format!("these need each other and can't be published: {}", names.join(", ")));
        };
        done.push(left.remove(at).name);
    }
    Ok(done)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn package(name: &str, needs: &[&str]) -> Needed {
        Needed { name: name.into(), needs: needs.iter().map(|need| (*need).to_owned()).collect() }
    }

    #[test]
    fn what_is_needed_is_published_first() {
        let order = ordered(vec![package("c", &["b", "a"]), package("b", &["a", "b"]), package("a", &[])]);
        assert_eq!(order.unwrap(), ["a", "b", "c"]);
        let circle =
            ordered(vec![package("a", &["b"]), package("b", &["a"]), package("c", &[])]).unwrap_err();
        assert!(circle.ends_with("a, b"), "{circle}");
    }

    #[test]
    fn paths_alone_and_chores_are_left_out() {
        let read = |text: &str| Needed::read(&serde_json::from_str(text).unwrap());
        let kept = read(
            r#"{"name":"x","publish":null,"dependencies":[{"name":"a","path":"/a","req":"^0.1"},
                {"name":"b","path":"/b","req":"*"},{"name":"serde","req":"^1"}]}"#,
        );
        assert_eq!(kept.unwrap().unwrap().needs, ["a"]);
        assert!(read(r#"{"name":"x","publish":[],"dependencies":[]}"#).is_none());
        assert!(read(r#"{"name":"x","publish":null}"#).unwrap().is_none());
    }
}
