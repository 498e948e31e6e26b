//! The header in C++11, the same sources as in C; and the wrapper in C++17: all vectors, a live call, and what it adds.

use crate::cases;
use crate::compiler::{Compiler, Linking, keys, testdata};

const CXX11: Compiler = Compiler { program: "c++", language: ["-x", "c++", "-std=c++11"] };
const CXX17: Compiler = Compiler { program: "c++", language: ["-x", "c++", "-std=c++17"] };

#[test]
fn a_program_signs_and_verifies() {
    CXX11.program("crates/paykka-sign-ffi/tests/c/smoke.c", Linking::Static, &[]).run(keys());
}

#[test]
fn a_dropped_result_is_a_warning() {
    CXX11.refuses_dropped_results();
}

#[test]
fn all_vectors_come_out() {
    let program = CXX17.program("bindings/cpp/tests/vectors.cpp", Linking::Static, &[]);
    assert_eq!(program.run([cases::file().path()]), cases::ALL);
}

/// Under the address sanitizer, since ends and moves are what the wrapper is about.
#[test]
fn what_fails_is_thrown_and_what_ends_is_freed() {
    let program = CXX17.program("bindings/cpp/tests/behaviour.cpp", Linking::Static, &["-fsanitize=address"]);
    let [private_key, public_key] = keys();
    program.run([private_key, testdata("merchant-2048.encrypted.pem"), public_key]);
}

mod needs_paykka {
    use std::process::Command;

    use super::*;
    use crate::bindings::Example;
    use crate::compiler::succeeded;
    use crate::platform::{Platform, VERIFIED};

    #[test]
    fn a_signed_call_gets_an_answer_that_verifies() {
        let program = CXX17.program("bindings/cpp/tests/live.cpp", Linking::Shared, &[]);
        assert_eq!(program.run(Platform::start().arguments()), VERIFIED);
    }

    #[test]
    fn the_readmes_example_is_a_program() {
        let example = Example::of("cpp");
        let source = example.write(
            "program.cpp",
            r#"
#include <fstream>
#include <iostream>
#include <sstream>
#include "paykka.hpp"

static std::string file(const char *name) {
    std::ostringstream content;
    content << std::ifstream(name, std::ios::binary).rdbuf();
    return content.str();
}

int main() {
    const std::string private_pem = file("merchant.private.pem"), platform_pem = file("platform.public.pem");
    const std::string body = "BODY", received_body = "RECEIVED_BODY";
    const paykka::signing_key platform("P001", file("platform.private.pem"));
    const std::string received = platform.sign({"/notify", "M24061911365700670", received_body});
    EXAMPLE
    std::cout << authorization << "\n" << key_id << "\n";
}
"#,
        );
        let program = CXX17.program(source.to_str().unwrap(), Linking::Shared, &[]);
        let ended = Command::new(program.path()).current_dir(example.path()).output().unwrap();
        example.judge(&succeeded(ended));
    }
}
