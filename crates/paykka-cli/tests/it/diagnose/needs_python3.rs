//! Python, with nothing installed: its JSON, its quoting and its Base64 have habits of their own.

use std::process::Command;

use super::{BODY, BY_PYTHON, Broken, MERCHANT, PATH, desk, judge};

#[test]
fn what_people_do_wrong_in_python_is_found() {
    let desk = desk();
    let program = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/diagnose/broken.py");
    let mut python = Command::new("python3");
    python
        .arg(program)
        .arg(desk.path("merchant.private.pem"))
        .args([PATH, MERCHANT, BODY])
        .env("PYTHONUTF8", "1");
    let output = python.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let cases: Vec<Broken> = std::str::from_utf8(&output.stdout).unwrap().lines().map(Broken::read).collect();
    assert_eq!(judge(&desk, &cases), BY_PYTHON);
}
