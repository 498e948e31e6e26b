//! What the guides say to type is understood by the command as it is.

use std::collections::BTreeSet;
use std::fs;
use std::path::PathBuf;
use std::process::{Command, Output};

use crate::page::{all, blocks, read};

fn paykka(words: &[&str]) -> Output {
    let told = std::env::var_os("PAYKKA_PROGRAM").map(PathBuf::from);
    let program = told.expect(
        "`cargo xtask test` says where the command is; by hand, build paykka-cli and put its place in PAYKKA_PROGRAM; to leave it \
         out: cargo nextest run -E 'not test(/needs_paykka/)'",
    );
    Command::new(program).args(words).env("LC_ALL", "C").output().unwrap()
}

/// With `--help` behind it a command line is read up to there, and nothing is done.
#[test]
fn every_command_line_of_the_guides_is_understood() {
    let mut lines = BTreeSet::new();
    for page in all().iter().filter(|page| *page != "docs/emulator.md") {
        for block in blocks(&read(page)) {
            let text = block.text.replace("\\\n", " ");
            let examples = text.lines().map(|line| line.strip_prefix("Example: ").unwrap_or(line));
            for line in examples.flat_map(|line| line.split([';', '|', '&'])) {
                let line = line.trim();
                let own = line.strip_prefix("paykka ");
                let built = line.strip_prefix("cargo run --release -p paykka-cli -- ");
                lines.extend(own.or(built).map(str::to_owned));
            }
        }
    }
    assert!(lines.len() > 40, "they are written otherwise than this test reads them: {lines:#?}");
    for line in &lines {
        // What a shell would take for itself.
        let words = line.split(" > ").next().unwrap().split(" < ").next().unwrap();
        let words: Vec<String> = words.split_whitespace().map(|word| word.replace(['\'', '"'], "")).collect();
        let is_usage = words.iter().any(|word| word.starts_with('[') || word.starts_with('<'));
        if !is_usage {
            let words: Vec<&str> = words.iter().map(String::as_str).chain(["--help"]).collect();
            let done = paykka(&words);
            assert!(done.status.success(), "paykka {line}\n{}", String::from_utf8_lossy(&done.stderr));
        }
    }
}

#[test]
fn the_profile_of_the_reference_is_read() {
    let profile = blocks(&read("docs/cli.md")).into_iter().find(|block| block.kind == "toml").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let place = |name: &str| folder.path().join(name).to_str().unwrap().to_owned();
    for name in ["merchant", "platform"] {
        assert!(paykka(&["keys", "generate", &place(name)]).status.success());
    }
    let absolute = profile.text.replace("merchant.private.pem", &place("merchant.private.pem"));
    let absolute = absolute.replace("platform.public.pem", &place("platform.public.pem"));
    fs::write(place("config.toml"), absolute).unwrap();
    let call =
        ["call", "balance.inquiry", "--profile", "emulator", "--config", &place("config.toml"), "--dry-run"];
    let done = paykka(&call);
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
}
