//! The library's version at run time, so that a program can say which of several installed ones it has loaded.

use std::ffi::c_char;

/// The version of the library, such as `0.1.0`: a constant that ends with a NUL, never NULL and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn paykka_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
