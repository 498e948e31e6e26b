//! The other side's public keys as a handle. The ring below can't be changed once built, so a change here builds another
//! one and swaps it in; who is verifying keeps the one that it began with.

use std::ffi::c_char;
use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use paykka_sign::{Error, KeyRing, VerifyingKey};

use crate::boundary::{Failure, guard};
use crate::input::Input;
use crate::message::PaykkaError;
use crate::{PaykkaResult, handle};

/// The public keys that are accepted, by id. Any number of threads may use and change one at the same time; a message that
/// is being verified during a change is judged by the keys of before or of after it, never by a mixture.
pub struct PaykkaKeyRing {
    for_loopback: bool,
    state: RwLock<State>,
}

/// Makes an empty ring, which verifies nothing yet: see `paykka_key_ring_add`.
///
/// - `for_loopback`: true for tests on one machine alone; it takes keys whose private half is published, such as those
///   of this project's vectors. False for everything real.
/// - `out`: receives the handle, to be ended by `paykka_key_ring_free`; NULL after a failure.
///
/// Fails for its arguments alone.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_key_ring_new(
    for_loopback: bool,
    out: *mut *mut PaykkaKeyRing,
    error: *mut PaykkaError,
) -> PaykkaResult {
    let make = || Ok(PaykkaKeyRing { for_loopback, state: RwLock::default() });
    // SAFETY: the caller keeps the conventions: each NULL, or valid for writing.
    unsafe { guard(error, || handle::hand_out(out, make)) }
}

/// Accepts a public key under an id, for all threads from now on. After a failure the ring is as it was.
///
/// - `key_id`: the id under which the owner of the key signs, 1 to 128 visible ASCII characters. One id stands once; to
///   replace its key, remove it first, or rotate under a new id without a gap.
/// - `public_key`: RSA of 2048 to 8192 bits: SPKI, PKCS#1 or certificate, as PEM, DER or bare Base64.
///
/// Fails with `PAYKKA_RESULT_KEY`, also for an id that is there already, and for a published key in a ring that isn't for
/// loopback; `PAYKKA_RESULT_FIELD` for the key id; `PAYKKA_RESULT_INVALID_UTF8` for the key id; or for its arguments.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_key_ring_add(
    ring: *const PaykkaKeyRing,
    key_id: *const c_char,
    key_id_len: usize,
    public_key: *const u8,
    public_key_len: usize,
    error: *mut PaykkaError,
) -> PaykkaResult {
    let key_id = Input::text("key_id", key_id, key_id_len);
    let public_key = Input::bytes("public_key", public_key, public_key_len);
    let run = || {
        // SAFETY: the caller keeps the conventions: NULL, or a handle that lives.
        let ring = unsafe { handle::borrow(ring, "ring") }?;
        // SAFETY: the caller keeps the conventions: each NULL, or that many readable bytes.
        let (key_id, public_key) = unsafe { (key_id.required_text()?, public_key.required()?) };
        let key = VerifyingKey::from_bytes(public_key)?;
        ring.change(|entries| {
            entries.push((Some(key_id.to_owned()), key));
            Ok(())
        })
    };
    // SAFETY: the caller keeps the conventions: NULL, or valid for writing.
    unsafe { guard(error, run) }
}

/// Accepts a public key whatever id a message names. It must be the ring's one key, and isn't removed again: to change it
/// make another ring. Take it where the other side's key id isn't known; decide nothing by the id of its messages.
///
/// - `public_key`: as for `paykka_key_ring_add`.
///
/// Fails with `PAYKKA_RESULT_KEY`, also for a ring that has a key, or for its arguments.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_key_ring_add_only(
    ring: *const PaykkaKeyRing,
    public_key: *const u8,
    public_key_len: usize,
    error: *mut PaykkaError,
) -> PaykkaResult {
    let public_key = Input::bytes("public_key", public_key, public_key_len);
    let run = || {
        // SAFETY: the caller keeps the conventions: NULL, or a handle that lives.
        let ring = unsafe { handle::borrow(ring, "ring") }?;
        // SAFETY: the caller keeps the conventions: NULL, or that many readable bytes.
        let key = VerifyingKey::from_bytes(unsafe { public_key.required() }?)?;
        ring.change(|entries| {
            entries.push((None, key));
            Ok(())
        })
    };
    // SAFETY: the caller keeps the conventions: NULL, or valid for writing.
    unsafe { guard(error, run) }
}

