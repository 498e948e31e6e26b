//! A key is rotated under load: while both keys stand in the ring nothing genuine is refused, and what was removed is
//! refused from then on.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::mpsc::{Receiver, channel};
use std::thread;
use std::time::Duration;

use paykka_sign::{Error, KeyRing, Nonce, Parts, SharedKeyRing, SigningKey, Timestamp, VerifyingKey, Window};

const OLD: &str = include_str!("../../../testdata/merchant-2048.private.pem");
const NEW: &str = include_str!("../../../testdata/platform-2048.private.pem");

// A phase begins when its ring is in its place, and ends before the next ring is put there.
const OLD_ALONE: usize = 0;
const BOTH: usize = 2;
const NEW_ALONE: usize = 4;
const END: usize = 6;

const THREADS: usize = 4;
const ROUNDS: usize = 200;

#[test]
fn no_message_is_refused_wrongly_while_a_key_is_rotated() {
    let (old, new) = (key("K-old", OLD), key("K-new", NEW));
    let (old_header, new_header) = (signed(&old), signed(&new));
    let place = SharedKeyRing::from(ring(&[&old]));
    let phase = AtomicUsize::new(OLD_ALONE);
    let (done, rounds) = channel();
    thread::scope(|scope| {
        for _ in 0..THREADS {
            let (done, place, phase) = (done.clone(), place.clone(), &phase);
            let (old_header, new_header) = (&old_header, &new_header);
            scope.spawn(move || {
                loop {
                    let before = phase.load(Ordering::SeqCst);
                    if before == END {
                        break;
                    }
                    let ring = place.load();
                    let (by_old, by_new) = (verify(&ring, old_header), verify(&ring, new_header));
                    let after = phase.load(Ordering::SeqCst);
                    // Between two phases either ring may have been met.
                    if before == after && before % 2 == 0 {
                        assert_eq!(by_old.is_ok(), before != NEW_ALONE, "{before}: {by_old:?}");
                        assert_eq!(by_new.is_ok(), before != OLD_ALONE, "{before}: {by_new:?}");
                        done.send(before).unwrap();
                    }
                    for refused in [by_old, by_new].into_iter().filter_map(Result::err) {
                        assert!(refused.is_unknown_key(), "{refused}");
                    }
                }
            });
        }
        drop(done);
        wait(&rounds, OLD_ALONE);
        for (next, ring) in [(BOTH, ring(&[&old, &new])), (NEW_ALONE, ring(&[&new]))] {
            phase.store(next - 1, Ordering::SeqCst);
            place.swap(ring).unwrap();
            phase.store(next, Ordering::SeqCst);
            wait(&rounds, next);
        }
        phase.store(END, Ordering::SeqCst);
    });
    println!("{THREADS} threads, at least {ROUNDS} rounds in each of 3 phases, none refused wrongly");
}

/// A message under way keeps the ring with which it began.
#[test]
fn a_ring_that_was_taken_stays_as_it_was() {
    let (old, new) = (key("K-old", OLD), key("K-new", NEW));
    let place = SharedKeyRing::from(ring(&[&old]));
    let taken = place.load();
    let former = place.swap(ring(&[&new])).unwrap();
    assert!(former.holds(old.verifying_key()) && taken.holds(old.verifying_key()));
    verify(&taken, &signed(&old)).unwrap();
    assert!(verify(&place.load(), &signed(&old)).unwrap_err().is_unknown_key());
}

fn wait(rounds: &Receiver<usize>, phase: usize) {
    assert_eq!(rounds.iter().filter(|round| *round == phase).take(ROUNDS).count(), ROUNDS);
}

fn key(key_id: &str, pem: &str) -> SigningKey {
    SigningKey::from_bytes(key_id, pem).unwrap()
}

fn ring(keys: &[&SigningKey]) -> KeyRing {
    let public = |key: &&SigningKey| -> VerifyingKey { key.verifying_key().clone() };
    keys.iter()
        .fold(KeyRing::builder().for_loopback(), |ring, key| ring.key(key.key_id(), public(key)))
        .build()
        .unwrap()
}

const PARTS: Parts<'_> = Parts { path: "/p", merchant: Some("M1"), body: b"{}" };

fn now() -> Timestamp {
    Timestamp::from_unix_millis(1_701_732_359_000).unwrap()
}

fn signed(key: &SigningKey) -> String {
    key.sign(&PARTS, now(), &Nonce::new("abcdef").unwrap()).unwrap().to_header()
}

fn verify(ring: &KeyRing, header: &str) -> Result<(), Error> {
    ring.verify(header.as_bytes(), PARTS, &Window::new(now(), Duration::ZERO)).map(drop)
}
