//! Which library a program has loaded, since several may be installed.

use std::ffi::c_char;

/// The number of the interface that this header describes. Functions and results may be added under the same number;
/// whatever would break a program that was compiled before raises it, and the shared library's SONAME with it.
pub const PAYKKA_ABI_VERSION: u32 = 1;

/// The number of the interface that the loaded library has. Where it isn't `PAYKKA_ABI_VERSION`, call nothing else. This
/// function itself never changes.
#[unsafe(no_mangle)]
pub extern "C" fn paykka_abi_version() -> u32 {
    PAYKKA_ABI_VERSION
}

/// The version of the library, such as `1.2.3`: a constant that ends with a NUL, never NULL and never to be freed.
#[unsafe(no_mangle)]
pub extern "C" fn paykka_version() -> *const c_char {
    concat!(env!("CARGO_PKG_VERSION"), "\0").as_ptr().cast()
}
