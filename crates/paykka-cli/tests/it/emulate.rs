//! `paykka emulate`: ready by one line, ended by a signal, and what it is told wrong it says.

use std::fs;
use std::process::Output;
use std::time::Duration;

use assert_cmd::Command;
use paykka_sign::{Authorization, Nonce, Parts, SigningKey, generate_private_key};
use serde_json::{Value, json};

use crate::emulator::{MERCHANT, Running, merchant_in, merchant_key};

const APPLY: &str = "/api/v2/merch/pay/apply";
const BALANCE: &str = "/api/v2/merch/account/balance";
const PAYMENT: &str =
    r#"{"request_id":"R1","beneficiary_id":"B1","currency":"USD","amount":100,"postscript":"p"}"#;

fn paykka(arguments: &[&str]) -> Output {
    Command::cargo_bin("paykka").unwrap().arg("emulate").args(arguments).output().unwrap()
}

fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

#[test]
fn one_line_says_all_and_sigterm_ends_it_with_its_state_saved() {
    let folder = tempfile::tempdir().unwrap();
    let state = folder.path().join("state");
    let mut arguments = merchant_in(folder.path());
    arguments.extend(["--state-dir".to_owned(), state.display().to_string(), "--stopped-clock".to_owned()]);
    let begin = ["--clock-begin", "1700000000000"].map(str::to_owned);
    let first = arguments.iter().cloned().chain(begin);
    let running = Running::start(first);
    assert_eq!(running.ready["ready"], true);
    let keys: Vec<_> = running.ready.as_object().unwrap().keys().collect();
    assert_eq!(
        keys,
        ["ca_pem_file", "control", "control_token", "http", "https", "key_id", "public_key_pem", "ready"]
    );
    assert!(running.text("https").starts_with("https://127.0.0.1:"));
    let ca_file = running.text("ca_pem_file");
    assert_eq!(running.control("GET", "/info", "").1["ca_pem"], fs::read_to_string(&ca_file).unwrap());

    let (status, balance) = running.call(BALANCE, "{}");
    assert_eq!((status, &balance["accounts"][0]["balance"]), (200, &json!(1_000)));
    assert_eq!(running.call(APPLY, PAYMENT).0, 200);
    let token = running.text("control_token");
    let output = running.end("TERM");
    let log = stderr(&output);
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(0), true), "{log}");
    assert!(!log.contains(&token) && !log.contains("PRIVATE"), "{log}");
    assert!(!fs::exists(&ca_file).unwrap(), "a temporary file goes with it");
    let saved: Value = serde_json::from_str(&fs::read_to_string(state.join("state.json")).unwrap()).unwrap();
    assert!(saved["state"]["world"]["merchants"][MERCHANT]["payments"]["R1"].is_object());

    let running = Running::start(&arguments);
    assert_eq!(running.control("GET", "/clock", "").1["unix_millis"], 1_700_000_000_000_u64);
    let payment = || {
        running.control("GET", &format!("/merchants/{MERCHANT}/objects"), "").1["payments"]["R1"].to_string()
    };
    assert!(payment().contains("PROCESSING"), "{}", payment());
    let (_, balance) = running.call(BALANCE, "{}");
    assert_eq!(balance["accounts"][0]["balance"], 900);
    running.control("POST", "/clock/advance", r#"{"millis":200}"#);
    assert!(payment().contains("SUCCESS"), "{}", payment());
    assert_eq!(running.end("INT").status.code(), Some(0));
}

