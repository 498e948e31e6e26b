//! A large body is copied once at most. A test program of its own with one test, because it counts by a global allocator
//! that counts the whole process. It doesn't count what a backend's C code allocates, which never takes a body.
#![allow(clippy::unwrap_used, reason = "a test that fails by panic says so")]

use std::alloc::System;
use std::hint::black_box;
use std::pin::pin;
use std::task::{Context, Poll, Waker};
use std::time::Duration;

use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, Window, authorize, string_to_sign};
use stats_alloc::{INSTRUMENTED_SYSTEM, Region, StatsAlloc};

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

#[test]
fn a_large_body_is_copied_once_at_most() {
    let key = SigningKey::from_bytes("K001", include_str!("../testdata/merchant-2048.private.pem")).unwrap();
    let ring = KeyRing::builder().key("K001", key.verifying_key().clone()).for_loopback().build().unwrap();
    let body = vec![b'x'; 10 << 20];
    let parts = Parts { path: "/p", merchant: Some("M1"), body: &body[..] };
    let now = Timestamp::from_unix_millis(1_701_732_359_000).unwrap();
    let nonce = Nonce::new("abcdef").unwrap();
    let window = Window::new(now, Duration::ZERO);
    let header = key.sign(&parts, now, &nonce).unwrap().to_header();

    // One backend takes a message in pieces.
    let by_pieces = if cfg!(feature = "aws-lc-rs") { 0 } else { body.len() };
    let cases: [(&str, usize, &dyn Fn()); 5] = [
        ("a copy", body.len(), &|| drop(black_box(black_box(&body[..]).to_vec()))),
        ("sign", by_pieces, &|| drop(black_box(key.sign(&parts, now, &nonce).unwrap().to_header()))),
        ("verify", by_pieces, &|| drop(black_box(ring.verify(header.as_bytes(), parts, &window).unwrap()))),
        ("string_to_sign", body.len(), &|| drop(black_box(string_to_sign(&parts, now, "abcdef").unwrap()))),
        ("authorize", body.len(), &|| {
            let signing = pin!(authorize(&key, &parts, now, &nonce));
            let Poll::Ready(signed) = signing.poll(&mut Context::from_waker(Waker::noop())) else {
                panic!("a key that is here signs at once");
            };
            black_box(signed.unwrap());
        }),
    ];
    for (name, bytes, work) in cases {
        let region = Region::new(ALLOCATOR);
        work();
        let allocated = region.change().bytes_allocated;
        println!("{name}: {allocated} bytes allocated");
        // What was allocated in total is no less than what was held at once.
        assert!((bytes..bytes + SMALL).contains(&allocated), "{name}: {allocated} bytes, not {bytes}");
    }
}

/// Header, signature and the like.
const SMALL: usize = 16 * 1024;
