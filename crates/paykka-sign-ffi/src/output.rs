//! What C gets: text written into a buffer of the caller's, whose size is checked before a byte is written.

use std::ffi::c_char;
use std::ptr;

use crate::PaykkaResult;
use crate::input::check_len;

/// A caller's buffer, and the place where the length of the text in it belongs.
pub(crate) struct TextBuffer {
    data: *mut c_char,
    len: usize,
    written: *mut usize,
}

impl TextBuffer {
    /// Takes the three arguments and sets `*written` to 0, which stays if anything fails before the text is known.
    ///
    /// # Safety
    /// `written` is NULL or valid for writing, and `data` is NULL or valid for writing `len` bytes, as long as the
    /// value lives. A `len` that [`check_len`] refuses may be wrong.
    pub(crate) unsafe fn new(
        data: *mut c_char,
        len: usize,
        written: *mut usize,
    ) -> Result<Self, PaykkaResult> {
        if written.is_null() {
            return Err(PaykkaResult::NullPointer);
        }
        // SAFETY: it isn't NULL, so the caller promises that it is valid for writing.
        unsafe { written.write(0) };
        if data.is_null() && len > 0 {
            return Err(PaykkaResult::NullPointer);
        }
        check_len(len)?;
        Ok(Self { data, len, written })
    }

    /// Writes the text without a NUL, and its length; if it doesn't fit, its length alone.
    pub(crate) fn fill(self, text: &str) -> Result<(), PaykkaResult> {
        // SAFETY: `new` found it not NULL, so its caller promises that it is valid for writing.
        unsafe { self.written.write(text.len()) };
        // Asked apart from the size, so that a NULL buffer is never written to, not even for a text of no bytes.
        if self.data.is_null() || text.len() > self.len {
            return Err(PaykkaResult::BufferTooSmall);
        }
        // SAFETY: `data` isn't NULL and holds at least `text.len()` bytes by the promise to `new`; a text of our own
        // making can't overlap with it.
        unsafe { ptr::copy_nonoverlapping(text.as_ptr(), self.data.cast(), text.len()) };
        Ok(())
    }
}
