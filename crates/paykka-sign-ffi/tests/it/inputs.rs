//! NULL, impossible lengths and text that isn't UTF-8: each with its own result, in every argument.

use paykka_sign_ffi::PaykkaResult;

use crate::calls::{Input, Key, Message, PRIVATE, PUBLIC, Ring};

#[test]
fn required_text_may_not_be_null() {
    for null in [Input::ABSENT, Input::null(4)] {
        everywhere_required(null, PaykkaResult::NullPointer);
    }
}

#[test]
fn null_beside_a_length_isnt_absence() {
    for refused in optional_replaced_by(Input::null(4)) {
        is_refused(&refused, PaykkaResult::NullPointer);
    }
}

#[test]
fn impossible_lengths_are_refused_before_reading() {
    everywhere_required(Input::too_long(), PaykkaResult::InvalidLength);
    for refused in optional_replaced_by(Input::too_long()) {
        is_refused(&refused, PaykkaResult::InvalidLength);
    }
}

#[test]
fn text_must_be_utf8() {
    let latin1 = Input::new(b"/caf\xe9/au/lait");
    let expected = PaykkaResult::InvalidUtf8;
    assert_eq!(Key::read(latin1, Input::new(PRIVATE)).0, expected);
    assert_eq!(Ring::empty().add(latin1, Input::new(PUBLIC)), expected);
    assert_eq!(Ring::empty().remove(latin1), expected);
    is_refused(&Message { path: latin1, ..Message::sample() }, expected);
    is_refused(&Message { merchant: latin1, ..Message::sample() }, expected);
    let (result, _) = Message { nonce: latin1, ..Message::sample() }.sign(&Key::new("K001"));
    assert_eq!(result, expected);
}

#[test]
fn a_body_may_be_any_bytes_or_none() {
    let (key, ring) = (Key::new("K001"), Ring::new("K001"));
    for body in [Input::new(b"\x00\xff\n"), Input::new(b""), Input::ABSENT] {
        let message = Message { body, ..Message::sample() };
        let (_, value) = message.sign(&key);
        assert_eq!(message.verify(&ring, Input::new(&value)), PaykkaResult::Ok);
    }
}

#[test]
fn an_absent_merchant_isnt_an_empty_one() {
    let (key, ring) = (Key::new("K001"), Ring::new("K001"));
    let absent = Message { merchant: Input::ABSENT, ..Message::sample() };
    let (_, value) = absent.sign(&key);
    assert_eq!(absent.verify(&ring, Input::new(&value)), PaykkaResult::Ok);
    is_refused(&Message { merchant: Input::new(""), ..Message::sample() }, PaykkaResult::Field);
}

fn everywhere_required(input: Input<'_>, expected: PaykkaResult) {
    assert_eq!(Key::read(input, Input::new(PRIVATE)).0, expected);
    assert_eq!(Key::read(Input::new("K001"), input).0, expected);
    assert_eq!(Ring::empty().add(input, Input::new(PUBLIC)), expected);
    assert_eq!(Ring::empty().remove(input), expected);
    assert_eq!(Ring::empty().add_only(input), expected);
    assert_eq!(Ring::empty().add(Input::new("K001"), input), expected);
    is_refused(&Message { path: input, ..Message::sample() }, expected);
    let (result, _) = Message { nonce: input, ..Message::sample() }.sign(&Key::new("K001"));
    assert_eq!(result, expected);
    assert_eq!(Message::sample().verify(&Ring::new("K001"), input), expected);
}

fn optional_replaced_by(input: Input<'_>) -> [Message<'_>; 2] {
    [Message { merchant: input, ..Message::sample() }, Message { body: input, ..Message::sample() }]
}

/// When signing as well as when verifying.
fn is_refused(message: &Message<'_>, expected: PaykkaResult) {
    let (key, ring) = (Key::new("K001"), Ring::new("K001"));
    assert_eq!(message.sign(&key), (expected, String::new()));
    let (_, value) = Message::sample().sign(&key);
    assert_eq!(message.verify(&ring, Input::new(&value)), expected);
}
