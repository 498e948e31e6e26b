//! Handles: what a failure leaves behind, and how they are used and ended.

use std::ptr;
use std::thread;

use paykka_sign_ffi::*;

use crate::calls::{Input, Key, Message, NO_ERROR, PRIVATE, PUBLIC, Ring};

#[test]
fn a_failure_leaves_null() {
    let (result, key) = Key::read(Input::new("K001"), Input::new(PUBLIC));
    assert_eq!((result, key.0), (PaykkaResult::Key, ptr::null_mut()));
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
    let id = c"K001".as_ptr();
    // SAFETY: the texts are as long as stated; NULL is refused.
    let (key, ring) = unsafe {
        (
            paykka_signing_key_new(id, 4, PRIVATE.as_ptr(), PRIVATE.len(), ptr::null_mut(), NO_ERROR),
            paykka_key_ring_new(true, ptr::null_mut(), NO_ERROR),
        )
    };
    assert_eq!((key, ring), (PaykkaResult::NullPointer, PaykkaResult::NullPointer));
}

#[test]
fn handles_must_be_given() {
    assert_eq!(Message::sample().sign_into(ptr::null(), &mut [0; 16]), (PaykkaResult::NullPointer, 0));
    assert_eq!(Message::sample().verify_raw(ptr::null(), Input::new("x")), PaykkaResult::NullPointer);
    let no_ring = std::mem::ManuallyDrop::new(Ring(ptr::null_mut()));
    assert_eq!(no_ring.add(Input::new("K001"), Input::new(PUBLIC)), PaykkaResult::NullPointer);
    assert_eq!(no_ring.add_only(Input::new(PUBLIC)), PaykkaResult::NullPointer);
    assert_eq!(no_ring.remove(Input::new("K001")), PaykkaResult::NullPointer);
}

/// Sixteen of them, while the main thread adds and removes another key.
#[test]
fn threads_share_one_key_and_one_ring() {
    /// What the header promises of the two pointers.
    struct Shared(Key, Ring);
    // SAFETY: the handles are safe to share, which is what this test is about.
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
        let running: Vec<_> =
            (0..16).map(|_| scope.spawn(|| (0..20).map(|_| shared.round()).collect::<Vec<_>>())).collect();
        for _ in 0..50 {
            assert_eq!(shared.1.add(Input::new("K002"), Input::new(PUBLIC)), PaykkaResult::Ok);
            assert_eq!(shared.1.remove(Input::new("K002")), PaykkaResult::Ok);
        }
        for thread in running {
            assert!(thread.join().unwrap().iter().all(|round| *round == expected));
        }
    });
}
