//! A folder with the command run in it, as a person would at a desk: a clean environment, and nothing of this machine's own.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::{Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

pub(crate) struct Desk {
    folder: TempDir,
}

impl Desk {
    pub(crate) fn new() -> Self {
        Self { folder: tempfile::tempdir().unwrap() }
    }

    /// With the pairs `merchant` and `platform`.
    pub(crate) fn with_keys() -> Self {
        let desk = Self::new();
        for name in ["merchant", "platform"] {
            assert!(desk.run(&["keys", "generate", name]).status.success());
        }
        desk
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// For its owner alone, as secrets are.
    pub(crate) fn put_secret(&self, name: &str, content: impl AsRef<[u8]>) {
        self.put(name, content);
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            fs::set_permissions(self.path(name), fs::Permissions::from_mode(0o600)).unwrap();
        }
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path(name)).unwrap()
    }

    /// Ready to be run, in English, without variables that would change what it says.
    pub(crate) fn command(&self, words: &[&str]) -> Command {
        let mut command = Command::new(assert_cmd::cargo::cargo_bin("paykka"));
        command
            .args(words)
            .current_dir(self.folder.path())
            .env("LC_ALL", "C")
            .env("HOME", self.folder.path());
        let variables = std::env::vars_os().map(|(name, _)| name);
        let ours = variables.filter(|name| name.to_string_lossy().starts_with("PAYKKA_"));
        let others =
            ["XDG_CONFIG_HOME", "NO_COLOR", "CLICOLOR", "CLICOLOR_FORCE", "HTTPS_PROXY", "ALL_PROXY"];
        for name in ours.chain(others.map(Into::into)) {
            command.env_remove(name);
        }
        command
    }

    pub(crate) fn run(&self, words: &[&str]) -> Output {
        self.command(words).stdin(Stdio::null()).output().unwrap()
    }

    pub(crate) fn run_with(&self, words: &[&str], stdin: &[u8]) -> Output {
        let mut command = self.command(words);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        child.stdin.take().unwrap().write_all(stdin).unwrap();
        child.wait_with_output().unwrap()
    }

    /// Its one JSON object, with the status.
    pub(crate) fn json(&self, words: &[&str]) -> (i32, Value) {
        let output = self.run(&[words, &["--format", "json"]].concat());
        let text = stdout(&output);
        assert_eq!(text.lines().count(), 1, "{words:?} {text} {}", stderr(&output));
        (output.status.code().unwrap(), serde_json::from_str(&text).unwrap())
    }

    /// What a person sees of a command, for a snapshot.
    pub(crate) fn seen(&self, words: &[&str]) -> String {
        let output = self.run(words);
        let status = output.status.code().unwrap();
        let mut seen = format!("$ paykka {}\n(status {status})\n", words.join(" "));
        for (name, text) in [("stdout", stdout(&output)), ("stderr", stderr(&output))] {
            if !text.is_empty() {
                seen.push_str(&format!("--- {name}\n{text}"));
            }
        }
        seen.replace(self.folder.path().to_str().unwrap(), "[folder]")
    }
}

pub(crate) fn stdout(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).unwrap()
}

pub(crate) fn stderr(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).unwrap()
}

/// Compares with a file in `snapshots/`, whatever changes from run to run masked. `INSTA_UPDATE=always` writes the files anew.
macro_rules! assert_seen {
    ($name:literal, $seen:expr) => {
        insta::with_settings!({
            filters => vec![
                (r"\b[0-9a-f]{64}\b", "[64 hex digits]"),
                (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z \(\d{13}\)", "[moment]"),
                (r"127\.0\.0\.1:\d+", "127.0.0.1:[port]"),
                (r"(\d+) s from", "[n] s from"),
                (r"相差 \d+ 秒", "相差 [n] 秒"),
                (r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", "[moment]"),
                (r"[\d.]+ ms", "[n] ms"),
                (r#""timestamp":"?\d+"?"#, r#""timestamp":[n]"#),
                (r#""nonce":"[^"]+""#, r#""nonce":"[nonce]""#),
                (r"(date +).*GMT", "$1[date]"),
                (r"process \d+ on .*", "process [n] on [host]"),
            ],
            prepend_module_to_snapshot => false,
            omit_expression => true,
        }, { insta::assert_snapshot!($name, $seen) })
    };
}
pub(crate) use assert_seen;
