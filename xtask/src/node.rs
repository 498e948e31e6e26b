//! What the package for Node needs from npm's registry. Debian doesn't have it, so the versions of the package's own lock
//! file are installed into the user's cache folder when they are wanted; nothing is ever installed beside the sources.

use std::fs;
use std::path::{Path, PathBuf};

use crate::{helpers, process};

/// Packages of npm by a lock file, which holds a version and a hash for each.
#[derive(Debug)]
pub(crate) struct Packages {
    /// The one that is asked for; the others are what it needs.
    pub(crate) name: &'static str,
    /// Where `package.json` and `package-lock.json` lie, from the repository's root.
    pub(crate) of: &'static str,
}

/// Calls C from Node.
pub(crate) const KOFFI: Packages = Packages { name: "koffi", of: "bindings/node" };

/// What brings both programs on Debian, which has npm on its own.
pub(crate) const PACKAGE: &str = "nodejs npm";

impl Packages {
    /// The folder with `node_modules` in it.
    pub(crate) fn find_or_install(&self) -> Result<PathBuf, String> {
        let Self { name, .. } = self;
        if !["node", "npm"].iter().all(|program| process::answers(process::program(program).arg("--version")))
        {
            return Err(format!("{name} needs Node and npm; `apt-get install {PACKAGE}` brings them"));
        }
        let folder = helpers::folder().ok_or_else(|| {
            format!("neither XDG_CACHE_HOME nor HOME is set, so there is no place for {name}")
        })?;
        let folder = folder.join("node").join(name);
        if self.is_current(&folder) { Ok(folder) } else { self.install(folder) }
    }

    fn is_current(&self, folder: &Path) -> bool {
        let wanted = fs::read(self.list(LOCK));
        let installed = fs::read(stamp(folder));
        let is_same = wanted.ok().zip(installed.ok()).is_some_and(|(wanted, installed)| wanted == installed);
        is_same && {
            let load = format!("require('{}')", self.name);
            process::answers(process::program("node").args(["-e", &load]).current_dir(folder))
        }
    }

    fn install(&self, folder: PathBuf) -> Result<PathBuf, String> {
        let Self { name, of } = self;
        eprintln!("installing {name} by {of}/{LOCK} into {} (once)", folder.display());
        let put = |file: &str| fs::copy(self.list(file), folder.join(file)).map(drop);
        fs::create_dir_all(&folder)
            .and_then(|()| put("package.json"))
            .and_then(|()| put(LOCK))
            .map_err(|error| format!("{} can't be written: {error}", folder.display()))?;
        // No package's own programs are run, since these bring all that they need.
        let mut install = process::program("npm");
        install.args(["ci", "--silent", "--ignore-scripts", "--no-audit", "--no-fund"]);
        // Without a network npm would try for a minute.
        install.args(["--fetch-retries=1", "--fetch-retry-mintimeout=1000"]);
        if !process::run(install.current_dir(&folder))? {
            return Err(format!("{name} couldn't be installed; it needs a network once"));
        }
        // Last, so that an installation that broke off isn't taken for one.
        fs::copy(self.list(LOCK), stamp(&folder))
            .map_err(|error| format!("{} can't be written: {error}", stamp(&folder).display()))?;
        if self.is_current(&folder) {
            Ok(folder)
        } else {
            Err(format!(
                "{name} was installed and can't be loaded; has Node on this machine another platform?"
            ))
        }
    }

    fn list(&self, file: &str) -> PathBuf {
        process::root().join(self.of).join(file)
    }
}

const LOCK: &str = "package-lock.json";

/// A copy of the lock file that was installed by.
fn stamp(folder: &Path) -> PathBuf {
    folder.join("installed.json")
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn every_package_is_pinned_with_its_hash() {
        let read = |file| serde_json::from_slice::<Value>(&fs::read(KOFFI.list(file)).unwrap()).unwrap();
        let wanted = &read("package.json")["dependencies"];
        assert_eq!(wanted.as_object().unwrap().keys().collect::<Vec<_>>(), [KOFFI.name]);
        let version = wanted[KOFFI.name].as_str().unwrap();
        assert!(version.split('.').all(|part| part.parse::<u32>().is_ok()), "{version} is a range");
        let lock = read(LOCK);
        let packages = lock["packages"].as_object().unwrap();
        assert_eq!(packages["node_modules/koffi"]["version"], version);
        for (name, package) in packages.iter().filter(|(name, _)| !name.is_empty()) {
            assert!(package["integrity"].as_str().unwrap().starts_with("sha512-"), "{name}");
            assert_eq!(package["license"], "MIT", "{name}");
        }
    }

    #[test]
    fn a_folder_of_another_lock_file_is_not_current() {
        assert!(!KOFFI.is_current(&process::root().join("bindings/node")), "it has no stamp");
    }
}
