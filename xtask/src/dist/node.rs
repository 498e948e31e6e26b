//! The package for Node, as `npm pack` makes it, with the library of the same build as the archive for C.

use std::fs;
use std::path::{Path, PathBuf};

use super::archive::with_checksum;
use super::{Release, ffi, notices, own_file, write};
use crate::{node, process};

pub(super) fn make(_: &Release, folder: &Path) -> Result<Vec<PathBuf>, String> {
    if !process::answers(process::program("npm").arg("--version")) {
        return Err(format!("npm makes the package for Node; `apt-get install {}` brings it", node::PACKAGE));
    }
    let stage = process::target_folder().join("dist-build").join("node");
    put_in_place(&stage)?;
    let mut pack = process::program("npm");
    // What its script would do has been done, with the library of this build.
    pack.args(["pack", "--silent", "--ignore-scripts", "--pack-destination"]).arg(folder);
    let name = process::output(pack.current_dir(&stage), b"")?;
    with_checksum(folder.join(String::from_utf8_lossy(&name).trim()))
}

/// All that goes into it, where nothing else lies.
fn put_in_place(stage: &Path) -> Result<(), String> {
    if stage.exists() {
        fs::remove_dir_all(stage)
            .map_err(|error| format!("{} can't be removed: {error}", stage.display()))?;
    }
    let libraries = stage.join("lib/linux-x64");
    fs::create_dir_all(&libraries)
        .map_err(|error| format!("{} can't be made: {error}", libraries.display()))?;
    for name in SOURCES {
        write(&stage.join(name), &own_file(&format!("bindings/node/{name}"))?)?;
    }
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        write(&stage.join(name), &own_file(name)?)?;
    }
    write(&stage.join(notices::NAME), &notices::of(ffi::PACKAGE)?)?;
    write(&libraries.join(ffi::LIBRARY), &super::read(&ffi::build()?.join(ffi::LIBRARY))?)
}

/// Its own files.
const SOURCES: [&str; 6] = ["README.md", "index.d.ts", "index.js", "index.mjs", "native.js", "package.json"];

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    #[test]
    fn what_the_package_lists_goes_into_it() {
        let package: Value =
            serde_json::from_slice(&own_file("bindings/node/package.json").unwrap()).unwrap();
        for listed in package["files"].as_array().unwrap() {
            let listed = listed.as_str().unwrap();
            let is_licence = listed.starts_with("LICENSE-") || listed == notices::NAME;
            assert!(listed == "lib/" || is_licence || SOURCES.contains(&listed), "{listed}");
        }
        assert!(package["files"].as_array().unwrap().contains(&notices::NAME.into()));
    }
}
