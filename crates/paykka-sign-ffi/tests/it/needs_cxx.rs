//! The header and the library in a C++11 program: the same sources as in C.

use crate::compiler::Compiler;

const CXX11: Compiler = Compiler { program: "c++", language: ["-x", "c++", "-std=c++11"] };

#[test]
fn a_program_signs_and_verifies() {
    CXX11.smoke();
}

#[test]
fn a_dropped_result_is_a_warning() {
    CXX11.refuses_dropped_results();
}
