//! Why a call failed, in words. Each call writes into a place that its caller gave, so that two threads, or two calls
//! on one thread, never see each other's texts.

use std::ffi::c_char;
use std::fmt;

/// Room for the text of a `PaykkaError` in bytes, its NUL included.
pub const PAYKKA_ERROR_TEXT_SIZE: usize = 512;

/// Why one call failed, in English, for logs. The caller owns it, on the stack for instance; there is nothing to free.
///
/// Every function that takes one takes NULL, too, from callers who don't want the text. It is written anew by each
/// call: empty after `PAYKKA_RESULT_OK`. It names the thing and the fix, and never holds a key, a passphrase, a body or a
/// whole header. Decide by the result, not by this text: the wording may change.
#[derive(Clone, Copy)]
#[repr(C)]
pub struct PaykkaError {
    /// UTF-8 that ends with a NUL; a longer text is cut off between two characters.
    pub text: [c_char; PAYKKA_ERROR_TEXT_SIZE],
}

impl PaykkaError {
    /// # Safety
    /// `error` is NULL, or valid for writing.
    pub(crate) unsafe fn write(error: *mut Self, text: &str) {
        if error.is_null() {
            return;
        }
        let mut filled = Self { text: [0; PAYKKA_ERROR_TEXT_SIZE] };
        let end = whole_characters(text, PAYKKA_ERROR_TEXT_SIZE - 1);
        for (place, byte) in filled.text.iter_mut().zip(text.bytes().take(end)) {
            *place = c_char::from_ne_bytes([byte]);
        }
        // SAFETY: it isn't NULL, so the caller promises that it is valid for writing.
        unsafe { error.write(filled) };
    }
}

impl fmt::Debug for PaykkaError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("PaykkaError").finish_non_exhaustive()
    }
}

/// How many of the first `max` bytes are whole characters.
fn whole_characters(text: &str, max: usize) -> usize {
    (0..=max.min(text.len())).rev().find(|end| text.is_char_boundary(*end)).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_cut_between_characters() {
        assert_eq!(whole_characters("ab", 5), 2);
        assert_eq!(whole_characters("aé", 2), 1);
        assert_eq!(whole_characters("aé", 3), 3);
        assert_eq!(whole_characters("é", 0), 0);
    }

    #[test]
    fn a_long_text_still_ends_with_a_nul() {
        let mut error = PaykkaError { text: [1; PAYKKA_ERROR_TEXT_SIZE] };
        // SAFETY: it is a local variable.
        unsafe { PaykkaError::write(&raw mut error, &"é".repeat(600)) };
        let end = error.text.iter().position(|byte| *byte == 0);
        assert_eq!(end, Some(510));
    }
}
