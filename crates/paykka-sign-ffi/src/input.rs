//! What C gives: pointers with lengths, checked here and nowhere else, so that all functions agree on what NULL and
//! a length mean.

use std::ffi::c_char;
use std::{slice, str};

use crate::PaykkaResult;

/// UTF-8 text that must be there; it may be empty.
///
/// # Safety
/// As for [`required`].
pub(crate) unsafe fn text<'a>(data: *const c_char, len: usize) -> Result<&'a str, PaykkaResult> {
    // SAFETY: the caller's promise is the same.
    let bytes = unsafe { required(data.cast(), len) }?;
    str::from_utf8(bytes).map_err(|_| PaykkaResult::InvalidUtf8)
}

/// UTF-8 text, or `None` for NULL with length 0. Empty text that isn't NULL stays text: whether that is allowed is
/// for `paykka-sign` to say.
///
/// # Safety
/// As for [`required`].
pub(crate) unsafe fn optional_text<'a>(
    data: *const c_char,
    len: usize,
) -> Result<Option<&'a str>, PaykkaResult> {
    if data.is_null() && len == 0 {
        return Ok(None);
    }
    // SAFETY: the caller's promise is the same.
    unsafe { text(data, len) }.map(Some)
}

/// Bytes, none for NULL with length 0.
///
/// # Safety
/// As for [`required`].
pub(crate) unsafe fn bytes<'a>(data: *const u8, len: usize) -> Result<&'a [u8], PaykkaResult> {
    if data.is_null() && len == 0 {
        return Ok(&[]);
    }
    // SAFETY: the caller's promise is the same.
    unsafe { required(data, len) }
}

/// Bytes that must be there; there may be 0 of them.
///
/// # Safety
/// `data` is NULL, or points to `len` bytes that can be read and that nobody changes during `'a`. A `len` that
/// [`check_len`] refuses may be wrong.
pub(crate) unsafe fn required<'a>(data: *const u8, len: usize) -> Result<&'a [u8], PaykkaResult> {
    if data.is_null() {
        return Err(PaykkaResult::NullPointer);
    }
    check_len(len)?;
    // SAFETY: it isn't NULL, so the caller promises `len` readable bytes; `len` is within what a slice may have.
    Ok(unsafe { slice::from_raw_parts(data, len) })
}

/// No object is larger than `isize::MAX` bytes, so a larger length is a negative number that was converted.
pub(crate) fn check_len(len: usize) -> Result<(), PaykkaResult> {
    if len > isize::MAX.unsigned_abs() { Err(PaykkaResult::InvalidLength) } else { Ok(()) }
}
