//! Sequences of calls of the C interface, as a careless program in C would make them within the header's conventions: NULL where
//! something belongs, wrong lengths, buffers of every size, handles that come and go. Whatever is given, the result is one of the
//! header's, and of what the caller handed over only what the header says has changed.
//!
//! An input is a sequence of steps, a letter each and then its arguments (see `Steps::take` and what reads them), so that a first
//! input can be written by hand. Buffers are as long as they are said to be and lie on the heap, where the address sanitizer sees
//! each byte that is touched beside them; handles that nobody frees are leaks to it.
#![no_main]

use std::ffi::CStr;
use std::ptr;

use libfuzzer_sys::fuzz_target;
use paykka_sign_ffi::*;

use given::{Error, FILL_CHAR, HandleOut, Input, Output, ended};

#[path = "ffi/given.rs"]
mod given;

fuzz_target!(|input: &[u8]| {
    let mut steps = Steps::default();
    steps.rest = input;
    for _ in 0..24 {
        match steps.byte() {
            Some(step) => steps.take(step),
            None => break,
        }
    }
});

/// What is left of the input, and what the steps so far have made.
#[derive(Default)]
struct Steps<'a> {
    rest: &'a [u8],
    keys: Vec<*mut PaykkaSigningKey>,
    rings: Vec<*mut PaykkaKeyRing>,
    /// The last header that was signed, and all messages that were.
    header: Vec<u8>,
    signed: Vec<Signed>,
    /// Of those that take long.
    slow: u32,
}

/// Path, merchant and body, and the time in milliseconds. Headers that nobody signed here hold no genuine signature.
type Signed = (Vec<u8>, Option<Vec<u8>>, Vec<u8>, u64);

