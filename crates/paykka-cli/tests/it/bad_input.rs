//! Bad input: what is wrong is named, nothing secret is repeated, and every error ends with what to do.

use crate::desk::{Desk, assert_seen, stderr, stdout};

#[test]
fn no_secret_comes_by_the_command_line() {
    let desk = Desk::with_keys();
    let pem = desk.read("merchant.private.pem");
    let bare: String = pem.lines().filter(|line| !line.starts_with('-')).collect();
    let assigned = format!("--private-key-file={bare}");
    for words in [
        &["sign", "--private-key-file", &pem][..],
        &["sign", &assigned],
        &["keys", "inspect", &bare],
        &["nonsense", &pem],
        &["sign", "--passphrase", "hunter2"],
        &["sign", "--password=hunter2"],
        &["emulate", "--control-token", "hunter2hunter2hunter2"],
    ] {
        let output = desk.run(words);
        let said = stderr(&output);
        assert_eq!((output.status.code(), stdout(&output).as_str()), (Some(2), ""), "{said}");
        assert!(said.contains("command line") && said.contains("to do: "), "{said}");
        assert!(!said.contains("hunter2") && !said.contains(&bare[40..80]), "{said}");
    }
    assert_seen!("secret_flag", desk.seen(&["sign", "--passphrase=hunter2"]).replace("=hunter2", ""));
}

#[test]
fn a_key_where_its_files_name_belongs_is_not_repeated() {
    let desk = Desk::with_keys();
    let pem = desk.read("merchant.private.pem");
    let mut command = desk.command(&["sign", "--path", "/p", "--key-id", "K"]);
    let output = command.env("PAYKKA_PRIVATE_KEY_FILE", &pem).output().unwrap();
    let said = stderr(&output);
    assert_eq!(output.status.code(), Some(3), "{said}");
    assert!(said.contains("looks like a key's text") && !said.contains(&pem[40..80]), "{said}");
}

#[test]
fn the_kind_of_a_wrong_file_is_named() {
    let desk = Desk::with_keys();
    desk.put("ec.pem", include_str!("../../../paykka-sign/testdata/ec.public.pem"));
    desk.put("text", "hello");
    let sign = |file| ["sign", "--path", "/p", "--key-id", "K", "--private-key-file", file];
    assert_seen!("wrong_file_public", desk.seen(&sign("merchant.public.pem")));
    assert_seen!("wrong_file_text", desk.seen(&sign("text")));
    assert_seen!("wrong_file_absent", desk.seen(&sign("nowhere.pem")));
    let verify = |file| ["verify", "--path", "/p", "--header", "x", "--public-key-file", file];
    assert_seen!("wrong_file_private", desk.seen(&verify("merchant.private.pem")));
    assert_seen!("wrong_file_ec", desk.seen(&verify("ec.pem")));
}

#[test]
fn values_that_cannot_be_used_are_named() {
    let desk = Desk::with_keys();
    let sign = ["sign", "--key-id", "K", "--private-key-file", "merchant.private.pem"];
    for (name, more) in [
        ("value_path", &["--path", "api"][..]),
        ("value_timestamp", &["--path", "/p", "--timestamp", "2026-01-01"]),
        ("value_nonce", &["--path", "/p", "--nonce", "x"]),
        ("value_merchant", &["--path", "/p", "--merchant", ""]),
        ("value_two_inputs", &["--path", "/p", "--body-file", "-", "--passphrase-file", "-"]),
    ] {
        let seen = desk.seen(&[&sign[..], more].concat());
        assert!(seen.contains("to do: "), "{seen}");
        insta::allow_duplicates! { assert_seen_as(name, &seen); }
    }
}

/// A name that a macro can't take as a literal.
fn assert_seen_as(name: &str, seen: &str) {
    insta::with_settings!({ prepend_module_to_snapshot => false, omit_expression => true }, {
        insta::assert_snapshot!(name, seen);
    });
}

