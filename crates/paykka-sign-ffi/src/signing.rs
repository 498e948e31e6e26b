//! The signing half: a private key as a handle, and the `Authorization` value it makes.

use std::ffi::c_char;

use paykka_sign::{Nonce, Parts, SigningKey, Timestamp};

use crate::boundary::guard;
use crate::output::TextBuffer;
use crate::{PaykkaResult, handle, input};

/// A private key with the id under which the other side knows it. Immutable; any number of threads may use one.
#[derive(Debug)]
pub struct PaykkaSigningKey(SigningKey);

/// Reads a private key and proves it by a trial signature, so do it once and keep the handle.
///
/// - `key_id`: the id that the platform gave to this key, 1 to 128 visible ASCII characters.
/// - `pem`: a private key, RSA of 2048, 3072 or 4096 bits: PKCS#8 or PKCS#1, as PEM, DER or bare Base64. The library keeps no copy of
///   the text; wiping it is the caller's.
/// - `out`: receives the handle, to be ended by `paykka_signing_key_free`; NULL after a failure.
///
/// Fails with `PAYKKA_RESULT_KEY`, `PAYKKA_RESULT_FIELD` for the key id, `PAYKKA_RESULT_INVALID_UTF8` for the key id,
/// or for its arguments.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_signing_key_new(
    key_id: *const c_char,
    key_id_len: usize,
    pem: *const c_char,
    pem_len: usize,
    out: *mut *mut PaykkaSigningKey,
) -> PaykkaResult {
    let make = || {
        // SAFETY: the caller keeps the conventions: NULL, or that many readable bytes.
        let key_id = unsafe { input::text(key_id, key_id_len) }?;
        // SAFETY: as above.
        let pem = unsafe { input::required(pem.cast(), pem_len) }?;
        Ok(PaykkaSigningKey(SigningKey::from_bytes(key_id, pem)?))
    };
    // SAFETY: the caller keeps the conventions: NULL, or valid for writing.
    guard(|| unsafe { handle::hand_out(out, make) })
}

/// Ends a key. NULL does nothing.
///
/// # Safety
/// The handle came from `paykka_signing_key_new`, is freed once, and isn't used afterwards or at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_signing_key_free(key: *mut PaykkaSigningKey) {
    // SAFETY: the caller promises what is asked for.
    unsafe { handle::free(key) }
}

/// Signs a message and writes the value of its `Authorization` header: visible ASCII, NOT ended by a NUL.
///
/// - `path`: the request's path as sent, from `/`, without scheme, host and query; 1 to 2048 visible ASCII
///   characters.
/// - `merchant`: the `X-Merch-Id` that is sent beside it, 1 to 64 visible ASCII characters; NULL with length 0 where
///   that header isn't sent. Empty text is refused.
/// - `body`: the body, byte for byte as sent; NULL with length 0, or length 0, where there is none.
/// - `timestamp_millis`: now, in milliseconds since 1970-01-01 UTC, at most 9999999999999999.
/// - `nonce`: random text of 6 to 32 visible ASCII characters, such as 16 bytes from the operating system's source of
///   randomness in hexadecimal digits. Take a fresh one, and a fresh time, for every attempt.
/// - `out`, `out_len`: the caller's buffer and its size in bytes. 4096 bytes hold the value for every key.
/// - `written`: receives the length of the value in bytes; 0 after any failure but the following.
///
/// If the buffer is too small, `PAYKKA_RESULT_BUFFER_TOO_SMALL` is returned, nothing is written into it, and
/// `*written` is the size that is needed; the same arguments always give the same value, so a second call fits. NULL
/// with length 0 for `out` asks for that size. Asking costs as much as signing.
///
/// Fails with `PAYKKA_RESULT_FIELD` for a part outside its bounds, `PAYKKA_RESULT_BACKEND`,
/// `PAYKKA_RESULT_INVALID_UTF8` for path, merchant or nonce, or for its arguments.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_sign(
    key: *const PaykkaSigningKey,
    path: *const c_char,
    path_len: usize,
    merchant: *const c_char,
    merchant_len: usize,
    body: *const u8,
    body_len: usize,
    timestamp_millis: u64,
    nonce: *const c_char,
    nonce_len: usize,
    out: *mut c_char,
    out_len: usize,
    written: *mut usize,
) -> PaykkaResult {
    guard(|| {
        // SAFETY: the caller keeps the conventions: each NULL, or valid for writing that many bytes.
        let buffer = unsafe { TextBuffer::new(out, out_len, written) }?;
        // SAFETY: the caller keeps the conventions: NULL, or a handle that lives.
        let PaykkaSigningKey(key) = unsafe { handle::borrow(key) }?;
        let parts = Parts {
            // SAFETY: the caller keeps the conventions: NULL, or that many readable bytes.
            path: unsafe { input::text(path, path_len) }?,
            // SAFETY: as above.
            merchant: unsafe { input::optional_text(merchant, merchant_len) }?,
            // SAFETY: as above.
            body: unsafe { input::bytes(body, body_len) }?,
        };
        // SAFETY: as above.
        let nonce = Nonce::new(unsafe { input::text(nonce, nonce_len) }?)?;
        let timestamp = Timestamp::from_unix_millis(timestamp_millis)?;
        buffer.fill(&key.sign(&parts, timestamp, &nonce)?.to_header())
    })
}
