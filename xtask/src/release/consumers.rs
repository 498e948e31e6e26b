//! Projects that take the packages as somebody else would. A package that builds here only because the tree is around it is found
//! by them.

use std::fs;
use std::path::Path;

use super::copy::Copy;
use super::packages::Packages;
use crate::process;

/// Builds and tests each project on the unpacked packages.
pub(super) fn test(copy: &Copy, packages: &Packages) -> Result<bool, String> {
    let mut is_good = true;
    for consumer in &CONSUMERS {
        eprintln!("-- {}", consumer.name);
        let folder = consumer.write(copy, packages)?;
        let mut test = process::cargo(&["test", "--quiet"]);
        test.current_dir(&folder).env("CARGO_TARGET_DIR", process::target_folder().join("consumers"));
        is_good &= process::run(&mut test)?;
    }
    if is_good {
        let folder = packages.folder();
        fs::remove_dir_all(folder)
            .map_err(|error| format!("{} can't be removed: {error}", folder.display()))?;
    }
    Ok(is_good)
}

struct Consumer {
    name: &'static str,
    /// Lines of its manifest, with `{}` for the version.
    takes: &'static [&'static str],
}

const CONSUMERS: [Consumer; 4] = [
    Consumer { name: "sign", takes: &["paykka-sign = \"{}\""] },
    Consumer { name: "model", takes: &["paykka-model = \"{}\""] },
    Consumer {
        name: "webhook",
        takes: &[
            "paykka-webhook = { version = \"{}\", features = [\"test-util\"] }",
            "paykka-sign = \"{}\"",
            "paykka-model = \"{}\"",
        ],
    },
    Consumer {
        name: "all",
        takes: &[
            "paykka-sign = \"{}\"",
            "paykka-model = \"{}\"",
            "paykka-transport = \"{}\"",
            "paykka-client = \"{}\"",
            "paykka-webhook = \"{}\"",
            "paykka-inbox = \"{}\"",
            "paykka-emulator = \"{}\"",
            "tokio = { version = \"1\", features = [\"macros\", \"rt\"] }",
        ],
    },
];

impl Consumer {
    fn write(&self, copy: &Copy, packages: &Packages) -> Result<std::path::PathBuf, String> {
        let folder = packages.folder().join("consumers").join(self.name);
        let source = copy.path().join("xtask/consumers").join(format!("{}.rs", self.name));
        let keys = packages.place("paykka-sign").join("testdata");
        let files = [
            (source, "tests/it.rs"),
            (keys.join("merchant-2048.private.pem"), "keys/merchant.pem"),
            (keys.join("platform-2048.private.pem"), "keys/platform.pem"),
        ];
        let written = fs::create_dir_all(folder.join("tests"))
            .and_then(|()| fs::create_dir_all(folder.join("keys")))
            .and_then(|()| fs::create_dir_all(folder.join("src")))
            .and_then(|()| fs::write(folder.join("src/lib.rs"), ""))
            .and_then(|()| fs::write(folder.join("Cargo.toml"), self.manifest(packages)))
            .and_then(|()| files.iter().try_for_each(|(from, to)| fs::copy(from, folder.join(to)).map(drop)))
            // The versions that the tree was tried with.
            .and_then(|()| fs::copy(copy.path().join("Cargo.lock"), folder.join("Cargo.lock")).map(drop));
        written.map_err(|error| format!("the project `{}` can't be written: {error}", self.name))?;
        Ok(folder)
    }

    fn manifest(&self, packages: &Packages) -> String {
        let takes: Vec<_> = self.takes.iter().map(|line| line.replace("{}", packages.version())).collect();
        let patch = |name: &str| format!("{name} = {{ path = {:?} }}", shown(&packages.place(name)));
        let patches: Vec<_> = packages.in_order().map(patch).collect();
        format!(
            "[package]\nname = \"consumer-{}\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n[workspace]\n\n[dependencies]\n{}\n\n[patch.crates-io]\n{}\n",
            self.name,
            takes.join("\n"),
            patches.join("\n"),
        )
    }
}

fn shown(path: &Path) -> String {
    path.display().to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_project_has_its_source() {
        let folder = process::root().join("xtask/consumers");
        let sources = fs::read_dir(&folder).unwrap().filter_map(|entry| {
            entry.unwrap().file_name().into_string().unwrap().strip_suffix(".rs").map(str::to_owned)
        });
        let mut sources: Vec<_> = sources.collect();
        sources.sort();
        let mut names: Vec<_> = CONSUMERS.iter().map(|consumer| consumer.name.to_owned()).collect();
        names.sort();
        assert_eq!(sources, names);
    }
}
