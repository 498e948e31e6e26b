//! The numbers that C sees. They are part of the binary interface: each is written out here, stays as it is, and is
//! never given to something else.

use std::ffi::{CStr, c_char};

use crate::boundary::guard_or_else;

/// What became of a call.
///
/// Never 0: compare with `PAYKKA_RESULT_OK`, don't use it as a truth value. Treat a number that isn't listed here as
/// a failure; later versions may add some.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
#[repr(u32)]
pub enum PaykkaResult {
    /// It succeeded. From `paykka_verify`: the message is genuine and in time.
    Ok = 1000,
    /// An argument is NULL that may not be, or NULL beside a length other than 0. What to do: correct the call.
    NullPointer = 1001,
    /// A length is above `PTRDIFF_MAX`. What to do: look for a negative number that was converted to `size_t`.
    InvalidLength = 1002,
    /// A text isn't UTF-8. What to do: give the text in UTF-8; check that the length counts bytes.
    InvalidUtf8 = 1003,
    /// The buffer is NULL or too small; nothing was written into it. What to do: call again with a buffer of the
    /// size that the call stored.
    BufferTooSmall = 1004,
    /// A defect in this library was caught. What to do: treat the call as failed and report the defect; the handles
    /// stay usable.
    Panic = 1005,
    /// A key can't be used: wrong form, wrong algorithm, wrong size, damaged, encrypted, or one that a ring may not hold.
    /// What to do: the text of `PaykkaError` names what was found and which form is wanted.
    Key = 1100,
    /// A path, merchant number, nonce, key id or time is outside its bounds. What to do: when signing, correct it;
    /// when verifying, refuse the message, since such fields let one signature stand for two messages.
    Field = 1101,
    /// The `Authorization` value isn't in the documented form. What to do: refuse the message.
    Header = 1102,
    /// The `Authorization` value names a key id that the ring doesn't hold; no other key was tried. From
    /// `paykka_key_ring_remove`: no key stands under this id. What to do: install
    /// the key that belongs to this id, or correct the id under which it was installed.
    UnknownKey = 1103,
    /// The signature doesn't belong to these bytes under this key. What to do: don't use the message. If it should be
    /// genuine, look for a body that was serialised anew, a path that a proxy rewrote, another merchant number, or
    /// the wrong one of two keys.
    Signature = 1104,
    /// The signature is genuine, but made later than the window allows. What to do: check this machine's clock.
    Early = 1105,
    /// The signature is genuine, but older than the window allows. What to do: check this machine's clock; if it is
    /// right, the message is an old one or a replay.
    Late = 1106,
    /// There was no randomness, for a signature or for a nonce. What to do: try again; if it stays, the machine's
    /// source of randomness is broken.
    Backend = 1107,
}

/// A short English text for a result, for logs: a constant that ends with a NUL, never NULL and never to be freed.
///
/// `result` is any number, since C can't keep others out; one that isn't a `PaykkaResult` has a text that says so.
#[unsafe(no_mangle)]
pub extern "C" fn paykka_result_text(result: u32) -> *const c_char {
    let text = guard_or_else(
        || UNKNOWN,
        || {
            let known = ALL.iter().find(|known| **known as u32 == result);
            known.map_or(UNKNOWN, |known| known.text())
        },
    );
    text.as_ptr()
}

impl PaykkaResult {
    const fn text(self) -> &'static CStr {
        match self {
            Self::Ok => c"ok",
            Self::NullPointer => c"a pointer is NULL that may not be",
            Self::InvalidLength => c"a length is larger than any object",
            Self::InvalidUtf8 => c"a text is not UTF-8",
            Self::BufferTooSmall => c"the buffer is too small",
            Self::Panic => c"a defect in the library was caught",
            Self::Key => c"the key can't be used",
            Self::Field => c"a path, merchant number, nonce, key id or time is outside its bounds",
            Self::Header => c"the Authorization value is malformed",
            Self::UnknownKey => c"no key is known under the id in the Authorization value",
            Self::Signature => c"the signature doesn't belong to these bytes under this key",
            Self::Early => c"signed later than the clock here allows",
            Self::Late => c"signed longer ago than allowed",
            Self::Backend => c"the machine gave no randomness",
        }
    }

    /// Of `paykka-sign`'s error.
    pub(crate) fn from_code(code: &str) -> Self {
        match code {
            "key" => Self::Key,
            "field" => Self::Field,
            "header" => Self::Header,
            "unknown-key" => Self::UnknownKey,
            "signature" => Self::Signature,
            "early" => Self::Early,
            "late" => Self::Late,
            "backend" => Self::Backend,
            // A reason that was added there and forgotten here is a defect of this library.
            _ => Self::Panic,
        }
    }
}

const UNKNOWN: &CStr = c"not a result of this library";

const ALL: [PaykkaResult; 14] = [
    PaykkaResult::Ok,
    PaykkaResult::NullPointer,
    PaykkaResult::InvalidLength,
    PaykkaResult::InvalidUtf8,
    PaykkaResult::BufferTooSmall,
    PaykkaResult::Panic,
    PaykkaResult::Key,
    PaykkaResult::Field,
    PaykkaResult::Header,
    PaykkaResult::UnknownKey,
    PaykkaResult::Signature,
    PaykkaResult::Early,
    PaykkaResult::Late,
    PaykkaResult::Backend,
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_code_of_the_error_has_its_result() {
        let codes = ["key", "field", "header", "unknown-key", "signature", "early", "late", "backend"];
        let results = codes.map(PaykkaResult::from_code);
        assert_eq!(results[..], ALL[6..]);
        assert_eq!(PaykkaResult::from_code("added later"), PaykkaResult::Panic);
    }
}
