//! The signing half: a private key as a handle, and the `Authorization` value it makes.

use std::ffi::c_char;

use paykka_sign::{Nonce, SigningKey, Timestamp};

use crate::boundary::guard;
use crate::input::{Input, parts};
use crate::message::PaykkaError;
use crate::output::Buffer;
use crate::{PaykkaResult, handle};

/// A private key with the id under which the other side knows it. Immutable; any number of threads may use one.
#[derive(Debug)]
pub struct PaykkaSigningKey(pub(crate) SigningKey);

/// Reads a private key and proves it by a trial signature, so do it once and keep the handle.
///
/// - `key_id`: the id that the platform gave to this key, 1 to 128 visible ASCII characters.
/// - `private_key`: RSA of 2048, 3072 or 4096 bits: PKCS#8 or PKCS#1, as PEM, DER or bare Base64, up to 64 KiB. The
///   library keeps no copy of the text; wiping it is the caller's.
/// - `out`: receives the handle, to be ended by `paykka_signing_key_free`; NULL after a failure.
///
/// Fails with `PAYKKA_RESULT_KEY`, `PAYKKA_RESULT_FIELD` for the key id, `PAYKKA_RESULT_INVALID_UTF8` for the key id,
/// `PAYKKA_RESULT_BACKEND`, or for its arguments.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_signing_key_new(
    key_id: *const c_char,
    key_id_len: usize,
    private_key: *const u8,
    private_key_len: usize,
    out: *mut *mut PaykkaSigningKey,
    error: *mut PaykkaError,
) -> PaykkaResult {
    let key_id = Input::text("key_id", key_id, key_id_len);
    let private_key = Input::bytes("private_key", private_key, private_key_len);
    let make = || {
        // SAFETY: the caller keeps the conventions: NULL, or that many readable bytes.
        let (key_id, private_key) = unsafe { (key_id.required_text()?, private_key.required()?) };
        Ok(PaykkaSigningKey(SigningKey::from_bytes(key_id, private_key)?))
    };
    // SAFETY: the caller keeps the conventions: each NULL, or valid for writing.
    unsafe { guard(error, || handle::hand_out(out, make)) }
}

/// As `paykka_signing_key_new`, for a key under a passphrase (PKCS#8 with PBES2, `BEGIN ENCRYPTED PRIVATE KEY`). A key that
/// isn't encrypted is taken, too. It takes tens of milliseconds and more, by intention of whoever encrypted the key.
///
/// - `passphrase`: its bytes; NULL with length 0, or length 0, for an empty one. Wiping it is the caller's.
///
/// Fails as `paykka_signing_key_new`; with `PAYKKA_RESULT_KEY` for a wrong passphrase, too.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_signing_key_new_encrypted(
    key_id: *const c_char,
    key_id_len: usize,
    private_key: *const u8,
    private_key_len: usize,
    passphrase: *const u8,
    passphrase_len: usize,
    out: *mut *mut PaykkaSigningKey,
    error: *mut PaykkaError,
) -> PaykkaResult {
    let key_id = Input::text("key_id", key_id, key_id_len);
    let private_key = Input::bytes("private_key", private_key, private_key_len);
    let passphrase = Input::bytes("passphrase", passphrase, passphrase_len);
    let make = || {
        // SAFETY: the caller keeps the conventions: NULL, or that many readable bytes.
        let (key_id, private_key) = unsafe { (key_id.required_text()?, private_key.required()?) };
        // SAFETY: as above.
        let passphrase = unsafe { passphrase.optional() }?;
        Ok(PaykkaSigningKey(SigningKey::from_encrypted_bytes(key_id, private_key, passphrase)?))
    };
    // SAFETY: the caller keeps the conventions: each NULL, or valid for writing.
    unsafe { guard(error, || handle::hand_out(out, make)) }
}

/// Ends a key. NULL does nothing.
///
/// # Safety
/// The handle came from a `paykka_signing_key_new…`, is freed once, and isn't used afterwards or at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_signing_key_free(key: *mut PaykkaSigningKey) {
    // SAFETY: the caller promises what is asked for.
    unsafe { handle::free(key) }
}

