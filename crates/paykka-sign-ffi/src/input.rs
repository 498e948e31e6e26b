//! What C gives: pointers with lengths, checked here and nowhere else, so that all functions agree on what NULL and
//! a length mean.

use std::ffi::c_char;
use std::{slice, str};

use paykka_sign::Parts;

use crate::PaykkaResult;
use crate::boundary::Failure;

/// A pointer and a length as they came, and what the argument is called.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Input {
    name: &'static str,
    data: *const u8,
    len: usize,
}

impl Input {
    pub(crate) const fn text(name: &'static str, data: *const c_char, len: usize) -> Self {
        Self { name, data: data.cast(), len }
    }

    pub(crate) const fn bytes(name: &'static str, data: *const u8, len: usize) -> Self {
        Self { name, data, len }
    }

    /// UTF-8 text that must be there; it may be empty.
    ///
    /// # Safety
    /// As for [`required`](Self::required).
    pub(crate) unsafe fn required_text<'a>(self) -> Result<&'a str, Failure> {
        // SAFETY: the caller's promise is the same.
        let bytes = unsafe { self.required() }?;
        str::from_utf8(bytes).map_err(|_| {
            let text = format!("{} isn't UTF-8; check that its length counts bytes", self.name);
            Failure::new(PaykkaResult::InvalidUtf8, text)
        })
    }

    /// UTF-8 text, or `None` for NULL with length 0. Empty text that isn't NULL stays text: whether that is allowed is
    /// for `paykka-sign` to say.
    ///
    /// # Safety
    /// As for [`required`](Self::required).
    pub(crate) unsafe fn optional_text<'a>(self) -> Result<Option<&'a str>, Failure> {
        if self.is_absent() {
            return Ok(None);
        }
        // SAFETY: the caller's promise is the same.
        unsafe { self.required_text() }.map(Some)
    }

    /// Bytes, none for NULL with length 0.
    ///
    /// # Safety
    /// As for [`required`](Self::required).
    pub(crate) unsafe fn optional<'a>(self) -> Result<&'a [u8], Failure> {
        if self.is_absent() {
            return Ok(&[]);
        }
        // SAFETY: the caller's promise is the same.
        unsafe { self.required() }
    }

    /// Bytes that must be there; there may be 0 of them.
    ///
    /// # Safety
    /// The pointer is NULL, or points to that many bytes that can be read and that nobody changes during `'a`. A length
    /// that [`check_len`] refuses may be wrong.
    pub(crate) unsafe fn required<'a>(self) -> Result<&'a [u8], Failure> {
        if self.data.is_null() {
            return Err(null(self.name));
        }
        check_len(self.name, self.len)?;
        // SAFETY: it isn't NULL, so the caller promises `len` readable bytes; `len` is within what a slice may have.
        Ok(unsafe { slice::from_raw_parts(self.data, self.len) })
    }

    const fn is_absent(self) -> bool {
        self.data.is_null() && self.len == 0
    }
}

/// The parts of a message, which several functions take alike.
///
/// # Safety
/// As for [`Input::required`], for each.
pub(crate) unsafe fn parts<'a>(path: Input, merchant: Input, body: Input) -> Result<Parts<'a>, Failure> {
    // SAFETY: the caller's promises are the same.
    unsafe {
        Ok(Parts { path: path.required_text()?, merchant: merchant.optional_text()?, body: body.optional()? })
    }
}

pub(crate) fn null(name: &str) -> Failure {
    Failure::new(PaykkaResult::NullPointer, format!("{name} is NULL, which it may not be"))
}

/// No object is larger than `isize::MAX` bytes, so a larger length is a negative number that was converted.
pub(crate) fn check_len(name: &str, len: usize) -> Result<(), Failure> {
    if len <= isize::MAX.unsigned_abs() {
        return Ok(());
    }
    let text = format!("the length of {name} is above PTRDIFF_MAX; look for a negative number");
    Err(Failure::new(PaykkaResult::InvalidLength, text))
}