#[test]
fn what_was_given_is_what_runs() {
    let folder = tempfile::tempdir().unwrap();
    let file = |name: &str, text: &str| {
        fs::write(folder.path().join(name), text).unwrap();
        folder.path().join(name).display().to_string()
    };
    let key = file("platform.pem", include_str!("../../../paykka-sign/testdata/platform-2048.private.pem"));
    let token = file("token", "0123456789abcdef\n");
    let plan = file("plan.json", r#"{"seed":1,"faults":[{"fault":"status=503","per_mille":1000}]}"#);
    let ca_dir = folder.path().join("ca").display().to_string();
    let mut arguments = merchant_in(folder.path());
    let given = [
        ["--platform-key", &key],
        ["--platform-key-id", "P7"],
        ["--control-token-file", &token],
        ["--fault-plan", &plan],
        ["--ca-dir", &ca_dir],
        ["--notify", "http://127.0.0.1:9"],
        ["--notify-under", "https://127.0.0.1:9/base"],
        ["--bind", "127.0.0.2"],
        ["--control-bind", "127.0.0.3"],
        ["--control-host", "emulator.test"],
        ["--seed", "7"],
        ["--step", "5000"],
        ["--quote", "1000"],
        ["--window", "60000"],
        ["--max-file", "4096"],
        ["--log", "off"],
    ];
    arguments.extend(given.into_iter().flatten().map(str::to_owned));
    let applicant =
        file("applicant.pem", include_str!("../../../paykka-sign/testdata/platform-2048.public.pem"));
    arguments.extend(["--key", "K002", &applicant, "--repeat-stored-bytes"].map(str::to_owned));

    let words: Vec<&str> = arguments.iter().map(String::as_str).chain(["--print-config"]).collect();
    let output = paykka(&words);
    let shown = String::from_utf8(output.stdout.clone()).unwrap();
    assert_eq!(output.status.code(), Some(0), "{}", stderr(&output));
    assert!(!shown.contains("0123456789abcdef") && !shown.contains("-----"), "{shown}");
    let config: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(
        (&config["port"], &config["seed"], &config["step_millis"]),
        (&0.into(), &7.into(), &5000.into())
    );
    assert_eq!(
        (&config["keys"][0]["key_id"], &config["keys"][0]["merchant"]),
        (&json!("K001"), &json!(MERCHANT))
    );
    assert_eq!(
        (&config["keys"][1]["key_id"], &config["keys"][1]["merchant"]),
        (&json!("K002"), &Value::Null)
    );
    assert_eq!(config["notify"], json!(["http://127.0.0.1:9/"]), "as it was understood");
    assert_eq!(config["repeat_stored_bytes"], true);
    let limits = ["quote_millis", "window_millis", "max_file"].map(|limit| config[limit].as_u64());
    assert_eq!(limits, [Some(1_000), Some(60_000), Some(4_096)]);
    assert_eq!((&config["bind"], &config["control_host"]), (&json!("127.0.0.2"), &json!(["emulator.test"])));
    assert_eq!(config["accounts"], json!([{ "merchant": MERCHANT, "currency": "USD", "balance": 1000 }]));
    assert_eq!(config["fault_plan"]["faults"][0]["fault"], "status=503");

    let running = Running::start(&arguments);
    assert_eq!(
        (running.text("key_id"), running.text("control_token")),
        ("P7".into(), "0123456789abcdef".into())
    );
    assert!(running.text("ca_pem_file").ends_with("/ca/ca.pem"));
    assert!(running.text("http").starts_with("http://127.0.0.2:"));
    assert!(running.text("control").starts_with("http://127.0.0.3:"));
    assert_eq!(running.call(BALANCE, "{}").0, 503);
    let (_, merchants) = running.control("GET", "/merchants", "");
    assert_eq!(merchants["keys"], json!({ "K001": [MERCHANT], "K002": [] }));
    let (_, subscribers) = running.control("GET", "/subscribers", "");
    assert_eq!(
        subscribers["subscribers"][1],
        json!({ "url": "https://127.0.0.1:9/base", "under": true, "merchant": null })
    );
    let output = running.end("TERM");
    assert_eq!((output.status.code(), stderr(&output).as_str()), (Some(0), ""));
    assert!(folder.path().join("ca/ca.pem").exists(), "what was asked for stays");
}

#[test]
fn a_refused_request_is_explained_in_the_log() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(merchant_in(folder.path()));
    // The key that is registered isn't the other merchant's.
    assert_eq!(running.control("DELETE", "/keys/K001", "").0, 200);
    assert_eq!(running.call(BALANCE, "{}").0, 401);
    let log = stderr(&running.end("TERM"));
    assert!(log.contains("request refused") && log.contains("unknown-key"), "{log}");
}

