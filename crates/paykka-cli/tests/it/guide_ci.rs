//! `docs/emulator.md` on CI: the scripts of its jobs run, with the page's own code in each language, as a runner would run
//! them. What a runner brings is stood in for, and nothing else:
//!
//! - steps that use an action of somebody else's (checkout, a language's setup) are left out, and so is what a job does after
//!   a failure;
//! - `cargo install` of the command is left out: the command of this build is on the PATH;
//! - `pip install` and `npm ci` do nothing: what they would fetch is there, or isn't needed;
//! - `./mvnw test` runs the page's Java in a class of its own, in a process that it starts as Surefire does;
//! - in Rust's `Cargo.toml` the repository's address is replaced by this repository's crates.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use tempfile::TempDir;

use crate::guide::GUIDE;

/// The text under `## On CI` from a mark on.
fn section(mark: &str) -> &'static str {
    let ci = GUIDE.split_once("\n## On CI\n").unwrap().1;
    ci.split_once(mark).unwrap().1
}

/// The first block of a language in a text.
fn block(text: &'static str, language: &str) -> &'static str {
    let before = format!("```{language}\n");
    let block = text.split_once(&before).unwrap().1;
    block.split_once("```").unwrap().0
}

/// The scripts of a workflow's steps, in their order.
fn scripts(yaml: &str) -> Vec<String> {
    let mut scripts = Vec::new();
    let (_, steps) = yaml.split_once("steps:\n").unwrap();
    let indent = steps.find('-').unwrap();
    let (text, mark) = (format!("\n{steps}"), format!("\n{}- ", " ".repeat(indent)));
    for step in text.split(&mark).skip(1) {
        let lines: Vec<&str> = step.lines().collect();
        let run = |line: &&str| line.trim_start().strip_prefix("run: ").map(str::to_owned);
        let Some(place) = lines.iter().position(|line| run(line).is_some()) else { continue };
        let first = run(&lines[place]).unwrap();
        let rest = || lines[place + 1..].iter().map(|line| format!("{}\n", line.trim_start())).collect();
        let script = if first == "|" { rest() } else { first };
        let after_failure = lines.iter().any(|line| line.contains("if: failure()"));
        if !after_failure && !script.starts_with("cargo install ") {
            scripts.push(script);
        }
    }
    scripts
}

/// A repository with a merchant's keys in it, on a machine with the command.
struct Runner {
    folder: TempDir,
}

impl Runner {
    fn new() -> Self {
        let runner = Self { folder: tempfile::tempdir().unwrap() };
        for (name, pem) in [
            ("public", include_str!("../../../paykka-sign/testdata/merchant-2048.public.pem")),
            ("private", include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem")),
        ] {
            runner.write(&format!("repository/merchant.{name}.pem"), pem);
        }
        fs::create_dir(runner.path("temp")).unwrap();
        runner
    }

    fn path(&self, path: &str) -> PathBuf {
        self.folder.path().join(path)
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// A program of the machine's.
    fn program(&self, path: &str, script: &str) {
        self.write(path, &format!("#!/bin/sh\n{script}\n"));
        fs::set_permissions(self.path(path), fs::Permissions::from_mode(0o755)).unwrap();
    }

    /// Runs the step that starts the emulator and then a job's own, each as a runner does: by a shell of its own.
    fn run(&self, job: &[String]) -> String {
        let action = scripts(block(section("The step that starts it"), "yaml"));
        assert_eq!(action.len(), 1, "{action:?}");
        assert!(!job.is_empty());
        // The first in this shell, so that the emulator is known to it and ends with it.
        let mut script = format!("trap 'kill $!' EXIT\n{}\n", action[0]);
        for step in job {
            script.push_str(&format!("bash -e << 'END OF STEP'\n{step}\nEND OF STEP\n"));
        }
        self.bash(&script)
    }

    fn bash(&self, script: &str) -> String {
        let command = assert_cmd::cargo::cargo_bin("paykka");
        let path = [self.path("bin").as_path(), command.parent().unwrap_or(Path::new("."))]
            .map(|folder| folder.display().to_string())
            .join(":");
        let output = Command::new("bash")
            .args(["-e", "-c", script])
            .current_dir(self.path("repository"))
            .env("RUNNER_TEMP", self.path("temp"))
            .env("PATH", format!("{path}:{}", std::env::var("PATH").unwrap()))
            .output()
            .unwrap();
        let (stdout, stderr) =
            (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
        assert!(output.status.success(), "{script}\n{stdout}\n{stderr}");
        stdout.into_owned()
    }
}

#[test]
fn scripts_are_read_as_they_stand() {
    let yaml = "jobs:\n  steps:\n    - uses: x@v1\n      with: { a: 1 }\n    - run: one\n    - if: failure()\n      run: no\n    \
                - shell: bash\n      run: |\n        two \\\n          more\n        three &\n    - run: cargo install x\n";
    assert_eq!(scripts(yaml), ["one", "two \\\nmore\nthree &\n"]);
}

mod needs_pytest {
    use super::*;

    #[test]
    fn the_job_in_python() {
        let text = section("Python; a fixture");
        let runner = Runner::new();
        runner.program("bin/pip", "test \"$1\" = install");
        let python = python();
        runner.program(
            "bin/pytest",
            &format!("exec {} -B -m pytest -p no:cacheprovider \"$@\"", python.display()),
        );
        runner.write("repository/conftest.py", block(text, "python"));
        runner.write("repository/test_it.py", TESTS);
        let said = runner.run(&scripts(block(text, "yaml")));
        assert!(said.contains("2 passed"), "{said}");
    }

    const TESTS: &str = r#"
import pytest, requests

@pytest.mark.parametrize("time", ["first", "second"])
def test_each_begins_anew(paykka, time):
    headers = {"Authorization": "Bearer " + paykka["control_token"]}
    opened = requests.post(
        paykka["control"] + "/merchants/M1/accounts", headers=headers, json={"currency": "EUR", "balance": 5}
    )
    assert opened.json() == {"balance": 5}
"#;

    /// `cargo xtask test` installs it and says where.
    fn python() -> PathBuf {
        let told = std::env::var_os("PAYKKA_PYTEST").map(PathBuf::from);
        let found = told.or_else(installed);
        assert!(
            found.is_some(),
            "this test needs Python packages; `cargo xtask test` installs them into your cache folder, where the test \
             finds them from then on; to leave it out: cargo nextest run -E 'not test(/needs_pytest/)'"
        );
        found.unwrap()
    }

    /// Where an earlier run of `cargo xtask test` has put it.
    fn installed() -> Option<PathBuf> {
        let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).filter(|path| path.is_absolute());
        let cache = cache.or_else(|| Some(PathBuf::from(std::env::var_os("HOME")?).join(".cache")))?;
        Some(cache.join("paykka/tools/python/pytest/bin/python")).filter(|path| path.exists())
    }
}

mod needs_node {
    use super::*;

    #[test]
    fn the_job_in_node() {
        let text = section("Node; its test runner");
        let runner = Runner::new();
        runner.program("bin/npm", "test \"$1\" = ci");
        runner.write("repository/paykka.mjs", block(text, "js"));
        runner.write("repository/it.test.mjs", TESTS);
        let said = runner.run(&scripts(block(text, "yaml")));
        assert!(said.contains("# pass 2\n") || said.contains("pass 2\n"), "{said}");
    }

    const TESTS: &str = r#"
import assert from "node:assert/strict";
import { test } from "node:test";
import { control } from "./paykka.mjs";

for (const time of ["first", "second"]) {
  test(`each begins anew, the ${time}`, async () => {
    const opened = await control("POST", "/merchants/M1/accounts", { currency: "EUR", balance: 5 });
    assert.deepEqual(await opened.json(), { balance: 5 });
  });
}
"#;
}

mod needs_java {
    use super::*;

    #[test]
    fn the_job_in_java() {
        let text = section("Java; for TLS");
        let runner = Runner::new();
        runner.program("repository/mvnw", MAVEN);
        let body = block(text, "java");
        runner.write("repository/It.java", &format!("{IMPORTS}\n{BEFORE}\n{body}\n{AFTER}"));
        let said = runner.run(&scripts(block(text, "yaml")));
        assert!(said.ends_with("405 405\n"), "{said}");
    }

    /// Tests run in a process of their own, which gets the properties and what `argLine` says.
    const MAVEN: &str = r#"
test "$1" = test || exit 1
shift
for word; do
    case "$word" in
        -DargLine=*) line=${word#-DargLine=} ;;
        *) properties="$properties $word" ;;
    esac
done
exec java $properties $line It.java"#;

    const IMPORTS: &str = "\
import java.net.URI;
import java.net.http.*;
import java.nio.file.*;
import java.util.function.UnaryOperator;";

    const BEFORE: &str = "public class It { public static void main(String[] words) throws Exception {";

    /// Both ports are reached, the second by the trust store that the job has made.
    const AFTER: &str = r#"
for (String url : new String[] {"http", "https"}) {
    HttpRequest get = HttpRequest.newBuilder(URI.create(ready.apply(url) + "/api/v2/merch/account/balance")).build();
    System.out.print(HttpClient.newHttpClient().send(get, HttpResponse.BodyHandlers.discarding()).statusCode());
    System.out.print(url.equals("http") ? " " : "\n");
}
} }"#;
}

