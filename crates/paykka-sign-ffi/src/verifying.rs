//! The verdict on a message that came in, and why it is what it is.

use std::ffi::c_char;
use std::fmt;
use std::time::Duration;

use paykka_sign::diagnose::{Case, Certainty, Diagnosis, Finding};
use paykka_sign::{Timestamp, Verified, Window};
use serde_json::{Value, json};

use crate::boundary::guard;
use crate::input::{Input, parts};
use crate::message::PaykkaError;
use crate::output::Buffer;
use crate::ring::PaykkaKeyRing;
use crate::signing::PaykkaSigningKey;
use crate::{PaykkaResult, handle};

/// Room for a key id in bytes, its NUL included.
pub const PAYKKA_KEY_ID_SIZE: usize = 129;
/// Room for a nonce in bytes, its NUL included: others write up to 64.
pub const PAYKKA_NONCE_SIZE: usize = 65;

/// What a genuine message's header says beside the signature. All zero after a failure, so that nothing of a forged
/// message can be taken for something of a genuine one.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct PaykkaVerified {
    /// When it was signed, by the signer's clock, in milliseconds since 1970-01-01 UTC.
    pub timestamp_millis: u64,
    /// The id of the key that verified it; with `paykka_key_ring_add_only` whatever the sender wrote. Ends with a NUL.
    pub key_id: [c_char; PAYKKA_KEY_ID_SIZE],
    /// The message's random text, by which a repetition is known. Ends with a NUL.
    pub nonce: [c_char; PAYKKA_NONCE_SIZE],
}

/// Judges a message that came in. Only `PAYKKA_RESULT_OK` means that it is genuine and in time.
///
/// - `authorization`: the value of the `Authorization` header, as received.
/// - `path`: for an answer, the path of its request; for a notification, the path that the sender called, which a
///   proxy may have rewritten since. From `/`, 1 to 2048 visible ASCII characters.
/// - `merchant`: for an answer, the `X-Merch-Id` of its request (inferred); for a notification, its own. 1 to 64 visible
///   ASCII characters; NULL with length 0 where that header is absent. Empty text is refused.
/// - `body`: the body as received, before any decoding; NULL with length 0, or length 0, where there is none.
/// - `now_millis`: now, in milliseconds since 1970-01-01 UTC, at most 9999999999999999.
/// - `tolerance_millis`: how far the signed time may lie before or after now, edges included. The platform
///   states no tolerance; 300000 (5 minutes) is this project's default elsewhere.
/// - `verified`: receives key id, time and nonce; NULL where they aren't wanted. A message may come twice within the
///   tolerance: a receiver that acts on it keeps the nonces that it has seen.
///
/// Fails, in this order, with `PAYKKA_RESULT_HEADER`, `PAYKKA_RESULT_FIELD`, `PAYKKA_RESULT_UNKNOWN_KEY`,
/// `PAYKKA_RESULT_SIGNATURE`, `PAYKKA_RESULT_EARLY` or `PAYKKA_RESULT_LATE`; before these for its arguments, with
/// `PAYKKA_RESULT_INVALID_UTF8` for path or merchant, with `PAYKKA_RESULT_FIELD` for `now_millis`, and with
/// `PAYKKA_RESULT_KEY` for a ring without a key.
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
    verified: *mut PaykkaVerified,
    error: *mut PaykkaError,
) -> PaykkaResult {
    let authorization = Input::text("authorization", authorization, authorization_len);
    let path = Input::text("path", path, path_len);
    let merchant = Input::text("merchant", merchant, merchant_len);
    let body = Input::bytes("body", body, body_len);
    let run = || {
        // SAFETY: the caller keeps the conventions: NULL, or valid for writing.
        unsafe { PaykkaVerified::ZERO.write_to(verified) };
        // SAFETY: the caller keeps the conventions: NULL, or a handle that lives.
        let ring = unsafe { handle::borrow(ring, "ring") }?;
        // SAFETY: the caller keeps the conventions: each NULL, or that many readable bytes.
        let (authorization, parts) = unsafe { (authorization.required()?, parts(path, merchant, body)?) };
        let window =
            Window::new(Timestamp::from_unix_millis(now_millis)?, Duration::from_millis(tolerance_millis));
        let genuine = ring.load()?.verify(authorization, parts, &window)?;
        // SAFETY: as above.
        unsafe { PaykkaVerified::of(&genuine).write_to(verified) };
        Ok(())
    };
    // SAFETY: the caller keeps the conventions: NULL, or valid for writing.
    unsafe { guard(error, run) }
}

