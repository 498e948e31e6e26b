//! Results: one for each reason, with the number and the text that C sees.

use std::collections::HashSet;
use std::ffi::CStr;

use paykka_sign_ffi::{
    PAYKKA_ABI_VERSION, PaykkaResult, paykka_abi_version, paykka_result_text, paykka_version,
};

use crate::calls::{Input, Key, Message, NOW, PRIVATE, Ring};

/// Numbers as published. A line may be added here, never changed.
const PUBLISHED: [(PaykkaResult, u32); 14] = [
    (PaykkaResult::Ok, 1000),
    (PaykkaResult::NullPointer, 1001),
    (PaykkaResult::InvalidLength, 1002),
    (PaykkaResult::InvalidUtf8, 1003),
    (PaykkaResult::BufferTooSmall, 1004),
    (PaykkaResult::Panic, 1005),
    (PaykkaResult::Key, 1100),
    (PaykkaResult::Field, 1101),
    (PaykkaResult::Header, 1102),
    (PaykkaResult::UnknownKey, 1103),
    (PaykkaResult::Signature, 1104),
    (PaykkaResult::Early, 1105),
    (PaykkaResult::Late, 1106),
    (PaykkaResult::Backend, 1107),
];

#[test]
fn numbers_stay() {
    for (result, number) in PUBLISHED {
        assert_eq!(result as u32, number, "{result:?}");
    }
}

#[test]
fn every_result_has_a_text_of_its_own_and_so_has_every_other_number() {
    let texts: HashSet<_> = PUBLISHED.iter().map(|(_, number)| text(*number)).collect();
    assert_eq!(texts.len(), PUBLISHED.len());
    for number in [0, 1, 999, 1006, 1108, u32::MAX] {
        assert_eq!(text(number), "not a result of this library");
    }
}

#[test]
fn the_version_is_the_packages() {
    // SAFETY: it is a constant that ends with a NUL.
    let version = unsafe { CStr::from_ptr(paykka_version()) };
    assert_eq!(version.to_str(), Ok(env!("CARGO_PKG_VERSION")));
}

#[test]
fn the_interface_has_one_number_everywhere() {
    assert_eq!(paykka_abi_version(), PAYKKA_ABI_VERSION);
    let build = include_str!("../../build.rs");
    assert!(
        build.contains(&format!("const ABI_VERSION: u32 = {PAYKKA_ABI_VERSION};")),
        "raise it in build.rs, too"
    );
}

#[test]
fn a_genuine_message_is_ok_to_the_edge_of_its_window() {
    for millis in [NOW - 300_000, NOW, NOW + 300_000] {
        assert_eq!(verdict(Message { millis, ..Message::sample() }), PaykkaResult::Ok);
    }
}

#[test]
fn wrong_time_is_early_or_late() {
    let at = |millis| Message { millis, ..Message::sample() };
    assert_eq!(verdict(at(NOW - 300_001)), PaykkaResult::Early);
    assert_eq!(verdict(at(NOW + 300_001)), PaykkaResult::Late);
    assert_eq!(verdict(at(u64::MAX)), PaykkaResult::Field);
}

#[test]
fn any_other_part_is_a_wrong_signature() {
    let sample = Message::sample();
    for changed in [
        Message { path: Input::new("/api/v2/merch/account/balances"), ..sample },
        Message { merchant: Input::new("M1"), ..sample },
        Message { merchant: Input::ABSENT, ..sample },
        Message { body: Input::new(r#"{"currency":"EUR"}"#), ..sample },
        Message { body: Input::ABSENT, ..sample },
    ] {
        assert_eq!(verdict(changed), PaykkaResult::Signature);
    }
}

#[test]
fn a_key_is_known_by_its_id() {
    let (_, value) = Message::sample().sign(&Key::new("K002"));
    assert_eq!(Message::sample().verify(&Ring::new("K001"), Input::new(&value)), PaykkaResult::UnknownKey);
}

#[test]
fn a_header_has_its_form() {
    for malformed in [&b""[..], b"Bearer x", b"%7B%7D", b"\xff"] {
        let result = Message::sample().verify(&Ring::new("K001"), Input::new(malformed));
        assert_eq!(result, PaykkaResult::Header);
    }
}

#[test]
fn keys_and_fields_are_told_apart() {
    for unusable in [&b""[..], b"hello", b"\xff", PRIVATE.replace("MII", "MIJ").as_bytes()] {
        assert_eq!(Key::read(Input::new("K001"), Input::new(unusable)).0, PaykkaResult::Key);
        assert_eq!(Ring::empty().add(Input::new("K001"), Input::new(unusable)), PaykkaResult::Key);
    }
    assert_eq!(Key::read(Input::new("K 1"), Input::new(PRIVATE)).0, PaykkaResult::Field);
    let key = Key::new("K001");
    let sample = Message::sample();
    for outside in [
        Message { path: Input::new("no/slash"), ..sample },
        Message { merchant: Input::new("M\n1"), ..sample },
        Message { nonce: Input::new("short"), ..sample },
        Message { millis: 10_000_000_000_000_000, ..sample },
    ] {
        assert_eq!(outside.sign(&key), (PaykkaResult::Field, String::new()));
    }
}

/// What is said of `message` under the signature of the sample.
fn verdict(message: Message<'_>) -> PaykkaResult {
    let (result, value) = Message::sample().sign(&Key::new("K001"));
    assert_eq!(result, PaykkaResult::Ok);
    message.verify(&Ring::new("K001"), Input::new(&value))
}

fn text(number: u32) -> &'static str {
    // SAFETY: it is a constant that ends with a NUL.
    unsafe { CStr::from_ptr(paykka_result_text(number)) }.to_str().unwrap()
}
