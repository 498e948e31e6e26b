//! `docs/emulator.md`: its shell blocks run, and it leaves nothing out. What it says of CI is run by `guide_ci`.

use paykka_emulator::Fault;

pub(crate) const GUIDE: &str = include_str!("../../../../docs/emulator.md");
const ROUTES: &str = include_str!("../../../paykka-emulator/src/control/mod.rs");
const MAGIC: &str = include_str!("../../../paykka-emulator/src/world/magic.rs");

/// All shell blocks, one after the other.
fn script() -> String {
    let blocks = GUIDE.split("```sh\n").skip(1).map(|rest| rest.split_once("```").unwrap().0);
    blocks.collect()
}

/// What stands between two marks, each time.
fn between<'a>(text: &'a str, before: &'a str, after: &'a str) -> impl Iterator<Item = &'a str> {
    text.split(before).skip(1).map(move |rest| rest.split_once(after).unwrap().0)
}

#[test]
fn every_path_and_method_of_the_control_port_has_an_example() {
    let script = script();
    let mut count = 0;
    for route in between(ROUTES, ".route(\"", "\n") {
        let (path, handlers) = route.split_once('"').unwrap();
        let path = path.replace("{merchant}", "M1").replace("{kind}/{object}", "payment/R1");
        let path = path.replace("{key_id}", "K2").replace("{id}", "1");
        for method in ["get", "post", "put", "delete"].into_iter().filter(|method| {
            [format!(" {method}("), format!(".{method}(")].iter().any(|call| handlers.contains(call))
        }) {
            let example = format!("control {} {path}", method.to_uppercase());
            let is_there = script.lines().any(|line| {
                line.strip_prefix(&example).is_some_and(|rest| rest.is_empty() || rest.starts_with(' '))
            });
            assert!(is_there || path == "/health", "`{example}` isn't in docs/emulator.md");
            count += 1;
        }
    }
    assert_eq!(count, 31, "the routes are written otherwise than this test reads them");
}

#[test]
fn every_fault_and_every_magic_word_is_explained() {
    for name in Fault::NAMES {
        assert!(GUIDE.contains(&format!("`{name}`")), "`{name}` isn't in docs/emulator.md");
    }
    let words: Vec<_> = between(MAGIC, "= \"", "\"").collect();
    assert!(words.len() >= 7);
    for word in words {
        assert!(GUIDE.contains(&format!("`{word}`")), "`{word}` isn't in docs/emulator.md");
    }
}

mod needs_curl {
    mod needs_openssl {
        use std::net::TcpListener;
        use std::path::Path;
        use std::process::Command;

        #[test]
        fn the_shell_blocks_run_in_their_order() {
            let folder = tempfile::tempdir().unwrap();
            // Where nobody listens: the port was free a moment ago.
            let port = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
            let script = super::super::script().replace("127.0.0.1:8080", &format!("127.0.0.1:{port}"));
            let command = assert_cmd::cargo::cargo_bin("paykka");
            let path = std::env::var("PATH").unwrap();
            let path = format!("{}:{path}", command.parent().unwrap_or(Path::new(".")).display());
            // Whatever fails, the emulator doesn't outlive the script.
            let script =
                format!("trap 'kill $EMULATOR 2> kill.log' EXIT\n{script}\ntrap - EXIT\necho DONE\n");
            let output = Command::new("sh")
                .args(["-euxc", &script])
                .current_dir(folder.path())
                .env("PATH", path)
                .output()
                .unwrap();
            let (stdout, stderr) =
                (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
            assert!(output.status.success() && stdout.ends_with("DONE\n"), "{stdout}\n{stderr}");
            for expected in [
                "emu_extra",
                r#""ENABLED""#,
                r#""verdict":"verified""#,
                r#""recv_order_no":"RO"#,
                r#""lag=5000""#,
            ] {
                assert!(stdout.contains(expected), "{expected} isn't in\n{stdout}");
            }
        }
    }
}
