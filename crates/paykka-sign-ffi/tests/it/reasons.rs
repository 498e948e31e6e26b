//! What a call says beside its result: the text of a failure, what a genuine message's header holds, and a diagnosis.

use std::ffi::{CStr, c_char};
use std::ptr;

use paykka_sign_ffi::*;
use serde_json::Value;

use crate::calls::{Input, Key, Message, NO_ERROR, NOW, PRIVATE, Ring};

#[test]
fn a_failure_names_the_argument_and_a_success_clears_the_text() {
    let mut error = PaykkaError { text: [1; PAYKKA_ERROR_TEXT_SIZE] };
    let mut key = ptr::null_mut();
    // SAFETY: the text is as long as stated; NULL is refused; `error` and `key` are local variables.
    let (null, made) = unsafe {
        let null = paykka_signing_key_new(
            ptr::null(),
            0,
            PRIVATE.as_ptr(),
            PRIVATE.len(),
            &raw mut key,
            &raw mut error,
        );
        let null = (null, text(&error.text));
        let made = paykka_signing_key_new(
            c"K1".as_ptr(),
            2,
            PRIVATE.as_ptr(),
            PRIVATE.len(),
            &raw mut key,
            &raw mut error,
        );
        (null, (made, text(&error.text)))
    };
    drop(Key(key));
    assert_eq!(null, (PaykkaResult::NullPointer, "key_id is NULL, which it may not be".to_owned()));
    assert_eq!(made, (PaykkaResult::Ok, String::new()));
}

#[test]
fn a_refused_key_says_what_was_found_and_nothing_of_it() {
    let (_, error) = encrypted(b"hunter2");
    assert!(error.contains("passphrase") && !error.contains("hunter2"), "{error}");
}

#[test]
fn a_key_under_a_passphrase_is_read_with_it_alone() {
    assert_eq!(encrypted(PASSPHRASE).0, PaykkaResult::Ok);
    assert_eq!(encrypted(b"wrong").0, PaykkaResult::Key);
    assert_eq!(Key::read(Input::new("K001"), Input::new(ENCRYPTED)).0, PaykkaResult::Key);
}

#[test]
fn a_genuine_message_tells_its_key_time_and_nonce() {
    let (_, value) = Message::sample().sign(&Key::new("K001"));
    let (result, verified) = verify(&Ring::new("K001"), &value, NOW + 1);
    assert_eq!(result, PaykkaResult::Ok);
    let said = (text(&verified.key_id), verified.timestamp_millis, text(&verified.nonce));
    assert_eq!(said, ("K001".to_owned(), NOW, "a1B2c3D4e5F6".to_owned()));
}

#[test]
fn a_refused_message_tells_nothing() {
    let (_, value) = Message::sample().sign(&Key::new("K001"));
    for (ring, now) in [(Ring::new("K002"), NOW), (Ring::new("K001"), NOW + 300_001)] {
        let (result, verified) = verify(&ring, &value, now);
        assert_ne!(result, PaykkaResult::Ok);
        let said = (text(&verified.key_id), verified.timestamp_millis, text(&verified.nonce));
        assert_eq!(said, (String::new(), 0, String::new()));
    }
}

