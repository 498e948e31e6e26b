//! What C gets: bytes written into a buffer of the caller's, whose size is checked before a byte is written.

use std::ptr;

use crate::PaykkaResult;
use crate::boundary::Failure;
use crate::input::{check_len, null};

/// A caller's buffer, and the place where the length of what is in it belongs.
pub(crate) struct Buffer {
    data: *mut u8,
    len: usize,
    written: *mut usize,
}

impl Buffer {
    /// Takes the three arguments and sets `*written` to 0, which stays if anything fails before the content is known.
    ///
    /// # Safety
    /// `written` is NULL or valid for writing, and `data` is NULL or valid for writing `len` bytes, as long as the
    /// value lives. A `len` that [`check_len`] refuses may be wrong.
    pub(crate) unsafe fn new(data: *mut u8, len: usize, written: *mut usize) -> Result<Self, Failure> {
        if written.is_null() {
            return Err(null("written"));
        }
        // SAFETY: it isn't NULL, so the caller promises that it is valid for writing.
        unsafe { written.write(0) };
        if data.is_null() && len > 0 {
            return Err(null("out beside a length"));
        }
        check_len("out", len)?;
        Ok(Self { data, len, written })
    }

    /// Writes the content without a NUL, and its length; if it doesn't fit, its length alone.
    pub(crate) fn fill(self, content: &[u8]) -> Result<(), Failure> {
        // SAFETY: `new` found it not NULL, so its caller promises that it is valid for writing.
        unsafe { self.written.write(content.len()) };
        // Asked apart from the size, so that a NULL buffer is never written to, not even for content of no bytes.
        if self.data.is_null() || content.len() > self.len {
            let text = format!("out holds {} bytes and {} are needed", self.len, content.len());
            return Err(Failure::new(PaykkaResult::BufferTooSmall, text));
        }
        // SAFETY: `data` isn't NULL and holds at least `content.len()` bytes by the promise to `new`; content of our own
        // making can't overlap with it.
        unsafe { ptr::copy_nonoverlapping(content.as_ptr(), self.data, content.len()) };
        Ok(())
    }
}
