//! Signing and verifying for the `PayKKa` OpenAPI, from C, C++ and every language that calls C.
//!
//! # Is this the crate I need?
//!
//! Take it when your program isn't written in Rust and you want its signatures right without writing them anew: it
//! gives the `Authorization` value to send, and judges the one that came in. In Rust take `paykka-sign`, on which
//! this is a thin layer without rules of its own. It sends and receives nothing; HTTP stays yours.
//!
//! `cargo build --release -p paykka-sign-ffi` makes the static and the shared library; the header is
//! `include/paykka_sign.h`. Its first comment has the conventions that hold for every function: results, handles,
//! lengths, buffers, threads.
//!
//! # Example
//!
//! ```c
//! #include "paykka_sign.h"
//!
//! /* Prints the header line to send with a call, and says whether it could. */
//! int print_authorization(const PaykkaSigningKey *key, const char *path, const char *merchant,
//!                         const uint8_t *body, size_t body_len, uint64_t now_millis, const char *nonce) {
//!     char value[4096]; /* holds the value for every key */
//!     size_t value_len = 0;
//!     PaykkaResult result = paykka_sign(key, path, strlen(path), merchant, strlen(merchant), body, body_len,
//!                                       now_millis, nonce, strlen(nonce), value, sizeof value, &value_len);
//!     if (result != PAYKKA_RESULT_OK) {
//!         fprintf(stderr, "not signed: %s\n", paykka_result_text(result));
//!         return 0;
//!     }
//!     printf("Authorization: %.*s\r\n", (int)value_len, value);
//!     return 1;
//! }
//! ```
//!
//! # Rules that this crate keeps
//!
//! It is the one crate of its workspace with unsafe code, and that code only turns C's pointers into Rust's
//! references and back. Whatever decides anything is called from `paykka-sign`.

mod boundary;
mod handle;
mod input;
mod output;
mod result;
mod signing;
mod verifying;
mod version;

pub use result::{PaykkaResult, paykka_result_text};
pub use signing::{PaykkaSigningKey, paykka_sign, paykka_signing_key_free, paykka_signing_key_new};
pub use verifying::{PaykkaKeyRing, paykka_key_ring_free, paykka_key_ring_new_single, paykka_verify};
pub use version::paykka_version;
