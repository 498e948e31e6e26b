//! What the tests of all languages in `bindings/` are told, and the examples of their READMEs, which are run as they stand
//! there.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::compiler::{root, succeeded, testdata};
use crate::platform;

/// By which a wrapper takes another library than it carries, and by which it is built with one.
pub(crate) const LIBRARY: &str = "PAYKKA_SIGN_LIBRARY";

pub(crate) fn folder(language: &str) -> PathBuf {
    root().join("bindings").join(language)
}

/// Where things are that tests read. The library must be the carried one.
pub(crate) fn told(command: &mut Command) -> &mut Command {
    command
        .env("PAYKKA_VECTORS", root().join("vectors"))
        .env("PAYKKA_KEYS", testdata(""))
        .env("PAYKKA_HEADER", root().join("crates/paykka-sign-ffi/include/paykka_sign.h"))
        .env_remove(LIBRARY)
}

/// A library that says it has another interface and has nothing else, made in a folder: where it is.
pub(crate) fn of_another_interface(folder: &Path) -> String {
    let (source, library) = (folder.join("other.rs"), folder.join("libother.so"));
    let text = "#[no_mangle] pub extern \"C\" fn paykka_abi_version() -> u32 { 2 }";
    fs::write(&source, text).unwrap();
    let mut rustc = Command::new(std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into()));
    rustc.args(["--crate-type", "cdylib", "-o"]).arg(&library).arg(source);
    succeeded(rustc.output().unwrap());
    library.to_str().unwrap().to_owned()
}

/// The example of a language's README and a folder to run it in: with a key pair for each side that nobody published, since
/// an example's ring isn't one for loopback.
pub(crate) struct Example {
    folder: TempDir,
    lines: String,
}

impl Example {
    pub(crate) fn of(language: &str) -> Self {
        let readme = fs::read_to_string(folder(language).join("README.md")).unwrap();
        let section = readme.split("\n## Five lines\n").nth(1).expect("a README has five lines");
        let lines: Vec<&str> = section
            .lines()
            .skip_while(|line| !line.starts_with("```"))
            .skip(1)
            .take_while(|line| !line.starts_with("```"))
            .collect();
        assert_eq!(lines.len(), 5, "{lines:?}");
        let folder = tempfile::tempdir().unwrap();
        for name in ["merchant", "platform"] {
            succeeded(
                Command::new(platform::program())
                    .args(["keys", "generate", name])
                    .current_dir(folder.path())
                    .output()
                    .unwrap(),
            );
        }
        Self { folder, lines: lines.join("\n") }
    }

    /// Writes a whole program: one with `BODY`, `RECEIVED_BODY` and the example's lines put in where it says `EXAMPLE`.
    pub(crate) fn write(&self, name: &str, program: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        let text = program
            .replace("EXAMPLE", &self.lines)
            .replace("RECEIVED_BODY", RECEIVED_BODY)
            .replace("BODY", BODY);
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Judges what the program printed: the value that it signed, which the command line verifies, and who signed what it
    /// verified itself.
    pub(crate) fn judge(&self, said: &str) {
        let (authorization, key_id) = said.trim_end().split_once('\n').expect(said);
        assert_eq!(key_id, "P001");
        fs::write(self.path().join("header.txt"), authorization).unwrap();
        fs::write(self.path().join("body"), BODY).unwrap();
        let mut verify = Command::new(platform::program());
        verify.args(["verify", "--path", "/api/v2/merch/account/balance", "--merchant", MERCHANT]);
        verify.args(["--body-file", "body", "--header-file", "header.txt"]);
        verify.args(["--public-key-file", "merchant.public.pem"]).current_dir(self.path());
        succeeded(verify.output().unwrap());
    }
}

const MERCHANT: &str = "M24061911365700670";
const BODY: &str = "{}";
const RECEIVED_BODY: &str = "[]";
