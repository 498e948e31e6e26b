//! The header and the library in C99 programs: a first one, all vectors, a live call, threads, and memory.

mod library;

use std::process::Command;

use crate::cases;
use crate::compiler::{Compiler, Linking, keys};

const C99: Compiler = Compiler { program: "cc", language: ["-x", "c", "-std=c99"] };

#[test]
fn a_program_signs_and_verifies() {
    for linking in [Linking::Static, Linking::Shared] {
        C99.program("crates/paykka-sign-ffi/tests/c/smoke.c", linking, &[]).run(keys());
    }
}

#[test]
fn a_dropped_result_is_a_warning() {
    C99.refuses_dropped_results();
}

#[test]
fn all_vectors_come_out() {
    let program = C99.program("bindings/c/tests/vectors.c", Linking::Static, &[]);
    assert_eq!(program.run([cases::file().path()]), cases::ALL);
}

#[test]
fn sixteen_threads_share_one_key_and_one_ring() {
    let program = C99.program("bindings/c/tests/threads.c", Linking::Static, ADDRESS_SANITIZER);
    assert_eq!(program.run(keys()), "16 threads, 20 rounds each\n");
}

/// The sanitizer watches the program's own accesses and, of the library's, what it allocates: overflows by libc's
/// functions, double frees, leaks.
#[test]
fn the_address_sanitizer_finds_nothing() {
    let count = if is_long() { 20_000 } else { 200 };
    let program = C99.program("bindings/c/tests/cycles.c", Linking::Static, ADDRESS_SANITIZER);
    let [private_key, public_key] = keys();
    let arguments = [count.to_string().into(), private_key, public_key];
    assert_eq!(program.run(arguments), format!("{count} cycles\n"));
}

/// What finds nothing anywhere would find nothing here, too.
#[test]
fn the_address_sanitizer_would_find_a_leaked_handle() {
    let program = C99.program("bindings/c/tests/leak.c", Linking::Static, ADDRESS_SANITIZER);
    let ended = Command::new(program.path()).args(keys()).output().unwrap();
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(!ended.status.success() && said.contains("LeakSanitizer"), "{said}");
}

mod needs_valgrind {
    use super::*;

    #[test]
    fn nothing_is_lost_or_read_unset() {
        let count = if is_long() { 1_000 } else { 5 };
        let program = C99.program("bindings/c/tests/cycles.c", Linking::Static, &[]);
        let (ended, said) = watched(&program.path(), &[&count.to_string()]);
        assert!(ended && said.contains("0 errors from 0 contexts"), "{said}");
        // Rust's runtime keeps what it needs once, and still knows where it is.
        for lost in ["definitely lost: ", "indirectly lost: ", "possibly lost: "] {
            let is_none = said.contains("no leaks are possible") || said.contains(&format!("{lost}0 bytes"));
            assert!(is_none, "{said}");
        }
    }

    #[test]
    fn a_leaked_handle_would_be_found() {
        let program = C99.program("bindings/c/tests/leak.c", Linking::Static, &[]);
        let (ended, said) = watched(&program.path(), &[]);
        assert!(
            !ended && said.contains("definitely lost: ") && !said.contains("definitely lost: 0 bytes"),
            "{said}"
        );
    }

    /// Whether it ended well, and what valgrind said.
    fn watched(program: &std::path::Path, arguments: &[&str]) -> (bool, String) {
        let mut valgrind = Command::new("valgrind");
        valgrind.args([
            "--leak-check=full",
            "--errors-for-leak-kinds=definite,indirect,possible",
            "--error-exitcode=9",
        ]);
        let ended = valgrind.arg(program).args(arguments).args(keys()).output().unwrap();
        (ended.status.success(), String::from_utf8_lossy(&ended.stderr).into_owned())
    }
}

mod needs_paykka {
    use super::*;
    use crate::platform::{Platform, VERIFIED};

    #[test]
    fn a_signed_call_gets_an_answer_that_verifies() {
        let program = C99.program("bindings/c/tests/live.c", Linking::Shared, &[]);
        assert_eq!(program.run(Platform::start().arguments()), VERIFIED);
    }
}

/// The example of the README is compiled as it stands there.
#[test]
fn the_readmes_example_is_a_program() {
    let program = C99.program("bindings/c/example.c", Linking::Shared, &[]);
    let [private_key, _] = keys();
    let said = program.run([private_key]);
    assert!(said.starts_with("Authorization: %7B%22sign_type%22"), "{said}");
    let readme = include_str!("../../../../bindings/c/README.md");
    let example = include_str!("../../../../bindings/c/example.c");
    let five_lines = example.split("/* five lines */\n").nth(1).unwrap().trim_end();
    assert!(readme.contains(five_lines), "bindings/c/README.md shows other lines than example.c has");
}

const ADDRESS_SANITIZER: &[&str] = &["-fsanitize=address", "-fno-omit-frame-pointer"];

fn is_long() -> bool {
    std::env::var_os("PAYKKA_LONG").is_some_and(|value| value == "1")
}