impl Steps<'_> {
    fn take(&mut self, step: u8) {
        match step {
            b'k' => self.new_key(false),
            b'e' if self.is_quick_enough() => self.new_key(true),
            b'p' => self.public_key(),
            b'r' => self.new_ring(),
            b'a' => self.add(),
            b'o' => self.add_only(),
            b'd' => self.remove(),
            b'n' => self.nonce(),
            b's' => self.sign(),
            b't' => self.string_to_sign(),
            b'v' => self.verify(),
            b'x' if self.is_quick_enough() => self.diagnose(),
            b'f' => {
                let index = usize::from(self.byte().unwrap_or_default());
                let key = if index < self.keys.len() { self.keys.remove(index) } else { ptr::null_mut() };
                // SAFETY: it was made here and is forgotten, or is NULL.
                unsafe { paykka_signing_key_free(key) }
            }
            b'g' => {
                let index = usize::from(self.byte().unwrap_or_default());
                let ring = if index < self.rings.len() { self.rings.remove(index) } else { ptr::null_mut() };
                // SAFETY: it was made here and is forgotten, or is NULL.
                unsafe { paykka_key_ring_free(ring) }
            }
            b'c' => self.constants(),
            _ => {}
        }
    }

    fn new_key(&mut self, is_encrypted: bool) {
        let (key_id, pem, mut out, mut error) = (self.input(), self.input(), self.handle_out(), self.error());
        // SAFETY: all are as their types say.
        let result = unsafe {
            if is_encrypted {
                let phrase = self.input();
                paykka_signing_key_new_encrypted(
                    key_id.text(),
                    key_id.len,
                    pem.data,
                    pem.len,
                    phrase.data,
                    phrase.len,
                    out.place(),
                    error.place(),
                )
            } else {
                paykka_signing_key_new(
                    key_id.text(),
                    key_id.len,
                    pem.data,
                    pem.len,
                    out.place(),
                    error.place(),
                )
            }
        };
        self.keys.extend(out.judged(error.judged(result)));
    }

    fn new_ring(&mut self) {
        let (for_loopback, mut out, mut error) = (self.byte() != Some(b'n'), self.handle_out(), self.error());
        // SAFETY: all are as their types say.
        let result = unsafe { paykka_key_ring_new(for_loopback, out.place(), error.place()) };
        self.rings.extend(out.judged(error.judged(result)));
    }

    fn add(&mut self) {
        let (ring, key_id, key, mut error) = (self.ring(), self.input(), self.input(), self.error());
        // SAFETY: all are as their types say.
        let result =
            unsafe { paykka_key_ring_add(ring, key_id.text(), key_id.len, key.data, key.len, error.place()) };
        error.judged(result);
    }

    fn add_only(&mut self) {
        let (ring, key, mut error) = (self.ring(), self.input(), self.error());
        // SAFETY: all are as their types say.
        let result = unsafe { paykka_key_ring_add_only(ring, key.data, key.len, error.place()) };
        error.judged(result);
    }

    fn remove(&mut self) {
        let (ring, key_id, mut error) = (self.ring(), self.input(), self.error());
        // SAFETY: all are as their types say.
        let result = unsafe { paykka_key_ring_remove(ring, key_id.text(), key_id.len, error.place()) };
        error.judged(result);
    }

    fn public_key(&mut self) {
        let key = self.key();
        self.written(true, |out, error| {
            // SAFETY: all are as their types say.
            unsafe { paykka_signing_key_public_key(key, out.text(), out.len, out.written(), error.place()) }
        });
    }

    fn nonce(&mut self) {
        let nonce = self.written(false, |out, error| {
            // SAFETY: all are as their types say.
            unsafe { paykka_nonce_generate(out.text(), out.len, out.written(), error.place()) }
        });
        assert!(nonce.is_none_or(|nonce| nonce.len() == PAYKKA_NONCE_LEN));
    }

    fn sign(&mut self) {
        let (key, message) = (self.key(), self.message());
        let (millis, nonce) = (self.millis(), self.input());
        let header = self.written(true, |out, error| {
            let Message { path, merchant, body } = &message;
            // SAFETY: all are as their types say.
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
                    out.text(),
                    out.len,
                    out.written(),
                    error.place(),
                )
            }
        });
        if let Some(header) = header {
            assert!(header.starts_with(b"%7B%22sign_type%22"));
            self.header = header;
            self.signed.push(message.signed(millis));
        }
    }

    fn string_to_sign(&mut self) {
        let (message, millis, nonce) = (self.message(), self.millis(), self.input());
        let string = self.written(true, |out, error| {
            let Message { path, merchant, body } = &message;
            // SAFETY: all are as their types say.
            unsafe {
                paykka_string_to_sign(
                    path.text(),
                    path.len,
                    merchant.text(),
                    merchant.len,
                    body.data,
                    body.len,
                    millis,
                    nonce.text(),
                    nonce.len,
                    out.bytes(),
                    out.len,
                    out.written(),
                    error.place(),
                )
            }
        });
        if let Some(string) = string {
            assert!(string.starts_with(message.path.bytes()) && string.ends_with(message.body.bytes()));
            assert!(string.len() <= message.body.len + 2200, "the header says so");
        }
    }

    fn verify(&mut self) {
        let (ring, header, message) = (self.ring(), self.input(), self.message());
        let (now, tolerance) = (self.millis(), self.millis());
        let is_wanted = self.byte() != Some(b'.');
        let mut error = self.error();
        let mut verified = Box::new(PaykkaVerified {
            timestamp_millis: u64::MAX,
            key_id: [FILL_CHAR; PAYKKA_KEY_ID_SIZE],
            nonce: [FILL_CHAR; PAYKKA_NONCE_SIZE],
        });
        let place = if is_wanted { &raw mut *verified } else { ptr::null_mut() };
        let Message { path, merchant, body } = &message;
        // SAFETY: all are as their types say.
        let result = unsafe {
            paykka_verify(
                ring,
                header.text(),
                header.len,
                path.text(),
                path.len,
                merchant.text(),
                merchant.len,
                body.data,
                body.len,
                now,
                tolerance,
                place,
                error.place(),
            )
        };
        let is_genuine = error.judged(result) == PaykkaResult::Ok;
        if is_genuine && is_wanted {
            let signed = message.signed(verified.timestamp_millis);
            assert!(self.signed.contains(&signed), "nobody signed {signed:?}");
            assert!(now.abs_diff(verified.timestamp_millis) <= tolerance);
            assert!(!ended(&verified.key_id).is_empty() && !ended(&verified.nonce).is_empty());
        } else if is_wanted {
            let texts = verified.key_id.iter().chain(&verified.nonce);
            assert!(
                verified.timestamp_millis == 0 && texts.copied().all(|c| c == 0),
                "something of a refused one"
            );
        }
    }

    fn diagnose(&mut self) {
        let (ring, header, message) = (self.ring(), self.input(), self.message());
        let (now, tolerance, own_key) = (self.millis(), self.millis(), self.key());
        let found = self.written(true, |out, error| {
            let Message { path, merchant, body } = &message;
            // SAFETY: all are as their types say.
            unsafe {
                paykka_diagnose(
                    ring,
                    header.text(),
                    header.len,
                    path.text(),
                    path.len,
                    merchant.text(),
                    merchant.len,
                    body.data,
                    body.len,
                    now,
                    tolerance,
                    own_key,
                    out.text(),
                    out.len,
                    out.written(),
                    error.place(),
                )
            }
        });
        if let Some(found) = found {
            assert!(found.starts_with(b"{") && found.ends_with(b"}") && str::from_utf8(&found).is_ok());
        }
    }

    fn constants(&mut self) {
        assert_eq!(paykka_abi_version(), PAYKKA_ABI_VERSION);
        let number = u32::from_le_bytes([0; 4].map(|_| self.byte().unwrap_or_default()));
        for text in [paykka_version(), paykka_result_text(number)] {
            // SAFETY: the header says that both are constants that end with a NUL.
            assert!(unsafe { CStr::from_ptr(text) }.to_str().is_ok_and(|text| !text.is_empty()));
        }
    }

    /// Calls what writes into a buffer, with one that the input chooses, and judges what became of it; what was written. With
    /// the same arguments it `is_steady`: a buffer of the size that was asked for fits, and one that is a byte smaller doesn't.
    fn written(
        &mut self,
        is_steady: bool,
        call: impl Fn(&mut Output, &mut Error) -> PaykkaResult,
    ) -> Option<Vec<u8>> {
        let (mut out, mut error) = (self.output(), self.error());
        let result = call(&mut out, &mut error);
        error.judged(result);
        let written = out.judged(result);
        if result == PaykkaResult::BufferTooSmall {
            let needed = out.written.as_deref().copied().unwrap_or_default();
            let mut again = |size| {
                let mut out = Output::of(size);
                let result = call(&mut out, &mut error);
                (error.judged(result), out)
            };
            let (fits, filled) = again(needed);
            assert_eq!(fits, PaykkaResult::Ok, "the size was {needed}");
            assert_eq!(filled.judged(fits).map(|content| content.len()), Some(needed));
            if is_steady {
                let (short, out) = again(needed - 1);
                assert_eq!((short, out.written.as_deref()), (PaykkaResult::BufferTooSmall, Some(&needed)));
                assert_eq!(out.judged(short), None);
            }
            return filled.judged(fits);
        }
        written
    }

    fn message(&mut self) -> Message {
        Message { path: self.input(), merchant: self.input(), body: self.input() }
    }

    /// Something that is read: NULL, a wrong length, one of those that are right somewhere, or bytes of the input's own.
    fn input(&mut self) -> Input {
        match self.byte().unwrap_or(b'0') {
            b'0' => Input::null(0),
            b'-' => Input::null(1 + usize::from(self.byte().unwrap_or_default())),
            b'>' => {
                Input { len: usize::MAX - usize::from(self.byte().unwrap_or_default()), ..Input::new(b"x") }
            }
            b'H' => Input::new(&self.header),
            b'"' => {
                let end = self.rest.iter().position(|byte| *byte == b'"').unwrap_or(self.rest.len());
                let text = Input::new(&self.rest[..end]);
                self.rest = self.rest.get(end + 1..).unwrap_or_default();
                text
            }
            b'#' => {
                let len = usize::from(self.byte().unwrap_or_default()).min(self.rest.len());
                let (bytes, rest) = self.rest.split_at(len);
                self.rest = rest;
                Input::new(bytes)
            }
            letter => {
                let known = KNOWN.iter().find(|(name, _)| *name == letter);
                known.map_or(Input::null(0), |(_, bytes)| Input::new(bytes))
            }
        }
    }

    fn output(&mut self) -> Output {
        match self.byte().unwrap_or(b'=') {
            b'=' => Output::of(1 << 16),
            b'0' => Output { data: None, len: 0, ..Output::of(0) },
            b'-' => {
                Output { data: None, len: 1 + usize::from(self.byte().unwrap_or_default()), ..Output::of(0) }
            }
            b'>' => {
                Output { len: usize::MAX - usize::from(self.byte().unwrap_or_default()), ..Output::of(1) }
            }
            b'w' => Output { written: None, ..Output::of(1 << 12) },
            size => Output::of(3 * usize::from(size)),
        }
    }

    fn handle_out<T>(&mut self) -> HandleOut<T> {
        let is_wanted = self.byte() != Some(b'.');
        HandleOut::new(is_wanted)
    }

    fn error(&mut self) -> Error {
        let is_wanted = self.byte() != Some(b'.');
        Error::new(is_wanted)
    }

    fn millis(&mut self) -> u64 {
        match self.byte().unwrap_or(b'@') {
            b'@' => AT,
            b'5' => 300_000,
            b'0' => 0,
            b'!' => u64::MAX,
            b'+' => AT + 300_001,
            b'-' => AT - 300_001,
            _ => u64::from_le_bytes([0; 8].map(|_| self.byte().unwrap_or_default())),
        }
    }

    /// By a digit; NULL behind the last.
    fn key(&mut self) -> *const PaykkaSigningKey {
        let index = usize::from(self.byte().unwrap_or_default().wrapping_sub(b'0'));
        self.keys.get(index).map_or(ptr::null(), |key| key.cast_const())
    }

    fn ring(&mut self) -> *const PaykkaKeyRing {
        let index = usize::from(self.byte().unwrap_or_default().wrapping_sub(b'0'));
        self.rings.get(index).map_or(ptr::null(), |ring| ring.cast_const())
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.rest.split_first()?;
        self.rest = rest;
        Some(*first)
    }

    /// A diagnosis and a passphrase take as long as thousands of other calls.
    fn is_quick_enough(&mut self) -> bool {
        self.slow += 1;
        self.slow <= 2
    }
}

