//! What a caller hands over, as it says and as it is, and what may have become of it after a call.

use std::ffi::{CStr, c_char};
use std::ptr;

use paykka_sign_ffi::{PAYKKA_ERROR_TEXT_SIZE, PaykkaError, PaykkaResult};

/// A pointer and a length: NULL, or as many bytes, or a length that no object has.
pub(crate) struct Input {
    pub(crate) data: *const u8,
    pub(crate) len: usize,
    pub(crate) owned: Box<[u8]>,
}

impl Input {
    pub(crate) fn new(bytes: &[u8]) -> Self {
        let owned: Box<[u8]> = bytes.into();
        Self { data: owned.as_ptr(), len: owned.len(), owned }
    }

    pub(crate) fn null(len: usize) -> Self {
        Self { data: ptr::null(), len, owned: Box::default() }
    }

    pub(crate) const fn text(&self) -> *const c_char {
        self.data.cast()
    }

    pub(crate) const fn bytes(&self) -> &[u8] {
        &self.owned
    }

    pub(crate) fn is_absent(&self) -> bool {
        self.data.is_null()
    }
}

/// A buffer with what its caller says of it, and the place for the length.
pub(crate) struct Output {
    pub(crate) data: Option<Box<[u8]>>,
    pub(crate) len: usize,
    pub(crate) written: Option<Box<usize>>,
}

impl Output {
    pub(crate) fn of(size: usize) -> Self {
        Self { data: Some(vec![FILL; size].into()), len: size, written: Some(Box::new(UNSET)) }
    }

    pub(crate) fn bytes(&mut self) -> *mut u8 {
        self.data.as_deref_mut().map_or(ptr::null_mut(), <[u8]>::as_mut_ptr)
    }

    pub(crate) fn text(&mut self) -> *mut c_char {
        self.bytes().cast()
    }

    pub(crate) fn written(&mut self) -> *mut usize {
        self.written.as_deref_mut().map_or(ptr::null_mut(), ptr::from_mut)
    }

    /// What was written, if it succeeded. Else nothing was; and behind it nothing ever.
    pub(crate) fn judged(&self, result: PaykkaResult) -> Option<Vec<u8>> {
        let data = self.data.as_deref().unwrap_or_default();
        let written = self.written.as_deref().copied();
        let count = match (result, written) {
            (PaykkaResult::Ok, Some(written)) => {
                assert!(written <= self.len && written <= data.len());
                written
            }
            (PaykkaResult::BufferTooSmall, Some(needed)) => {
                assert!(needed > self.len || self.data.is_none());
                0
            }
            (_, written) => {
                assert!(
                    result != PaykkaResult::Ok && matches!(written, None | Some(0)),
                    "{result:?}, {written:?}"
                );
                0
            }
        };
        let (content, behind) = data.split_at(count);
        assert!(behind.iter().all(|byte| *byte == FILL), "something was written behind its end");
        (result == PaykkaResult::Ok).then(|| content.to_vec())
    }
}

/// The place for a handle; it starts as a pointer that isn't NULL.
pub(crate) struct HandleOut<T> {
    place: Option<Box<*mut T>>,
}

impl<T> HandleOut<T> {
    pub(crate) fn new(is_wanted: bool) -> Self {
        Self { place: is_wanted.then(|| Box::new(ptr::dangling_mut())) }
    }

    pub(crate) fn place(&mut self) -> *mut *mut T {
        self.place.as_deref_mut().map_or(ptr::null_mut(), ptr::from_mut)
    }

    pub(crate) fn judged(self, result: PaykkaResult) -> Option<*mut T> {
        let handle = self.place.map(|place| *place);
        match result {
            PaykkaResult::Ok => assert!(handle.is_some_and(|handle| !handle.is_null())),
            _ => assert!(handle.is_none_or(<*mut T>::is_null)),
        }
        handle.filter(|handle| !handle.is_null())
    }
}

pub(crate) struct Error {
    place: Option<Box<PaykkaError>>,
}

impl Error {
    pub(crate) fn new(is_wanted: bool) -> Self {
        let place = || Box::new(PaykkaError { text: [FILL_CHAR; PAYKKA_ERROR_TEXT_SIZE] });
        Self { place: is_wanted.then(place) }
    }

    pub(crate) fn place(&mut self) -> *mut PaykkaError {
        self.place.as_deref_mut().map_or(ptr::null_mut(), ptr::from_mut)
    }

    /// The result, which is one of the header's, and never what says that a defect was caught.
    pub(crate) fn judged(&self, result: PaykkaResult) -> PaykkaResult {
        let number = result as u32;
        assert!(
            (1000..=1004).contains(&number) || (1100..=1107).contains(&number),
            "{number} isn't in the header"
        );
        if let Some(error) = &self.place {
            assert_eq!(ended(&error.text).is_empty(), result == PaykkaResult::Ok, "a text and {result:?}");
        }
        result
    }
}

/// The text before the first NUL, which must be there.
pub(crate) fn ended(text: &[c_char]) -> String {
    let bytes: Vec<u8> = text.iter().map(|c| c.to_ne_bytes()[0]).collect();
    CStr::from_bytes_until_nul(&bytes).unwrap().to_str().unwrap().to_owned()
}

/// What stands in a place before a call.
const FILL: u8 = 0xa5;
pub(crate) const FILL_CHAR: c_char = c_char::from_ne_bytes([FILL]);
const UNSET: usize = 77;
