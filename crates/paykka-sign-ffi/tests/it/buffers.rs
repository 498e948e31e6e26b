//! The caller's buffer: how its size is asked for, and what happens when it doesn't fit.

use std::ptr;

use paykka_sign_ffi::PaykkaResult;

use crate::calls::{Input, Key, Message};

#[test]
fn null_with_length_0_asks_for_the_size_that_then_fits() {
    let (key, message) = (Key::new("K001"), Message::sample());
    let mut needed = 0;
    // SAFETY: nothing is written into a NULL buffer of length 0, and `needed` is a local variable.
    let asked = unsafe { message.sign_raw(key.0, ptr::null_mut(), 0, &raw mut needed) };
    assert_eq!(asked, PaykkaResult::BufferTooSmall);
    let mut buffer = vec![0; needed];
    assert_eq!(message.sign_into(key.0, &mut buffer), (PaykkaResult::Ok, needed));
    assert!(buffer.iter().all(u8::is_ascii_graphic), "all of it is written, and no NUL");
}

#[test]
fn one_byte_less_is_too_small_and_stays_untouched() {
    let (key, message) = (Key::new("K001"), Message::sample());
    let (_, value) = message.sign(&key);
    let mut buffer = vec![b'#'; value.len() - 1];
    assert_eq!(message.sign_into(key.0, &mut buffer), (PaykkaResult::BufferTooSmall, value.len()));
    assert!(buffer.iter().all(|byte| *byte == b'#'));
}

#[test]
fn a_larger_buffer_is_written_up_to_the_length_alone() {
    let (key, message) = (Key::new("K001"), Message::sample());
    let mut buffer = vec![b'#'; 4096];
    let (result, written) = message.sign_into(key.0, &mut buffer);
    assert_eq!(result, PaykkaResult::Ok);
    assert!(buffer[..written].iter().all(|byte| *byte != b'#'));
    assert!(buffer[written..].iter().all(|byte| *byte == b'#'));
}

#[test]
fn the_buffer_itself_is_checked() {
    let (key, message) = (Key::new("K001"), Message::sample());
    let mut byte = 0;
    let mut written = 77;
    // SAFETY: all four are refused before anything is written into the buffer.
    unsafe {
        let too_long = isize::MAX.unsigned_abs() + 1;
        assert_eq!(
            message.sign_raw(key.0, &raw mut byte, too_long, &raw mut written),
            PaykkaResult::InvalidLength
        );
        assert_eq!(written, 0);
        assert_eq!(message.sign_raw(key.0, ptr::null_mut(), 1, &raw mut written), PaykkaResult::NullPointer);
        assert_eq!(message.sign_raw(key.0, &raw mut byte, 1, ptr::null_mut()), PaykkaResult::NullPointer);
        assert_eq!(message.sign_raw(key.0, ptr::null_mut(), 0, ptr::null_mut()), PaykkaResult::NullPointer);
    }
}

#[test]
fn other_failures_store_length_0() {
    let key = Key::new("K001");
    let refused = Message { nonce: Input::new("short"), ..Message::sample() };
    assert_eq!(refused.sign_into(key.0, &mut [0; 16]), (PaykkaResult::Field, 0));
}

/// The documented 4096: the longest fields, and a signature of 4096 bits whose Base64 had nothing but characters that
/// take three bytes.
#[test]
fn the_documented_size_holds_the_longest_value() {
    let (key_id, nonce) = ("\"".repeat(128), "\\".repeat(32));
    let key = Key::new(&key_id);
    let longest = Message { nonce: Input::new(&nonce), millis: 9_999_999_999_999_999, ..Message::sample() };
    let (result, value) = longest.sign(&key);
    assert_eq!(result, PaykkaResult::Ok);
    let (base64_of_2048_bits, base64_of_4096_bits) = (344, 684);
    assert!(value.len() - base64_of_2048_bits + 3 * base64_of_4096_bits <= 4096);
}