impl Drop for Steps<'_> {
    fn drop(&mut self) {
        // SAFETY: each was made here and is freed once.
        unsafe {
            self.keys.drain(..).for_each(|key| paykka_signing_key_free(key));
            self.rings.drain(..).for_each(|ring| paykka_key_ring_free(ring));
        }
    }
}

struct Message {
    path: Input,
    merchant: Input,
    body: Input,
}

impl Message {
    fn signed(&self, millis: u64) -> Signed {
        let merchant = (!self.merchant.is_absent()).then(|| self.merchant.bytes().to_vec());
        (self.path.bytes().to_vec(), merchant, self.body.bytes().to_vec(), millis)
    }
}

const AT: u64 = 1_701_732_359_000;

/// What is right somewhere, by the letter that stands for it.
const KNOWN: [(u8, &[u8]); 13] = [
    (b'P', b"/api/v2/merch/account/balance"),
    (b'M', b"M24061911365700670"),
    (b'B', br#"{"currency":"USD"}"#),
    (b'N', b"a1B2c3D4e5F6"),
    (b'K', b"K001"),
    (b'L', b"K002"),
    (b'Z', b""),
    (b'W', b"passphrase"),
    (b'S', include_bytes!("../../crates/paykka-sign/testdata/merchant-2048.private.pem")),
    (b'E', include_bytes!("../../crates/paykka-sign/testdata/merchant-2048.encrypted.pem")),
    (b'U', include_bytes!("../../crates/paykka-sign/testdata/merchant-2048.public.pem")),
    (b'V', include_bytes!("../../crates/paykka-sign/testdata/platform-2048.public.pem")),
    (b'I', b"\xff\xfe"),
];
