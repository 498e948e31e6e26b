//! What the README shows of the command: the demo's words, and the path from keys to a verified call, as it stands there; only
//! the port is another.

use std::fs;
use std::path::Path;
use std::process::Command;

use crate::desk::{Desk, stdout};
use crate::emulator::Running;

#[test]
fn the_demo_says_what_the_readme_shows_of_it() {
    let readme = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../README.md")).unwrap();
    let chapter = readme.split_once("## Two commands").unwrap().1.split_once("\n## ").unwrap().0;
    let excerpts: Vec<&str> =
        chapter.split("```text\n").skip(1).map(|block| block.split_once("```").unwrap().0).collect();
    let [text, json] = excerpts[..] else { panic!("{excerpts:?}") };
    let said = stdout(&Desk::new().run(&["demo"]));
    let said: Vec<String> = said.lines().map(steady).collect();
    let shown = text.lines().filter(|line| *line != "…").map(steady);
    let missing: Vec<String> = shown.filter(|line| !said.contains(line)).collect();
    assert!(missing.is_empty() && text.lines().count() > 10, "{missing:#?} {said:#?}");

    let said = stdout(&Desk::new().run(&["demo", "--format", "json"]));
    for line in json.lines() {
        assert!(said.lines().any(|said| is_excerpt(line, said)), "{line}");
    }
}

/// Without moments and durations, which are others each time.
fn steady(line: &str) -> String {
    let words: Vec<&str> = line.split_whitespace().collect();
    let is_moment = |word: &str| word.starts_with("20") && word.trim_end_matches(';').ends_with('Z');
    let is_duration = |at: usize| words.get(at + 1) == Some(&"ms");
    let steady = words.iter().enumerate().filter(|(at, word)| !is_moment(word) && !is_duration(*at));
    steady.map(|(_, word)| *word).collect::<Vec<_>>().join(" ")
}

/// `…` stands for whatever was left out.
fn is_excerpt(excerpt: &str, whole: &str) -> bool {
    let mut rest = Some(whole);
    for part in excerpt.split('…') {
        rest = rest.and_then(|rest| rest.split_once(part)).map(|(_, rest)| rest);
    }
    rest == Some("")
}

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
