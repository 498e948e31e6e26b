//! The package for Go: compiled by cgo against an installed library, as its users do it, and under the race detector.

use std::path::Path;
use std::process::Command;

use crate::compiler::{keys, root, succeeded};
use crate::library::{BACKEND, install};

mod needs_pkg_config {
    use super::*;

    #[test]
    fn all_vectors_come_out_and_failures_are_errors() {
        let said = succeeded(go(&["test", "-race", "-count=1", "-v", "./..."]).output().unwrap());
        let passed = said.lines().filter(|line| line.starts_with("--- PASS: ")).count();
        assert_eq!(passed, 16, "{said}");
        assert!(!said.contains("--- SKIP") && said.contains("--- PASS: TestRefused"), "{said}");
    }

    #[test]
    fn nothing_is_left_to_say_for_vet_and_gofmt() {
        succeeded(go(&["vet", "./..."]).output().unwrap());
        let mut format = Command::new("gofmt");
        let said =
            succeeded(format.args(["-l", "."]).current_dir(root().join("bindings/go")).output().unwrap());
        assert_eq!(said, "", "not as gofmt writes it");
    }

    /// The lines of the README are compiled as they stand there.
    #[test]
    fn the_readmes_example_is_a_program() {
        let [private_key, _] = keys();
        let said = succeeded(go(&["run", "./example"]).arg(private_key).output().unwrap());
        assert!(said.starts_with("Authorization: %7B%22sign_type%22"), "{said}");
        let readme = include_str!("../../../../bindings/go/README.md");
        let example = include_str!("../../../../bindings/go/example/main.go");
        let five_lines = example.split("\t// five lines\n").nth(1).unwrap().trim_end();
        assert!(
            readme.contains(five_lines),
            "bindings/go/README.md shows other lines than example/main.go has"
        );
    }

    mod needs_paykka {
        use super::*;
        use crate::platform::{Platform, VERIFIED};

        #[test]
        fn a_signed_call_gets_an_answer_that_verifies() {
            let mut live = go(&["run", "./tests/live"]);
            assert_eq!(succeeded(live.args(Platform::start().arguments()).output().unwrap()), VERIFIED);
        }
    }
}

/// Go in the package's folder, without a network, and the library installed where it always is: what Go keeps of an earlier build
/// names its place.
fn go(arguments: &[&str]) -> Command {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("go");
    let prefix = folder.join(BACKEND);
    install(&prefix);
    let mut command = Command::new("go");
    command
        .args(arguments)
        .current_dir(root().join("bindings/go"))
        .env("PKG_CONFIG_PATH", prefix.join("lib/pkgconfig"))
        .env("LD_LIBRARY_PATH", prefix.join("lib"))
        .env("GOCACHE", folder.join("cache").join(BACKEND))
        .env("GOFLAGS", "")
        .env("GOPROXY", "off")
        .env("CGO_ENABLED", "1");
    command
}
