//! The packages as the registry would get them: made from the copy, weighed, and unpacked where nothing of the tree can help them.

use std::fs;
use std::path::{Path, PathBuf};

use super::copy::Copy;
use super::version::Version;
use crate::packages::Published;
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
    let all = Published::all()?;
    let names =
        ordered(all.iter().map(|one| Needed { name: one.name.clone(), needs: one.needs() }).collect())?;
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
        let file = process::target_folder().join("package").join(format!("{name}-{version}.crate"));
        let size =
            fs::metadata(&file).map_err(|error| format!("{} isn't there: {error}", file.display()))?.len();
        println!("{name:<18} {:>8}", size.div_ceil(1024));
        process::output(process::program("tar").arg("-xzf").arg(&file).arg("-C").arg(&folder), b"")?;
    }
    Ok(Packages { folder, version, names })
}

/// A package and which others it needs to be published.
struct Needed {
    name: String,
    needs: Vec<String>,
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
}
