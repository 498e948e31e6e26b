//! Which test has which block.

use crate::page::{all, blocks, read};

/// Page, kind of block, the test that compiles or runs it, and a word there by which that is seen.
const TESTED: [(&str, &str, &str, &str); 13] = [
    ("README.md", "sh", "crates/paykka-cli/tests/it/readme.rs", "From keys to a verified call"),
    ("docs/cli.md", "toml", "tests/guides/tests/it/needs_paykka.rs", "the_profile_of_the_reference"),
    ("docs/emulator.md", "java", "crates/paykka-cli/tests/it/guide_ci.rs", "\"java\""),
    ("docs/emulator.md", "js", "crates/paykka-cli/tests/it/guide_ci.rs", "\"js\""),
    ("docs/emulator.md", "python", "crates/paykka-cli/tests/it/guide_ci.rs", "\"python\""),
    ("docs/emulator.md", "sh", "crates/paykka-cli/tests/it/guide.rs", "```sh"),
    ("docs/emulator.md", "toml", "crates/paykka-cli/tests/it/guide_ci.rs", "\"toml\""),
    ("docs/emulator.md", "yaml", "crates/paykka-cli/tests/it/guide_ci.rs", "yaml"),
    ("docs/signing.md", "sh", "crates/paykka-sign/tests/it/needs_openssl.rs", "docs/signing.md"),
    ("docs/webhooks.md", "sh", "tests/guides/tests/it/needs_paykka.rs", "every_command_line_of_the_guides"),
    ("docs/zh/signing.md", "sh", "tests/guides/tests/it/translated.rs", "code_is_the_same"),
    ("docs/zh/webhooks.md", "sh", "tests/guides/tests/it/translated.rs", "code_is_the_same"),
    ("crates/paykka-sign-ffi/README.md", "c", "tests/guides/tests/it/blocks.rs", "example.c"),
];

#[test]
fn every_code_block_is_compiled_or_run_by_a_test() {
    let doc_tests = read("tests/guides/src/lib.rs");
    for page in all() {
        for block in blocks(&read(&page)) {
            match block.kind.split(',').next().unwrap() {
                // No code: output, pictures, and what a command says.
                "text" => {}
                "rust" => {
                    let is_own = page.starts_with("crates/"); // `cargo xtask packages` sees to those
                    let is_translated = page.starts_with("docs/zh/"); // compared with the page that is tested
                    let is_tested = doc_tests.contains(&format!("\"{page}\""));
                    assert!(is_own || is_translated || is_tested, "add {page} to tests/guides/src/lib.rs");
                }
                kind => {
                    let row = TESTED.iter().find(|(file, of, ..)| *file == page && *of == kind);
                    let (.., test, word) = row.unwrap_or_else(|| {
                        panic!("{page} has a block of `{kind}` that no test runs: run it, and say where in TESTED")
                    });
                    assert!(read(test).contains(word), "{test} has no `{word}`");
                }
            }
        }
    }
}

/// The example of the C interface is a part of the program that is compiled.
#[test]
fn the_readme_of_the_c_interface_shows_what_is_compiled() {
    let example = read("bindings/c/example.c");
    let shown = blocks(&read("crates/paykka-sign-ffi/README.md"));
    assert_eq!(shown.len(), 1);
    assert!(example.contains(&shown[0].text), "the README shows other lines than example.c has");
}