#[test]
fn programs_read_errors_as_json() {
    let desk = Desk::new();
    let output = desk.run(&["keys", "inspect", "nowhere.pem", "--format", "json", "--lang", "zh"]);
    assert_eq!((output.status.code(), output.stdout.len()), (Some(3), 0));
    let error: serde_json::Value = serde_json::from_str(&stderr(&output)).unwrap();
    assert_eq!(
        (&error["error"]["code"], &error["error"]["message"]),
        (&"file".into(), &"nowhere.pem can't be read".into())
    );
    assert!(
        error["error"]["to_do"].is_string()
            && error["error"]["details"][0].as_str().unwrap().contains("No such file")
    );
}

#[test]
fn commands_that_do_not_exist_are_guessed() {
    let desk = Desk::new();
    assert_seen!("unknown_command", desk.seen(&["diagnos"]));
    assert_seen!("unknown_command_zh", desk.seen(&["diagnos", "--lang", "zh"]));
}

/// What clap finds wrong is said as everything else is, in each language and for programs.
#[test]
fn a_command_line_that_is_none_is_said_like_every_failure() {
    let desk = Desk::new();
    for (name, words) in [
        ("misuse_option", &["keys", "generate", "m", "--bit", "2048"][..]),
        ("misuse_word", &["keys", "generate", "m", "n"]),
        ("misuse_missing", &["sign"]),
        ("misuse_no_value", &["keys", "generate", "m", "--bits"]),
        ("misuse_choice", &["keys", "generate", "m", "--bits", "1024"]),
        ("misuse_number", &["emulate", "--port", "70000"]),
        ("misuse_account", &["emulate", "--account", "M1:USD"]),
        ("misuse_conflict", &["call", "payment.apply", "--template", "-d", "{}"]),
        ("misuse_twice", &["keys", "generate", "m", "--force", "--force"]),
        ("misuse_group", &["verify", "--path", "/p", "--public-key-file", "p.pem"]),
    ] {
        let english = desk.seen(words);
        let chinese = desk.seen(&[words, &["--lang", "zh"]].concat());
        assert!(english.contains("(status 2)") && english.contains("\nto do: "), "{english}");
        assert!(chinese.contains("错误：") && chinese.contains("\n处理："), "{chinese}");
        insta::allow_duplicates! { assert_seen_as(name, &format!("{english}{chinese}")); }
        let output = desk.run(&[words, &["--format", "json"]].concat());
        let error: serde_json::Value = serde_json::from_str(&stderr(&output)).unwrap();
        assert!(output.status.code() == Some(2) && error["error"]["to_do"].is_string(), "{error}");
    }
    // A command alone that has others below it is answered with its help.
    let help = desk.run(&["keys"]);
    assert!(help.status.code() == Some(2) && stderr(&help).starts_with("Make, inspect"), "{}", stderr(&help));
}

#[test]
fn what_would_be_passed_over_is_refused() {
    let desk = Desk::with_keys();
    desk.put("empty", "");
    desk.put("passphrase", "open sesame");
    let convert = ["keys", "convert", "merchant.private.pem", "--out", "x.pem", "--to"];
    let by = |file| ["--new-passphrase-file", file];
    for (status, words) in [
        (3, vec!["keys", "generate", "keys/"]),
        (3, vec!["keys", "generate", ".."]),
        (3, [&["keys", "generate", "x"][..], &by("empty")].concat()),
        (3, [&convert[..], &["encrypted"], &by("empty")].concat()),
        (2, [&convert[..], &["pkcs8"], &by("passphrase")].concat()),
        (2, vec!["call", "balance.inquiry", "--config", "config.toml"]),
    ] {
        let output = desk.run(&words);
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(status), "{words:?} {said}");
        assert!(said.lines().last().unwrap().starts_with("to do: ") && stdout(&output).is_empty(), "{said}");
    }
    assert!(!desk.path("x.pem").exists() && !desk.path("x.private.pem").exists());
}
