//! A handler that is slow, fails, panics, or whose peer hangs up: what is answered, and what becomes of the claim.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use paykka_webhook::{
    Claim, Claims, ClaimsError, ClaimsFuture, Delivery, DeliveryId, MemoryClaims, Merchants, Reason,
    Receiver, Ticket, Turn,
};
use tokio::sync::{Notify, Semaphore};

use crate::world::{MERCHANT, genuine, payment, payments, post, receiver, signed};

/// A handler that waits until it is let go.
struct Gate {
    begun: Notify,
    opened: Semaphore,
    calls: AtomicUsize,
}

fn gated(claims: impl Claims) -> (Receiver, Arc<Gate>) {
    let gate = Arc::new(Gate { begun: Notify::new(), opened: Semaphore::new(0), calls: AtomicUsize::new(0) });
    let handlers = Arc::clone(&gate);
    let receiver = Receiver::handling(payments().build().unwrap(), claims, move |delivery: Delivery| {
        let gate = Arc::clone(&handlers);
        async move {
            gate.calls.fetch_add(1, Ordering::SeqCst);
            gate.begun.notify_one();
            gate.opened.acquire().await.unwrap().forget();
            Ok::<_, std::io::Error>(delivery.ack())
        }
    });
    (receiver, gate)
}

#[tokio::test(start_paused = true)]
async fn a_slow_handler_goes_on_and_its_claim_is_held_far_beyond_the_lease() {
    let (receiver, gate) = gated(MemoryClaims::new(10));
    let message = genuine();
    assert_eq!(post(&receiver, &message).await, Reason::AckDeadline);
    assert_eq!(Reason::AckDeadline.status(), 503);
    for _ in 0..20 {
        tokio::time::sleep(Duration::from_secs(30)).await;
        assert_eq!(post(&receiver, &message).await, Reason::InProgress, "10 minutes long");
    }
    gate.opened.add_permits(1);
    receiver.shutdown().await;
    assert_eq!(gate.calls.load(Ordering::SeqCst), 1);
}

#[tokio::test(start_paused = true)]
async fn what_was_handled_after_the_deadline_is_acknowledged_when_it_comes_again() {
    let (receiver, gate) = gated(MemoryClaims::new(10));
    let receiver = receiver.ack_deadline(Duration::from_millis(10));
    let message = genuine();
    assert_eq!(post(&receiver, &message).await, Reason::AckDeadline);
    gate.opened.add_permits(1);
    // The clock stands still until nothing else can be done, so the handler has ended then.
    tokio::time::sleep(Duration::from_millis(1)).await;
    assert_eq!(post(&receiver, &message).await, Reason::Again);
    assert_eq!(gate.calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn a_peer_that_hangs_up_cuts_nothing() {
    let (receiver, gate) = gated(MemoryClaims::new(10));
    let message = genuine();
    let posting = {
        let (receiver, message) = (receiver.clone(), message.clone());
        tokio::spawn(async move { post(&receiver, &message).await })
    };
    gate.begun.notified().await;
    posting.abort();
    assert!(posting.await.unwrap_err().is_cancelled());
    assert_eq!(post(&receiver, &message).await, Reason::InProgress);
    gate.opened.add_permits(1);
    receiver.shutdown().await;
    assert_eq!(gate.calls.load(Ordering::SeqCst), 1);
}

#[tokio::test]
async fn deliveries_of_one_object_come_one_after_another_and_others_pass() {
    let (receiver, gate) = gated(MemoryClaims::new(10));
    let spawn = |request_id: &str, status: &str| {
        let (receiver, message) = (receiver.clone(), signed(&payment(request_id, status)));
        tokio::spawn(async move { post(&receiver, &message).await })
    };
    let first = spawn("R1", "PROCESSING");
    gate.begun.notified().await;
    let second = spawn("R1", "SUCCESS");
    let other = spawn("R2", "SUCCESS");
    gate.begun.notified().await;
    assert_eq!(gate.calls.load(Ordering::SeqCst), 2, "the second waits for the first");
    gate.opened.add_permits(3);
    for posted in [first, second, other] {
        assert_eq!(posted.await.unwrap(), Reason::Handled);
    }
}

#[tokio::test]
async fn errors_and_panics_release_the_claim() {
    let calls = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&calls);
    let verifier = payments().build().unwrap();
    let receiver = Receiver::handling(verifier, MemoryClaims::new(10), move |delivery: Delivery| {
        let call = counted.fetch_add(1, Ordering::SeqCst);
        async move {
            match call {
                0 => Err("the database is gone"),
                1 => panic!("a bug"),
                _ => Ok(delivery.ack()),
            }
        }
    });
    let message = genuine();
    assert_eq!(post(&receiver, &message).await, Reason::Handler);
    assert_eq!(post(&receiver, &message).await, Reason::Panic);
    assert_eq!(
        (Reason::Handler.status(), Reason::Panic.status()),
        (503.try_into().unwrap(), 500.try_into().unwrap())
    );
    assert_eq!(post(&receiver, &message).await, Reason::Handled);
    assert_eq!(post(&receiver, &message).await, Reason::Again);
    assert_eq!(calls.load(Ordering::SeqCst), 3);
}

/// Whose it is is asked while the body is parsed, where the header doesn't say so.
#[tokio::test]
async fn a_panic_in_the_users_own_function_releases_the_claim() {
    let asked = AtomicUsize::new(0);
    let merchants = Merchants::by(move |merchant| {
        assert!(asked.fetch_add(1, Ordering::SeqCst) > 0, "a bug");
        merchant == MERCHANT
    });
    let (receiver, handled) = receiver(payments().merchants(merchants));
    let message = signed(&payment("R1", "SUCCESS").without_merchant());
    assert_eq!(post(&receiver, &message).await, Reason::Panic);
    assert_eq!(post(&receiver, &message).await, Reason::Handled);
    assert_eq!(handled.count(), 1);
}

/// Claims that are always out of reach.
struct Gone;

impl Claims for Gone {
    fn begin(&self, _: DeliveryId, _: Duration) -> ClaimsFuture<'_, Claim> {
        Box::pin(async { Err(ClaimsError::new("gone")) })
    }

    fn renew(&self, _: DeliveryId, _: Ticket) -> ClaimsFuture<'_, ()> {
        Box::pin(async { Err(ClaimsError::new("gone")) })
    }

    fn done(&self, _: DeliveryId, _: Ticket) -> ClaimsFuture<'_, ()> {
        Box::pin(async { Err(ClaimsError::new("gone")) })
    }

    fn release(&self, _: DeliveryId, _: Ticket) -> ClaimsFuture<'_, ()> {
        Box::pin(async { Err(ClaimsError::new("gone")) })
    }

    fn lease(&self) -> Duration {
        Duration::from_secs(60)
    }
}

