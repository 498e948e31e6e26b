//! Which signed times are taken: the edges, to the millisecond; and how a late one differs from a forged one.

use std::time::Duration;

use paykka_webhook::testing::{Notice, SignedNotification};
use paykka_webhook::{Parse, Reason};

use crate::world::{Clock, MERCHANT, PATH, at, payment, payments, post, receiver, signed, with_body};

fn dated(request_id: &str, millis: u64) -> SignedNotification {
    signed(&payment(request_id, "SUCCESS").at(at(millis)))
}

#[tokio::test]
async fn the_edges_are_inside() {
    for (offset, reason) in [
        (-300_001_i64, Reason::Late),
        (-300_000, Reason::Handled),
        (300_000, Reason::Handled),
        (300_001, Reason::Early),
    ] {
        let clock = Clock::new();
        let (receiver, handled) = receiver(payments().clock(clock.read()));
        let message = dated("R1", Clock::START.checked_add_signed(offset).unwrap());
        assert_eq!(post(&receiver, &message).await, reason, "{offset} ms");
        assert_eq!(handled.count(), usize::from(reason == Reason::Handled));
    }
}

#[test]
fn a_late_one_says_by_how_much_and_can_be_kept() {
    let clock = Clock::new();
    let verifier = payments().clock(clock.read()).build().unwrap();
    let message = dated("R1", Clock::START - 300_000 - 10_800_000);
    let rejection = verifier.verify(&message.headers, message.body.clone()).unwrap_err();
    assert_eq!(rejection.reason(), Reason::Late);
    assert_eq!((rejection.late_by(), rejection.status().as_u16()), (Some(Duration::from_secs(10_800)), 401));
    let late = rejection.into_late().unwrap();
    assert_eq!(late.by, Duration::from_secs(10_800));
    assert!(late.raw.parse().unwrap().notification().is_ok());
    // Forged is forged, however old.
    let forged = with_body(&message, "{}");
    let rejection = verifier.verify(&forged.headers, forged.body).unwrap_err();
    assert_eq!((rejection.reason(), rejection.late_by()), (Reason::Signature, None));
    // And whose it is comes before when it was signed.
    let foreign = Notice::of_body(PATH, "{}").merchant("M2").at(at(0));
    let foreign = signed(&foreign);
    let rejection = verifier.verify(&foreign.headers, foreign.body).unwrap_err();
    assert_eq!(rejection.reason(), Reason::ForeignMerchant, "not {MERCHANT}");
}

/// Its claim must outlive the window that it came in by.
#[tokio::test(start_paused = true)]
async fn a_message_from_ahead_is_known_as_long_as_it_can_come() {
    let clock = Clock::new();
    let (receiver, handled) = receiver(payments().clock(clock.read()));
    let message = dated("R1", Clock::START + 300_000);
    assert_eq!(post(&receiver, &message).await, Reason::Handled);
    let start = tokio::time::Instant::now();
    for seconds in [301, 599, 600] {
        // Both clocks, the verifier's and that of the claims.
        tokio::time::sleep_until(start + Duration::from_secs(seconds)).await;
        clock.set(seconds * 1_000);
        assert_eq!(post(&receiver, &message).await, Reason::Again, "at {seconds} s");
    }
    clock.set(600_001);
    assert_eq!(post(&receiver, &message).await, Reason::Late);
    assert_eq!(handled.count(), 1);
}

#[tokio::test]
async fn a_clock_before_1970_accepts_nothing() {
    let verifier = payments().clock(|| std::time::UNIX_EPOCH - Duration::from_secs(1));
    let (receiver, _) = receiver(verifier);
    let reason = post(&receiver, &dated("R1", Clock::START)).await;
    assert_eq!((reason, reason.status().as_u16()), (Reason::Clock, 503));
}
