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
//!                         const uint8_t *body, size_t body_len, uint64_t now_millis) {
//!     char nonce[PAYKKA_NONCE_LEN], value[4096]; /* hold every nonce and every value */
//!     size_t nonce_len, value_len;
//!     PaykkaError error;
//!     if (paykka_nonce_generate(nonce, sizeof nonce, &nonce_len, &error) != PAYKKA_RESULT_OK ||
//!         paykka_sign(key, path, strlen(path), merchant, strlen(merchant), body, body_len, now_millis, nonce,
//!                     nonce_len, value, sizeof value, &value_len, &error) != PAYKKA_RESULT_OK) {
//!         fprintf(stderr, "not signed: %s\n", error.text);
//!         return 0;
//!     }
//!     printf("Authorization: %.*s\r\n", (int)value_len, value);
//!     return 1;
//! }
//! ```
//!
//! Other languages: `bindings/` and `docs/ffi.md` in the repository.
//!
//! # Rules that this crate keeps
//!
//! It is the one crate of its workspace with unsafe code, and that code only turns C's pointers into Rust's
//! references and back. Whatever decides anything is called from `paykka-sign`.

mod boundary;
mod handle;
mod input;
mod message;
mod nonce;
mod output;
mod result;
mod ring;
mod signing;
mod verifying;
mod version;

pub use message::{PAYKKA_ERROR_TEXT_SIZE, PaykkaError};
pub use nonce::{PAYKKA_NONCE_LEN, paykka_nonce_generate};
pub use result::{PaykkaResult, paykka_result_text};
pub use ring::{
    PaykkaKeyRing, paykka_key_ring_add, paykka_key_ring_add_only, paykka_key_ring_free, paykka_key_ring_new,
    paykka_key_ring_remove,
};
pub use signing::{
    PaykkaSigningKey, paykka_sign, paykka_signing_key_free, paykka_signing_key_new,
    paykka_signing_key_new_encrypted, paykka_signing_key_public_key, paykka_string_to_sign,
};
pub use verifying::{PAYKKA_KEY_ID_SIZE, PAYKKA_NONCE_SIZE, PaykkaVerified, paykka_diagnose, paykka_verify};
pub use version::{PAYKKA_ABI_VERSION, paykka_abi_version, paykka_version};
