//! The README's path from keys to a verified call, as it stands there; only the port is another.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::desk::Desk;
use crate::emulator::Running;

#[test]
fn a_newcomer_comes_to_a_verified_call_by_the_readme_alone() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let chapter =
        readme.split_once("## From keys to a verified call").unwrap().1.split_once("\n## ").unwrap().0;
    let blocks: Vec<&str> =
        chapter.split("```sh\n").skip(1).map(|block| block.split_once("```").unwrap().0).collect();
    assert_eq!(blocks.len(), 4, "{blocks:?}");
    let [keys_and_emulator, settings, call, signing] = [blocks[0], blocks[1], blocks[2], blocks[3]];
    let desk = Desk::new();
    let (keys, emulate) = keys_and_emulator.split_once("paykka emulate ").unwrap();
    assert_eq!(shell(&desk, keys), (true, String::new()));

    // The emulator is started from another folder.
    let words = emulate.replace("--port 8011", "--port 0 --log off");
    let in_folder = |word: &str| match word.ends_with(".pem") {
        true => desk.path(word).to_str().unwrap().to_owned(),
        false => word.to_owned(),
    };
    let emulator = Running::start(words.split_whitespace().map(in_folder));
    let settings = settings.replace("http://127.0.0.1:8011", &emulator.text("http"));
    assert_eq!(shell(&desk, &format!("{settings}\n{signing}")), (true, String::new()));
    let (is_done, said) = shell(&desk, &format!("{settings}\n{call}"));
    assert!(is_done && said.starts_with("genuine  200, signed by EMU-PLATFORM-1"), "{said}");
    let logged = emulator.control("GET", "/requests", "").1;
    let last = logged["requests"].as_array().unwrap().iter().max_by_key(|it| it["id"].as_u64()).unwrap();
    assert_eq!((&last["operation"], &last["status"]), (&"balance.inquiry".into(), &200.into()), "{logged}");
}

/// Whether every line ended well, and what else was said; of what is said as it should be, nothing.
fn shell(desk: &Desk, lines: &str) -> (bool, String) {
    let paykka = assert_cmd::cargo::cargo_bin("paykka");
    let mut path = vec![paykka.parent().unwrap().to_owned()];
    path.extend(std::env::split_paths(&std::env::var_os("PATH").unwrap()));
    let clean = desk.command(&[]);
    let mut command = Command::new("sh");
    command.args(["-euc", lines]).current_dir(desk.path("")).env("LC_ALL", "C");
    for (name, value) in clean.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let output = command.env("PATH", std::env::join_paths(path).unwrap()).output().unwrap();
    let errors = String::from_utf8(output.stderr).unwrap();
    let is_explanation = errors.starts_with("String to sign, line by line:");
    (output.status.success(), if is_explanation { String::new() } else { errors })
}
