//! The crate is taken alone by people who have their own HTTP client; its dependencies stay few, and of the kind that
//! needs no explaining. Whoever chooses one backend doesn't compile the other.

use std::env;
use std::process::{Command, Output};

#[test]
fn the_dependency_tree_fits_on_a_screen() {
    let tree = tree(&[]);
    assert!(tree.lines().count() <= 20, "more than 20 lines:\n{tree}");
    for unwanted in ["(proc-macro)", " tokio ", " http ", " hyper ", " serde_derive ", " syn "] {
        assert!(!tree.contains(unwanted), "`{unwanted}` has come in:\n{tree}");
    }
}

#[test]
fn each_backend_comes_without_the_other() {
    let by_default = tree(&[]);
    assert!(by_default.contains(" ring v") && !by_default.contains(" aws-lc"), "{by_default}");
    let chosen = tree(&["--no-default-features", "--features", "aws-lc-rs"]);
    assert!(chosen.contains(" aws-lc-rs v") && !chosen.contains(" ring v"), "{chosen}");
}

/// In a folder of its own, since it is compiled with other features than the crate under test.
#[test]
fn without_a_backend_the_compiler_says_what_to_enable() {
    let folder = concat!(env!("CARGO_TARGET_TMPDIR"), "/no-backend");
    let output =
        cargo(&["check", "-p", "paykka-sign", "--no-default-features", "--lib", "--target-dir", folder]);
    let complaint = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success(), "it compiles without cryptography:\n{complaint}");
    assert!(complaint.contains("needs a cryptography backend"), "{complaint}");
    assert!(complaint.contains("`ring`") && complaint.contains("`aws-lc-rs`"), "{complaint}");
}

fn tree(features: &[&str]) -> String {
    let output = cargo(&[&["tree", "-p", "paykka-sign", "-e", "normal"], features].concat());
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let tree = String::from_utf8(output.stdout).unwrap();
    assert!(tree.starts_with("paykka-sign "), "{tree}");
    tree
}

fn cargo(arguments: &[&str]) -> Output {
    Command::new(env::var_os("CARGO").unwrap())
        .args(arguments)
        .args(["--offline", "--color", "never"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap()
}