#[test]
#[ignore = "it builds the emulator once more, in a package of its own; `cargo xtask test --all` runs it"]
fn the_job_in_rust() {
    let text = section("Rust needs no step");
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").canonicalize().unwrap();
    let mut manifest =
        "[package]\nname = \"it\"\nversion = \"0.0.0\"\nedition = \"2024\"\n[workspace]\n".to_owned();
    for line in block(text, "toml").lines() {
        let name = line.split(' ').next().unwrap();
        let path = format!("path = \"{}/crates/{name}\"", repository.display());
        manifest.push_str(&line.replace("git = \"https://example.com/paykka-rust\"", &path));
        manifest.push('\n');
    }
    let example = block(GUIDE.split_once("As a library").unwrap().1, "rust,no_run");
    let runner = Runner::new();
    runner.write("repository/Cargo.toml", &manifest);
    runner.write("repository/src/lib.rs", "");
    // The versions that are here already.
    runner.write("repository/Cargo.lock", &fs::read_to_string(repository.join("Cargo.lock")).unwrap());
    let test = r#"
#[tokio::test]
async fn it_starts() {
    let (platform, merchant) = (include_str!("../merchant.private.pem"), include_str!("../merchant.public.pem"));
    test(platform, merchant).await.unwrap();
}"#;
    runner.write("repository/tests/it.rs", &format!("{example}\n{test}"));
    let steps = scripts(block(text, "yaml"));
    assert_eq!(steps, ["cargo test"]);
    // Beside what was built of this repository, so that a second run finds it.
    let target = assert_cmd::cargo::cargo_bin("paykka").parent().unwrap().join("guide");
    let said = runner.bash(&format!(
        "export CARGO_NET_OFFLINE=true CARGO_TARGET_DIR='{}'\n{}",
        target.display(),
        steps[0]
    ));
    assert!(said.contains("test it_starts ... ok"), "{said}");
}
