//! The shared library's SONAME: programs that were linked with it look for the interface that they know, and a newer one
//! that breaks it can lie beside it. Cargo itself gives none.

use std::env;

/// As `PAYKKA_ABI_VERSION`; a test compares the two.
const ABI_VERSION: u32 = 1;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| os == "linux") {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-soname,libpaykka_sign_ffi.so.{ABI_VERSION}");
    }
}
