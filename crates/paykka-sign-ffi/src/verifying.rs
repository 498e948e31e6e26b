//! The verifying half: the other side's public key as a handle, and the verdict on a message.

use std::ffi::c_char;
use std::time::Duration;

use paykka_sign::{KeyRing, Parts, Timestamp, VerifyingKey, Window};

use crate::boundary::guard;
use crate::{PaykkaResult, handle, input};

/// The public keys that are accepted, by id. Immutable; any number of threads may use one. To change the keys, make
/// another ring and free this one when nobody uses it any more.
#[derive(Debug)]
pub struct PaykkaKeyRing(KeyRing);

/// Makes a ring of one public key.
///
/// - `key_id`: the id under which the owner of the key signs, 1 to 128 visible ASCII characters.
/// - `pem`: a public key, RSA of 2048 to 8192 bits: SPKI, PKCS#1 or certificate, as PEM, DER or bare Base64.
/// - `for_loopback`: true for tests on one machine alone; it takes keys whose private half is published, such as those
///   of this project's vectors.
/// - `out`: receives the handle, to be ended by `paykka_key_ring_free`; NULL after a failure.
///
/// Fails with `PAYKKA_RESULT_KEY`, `PAYKKA_RESULT_FIELD` for the key id, `PAYKKA_RESULT_INVALID_UTF8` for the key id,
/// or for its arguments.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_key_ring_new_single(
    key_id: *const c_char,
    key_id_len: usize,
    pem: *const c_char,
    pem_len: usize,
    for_loopback: bool,
    out: *mut *mut PaykkaKeyRing,
) -> PaykkaResult {
    let make = || {
        // SAFETY: the caller keeps the conventions: NULL, or that many readable bytes.
        let key_id = unsafe { input::text(key_id, key_id_len) }?;
        // SAFETY: as above.
        let pem = unsafe { input::required(pem.cast(), pem_len) }?;
        let ring = KeyRing::builder().key(key_id, VerifyingKey::from_bytes(pem)?);
        Ok(PaykkaKeyRing(if for_loopback { ring.for_loopback() } else { ring }.build()?))
    };
    // SAFETY: the caller keeps the conventions: NULL, or valid for writing.
    guard(|| unsafe { handle::hand_out(out, make) })
}

/// Ends a ring. NULL does nothing.
///
/// # Safety
/// The handle came from `paykka_key_ring_new_single`, is freed once, and isn't used afterwards or at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_key_ring_free(ring: *mut PaykkaKeyRing) {
    // SAFETY: the caller promises what is asked for.
    unsafe { handle::free(ring) }
}

/// Judges a message that came in. Only `PAYKKA_RESULT_OK` means that it is genuine and in time.
///
/// - `authorization`: the value of the `Authorization` header, as received.
/// - `path`: for an answer, the path of its request; for a notification, the path that the sender called, which a
///   proxy may have rewritten since. From `/`, 1 to 2048 visible ASCII characters.
/// - `merchant`: the `X-Merch-Id` of the message, 1 to 64 visible ASCII characters; NULL with length 0 where that
///   header is absent. Empty text is refused.
/// - `body`: the body as received, before any decoding; NULL with length 0, or length 0, where there is none.
/// - `now_millis`: now, in milliseconds since 1970-01-01 UTC, at most 9999999999999999.
/// - `tolerance_millis`: how far the signed time may lie before or after now, edges included. The platform
///   states no tolerance; 300000 (5 minutes) is this project's default elsewhere.
///
/// Fails, in this order, with `PAYKKA_RESULT_HEADER`, `PAYKKA_RESULT_FIELD`, `PAYKKA_RESULT_UNKNOWN_KEY`,
/// `PAYKKA_RESULT_SIGNATURE`, `PAYKKA_RESULT_EARLY` or `PAYKKA_RESULT_LATE`; before these for its arguments, with
/// `PAYKKA_RESULT_INVALID_UTF8` for path or merchant, and with `PAYKKA_RESULT_FIELD` for `now_millis`.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_verify(
    ring: *const PaykkaKeyRing,
    authorization: *const c_char,
    authorization_len: usize,
    path: *const c_char,
    path_len: usize,
    merchant: *const c_char,
    merchant_len: usize,
    body: *const u8,
    body_len: usize,
    now_millis: u64,
    tolerance_millis: u64,
) -> PaykkaResult {
    guard(|| {
        // SAFETY: the caller keeps the conventions: NULL, or a handle that lives.
        let PaykkaKeyRing(ring) = unsafe { handle::borrow(ring) }?;
        // SAFETY: the caller keeps the conventions: NULL, or that many readable bytes.
        let authorization = unsafe { input::required(authorization.cast(), authorization_len) }?;
        let parts = Parts {
            // SAFETY: as above.
            path: unsafe { input::text(path, path_len) }?,
            // SAFETY: as above.
            merchant: unsafe { input::optional_text(merchant, merchant_len) }?,
            // SAFETY: as above.
            body: unsafe { input::bytes(body, body_len) }?,
        };
        let now = Timestamp::from_unix_millis(now_millis)?;
        let window = Window::new(now, Duration::from_millis(tolerance_millis));
        ring.verify(authorization, parts, &window)?;
        Ok(())
    })
}