#[test]
fn wrong_key_is_another_key_and_no_damage() {
    let folder = tempfile::tempdir().unwrap();
    let pem = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
    let file = folder.path().join("platform.pem");
    fs::write(&file, pem).unwrap();
    let mut arguments = merchant_in(folder.path());
    arguments.extend(["--platform-key".to_owned(), file.display().to_string()]);
    let running = Running::start(&arguments);
    let differing = |faults: &str| {
        let answer = running.answer(BALANCE, "{}", faults);
        let head = answer.head.lines().find_map(|line| line.strip_prefix("authorization: ")).unwrap();
        let header = Authorization::parse(head.as_bytes()).unwrap();
        let parts = Parts { path: BALANCE, merchant: Some(MERCHANT), body: answer.body.as_bytes() };
        let nonce = Nonce::new(header.nonce()).unwrap();
        let right = SigningKey::from_bytes(header.key_id(), pem).unwrap();
        let right = right.sign(&parts, header.timestamp(), &nonce).unwrap();
        let both = header.signature().iter().zip(right.signature());
        both.filter(|(said, right)| said != right).count()
    };
    assert_eq!(differing(""), 0);
    assert!(differing("wrong-key") > 200, "a signature of 256 bytes");
    assert_eq!(running.end("TERM").status.code(), Some(0));
}

#[test]
fn the_window_is_as_wide_as_was_said() {
    let folder = tempfile::tempdir().unwrap();
    let status = |window: &[&str]| {
        let all = merchant_in(folder.path()).into_iter().chain(window.iter().map(|word| (*word).to_owned()));
        Running::start(all).answer_signed(Duration::from_secs(120), BALANCE, "{}", "").status
    };
    assert_eq!((status(&[]), status(&["--window", "60000"])), (200, 401));
}

#[test]
fn where_others_can_call_the_platform_takes_no_published_key() {
    let running = Running::start(["--bind", "0.0.0.0"]);
    let pem = include_str!("../../../paykka-sign/testdata/platform-2048.private.pem");
    let key = json!({ "key_id": "P2", "private_key_pem": pem }).to_string();
    let (status, said) = running.control("POST", "/platform-key", &key);
    assert_eq!(status, 400, "{said}");
    assert!(said["error"].as_str().unwrap().contains("published"), "{said}");
    let own = generate_private_key(2048).unwrap();
    let own = json!({ "key_id": "P2", "private_key_pem": own.expose() }).to_string();
    assert_eq!(running.control("POST", "/platform-key", &own).0, 200);
}

#[test]
fn a_log_that_nobody_reads_holds_up_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let running = Running::start(merchant_in(folder.path()));
    assert_eq!(running.control("DELETE", "/keys/K001", "").0, 200);
    for _ in 0..1_000 {
        assert_eq!(running.call(BALANCE, "{}").0, 401);
    }
    let output = running.end("TERM");
    assert_eq!(output.status.code(), Some(0));
    assert!(output.stderr.len() >= 32 * 1024, "what the pipe holds was written: {}", output.stderr.len());
}

