//! Nonces of the operating system's randomness, so that no caller is tempted to take a counter or `rand()`.

use std::ffi::c_char;

use paykka_sign::Nonce;

use crate::PaykkaResult;
use crate::boundary::{Failure, guard};
use crate::message::PaykkaError;
use crate::output::Buffer;

/// Length of what `paykka_nonce_generate` writes, in bytes.
pub const PAYKKA_NONCE_LEN: usize = 32;

/// Writes a fresh nonce: 32 lower-case hexadecimal digits of 16 bytes from the operating system's source of randomness,
/// NOT ended by a NUL. Take one for every attempt.
///
/// - `out`, `out_len`: the caller's buffer and its size in bytes, `PAYKKA_NONCE_LEN` at least.
/// - `written`: receives the length in bytes, which is always `PAYKKA_NONCE_LEN`, also after
///   `PAYKKA_RESULT_BUFFER_TOO_SMALL`; 0 after any other failure.
///
/// Fails with `PAYKKA_RESULT_BACKEND` without randomness, or for its arguments.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_nonce_generate(
    out: *mut c_char,
    out_len: usize,
    written: *mut usize,
    error: *mut PaykkaError,
) -> PaykkaResult {
    let run = || {
        // SAFETY: the caller keeps the conventions: each NULL, or valid for writing that many bytes.
        let buffer = unsafe { Buffer::new(out.cast(), out_len, written) }?;
        let mut entropy = [0; PAYKKA_NONCE_LEN / 2];
        getrandom::fill(&mut entropy).map_err(|_| {
            let text = "the operating system gave no randomness; try again, or mend its source";
            Failure::new(PaykkaResult::Backend, text)
        })?;
        buffer.fill(Nonce::from_entropy(entropy).as_str().as_bytes())
    };
    // SAFETY: the caller keeps the conventions: NULL, or valid for writing.
    unsafe { guard(error, run) }
}