/// Looks for why a message is refused, and writes what it found as JSON: UTF-8, NOT ended by a NUL. For a person at a desk:
/// it takes up to some seconds, so don't call it for everything that comes in; and a message that it explains is still one
/// to refuse.
///
/// The object has `valid` and `explained` (booleans), `findings` (objects with `code`, `explanation`, `fix` as texts and
/// `proven` as a boolean; likeliest first), `tried` (a number) and `exhausted` (a boolean), as `paykka diagnose --json` prints
/// it. Ignore keys that you don't know. It holds no key, body or signature.
///
/// - The arguments up to `tolerance_millis` are those of `paykka_verify`.
/// - `own_key`: the key that signs on this side, to see keys that were swapped; NULL where there is none.
/// - `out`, `out_len`, `written`: as for `paykka_sign`. Asking for the size costs as much as the search, so give 65536
///   bytes at once, which hold all but what a hostile header makes.
///
/// `PAYKKA_RESULT_OK` says that the search ended, NOT that the message is genuine. Fails for its arguments, with
/// `PAYKKA_RESULT_INVALID_UTF8` for path or merchant, with `PAYKKA_RESULT_FIELD` for `now_millis`, and with
/// `PAYKKA_RESULT_KEY` for a ring without a key.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_diagnose(
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
    own_key: *const PaykkaSigningKey,
    out: *mut c_char,
    out_len: usize,
    written: *mut usize,
    error: *mut PaykkaError,
) -> PaykkaResult {
    let authorization = Input::text("authorization", authorization, authorization_len);
    let path = Input::text("path", path, path_len);
    let merchant = Input::text("merchant", merchant, merchant_len);
    let body = Input::bytes("body", body, body_len);
    let run = || {
        // SAFETY: the caller keeps the conventions: each NULL, or valid for writing that many bytes.
        let buffer = unsafe { Buffer::new(out.cast(), out_len, written) }?;
        // SAFETY: the caller keeps the conventions: NULL, or a handle that lives.
        let ring = unsafe { handle::borrow(ring, "ring") }?;
        // SAFETY: as above.
        let own_key = unsafe { handle::borrow_optional(own_key) };
        // SAFETY: the caller keeps the conventions: each NULL, or that many readable bytes.
        let (authorization, parts) = unsafe { (authorization.required()?, parts(path, merchant, body)?) };
        let now = Timestamp::from_unix_millis(now_millis)?;
        let ring = ring.load()?;
        let own_keys: Vec<_> =
            own_key.into_iter().map(|PaykkaSigningKey(key)| key.verifying_key().clone()).collect();
        let case = Case::new(authorization, parts, &ring, now)
            .tolerance(Duration::from_millis(tolerance_millis))
            .own_keys(&own_keys);
        buffer.fill(described(&case.diagnose()).to_string().as_bytes())
    };
    // SAFETY: the caller keeps the conventions: NULL, or valid for writing.
    unsafe { guard(error, run) }
}

impl PaykkaVerified {
    const ZERO: Self =
        Self { timestamp_millis: 0, key_id: [0; PAYKKA_KEY_ID_SIZE], nonce: [0; PAYKKA_NONCE_SIZE] };

    fn of<T>(genuine: &Verified<T>) -> Self {
        Self {
            timestamp_millis: genuine.timestamp().as_unix_millis(),
            key_id: terminated(genuine.key_id()),
            nonce: terminated(genuine.nonce()),
        }
    }

    /// # Safety
    /// `place` is NULL, or valid for writing.
    unsafe fn write_to(self, place: *mut Self) {
        if !place.is_null() {
            // SAFETY: it isn't NULL, so the caller promises that it is valid for writing.
            unsafe { place.write(self) };
        }
    }
}

impl fmt::Debug for PaykkaVerified {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaykkaVerified")
            .field("timestamp_millis", &self.timestamp_millis)
            .finish_non_exhaustive()
    }
}

/// A text with at least one NUL after it. What was verified is ASCII and within its bounds, so nothing is cut off.
fn terminated<const SIZE: usize>(text: &str) -> [c_char; SIZE] {
    let mut filled = [0; SIZE];
    for (place, byte) in filled.iter_mut().take(SIZE - 1).zip(text.bytes()) {
        *place = c_char::from_ne_bytes([byte]);
    }
    filled
}

fn described(diagnosis: &Diagnosis) -> Value {
    let finding = |finding: &Finding| {
        json!({
            "code": finding.code(),
            "explanation": finding.explanation(),
            "fix": finding.fix(),
            "proven": finding.certainty() == Certainty::Proven,
        })
    };
    json!({
        "valid": diagnosis.is_genuine(),
        "explained": diagnosis.is_explained(),
        "findings": diagnosis.findings().iter().map(finding).collect::<Vec<_>>(),
        "tried": diagnosis.tried(),
        "exhausted": diagnosis.is_exhausted(),
    })
}
