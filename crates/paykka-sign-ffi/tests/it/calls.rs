//! The extern functions with Rust's types around them, so that the tests' own pointers are made in one place.

use std::ffi::c_char;
use std::marker::PhantomData;
use std::ptr;

use paykka_sign_ffi::*;

pub(crate) const PRIVATE: &str = include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem");
pub(crate) const PUBLIC: &str = include_str!("../../../paykka-sign/testdata/merchant-2048.public.pem");
/// For callers who don't want the text.
pub(crate) const NO_ERROR: *mut PaykkaError = ptr::null_mut();
pub(crate) const NOW: u64 = 1_701_732_359_000;

/// A pointer and a length that go together, or that are refused before anything is read.
#[derive(Clone, Copy)]
pub(crate) struct Input<'a> {
    pub(crate) data: *const u8,
    pub(crate) len: usize,
    lives: PhantomData<&'a [u8]>,
}

impl<'a> Input<'a> {
    pub(crate) const ABSENT: Self = Self::null(0);

    pub(crate) const fn null(len: usize) -> Self {
        Self { data: ptr::null(), len, lives: PhantomData }
    }

    pub(crate) fn new<B: AsRef<[u8]> + ?Sized>(bytes: &'a B) -> Self {
        Self { data: bytes.as_ref().as_ptr(), len: bytes.as_ref().len(), lives: PhantomData }
    }

    /// One byte more than any object has.
    pub(crate) fn too_long() -> Self {
        Self { len: isize::MAX.unsigned_abs() + 1, ..Self::new("x") }
    }

    pub(crate) const fn text(self) -> *const c_char {
        self.data.cast()
    }
}

pub(crate) struct Key(pub(crate) *mut PaykkaSigningKey);

impl Key {
    pub(crate) fn new(key_id: &str) -> Self {
        let (result, key) = Self::read(Input::new(key_id), Input::new(PRIVATE));
        assert_eq!(result, PaykkaResult::Ok);
        key
    }

    /// The result, and what was handed out, which starts as a pointer that isn't NULL.
    pub(crate) fn read(key_id: Input<'_>, key: Input<'_>) -> (PaykkaResult, Self) {
        let mut out = ptr::dangling_mut();
        // SAFETY: both inputs are as `Input` says, and `out` is a local variable.
        let result = unsafe {
            paykka_signing_key_new(key_id.text(), key_id.len, key.data, key.len, &raw mut out, NO_ERROR)
        };
        (result, Self(out))
    }
}

impl Drop for Key {
    fn drop(&mut self) {
        // SAFETY: NULL or made by `read`, and dropped once.
        unsafe { paykka_signing_key_free(self.0) }
    }
}

pub(crate) struct Ring(pub(crate) *mut PaykkaKeyRing);

impl Ring {
    pub(crate) fn new(key_id: &str) -> Self {
        let ring = Self::empty();
        assert_eq!(ring.add(Input::new(key_id), Input::new(PUBLIC)), PaykkaResult::Ok);
        ring
    }

    pub(crate) fn empty() -> Self {
        let mut out = ptr::dangling_mut();
        // SAFETY: `out` is a local variable.
        assert_eq!(unsafe { paykka_key_ring_new(true, &raw mut out, NO_ERROR) }, PaykkaResult::Ok);
        Self(out)
    }

    pub(crate) fn add(&self, key_id: Input<'_>, key: Input<'_>) -> PaykkaResult {
        // SAFETY: both inputs are as `Input` says, and the ring lives.
        unsafe { paykka_key_ring_add(self.0, key_id.text(), key_id.len, key.data, key.len, NO_ERROR) }
    }

    pub(crate) fn add_only(&self, key: Input<'_>) -> PaykkaResult {
        // SAFETY: the input is as `Input` says, and the ring lives.
        unsafe { paykka_key_ring_add_only(self.0, key.data, key.len, NO_ERROR) }
    }

    pub(crate) fn remove(&self, key_id: Input<'_>) -> PaykkaResult {
        // SAFETY: the input is as `Input` says, and the ring lives.
        unsafe { paykka_key_ring_remove(self.0, key_id.text(), key_id.len, NO_ERROR) }
    }
}

impl Drop for Ring {
    fn drop(&mut self) {
        // SAFETY: NULL or made by `read`, and dropped once.
        unsafe { paykka_key_ring_free(self.0) }
    }
}

/// What is signed, apart from the key.
#[derive(Clone, Copy)]
pub(crate) struct Message<'a> {
    pub(crate) path: Input<'a>,
    pub(crate) merchant: Input<'a>,
    pub(crate) body: Input<'a>,
    pub(crate) millis: u64,
    pub(crate) nonce: Input<'a>,
}

impl Message<'_> {
    pub(crate) fn sample() -> Self {
        Self {
            path: Input::new("/api/v2/merch/account/balance"),
            merchant: Input::new("M24061911365700670"),
            body: Input::new(r#"{"currency":"USD"}"#),
            millis: NOW,
            nonce: Input::new("a1B2c3D4e5F6"),
        }
    }

    /// The result, and what stands in the buffer up to the stored length.
    pub(crate) fn sign(&self, key: &Key) -> (PaykkaResult, String) {
        let mut buffer = vec![0; 4096];
        let (result, written) = self.sign_into(key.0, &mut buffer);
        buffer.truncate(written);
        (result, String::from_utf8(buffer).unwrap())
    }

    /// The result and the stored length, which starts as 77.
    pub(crate) fn sign_into(&self, key: *const PaykkaSigningKey, buffer: &mut [u8]) -> (PaykkaResult, usize) {
        let mut written = 77;
        // SAFETY: the buffer is as long as it says, and `written` is a local variable.
        let result =
            unsafe { self.sign_raw(key, buffer.as_mut_ptr().cast(), buffer.len(), &raw mut written) };
        (result, written)
    }

    /// # Safety
    /// The output is as `paykka_sign` wants it, and so is the key.
    pub(crate) unsafe fn sign_raw(
        &self,
        key: *const PaykkaSigningKey,
        out: *mut c_char,
        out_len: usize,
        written: *mut usize,
    ) -> PaykkaResult {
        let Self { path, merchant, body, millis, nonce } = *self;
        // SAFETY: the inputs are as `Input` says; the rest is the caller's promise.
        unsafe {
            paykka_sign(
                key,
                path.text(),
                path.len,
                merchant.text(),
                merchant.len,
                body.data,
                body.len,
                millis,
                nonce.text(),
                nonce.len,
                out,
                out_len,
                written,
                NO_ERROR,
            )
        }
    }

    /// Verifies at this message's time, with 5 minutes of tolerance.
    pub(crate) fn verify(&self, ring: &Ring, authorization: Input<'_>) -> PaykkaResult {
        self.verify_raw(ring.0, authorization)
    }

    /// As above, with a ring that is NULL or alive.
    pub(crate) fn verify_raw(&self, ring: *const PaykkaKeyRing, authorization: Input<'_>) -> PaykkaResult {
        let Self { path, merchant, body, millis, nonce: _ } = *self;
        // SAFETY: the inputs are as `Input` says, and the ring is NULL or alive.
        unsafe {
            paykka_verify(
                ring,
                authorization.text(),
                authorization.len,
                path.text(),
                path.len,
                merchant.text(),
                merchant.len,
                body.data,
                body.len,
                millis,
                300_000,
                ptr::null_mut(),
                NO_ERROR,
            )
        }
    }
}
