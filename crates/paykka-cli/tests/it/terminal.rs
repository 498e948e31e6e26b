//! What only a terminal sees: colours, unless somebody wants none, and a sign of life where something takes its time.

use rexpect::session::spawn_command;

use crate::desk::Desk;

/// All that a terminal shows of a command.
pub(crate) fn on_a_terminal(desk: &Desk, words: &[&str], variables: &[(&str, &str)]) -> String {
    let mut command = desk.command(words);
    command.env("TERM", "xterm-256color").env_remove("CI").envs(variables.iter().copied());
    spawn_command(command, Some(30_000)).unwrap().exp_eof().unwrap()
}

#[test]
fn colours_are_for_terminals_that_want_them() {
    let desk = Desk::with_keys();
    let words = ["keys", "match", "merchant.private.pem", "merchant.public.pem"];
    let coloured = on_a_terminal(&desk, &words, &[]);
    assert!(coloured.contains("\u{1b}[1m\u{1b}[32mpair\u{1b}[0m"), "{coloured:?}");
    let plain = on_a_terminal(&desk, &words, &[("NO_COLOR", "1")]);
    assert!(plain.contains("pair  both keys") && !plain.contains('\u{1b}'), "{plain:?}");
    // A pipe is no terminal.
    assert!(!desk.seen(&words).contains('\u{1b}'));
    let failure = on_a_terminal(&desk, &["codes", "nothing"], &[]);
    assert!(failure.contains("\u{1b}[31merror:\u{1b}[0m"), "{failure:?}");
}

#[test]
fn what_takes_its_time_shows_it() {
    let desk = Desk::new();
    // It takes a second or more.
    let seen = on_a_terminal(&desk, &["keys", "generate", "large", "--bits", "4096"], &[]);
    assert!(
        seen.contains("making a key of 4096 bits") && seen.contains("a key pair of 4096 bits"),
        "{seen:?}"
    );
    assert!(!desk.seen(&["keys", "generate", "other"]).contains("making"));
}

#[test]
fn a_reader_who_leaves_early_is_no_error() {
    let desk = Desk::new();
    let paykka = assert_cmd::cargo::cargo_bin("paykka");
    let line = format!("set -o pipefail; '{}' codes province_city | head -n 1", paykka.display());
    let output =
        std::process::Command::new("bash").args(["-c", &line]).current_dir(desk.path("")).output().unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{output:?}");
}
