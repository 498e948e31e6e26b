//! Key rings that change: what is accepted follows what was added and removed, and a refused change changes nothing.

use paykka_sign_ffi::PaykkaResult;

use crate::calls::{Input, Key, Message, PUBLIC, Ring};

const OTHER: &str = include_str!("../../../paykka-sign/testdata/platform-2048.public.pem");

#[test]
fn keys_come_and_go() {
    let ring = Ring::empty();
    let (_, value) = Message::sample().sign(&Key::new("K001"));
    let verdict = || Message::sample().verify(&ring, Input::new(&value));
    assert_eq!(verdict(), PaykkaResult::Key, "an empty ring verifies nothing");
    assert_eq!(ring.add(Input::new("P001"), Input::new(OTHER)), PaykkaResult::Ok);
    assert_eq!(verdict(), PaykkaResult::UnknownKey);
    assert_eq!(ring.add(Input::new("K001"), Input::new(PUBLIC)), PaykkaResult::Ok);
    assert_eq!(verdict(), PaykkaResult::Ok);
    assert_eq!(ring.remove(Input::new("K001")), PaykkaResult::Ok);
    assert_eq!(verdict(), PaykkaResult::UnknownKey);
    assert_eq!(ring.remove(Input::new("K001")), PaykkaResult::UnknownKey);
    assert_eq!(ring.remove(Input::new("P001")), PaykkaResult::Ok);
    assert_eq!(verdict(), PaykkaResult::Key);
}

#[test]
fn a_refused_key_leaves_the_ring_as_it_was() {
    let ring = Ring::new("K001");
    let (_, value) = Message::sample().sign(&Key::new("K001"));
    assert_eq!(ring.add(Input::new("K001"), Input::new(OTHER)), PaykkaResult::Key, "the id is taken");
    assert_eq!(ring.add(Input::new("K 2"), Input::new(OTHER)), PaykkaResult::Field);
    assert_eq!(ring.add_only(Input::new(OTHER)), PaykkaResult::Key, "it isn't alone");
    assert_eq!(Message::sample().verify(&ring, Input::new(&value)), PaykkaResult::Ok);
}

#[test]
fn an_only_key_verifies_under_every_id() {
    let ring = Ring::empty();
    assert_eq!(ring.add_only(Input::new(PUBLIC)), PaykkaResult::Ok);
    for key_id in ["K001", "anything"] {
        let (_, value) = Message::sample().sign(&Key::new(key_id));
        assert_eq!(Message::sample().verify(&ring, Input::new(&value)), PaykkaResult::Ok);
    }
    assert_eq!(ring.add(Input::new("K002"), Input::new(OTHER)), PaykkaResult::Key);
}