/// Writes the public half as SPKI PEM (`BEGIN PUBLIC KEY`), to hand over to the other side: ASCII, NOT ended by a NUL.
///
/// - `out`, `out_len`: the caller's buffer and its size in bytes. 1024 bytes hold it for every key.
/// - `written`: receives the length in bytes; the size that is needed after `PAYKKA_RESULT_BUFFER_TOO_SMALL`; 0 after
///   any other failure.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_signing_key_public_key(
    key: *const PaykkaSigningKey,
    out: *mut c_char,
    out_len: usize,
    written: *mut usize,
    error: *mut PaykkaError,
) -> PaykkaResult {
    let run = || {
        // SAFETY: the caller keeps the conventions: each NULL, or valid for writing that many bytes.
        let buffer = unsafe { Buffer::new(out.cast(), out_len, written) }?;
        // SAFETY: the caller keeps the conventions: NULL, or a handle that lives.
        let PaykkaSigningKey(key) = unsafe { handle::borrow(key, "key") }?;
        buffer.fill(key.public_key().as_bytes())
    };
    // SAFETY: the caller keeps the conventions: NULL, or valid for writing.
    unsafe { guard(error, run) }
}

/// Signs a message and writes the value of its `Authorization` header: visible ASCII, NOT ended by a NUL.
///
/// - `path`: the request's path as sent, from `/`, without scheme, host and query; 1 to 2048 visible ASCII
///   characters.
/// - `merchant`: the `X-Merch-Id` that is sent beside it, 1 to 64 visible ASCII characters; NULL with length 0 where
///   that header isn't sent. Empty text is refused.
/// - `body`: the body, byte for byte as sent; NULL with length 0, or length 0, where there is none.
/// - `timestamp_millis`: now, in milliseconds since 1970-01-01 UTC, at most 9999999999999999.
/// - `nonce`: random text of 6 to 32 visible ASCII characters, as `paykka_nonce_generate` makes it. Take a fresh one, and
///   a fresh time, for every attempt.
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
    error: *mut PaykkaError,
) -> PaykkaResult {
    let path = Input::text("path", path, path_len);
    let merchant = Input::text("merchant", merchant, merchant_len);
    let body = Input::bytes("body", body, body_len);
    let nonce = Input::text("nonce", nonce, nonce_len);
    let run = || {
        // SAFETY: the caller keeps the conventions: each NULL, or valid for writing that many bytes.
        let buffer = unsafe { Buffer::new(out.cast(), out_len, written) }?;
        // SAFETY: the caller keeps the conventions: NULL, or a handle that lives.
        let PaykkaSigningKey(key) = unsafe { handle::borrow(key, "key") }?;
        // SAFETY: the caller keeps the conventions: each NULL, or that many readable bytes.
        let (parts, nonce) = unsafe { (parts(path, merchant, body)?, nonce.required_text()?) };
        let nonce = Nonce::new(nonce)?;
        let timestamp = Timestamp::from_unix_millis(timestamp_millis)?;
        buffer.fill(key.sign(&parts, timestamp, &nonce)?.to_header().as_bytes())
    };
    // SAFETY: the caller keeps the conventions: NULL, or valid for writing.
    unsafe { guard(error, run) }
}

/// Writes the exact bytes that are signed, for a signer elsewhere (a KMS, an HSM) and for comparing with other code: path,
/// time, nonce, merchant and body on lines of their own. NOT ended by a NUL, and bytes, not text: they hold the body.
///
/// The arguments are those of `paykka_sign`, but nonces of 1 to 64 characters are taken, as others write them. The size is
/// at most 2200 bytes more than `body_len`; a buffer that is too small is treated as there.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_string_to_sign(
    path: *const c_char,
    path_len: usize,
    merchant: *const c_char,
    merchant_len: usize,
    body: *const u8,
    body_len: usize,
    timestamp_millis: u64,
    nonce: *const c_char,
    nonce_len: usize,
    out: *mut u8,
    out_len: usize,
    written: *mut usize,
    error: *mut PaykkaError,
) -> PaykkaResult {
    let path = Input::text("path", path, path_len);
    let merchant = Input::text("merchant", merchant, merchant_len);
    let body = Input::bytes("body", body, body_len);
    let nonce = Input::text("nonce", nonce, nonce_len);
    let run = || {
        // SAFETY: the caller keeps the conventions: each NULL, or valid for writing that many bytes.
        let buffer = unsafe { Buffer::new(out, out_len, written) }?;
        // SAFETY: the caller keeps the conventions: each NULL, or that many readable bytes.
        let (parts, nonce) = unsafe { (parts(path, merchant, body)?, nonce.required_text()?) };
        let timestamp = Timestamp::from_unix_millis(timestamp_millis)?;
        buffer.fill(paykka_sign::string_to_sign(&parts, timestamp, nonce)?.as_bytes())
    };
    // SAFETY: the caller keeps the conventions: NULL, or valid for writing.
    unsafe { guard(error, run) }
}
