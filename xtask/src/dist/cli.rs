//! The command for people without Rust, laid out as a prefix such as `/usr/local` has it.

use std::fs;
use std::path::{Path, PathBuf};

use super::archive::Archive;
use super::{Release, build, notices, own_file, read};
use crate::process;

pub(super) fn make(release: &Release, folder: &Path) -> Result<Vec<PathBuf>, String> {
    let program = build::release(PACKAGE, &["--bin", "paykka"])?.join("paykka");
    archive(release, &program)?.write(release, folder)
}

fn archive(release: &Release, program: &Path) -> Result<Archive, String> {
    let mut archive = Archive::new(release.name(PACKAGE))?;
    archive.file("README.md", own_file("README.md")?);
    archive.file(notices::NAME, notices::of(PACKAGE)?);
    archive.program("bin/paykka", read(program)?);
    for (shell, place) in [
        ("bash", "share/bash-completion/completions/paykka"),
        ("fish", "share/fish/vendor_completions.d/paykka.fish"),
        ("zsh", "share/zsh/site-functions/_paykka"),
    ] {
        let mut completions = process::program(program);
        archive.file(place, process::output(completions.args(["completions", shell]), b"")?);
    }
    for (name, page) in man_pages(program)? {
        archive.file(&format!("share/man/man1/{name}"), page);
    }
    Ok(archive)
}

fn man_pages(program: &Path) -> Result<Vec<(String, Vec<u8>)>, String> {
    let folder = process::target_folder().join("dist-build").join(format!("man-{}", std::process::id()));
    let problem = |error| format!("{} can't be used: {error}", folder.display());
    fs::create_dir_all(&folder).map_err(problem)?;
    process::output(process::program(program).args(["reference", "--man"]).arg(&folder), b"")?;
    let mut pages = Vec::new();
    for entry in fs::read_dir(&folder).map_err(problem)? {
        let entry = entry.map_err(problem)?;
        pages.push((entry.file_name().to_string_lossy().into_owned(), read(&entry.path())?));
    }
    fs::remove_dir_all(&folder).map_err(problem)?;
    if pages.is_empty() { Err("`paykka reference --man` wrote no pages".into()) } else { Ok(pages) }
}

const PACKAGE: &str = "paykka-cli";

#[cfg(test)]
mod tests {
    mod needs_paykka {
        use std::collections::BTreeMap;
        use std::io::Read;

        use super::super::*;

        /// With the command as the tests have it: a release's takes minutes to build, and is packed by the same lines.
        #[test]
        fn the_archive_has_the_command_its_pages_and_its_completions() {
            let program = std::env::var_os("PAYKKA_PROGRAM").map(PathBuf::from);
            let program =
                program.expect("`cargo xtask test` builds the command `paykka` and says where it is");
            let release = Release { version: "1.2.3", time: 1_700_000_000 };
            let folder = tempfile::tempdir().unwrap();
            let pack = || archive(&release, &program).unwrap().write(&release, folder.path()).unwrap();
            let [file, checksum] = pack().try_into().unwrap();
            let packed = fs::read(&file).unwrap();
            let name = format!("paykka-cli-1.2.3-{}-{}", std::env::consts::ARCH, std::env::consts::OS);
            assert_eq!(file.file_name().unwrap().to_str(), Some(&*format!("{name}.tar.gz")));
            assert!(fs::read_to_string(checksum).unwrap().ends_with(&format!("  {name}.tar.gz\n")));

            let mut entries = BTreeMap::new();
            for entry in tar::Archive::new(flate2::read::GzDecoder::new(&*packed)).entries().unwrap() {
                let mut entry = entry.unwrap();
                let path = entry.path().unwrap().strip_prefix(&name).unwrap().display().to_string();
                let mut content = Vec::new();
                entry.read_to_end(&mut content).unwrap();
                entries.insert(path, (entry.header().mode().unwrap(), content));
            }
            let text = |path: &str| String::from_utf8_lossy(&entries[path].1).into_owned();
            assert_eq!(entries["bin/paykka"], (0o755, fs::read(&program).unwrap()));
            assert!(text("share/man/man1/paykka.1").contains(".TH"));
            assert!(text("share/man/man1/paykka-verify.1").contains(".TH"));
            assert!(text("share/bash-completion/completions/paykka").contains("complete -F"));
            assert!(text("share/zsh/site-functions/_paykka").starts_with("#compdef paykka"));
            assert!(text("share/fish/vendor_completions.d/paykka.fish").contains("complete -c paykka"));
            for licence in ["LICENSE-APACHE", "LICENSE-MIT", "README.md"] {
                assert_eq!(entries[licence].1, own_file(licence).unwrap());
            }
            assert!(text(notices::NAME).contains("\naws-lc-sys "));
            assert_eq!(text("SHA256SUMS").lines().count(), entries.len() - 1);

            pack();
            assert!(packed == fs::read(&file).unwrap(), "the same again is another archive");
        }
    }
}
