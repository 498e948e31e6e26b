//! The header and the library in a C99 program.

use crate::compiler::Compiler;

const C99: Compiler = Compiler { program: "cc", language: ["-x", "c", "-std=c99"] };

#[test]
fn a_program_signs_and_verifies() {
    C99.smoke();
}

#[test]
fn a_dropped_result_is_a_warning() {
    C99.refuses_dropped_results();
}
