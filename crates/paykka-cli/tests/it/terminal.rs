//! What only a terminal sees: colours, unless somebody wants none, and a sign of life where something takes its time.

use rexpect::session::spawn_command;

use crate::desk::Desk;
use crate::stage::stage_with_profile;

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
    for words in ["codes province_city", "demo", "demo --keep --format json", "--help"] {
        let line = format!("set -o pipefail; '{}' {words} | head -n 1", paykka.display());
        let mut bash = std::process::Command::new("bash");
        let output = bash.args(["-c", &line]).current_dir(desk.path("")).output().unwrap();
        assert!(output.status.success() && output.stderr.is_empty(), "{words} {output:?}");
    }
}

const PAYMENT: &str =
    r#"{"request_id":"PY-1","beneficiary_id":"B1","currency":"USD","amount":125000,"postscript":"INV 17"}"#;

/// All that a terminal shows of a payment at which somebody types this.
fn paid_by_typing(desk: &Desk, typed: &str) -> String {
    let mut command = desk.command(&["call", "payment.apply", "-d", PAYMENT, "--profile", "emulator"]);
    command.env("TERM", "xterm-256color").env_remove("CI");
    let mut session = spawn_command(command, Some(30_000)).unwrap();
    let asked = session.exp_string("anything else to stop: ").unwrap();
    assert!(asked.contains("B1") && asked.contains("USD 125000") && asked.contains("emulator"), "{asked:?}");
    session.send_line(typed).unwrap();
    session.exp_eof().unwrap()
}

#[test]
fn money_moves_when_the_amount_was_typed() {
    let (desk, emulator) = stage_with_profile(&[]);
    for wrong in ["", "y", "12500", "1250000"] {
        let seen = paid_by_typing(&desk, wrong);
        assert!(seen.contains("nothing was sent"), "{seen:?}");
    }
    assert_eq!(emulator.control("GET", "/requests", "").1["requests"], serde_json::json!([]));
    let seen = paid_by_typing(&desk, "125000");
    assert!(seen.contains("PROCESSING") && seen.contains("signed by EMU-PLATFORM-1"), "{seen:?}");
}

#[test]
fn an_upload_shows_how_far_it_is() {
    let (desk, _emulator) = stage_with_profile(&[]);
    desk.put("large.pdf", vec![b'x'; 9 * 1024 * 1024]);
    let words = ["upload", "large.pdf", "--profile", "emulator"];
    let seen = on_a_terminal(&desk, &words, &[]);
    assert!(seen.contains("uploading large.pdf [") && seen.contains("file_id"), "{seen:?}");
    assert!(!desk.seen(&words).contains("uploading"));
}
