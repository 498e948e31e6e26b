//! The package for Node: packed, installed without a network into a folder that has nothing but koffi, and used from there.

use std::path::PathBuf;
use std::process::Command;
use std::{env, fs};

use tempfile::TempDir;

use crate::bindings::{self, LIBRARY};
use crate::cases;
use crate::compiler::{built, root, succeeded};

#[test]
fn all_vectors_come_out_and_failures_are_thrown() {
    let node = Installed::new();
    assert_eq!(succeeded(node.script("vectors.js").output().unwrap()), cases::ALL);
    let said = node.script("behaviour.js").output().unwrap();
    let report = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.status.success(), "{report}");
    for line in ["# tests 14", "# pass 14", "# fail 0", "# skipped 0"] {
        assert!(report.lines().any(|reported| reported == line), "{line}: {report}");
    }
}

#[test]
fn the_package_carries_what_it_needs_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let package = packed(&folder);
    assert!(package.ends_with(concat!("paykka-sign-", env!("CARGO_PKG_VERSION"), ".tgz")), "{package:?}");
    let listed = succeeded(Command::new("tar").arg("-tzf").arg(package).output().unwrap());
    let mut files: Vec<&str> = listed.lines().map(|file| file.strip_prefix("package/").unwrap()).collect();
    files.sort_unstable();
    let expected = [
        "LICENSE-APACHE",
        "LICENSE-MIT",
        "README.md",
        "index.d.ts",
        "index.js",
        "index.mjs",
        "lib/linux-x64/libpaykka_sign_ffi.so",
        "native.js",
        "package.json",
    ];
    assert_eq!(files, expected);
}

/// Above all not a crash: what is called then would take wrong arguments.
#[test]
fn a_library_that_is_missing_or_another_one_is_named() {
    let node = Installed::new();
    let used = |library: &str| {
        let said = node.script("vectors.js").env(LIBRARY, library).output().unwrap();
        assert!(!said.status.success());
        String::from_utf8_lossy(&said.stderr).into_owned()
    };
    let said = used("/nowhere/lib.so");
    assert!(said.contains("/nowhere/lib.so can't be loaded: install the packed package"), "{said}");
    let said = used(&bindings::of_another_interface(node.folder.path()));
    assert!(said.contains("has interface 2, and 1 is wanted"), "{said}");
}

mod needs_paykka {
    use super::*;
    use crate::bindings::Example;
    use crate::platform::{Platform, VERIFIED};

    #[test]
    fn a_signed_call_gets_an_answer_that_verifies() {
        let said = Installed::new().script("live.js").args(Platform::start().arguments()).output().unwrap();
        assert_eq!(succeeded(said), VERIFIED);
    }

    #[test]
    fn the_readmes_example_is_a_program() {
        let (node, example) = (Installed::new(), Example::of("node"));
        let program = example.write(
            "program.js",
            r"
const fs = require('node:fs');
const [body, receivedBody] = [Buffer.from('BODY'), Buffer.from('RECEIVED_BODY')];
const platform = new (require('paykka-sign').SigningKey)('P001', fs.readFileSync('platform.private.pem'));
const received = platform.sign('/notify', receivedBody, { merchant: 'M24061911365700670' });
EXAMPLE
console.log(authorization);
console.log(keyId);
",
        );
        // A program finds packages from where it lies.
        let beside = node.app().join("program.js");
        fs::copy(program, &beside).unwrap();
        let ended = Command::new("node").arg(beside).current_dir(example.path()).output().unwrap();
        example.judge(&succeeded(ended));
    }
}

/// A folder with the installed package, and the tests beside it.
struct Installed {
    folder: TempDir,
}

impl Installed {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let package = packed(&folder);
        let installed = Self { folder };
        let app = installed.app();
        fs::create_dir(&app).unwrap();
        fs::write(app.join("package.json"), r#"{"private": true}"#).unwrap();
        copy(&koffi().join("node_modules"), &app);
        // npm's own note of what lies there, which would be wrong here.
        fs::remove_file(app.join("node_modules/.package-lock.json")).unwrap();
        let mut install = npm(&installed.folder);
        install.args(["install", "--offline", "--ignore-scripts", "--no-audit", "--no-fund"]).arg(package);
        succeeded(install.current_dir(&app).output().unwrap());
        assert!(app.join("node_modules/paykka-sign/lib/linux-x64/libpaykka_sign_ffi.so").is_file());
        copy(&bindings::folder("node").join("tests"), &app);
        installed
    }

    fn app(&self) -> PathBuf {
        self.folder.path().join("app")
    }

    fn script(&self, name: &str) -> Command {
        let mut command = Command::new("node");
        command.arg("--test-reporter=tap").arg(self.app().join("tests").join(name)).current_dir(self.app());
        bindings::told(&mut command);
        command
    }
}

/// The package, packed from a copy of the sources, since npm lays what it packs beside them.
fn packed(folder: &TempDir) -> PathBuf {
    let sources = folder.path().join("bindings/node");
    fs::create_dir_all(&sources).unwrap();
    for entry in fs::read_dir(bindings::folder("node")).unwrap() {
        let path = entry.unwrap().path();
        if path.is_file() {
            fs::copy(&path, sources.join(path.file_name().unwrap())).unwrap();
        }
    }
    for licence in ["LICENSE-APACHE", "LICENSE-MIT"] {
        fs::copy(root().join(licence), folder.path().join(licence)).unwrap();
    }
    let mut pack = npm(folder);
    pack.args(["pack", "--silent", "./bindings/node"]).env(LIBRARY, built("libpaykka_sign_ffi.so"));
    let said = succeeded(pack.current_dir(folder.path()).output().unwrap());
    folder.path().join(said.lines().last().unwrap())
}

/// It reads none of the user's settings and writes nothing into the user's folders.
fn npm(folder: &TempDir) -> Command {
    let mut npm = Command::new("npm");
    npm.env("npm_config_cache", folder.path().join("cache"))
        .env("npm_config_userconfig", "/dev/null")
        .env("npm_config_update_notifier", "false");
    npm
}

fn copy(from: &std::path::Path, into: &std::path::Path) {
    succeeded(Command::new("cp").arg("-R").arg(from).arg(into).output().unwrap());
}

/// The folder with koffi: `cargo xtask test` installs it and says where it is.
fn koffi() -> PathBuf {
    let told = env::var_os("PAYKKA_KOFFI").map(PathBuf::from);
    told.expect(
        "this test needs koffi; `cargo xtask test` installs it; by hand: `npm ci` beside a copy of bindings/node/package.json and \
         package-lock.json, and the place in PAYKKA_KOFFI; to leave it out: cargo nextest run -E 'not test(/needs_koffi/)'",
    )
}
