//! The crate is taken alone by people who have their own HTTP client; its dependencies stay few, and of the kind that
//! needs no explaining.

use std::env;
use std::process::Command;

#[test]
fn the_dependency_tree_fits_on_a_screen() {
    let tree = Command::new(env::var_os("CARGO").unwrap())
        .args(["tree", "-p", "paykka-sign", "-e", "normal", "--offline", "--color", "never"])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .output()
        .unwrap();
    assert!(tree.status.success(), "{}", String::from_utf8_lossy(&tree.stderr));
    let tree = String::from_utf8(tree.stdout).unwrap();
    assert!(tree.starts_with("paykka-sign "), "{tree}");
    assert!(tree.lines().count() <= 20, "more than 20 lines:\n{tree}");
    for unwanted in ["(proc-macro)", " tokio ", " http ", " hyper ", " serde_derive ", " syn "] {
        assert!(!tree.contains(unwanted), "`{unwanted}` has come in:\n{tree}");
    }
}