/// Takes a key out of the ring, for all threads from now on. A ring without a key verifies nothing.
///
/// - `key_id`: the id under which it was added.
///
/// Fails with `PAYKKA_RESULT_UNKNOWN_KEY` where no key stands under this id, `PAYKKA_RESULT_INVALID_UTF8` for the key id,
/// or for its arguments.
///
/// # Safety
/// The pointers keep the conventions in the header's first comment.
#[must_use]
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_key_ring_remove(
    ring: *const PaykkaKeyRing,
    key_id: *const c_char,
    key_id_len: usize,
    error: *mut PaykkaError,
) -> PaykkaResult {
    let key_id = Input::text("key_id", key_id, key_id_len);
    let run = || {
        // SAFETY: the caller keeps the conventions: NULL, or a handle that lives.
        let ring = unsafe { handle::borrow(ring, "ring") }?;
        // SAFETY: the caller keeps the conventions: NULL, or that many readable bytes.
        let key_id = unsafe { key_id.required_text() }?;
        ring.change(|entries| {
            let before = entries.len();
            entries.retain(|(held, _)| held.as_deref() != Some(key_id));
            let text = "the ring has no key under this id; give the id under which it was added";
            let missing = || Failure::new(PaykkaResult::UnknownKey, text);
            (entries.len() < before).then_some(()).ok_or_else(missing)
        })
    };
    // SAFETY: the caller keeps the conventions: NULL, or valid for writing.
    unsafe { guard(error, run) }
}

/// Ends a ring. NULL does nothing.
///
/// # Safety
/// The handle came from `paykka_key_ring_new`, is freed once, and isn't used afterwards or at the same time.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn paykka_key_ring_free(ring: *mut PaykkaKeyRing) {
    // SAFETY: the caller promises what is asked for.
    unsafe { handle::free(ring) }
}

impl PaykkaKeyRing {
    /// The keys of this moment.
    pub(crate) fn load(&self) -> Result<Arc<KeyRing>, Error> {
        let state = self.state.read().unwrap_or_else(PoisonError::into_inner);
        match &state.built {
            Some(ring) => Ok(Arc::clone(ring)),
            // It says what is wrong with an empty one.
            None => self.build(&[]).map(Arc::new),
        }
    }

    fn change(
        &self,
        how: impl FnOnce(&mut Vec<(Option<String>, VerifyingKey)>) -> Result<(), Failure>,
    ) -> Result<(), Failure> {
        let mut state = self.state.write().unwrap_or_else(PoisonError::into_inner);
        let mut entries = state.entries.clone();
        how(&mut entries)?;
        let built = if entries.is_empty() { None } else { Some(Arc::new(self.build(&entries)?)) };
        *state = State { entries, built };
        Ok(())
    }

    fn build(&self, entries: &[(Option<String>, VerifyingKey)]) -> Result<KeyRing, Error> {
        let ring = entries.iter().fold(KeyRing::builder(), |ring, (key_id, key)| match key_id {
            Some(key_id) => ring.key(key_id, key.clone()),
            None => ring.only(key.clone()),
        });
        if self.for_loopback { ring.for_loopback() } else { ring }.build()
    }
}

impl fmt::Debug for PaykkaKeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaykkaKeyRing").finish_non_exhaustive()
    }
}

/// What was added, and the ring of it, if it isn't empty.
#[derive(Default)]
struct State {
    entries: Vec<(Option<String>, VerifyingKey)>,
    built: Option<Arc<KeyRing>>,
}
