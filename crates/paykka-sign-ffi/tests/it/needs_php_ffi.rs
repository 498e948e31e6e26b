//! The package for PHP: put together, and used from there.

use std::process::Command;

use tempfile::TempDir;

use crate::bindings::{self, LIBRARY};
use crate::cases;
use crate::compiler::{built, succeeded};

#[test]
fn all_vectors_come_out_and_failures_are_thrown() {
    let php = Built::new();
    assert_eq!(succeeded(php.script("vectors.php").output().unwrap()), cases::ALL);
    assert_eq!(succeeded(php.script("behaviour.php").output().unwrap()), "12 tests\n");
}

/// Above all not a crash: what is called then would take wrong arguments.
#[test]
fn a_library_that_is_missing_or_another_one_is_named() {
    let php = Built::new();
    let used = |library: &str| {
        let said = php.script("vectors.php").env(LIBRARY, library).output().unwrap();
        assert!(!said.status.success());
        String::from_utf8_lossy(&said.stdout).into_owned()
    };
    let said = used("/nowhere/lib.so");
    assert!(said.contains("/nowhere/lib.so can't be loaded: "), "{said}");
    let said = used(&bindings::of_another_interface(php.folder.path()));
    assert!(said.contains("has interface 2, and 1 is wanted"), "{said}");
}

#[test]
fn a_forbidden_ffi_is_named() {
    let php = Built::new();
    let tests = bindings::folder("php").join("tests");
    let mut command = php.php(&["-d", "ffi.enable=0"]);
    let said = command.arg(tests.join("vectors.php")).output().unwrap();
    let said = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.contains("set ffi.enable=true"), "{said}");
}

mod needs_paykka {
    use super::*;
    use crate::bindings::Example;
    use crate::platform::{Platform, VERIFIED};

    #[test]
    fn a_signed_call_gets_an_answer_that_verifies() {
        let said = Built::new().script("live.php").args(Platform::start().arguments()).output().unwrap();
        assert_eq!(succeeded(said), VERIFIED);
    }

    #[test]
    fn the_readmes_example_is_a_program() {
        let (php, example) = (Built::new(), Example::of("php"));
        let program = example.write(
            "program.php",
            r#"<?php
require getenv('PAYKKA_AUTOLOAD');
use Paykka\Sign\KeyRing;
use Paykka\Sign\SigningKey;
[$body, $receivedBody] = ['BODY', 'RECEIVED_BODY'];
$platform = new SigningKey('P001', file_get_contents('platform.private.pem'));
$received = $platform->sign('/notify', $receivedBody, 'M24061911365700670');
EXAMPLE
echo "$authorization\n$keyId\n";
"#,
        );
        let mut command = php.php(&[]);
        command.arg(program).current_dir(example.path());
        command.env("PAYKKA_AUTOLOAD", bindings::folder("php").join("tests/autoload.php"));
        example.judge(&succeeded(command.output().unwrap()));
    }
}

/// The package's folder.
struct Built {
    folder: TempDir,
}

impl Built {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let mut build = Command::new("php");
        build.arg(bindings::folder("php").join("build.php")).arg(folder.path().join("package"));
        succeeded(build.env(LIBRARY, built("libpaykka_sign_ffi.so")).output().unwrap());
        Self { folder }
    }

    fn script(&self, name: &str) -> Command {
        let mut command = self.php(&[]);
        command.arg(bindings::folder("php").join("tests").join(name));
        command
    }

    /// Traces have their arguments, as on a developer's machine: one of the tests looks into them.
    fn php(&self, more: &[&str]) -> Command {
        let mut command = Command::new("php");
        command.args(["-d", "zend.exception_ignore_args=0", "-d", "display_errors=1"]).args(more);
        bindings::told(&mut command).env("PAYKKA_PACKAGE", self.folder.path().join("package"));
        command
    }
}