#[test]
fn a_log_that_was_closed_holds_up_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut arguments = merchant_in(folder.path());
    arguments.extend(["--stopped-clock", "--notify", "http://127.0.0.1:9/"].map(str::to_owned));
    let mut running = Running::start(&arguments);
    running.close_stderr();
    assert_eq!(running.call("/nowhere", "{}").0, 404);
    assert_eq!(running.call(APPLY, PAYMENT).0, 200);
    // The first attempt, which is refused, and the second.
    for millis in [200, 1_000] {
        assert_eq!(running.control("POST", "/clock/advance", &format!(r#"{{"millis":{millis}}}"#)).0, 200);
    }
    let (_, deliveries) = running.control("GET", "/deliveries", "");
    assert_eq!(deliveries["deliveries"][0]["attempts"].as_array().map(Vec::len), Some(2), "{deliveries}");
    assert_eq!(running.control("DELETE", "/keys/K001", "").0, 200);
    assert_eq!(running.call(BALANCE, "{}").0, 401);
    assert_eq!(running.end("TERM").status.code(), Some(0));
}

#[test]
fn what_cannot_be_started_says_which_option_and_why() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    fs::write(&file, "nothing").unwrap();
    let file = file.to_str().unwrap();
    let long = "M".repeat(129);
    let public = folder.path().join("public.pem");
    fs::write(&public, merchant_key().public_key()).unwrap();
    let public = public.to_str().unwrap();
    let as_merchant = |number| ["--merchant", number, "--merchant-key-id", "K1", "--merchant-key", public];
    let private = folder.path().join("private.pem");
    fs::write(&private, include_str!("../../../paykka-sign/testdata/platform-2048.private.pem")).unwrap();
    let private = private.to_str().unwrap();
    let cases: [(&[&str], i32, &str); 23] = [
        (&["--merchant", "M1"], 1, "--merchant is there 1 times, --merchant-key-id 0 times"),
        (&["--merchant", "M1", "--merchant-key-id", "K1", "--merchant-key", file], 1, "--merchant-key "),
        (&["--platform-key", file], 1, "--platform-key "),
        (&["--platform-key", "/nowhere/at/all"], 1, "/nowhere/at/all can't be read"),
        (&["--fault-plan", file], 1, "--fault-plan "),
        (&["--control-token-file", file], 1, "the control port's token can't be used: it must be 16..128"),
        (&["--state-dir", file], 1, "the state folder can't be used"),
        (&["--notify", "http://example.com/"], 1, "the notification URL can't be used"),
        (&["--notify", "https://u:s3cret@h/"], 1, "the notification URL can't be used"),
        (&as_merchant("M é"), 1, "a merchant's number can't be used: \"M é\" isn't 1..128 visible ASCII"),
        (&as_merchant(&long), 1, "a merchant's number can't be used"),
        (&["--key", "K é", public], 1, "key"),
        (&["--key", "K1", file], 1, "--key "),
        (&["--key", "K1"], 2, "--key"),
        (&["--account", "M7:USD:5"], 1, "--account M7: no such merchant is registered"),
        (&["--payee", "M7:B1:USD"], 1, "--payee M7: no such merchant is registered"),
        (&["--bind", "192.0.2.1", "--platform-key", private], 1, "the platform's key can't be used: "),
        (&["--clock-begin", "1"], 2, "--stopped-clock"),
        (&["--account", "M1:USD"], 2, "to do: write three parts"),
        (&["--port", "x"], 2, "--port"),
        (&["--bind", "localhost"], 2, "--bind"),
        (&["--control-bind", "127.0.0.1:80"], 2, "--control-bind"),
        (&["--control-host", "a@b"], 1, "a name of the control port can't be used"),
    ];
    for (arguments, status, expected) in cases {
        for print in [&["--print-config"][..], &[]] {
            let words = [arguments, print].concat();
            if print == ["--print-config"] && arguments.first() == Some(&"--state-dir") {
                continue; // It leaves the folder alone.
            }
            let output = paykka(&words);
            let text = stderr(&output);
            let ended = (output.status.code(), output.stdout.is_empty());
            assert_eq!(ended, (Some(status), true), "{words:?} {text}");
            assert!(text.contains(expected) && !text.contains("s3cret"), "{words:?} {text}");
            assert!(
                text.starts_with("error: ") && text.lines().last().unwrap().starts_with("to do: "),
                "{text}"
            );
        }
    }
}

#[test]
fn a_port_in_use_is_named_by_its_option() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap();
    for (option, bind) in
        [("--port", "--bind"), ("--https-port", "--bind"), ("--control-port", "--control-bind")]
    {
        let output = paykka(&[option, &address.port().to_string(), "--log", "off"]);
        let text = stderr(&output);
        assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(1), true), "{text}");
        let lines: Vec<&str> = text.lines().collect();
        assert_eq!(lines[0], format!("error: {option}: the port can't be had"));
        assert!(lines[1].contains(&address.to_string()) && lines[1].contains("in use"), "{text}");
        assert!(lines[2].contains(&format!("another {option}:")) && lines[2].ends_with(bind), "{text}");
    }
}
