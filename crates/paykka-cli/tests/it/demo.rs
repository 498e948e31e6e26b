//! `paykka demo` tells the whole story, to people and to programs, and gets over what goes wrong.

use std::io::{BufRead, BufReader};
use std::process::Stdio;

use serde_json::Value;

use crate::desk::{Desk, stderr, stdout};

const STEPS: [&str; 19] = [
    "keys",
    "start",
    "papers",
    "application",
    "accepted",
    "account",
    "remittance",
    "contract",
    "order",
    "proof",
    "settlement",
    "balance",
    "quote",
    "exchange",
    "payee",
    "payment",
    "paid",
    "balance_after",
    "summary",
];

fn told(words: &[&str]) -> Vec<Value> {
    let output = Desk::new().run(&[&["demo", "--format", "json"], words].concat());
    let text = stdout(&output);
    assert!(output.status.success() && output.stderr.is_empty(), "{text}{}", stderr(&output));
    let lines: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let steps: Vec<&str> = lines.iter().map(|line| line["step"].as_str().unwrap()).collect();
    assert_eq!(steps, STEPS);
    assert!(lines.iter().all(|line| line["ok"] == true), "{text}");
    lines
}

fn items<'a>(line: &'a Value, key: &str) -> &'a [Value] {
    line[key].as_array().map(Vec::as_slice).unwrap_or_default()
}

#[test]
fn json_has_one_object_a_step_and_everything_is_verified() {
    let lines = told(&[]);
    let calls: Vec<&Value> = lines.iter().flat_map(|line| items(line, "calls")).collect();
    for call in &calls {
        assert_eq!(call["signed"]["key_id"], "K-DEMO-MERCHANT", "{call}");
        assert_eq!(call["verified"]["key_id"], "K-DEMO-PLATFORM", "{call}");
        assert_eq!(call["signed"]["path"], call["verified"]["path"], "{call}");
        assert_ne!(call["signed"]["nonce"], call["verified"]["nonce"], "{call}");
    }
    let notified: Vec<&str> = lines
        .iter()
        .flat_map(|line| items(line, "notifications"))
        .map(|it| it["operation"].as_str().unwrap())
        .collect();
    for kind in ["onboarding", "va", "remittance", "order", "trade_settle", "forex", "payee", "payment"] {
        assert!(notified.contains(&format!("{kind}.notification").as_str()), "{kind}: {notified:?}");
    }
    let summary = &lines[18];
    // The summary itself asks for the balances.
    assert_eq!(summary["answers_verified"], calls.len() + 1, "{summary}");
    assert_eq!(summary["signatures_made"], summary["answers_verified"], "{summary}");
    assert_eq!(summary["notifications_verified"], notified.len(), "{summary}");
    assert_eq!((&summary["balances"]["USD"], &summary["recoveries"]), (&750_000.into(), &0.into()));
    assert_eq!(lines[11]["result"]["USD"], 1_250_000, "the balance grew");
}

#[test]
fn what_goes_wrong_by_a_seed_is_recovered_from() {
    for seed in ["1", "9"] {
        let lines = told(&["--faults", "--seed", seed]);
        let summary = &lines[18];
        let recoveries: usize = lines.iter().map(|line| items(line, "recoveries").len()).sum();
        assert!(recoveries > 0 && summary["faulty_requests"].as_u64().unwrap() > 0, "{summary}");
        // Nothing was paid, settled or exchanged twice.
        assert_eq!(summary["balances"]["USD"], 750_000, "{summary}");
    }
}

#[test]
fn text_ends_with_tables_and_has_no_colour_in_a_pipe() {
    let output = Desk::new().run(&["demo"]);
    let text = stdout(&output);
    assert!(output.status.success() && !text.contains('\u{1b}'), "{text}");
    let last = text.lines().last().unwrap();
    assert!(last.starts_with("OK: every answer and notification that counted was verified"), "{last}");
    for expected in
        ["POST /api/v2/merch/pay/apply", "by K-DEMO-PLATFORM at 20", "SUCCESS", "\nUSD       750000\n"]
    {
        assert!(text.contains(expected), "{expected}: {text}");
    }
    assert!(!text.contains("PRIVATE KEY"));
    let chinese = stdout(&Desk::new().run(&["demo", "--lang", "zh"]));
    assert!(chinese.contains("平台已通过进件") && chinese.contains("账目相符"), "{chinese}");
}

/// What it prints to go on with works, and is gone with it.
#[cfg(unix)]
#[test]
fn a_kept_emulator_can_be_called() {
    let desk = Desk::new();
    let mut command = desk.command(&["demo", "--keep", "--format", "json"]);
    let mut child = command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines().map(Result::unwrap);
    let kept = lines.find(|line| line.contains(r#""step":"kept""#)).unwrap();
    let kept: Value = serde_json::from_str(&kept).unwrap();
    let config = kept["result"]["config"].as_str().unwrap().to_owned();
    let words = kept["result"]["command"].as_str().unwrap().strip_prefix("paykka ").unwrap();
    let (status, said) = desk.json(&words.split_whitespace().collect::<Vec<_>>());
    let end = format!("kill -TERM {}", child.id());
    assert!(std::process::Command::new("sh").args(["-c", &end]).status().unwrap().success());
    assert!(child.wait().unwrap().success());
    assert_eq!((status, said["answer"]["accounts"].as_array().unwrap().len()), (0, 2), "{said}");
    assert!(!std::path::Path::new(&config).exists());
}

#[test]
fn a_command_line_that_is_none_is_status_2_with_help() {
    let output = Desk::new().run(&["demo", "--format", "xml"]);
    assert_eq!(output.status.code(), Some(2));
    assert!(stderr(&output).contains("it can be: text, json"), "{}", stderr(&output));
}
