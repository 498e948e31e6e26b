//! Behaviour of the C interface, one module each. `needs_*` modules need a program outside Rust's tools.
#![allow(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test that fails by panic says so"
)]

mod buffers;
mod calls;
mod handles;
mod header;
mod inputs;
mod reasons;
mod results;
mod rings;

// What has to be linked beside the library differs between platforms; it is known here for Linux alone.
#[cfg(target_os = "linux")]
mod bindings;
#[cfg(target_os = "linux")]
mod cases;
#[cfg(target_os = "linux")]
mod compiler;
#[cfg(target_os = "linux")]
mod library;
#[cfg(target_os = "linux")]
mod needs_cc;
#[cfg(target_os = "linux")]
mod needs_cxx;
#[cfg(target_os = "linux")]
mod needs_go;
#[cfg(target_os = "linux")]
mod needs_java;
#[cfg(target_os = "linux")]
mod needs_koffi;
#[cfg(target_os = "linux")]
mod needs_php_ffi;
#[cfg(target_os = "linux")]
mod needs_python3_venv;
#[cfg(target_os = "linux")]
mod platform;