/// Claims of many machines that keep no last states: what is true anew isn't lost, and a step back is one all the same.
struct Unknowing(MemoryClaims);

impl Claims for Unknowing {
    fn begin(&self, id: DeliveryId, keep: Duration) -> ClaimsFuture<'_, Claim> {
        self.0.begin(id, keep)
    }

    fn renew(&self, id: DeliveryId, ticket: Ticket) -> ClaimsFuture<'_, ()> {
        self.0.renew(id, ticket)
    }

    fn done(&self, id: DeliveryId, ticket: Ticket) -> ClaimsFuture<'_, ()> {
        self.0.done(id, ticket)
    }

    fn release(&self, id: DeliveryId, ticket: Ticket) -> ClaimsFuture<'_, ()> {
        self.0.release(id, ticket)
    }

    fn lease(&self) -> Duration {
        self.0.lease()
    }
}

#[tokio::test]
async fn where_nobody_knows_what_was_last_nothing_is_a_repeat() {
    let turns = Arc::new(Mutex::new(Vec::new()));
    let noted = Arc::clone(&turns);
    let claims = Unknowing(MemoryClaims::new(10));
    let receiver = Receiver::handling(payments().build().unwrap(), claims, move |delivery: Delivery| {
        noted.lock().unwrap().push(delivery.turn());
        std::future::ready(Ok::<_, std::io::Error>(delivery.ack()))
    });
    for status in ["SUCCESS", "SUCCESS", "PROCESSING", "PROCESSING"] {
        assert_eq!(post(&receiver, &signed(&payment("R1", status))).await, Reason::Handled);
    }
    assert_eq!(*turns.lock().unwrap(), [Turn::Changed, Turn::Changed, Turn::Regressed, Turn::Regressed]);
}

#[tokio::test]
async fn without_claims_nothing_is_handled() {
    let (receiver, gate) = gated(Gone);
    let reason = post(&receiver, &genuine()).await;
    assert_eq!((reason, reason.status().as_u16()), (Reason::Claims, 503));
    let (full, _) = gated(MemoryClaims::new(0));
    assert_eq!(post(&full, &genuine()).await, Reason::Claims);
    assert_eq!(gate.calls.load(Ordering::SeqCst), 0);
}
