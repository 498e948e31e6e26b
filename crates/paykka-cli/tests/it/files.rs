//! Files around a command: settings that can't be read, secrets that others can, and outputs that take nothing.

use std::fs;

use crate::desk::{Desk, stderr};

/// What is missing isn't known where the settings can't be read, so only that is said; and it is said in this command's words.
#[test]
fn settings_that_cannot_be_read_are_all_that_is_said() {
    let desk = Desk::new();
    desk.put("broken.toml", "[x]\nbase_url = = \"https://h\"");
    desk.put("latin.toml", b"[x]\nbase_url = \"\xe9\"");
    desk.put("other.toml", "[y]\nkey_id = \"K001\"");
    for (file, says) in [
        ("nowhere.toml", "the file `nowhere.toml` can't be read: No such file"),
        ("broken.toml", "broken.toml: line 2 isn't TOML"),
        ("latin.toml", "latin.toml: isn't UTF-8"),
        ("other.toml", "other.toml [x]: there is no such profile; there are: y"),
    ] {
        let settings = ["--config", file, "--profile", "x"];
        for command in [&["call", "balance.inquiry"][..], &["listen"]] {
            let output = desk.run(&[command, &settings].concat());
            let said = stderr(&output);
            let lines: Vec<&str> = said.lines().collect();
            assert_eq!((output.status.code(), lines.len()), (Some(3), 3), "{said}");
            assert!(lines[1].starts_with(&format!("  {says}")) && lines[2].starts_with("to do: "), "{said}");
        }
        let (status, said) = desk.json(&[&["doctor"], &settings[..]].concat());
        let details = said["checks"][0]["details"].as_array().unwrap();
        assert!(
            status == 1 && details.len() == 1 && details[0].as_str().unwrap().starts_with(says),
            "{said}"
        );
    }
}

#[test]
fn what_is_missing_is_named_where_it_was_looked_for() {
    let desk = Desk::new();
    desk.put("config.toml", "[x]\nenvironment = \"sandbox\"");
    let call = ["call", "balance.inquiry"];
    let by_profile = stderr(&desk.run(&[&call[..], &["--config", "config.toml", "--profile", "x"]].concat()));
    let by_variables = stderr(&desk.run(&call));
    for (said, names) in [
        (&by_profile, ["base_url to config.toml [x]", "private_key_file to", "platform_key_file to"]),
        (&by_variables, ["PAYKKA_BASE_URL", "PAYKKA_PRIVATE_KEY_FILE", "PAYKKA_PLATFORM_KEY_FILE"]),
    ] {
        assert!(names.iter().all(|name| said.contains(name)) && !said.contains("; call "), "{said}");
    }
    assert!(by_variables.lines().last().unwrap().contains("--profile"), "{by_variables}");
    assert!(!by_profile.contains("PAYKKA_"), "{by_profile}");
}

#[cfg(unix)]
#[test]
fn secrets_that_others_can_read_draw_a_warning() {
    use std::os::unix::fs::PermissionsExt;
    let desk = Desk::with_keys();
    let settings = "[x]\nbase_url = \"http://127.0.0.1:9\"\nkey_id = \"K1\"\nmerchant_id = \"M1\"\n\
        private_key_file = \"merchant.private.pem\"\nplatform_key_file = \"platform.public.pem\"\n";
    desk.put("config.toml", settings);
    desk.put("passphrase", "open sesame");
    let (config, key, passphrase) = ("config.toml", "merchant.private.pem", "passphrase");
    let sign = ["sign", "--path", "/p", "--key-id", "K1", "--private-key-file", key];
    let profile = ["--config", config, "--profile", "x"];
    let call = [&["call", "balance.inquiry", "--dry-run"], &profile[..]].concat();
    let commands: [(&[&str], &[&str]); 6] = [
        (&call, &[config, key]),
        (&sign, &[key]),
        (&["keys", "inspect", key], &[key]),
        (&["keys", "match", key, "merchant.public.pem"], &[key]),
        (&["keys", "inspect", "merchant.public.pem"], &[]),
        (&["keys", "generate", "locked", "--new-passphrase-file", passphrase, "--force"], &[passphrase]),
    ];
    let set = |mode| {
        for file in [config, key, passphrase] {
            fs::set_permissions(desk.path(file), fs::Permissions::from_mode(mode)).unwrap();
        }
    };
    for (mode, is_open) in [(0o644, true), (0o622, true), (0o600, false), (0o400, false)] {
        set(mode);
        for (words, files) in commands {
            let output = desk.run(words);
            let said = stderr(&output);
            let warned: Vec<&str> = said.lines().filter(|line| line.starts_with("warning: ")).collect();
            let expected = if is_open { files } else { &[] };
            assert!(output.status.success() && warned.len() == expected.len(), "{mode:o} {words:?} {said}");
            for (line, file) in warned.iter().zip(expected) {
                assert!(line.contains(file) && line.ends_with(&format!("chmod 600 {file}")), "{line}");
            }
        }
    }
    set(0o644);
    let (_, said) = desk.json(&[&["doctor"], &profile[..]].concat());
    let checks = said["checks"].as_array().unwrap();
    for name in ["config_file", "key_file"] {
        let check = checks.iter().find(|check| check["check"] == name).unwrap();
        assert_eq!(check["state"], "doubtful", "{check}");
        assert!(check["to_do"].as_str().unwrap().starts_with("chmod 600 "), "{check}");
    }
}

/// A full disk is said by every command, the demo's and the help's words included.
#[cfg(target_os = "linux")]
#[test]
fn an_output_that_takes_nothing_is_said() {
    let desk = Desk::with_keys();
    for (status, words) in [
        (4, &["demo"][..]),
        (4, &["demo", "--keep", "--format", "json"]),
        (4, &["--help"]),
        (4, &["call", "--help"]),
        (4, &["--version"]),
        (4, &["codes"]),
        (4, &["call", "--list", "--format", "json"]),
        (4, &["completions", "bash"]),
        (4, &["keys", "convert", "merchant.private.pem", "--to", "spki"]),
        (1, &["emulate", "--log", "off"]),
        (1, &["emulate", "--print-config"]),
    ] {
        let full = fs::File::options().write(true).open("/dev/full").unwrap();
        let output = desk.command(words).stdout(full).output().unwrap();
        let said = stderr(&output);
        assert_eq!(output.status.code(), Some(status), "{words:?} {said}");
        assert!(said.contains("can't be written") && said.contains("No space left on device"), "{said}");
    }
}