#[test]
fn a_diagnosis_names_the_cause() {
    let (_, value) =
        Message { body: Input::new(r#"{"currency": "USD"}"#), ..Message::sample() }.sign(&Key::new("K001"));
    let found = diagnose(&value);
    assert_eq!((&found["valid"], &found["explained"]), (&false.into(), &true.into()));
    assert_eq!(found["findings"][0]["code"], "body-reformatted");
    assert_eq!(found["findings"][0]["proven"], true);
    let (_, value) = Message::sample().sign(&Key::new("K001"));
    assert_eq!(diagnose(&value)["valid"], true);
}

#[test]
fn every_nonce_is_fresh_and_can_be_signed() {
    let nonces = [nonce(), nonce()];
    assert_ne!(nonces[0], nonces[1]);
    for nonce in nonces {
        assert!(
            nonce.len() == PAYKKA_NONCE_LEN && nonce.bytes().all(|byte| byte.is_ascii_hexdigit()),
            "{nonce}"
        );
        let (result, _) = Message { nonce: Input::new(&nonce), ..Message::sample() }.sign(&Key::new("K001"));
        assert_eq!(result, PaykkaResult::Ok);
    }
}

#[test]
fn the_public_half_goes_into_a_ring() {
    let key = Key::new("K001");
    let mut pem = vec![0u8; 1024];
    let mut written = 0;
    // SAFETY: the buffer is as long as stated, and `written` is a local variable.
    let result = unsafe {
        paykka_signing_key_public_key(key.0, pem.as_mut_ptr().cast(), pem.len(), &raw mut written, NO_ERROR)
    };
    assert_eq!(result, PaykkaResult::Ok);
    let ring = Ring::empty();
    assert_eq!(ring.add(Input::new("K001"), Input::new(&pem[..written])), PaykkaResult::Ok);
    let (_, value) = Message::sample().sign(&key);
    assert_eq!(verify(&ring, &value, NOW).0, PaykkaResult::Ok);
}

const ENCRYPTED: &str = include_str!("../../../paykka-sign/testdata/merchant-2048.encrypted.pem");
const PASSPHRASE: &[u8] = b"passphrase";

fn encrypted(passphrase: &[u8]) -> (PaykkaResult, String) {
    let mut error = PaykkaError { text: [0; PAYKKA_ERROR_TEXT_SIZE] };
    let mut key = ptr::null_mut();
    // SAFETY: the texts are as long as stated; `error` and `key` are local variables.
    let result = unsafe {
        paykka_signing_key_new_encrypted(
            c"K1".as_ptr(),
            2,
            ENCRYPTED.as_ptr(),
            ENCRYPTED.len(),
            passphrase.as_ptr(),
            passphrase.len(),
            &raw mut key,
            &raw mut error,
        )
    };
    drop(Key(key));
    (result, text(&error.text))
}

fn verify(ring: &Ring, value: &str, now: u64) -> (PaykkaResult, PaykkaVerified) {
    let mut verified = PaykkaVerified {
        timestamp_millis: 7,
        key_id: [1; PAYKKA_KEY_ID_SIZE],
        nonce: [1; PAYKKA_NONCE_SIZE],
    };
    let Message { path, merchant, body, .. } = Message::sample();
    // SAFETY: the inputs are as `Input` says, the ring lives, and `verified` is a local variable.
    let result = unsafe {
        paykka_verify(
            ring.0,
            value.as_ptr().cast(),
            value.len(),
            path.text(),
            path.len,
            merchant.text(),
            merchant.len,
            body.data,
            body.len,
            now,
            300_000,
            &raw mut verified,
            NO_ERROR,
        )
    };
    (result, verified)
}

fn diagnose(value: &str) -> Value {
    let ring = Ring::new("K001");
    let mut json = vec![0u8; 65_536];
    let mut written = 0;
    let Message { path, merchant, body, .. } = Message::sample();
    // SAFETY: the inputs are as `Input` says, the ring lives, and the rest are local variables.
    let result = unsafe {
        paykka_diagnose(
            ring.0,
            value.as_ptr().cast(),
            value.len(),
            path.text(),
            path.len,
            merchant.text(),
            merchant.len,
            body.data,
            body.len,
            NOW,
            300_000,
            ptr::null(),
            json.as_mut_ptr().cast(),
            json.len(),
            &raw mut written,
            NO_ERROR,
        )
    };
    assert_eq!(result, PaykkaResult::Ok);
    serde_json::from_slice(&json[..written]).unwrap()
}

fn nonce() -> String {
    let mut nonce = vec![0u8; PAYKKA_NONCE_LEN];
    let mut written = 0;
    // SAFETY: the buffer is as long as stated, and `written` is a local variable.
    let result =
        unsafe { paykka_nonce_generate(nonce.as_mut_ptr().cast(), nonce.len(), &raw mut written, NO_ERROR) };
    assert_eq!((result, written), (PaykkaResult::Ok, PAYKKA_NONCE_LEN));
    String::from_utf8(nonce).unwrap()
}

/// Up to the NUL, which must be there.
fn text(place: &[c_char]) -> String {
    let bytes: Vec<u8> = place.iter().map(|byte| byte.to_ne_bytes()[0]).collect();
    CStr::from_bytes_until_nul(&bytes).unwrap().to_str().unwrap().to_owned()
}
