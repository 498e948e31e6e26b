//! `paykka demo` tells the whole story, to people and to programs.

use assert_cmd::Command;
use serde_json::Value;

#[test]
fn json_has_one_object_a_step_and_everything_is_verified() {
    let output = Command::cargo_bin("paykka").unwrap().args(["demo", "--format", "json"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success() && output.stderr.is_empty(), "{text}");
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let steps: Vec<_> = lines.iter().map(|line| line["step"].as_str().unwrap()).collect();
    assert_eq!(
        steps,
        ["keys", "start", "balance", "payment", "notification", "inquiry", "balance_after", "summary"]
    );
    assert!(lines.iter().all(|line| line["ok"] == true));
    for call in ["balance", "payment", "inquiry", "balance_after"] {
        let line = lines.iter().find(|line| line["step"] == call).unwrap();
        assert_eq!(line["signed"]["key_id"], "K-DEMO-MERCHANT", "{call}");
        assert_eq!(line["verified"]["key_id"], "K-DEMO-PLATFORM", "{call}");
        assert_eq!(line["signed"]["path"], line["verified"]["path"], "{call}");
        assert_ne!(line["signed"]["nonce"], line["verified"]["nonce"], "{call}");
    }
    assert_eq!(lines[4]["verified"]["path"], "/paykka/payments");
    assert_eq!(lines[4]["result"]["status"], "SUCCESS");
    assert_eq!(lines[2]["result"]["accounts"][0]["balance"], 1_000_000);
    assert_eq!(lines[6]["result"]["accounts"][0]["balance"], 875_000);
    assert_eq!((&lines[7]["calls_signed"], &lines[7]["signatures_verified"]), (&4.into(), &5.into()));
}

#[test]
fn text_ends_with_one_line_and_has_no_colour_in_a_pipe() {
    let output =
        Command::cargo_bin("paykka").unwrap().env_remove("CLICOLOR_FORCE").arg("demo").output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(output.status.success(), "{text}");
    assert!(!text.contains('\u{1b}'), "{text}");
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("OK: 4 calls signed, 5 answers and notifications verified, in "), "{last}");
    for expected in
        ["signed", "verified", "POST /api/v2/merch/pay/apply", "by K-DEMO-PLATFORM at 20", "SUCCESS"]
    {
        assert!(text.contains(expected), "{expected}");
    }
    assert!(!text.contains("PRIVATE KEY"));
}

#[test]
fn a_command_line_that_is_none_is_status_2_with_help() {
    let output = Command::cargo_bin("paykka").unwrap().args(["demo", "--format", "xml"]).output().unwrap();
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8(output.stderr).unwrap();
    assert!(text.contains("[possible values: text, json]"), "{text}");
}
