//! Handles: what a failure leaves behind, and how they are used and ended.

use std::ptr;
use std::thread;

use paykka_sign_ffi::*;

use crate::calls::{Input, Key, Message, PRIVATE, PUBLIC, Ring};

#[test]
fn a_failure_leaves_null() {
    let (result, key) = Key::read(Input::new("K001"), Input::new(PUBLIC));
    assert_eq!((result, key.0), (PaykkaResult::Key, ptr::null_mut()));
    let (result, ring) = Ring::read(Input::new("K001"), Input::new(PRIVATE));
    assert_eq!((result, ring.0), (PaykkaResult::Key, ptr::null_mut()));
}

#[test]
fn freeing_null_does_nothing() {
    // SAFETY: NULL is allowed.
    unsafe {
        paykka_signing_key_free(ptr::null_mut());
        paykka_key_ring_free(ptr::null_mut());
    }
}

#[test]
fn a_place_for_the_handle_must_be_given() {
    let (id, private, public) = (c"K001".as_ptr(), PRIVATE.as_ptr().cast(), PUBLIC.as_ptr().cast());
    // SAFETY: the texts are as long as stated; NULL is refused.
    let (key, ring) = unsafe {
        (
            paykka_signing_key_new(id, 4, private, PRIVATE.len(), ptr::null_mut()),
            paykka_key_ring_new_single(id, 4, public, PUBLIC.len(), true, ptr::null_mut()),
        )
    };
    assert_eq!((key, ring), (PaykkaResult::NullPointer, PaykkaResult::NullPointer));
}

#[test]
fn handles_must_be_given() {
    assert_eq!(Message::sample().sign_into(ptr::null(), &mut [0; 16]), (PaykkaResult::NullPointer, 0));
    assert_eq!(Message::sample().verify_raw(ptr::null(), Input::new("x")), PaykkaResult::NullPointer);
}

#[test]
fn threads_share_one_key_and_one_ring() {
    /// What the header promises of the two pointers.
    struct Shared(Key, Ring);
    // SAFETY: the handles are immutable and safe to share, which is what this test is about.
    unsafe impl Sync for Shared {}
    impl Shared {
        fn round(&self) -> (PaykkaResult, String) {
            let (_, value) = Message::sample().sign(&self.0);
            (Message::sample().verify(&self.1, Input::new(&value)), value)
        }
    }

    let shared = Shared(Key::new("K001"), Ring::new("K001"));
    let expected = (PaykkaResult::Ok, Message::sample().sign(&shared.0).1);
    thread::scope(|scope| {
        let running: Vec<_> = (0..4).map(|_| scope.spawn(|| shared.round())).collect();
        for thread in running {
            assert_eq!(thread.join().unwrap(), expected);
        }
    });
}
