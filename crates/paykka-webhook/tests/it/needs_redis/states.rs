//! What was handled last of each object, among all who share a Redis: an event that is signed anew is known, a true repeat never gets
//! lost, and whoever dies or loses Redis in the middle leaves nobody with a wrong belief.

use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use paykka_webhook::testing::SignedNotification;
use paykka_webhook::{Reason, Receiver, RedisClaims, Status, Turn};
use tokio::sync::{Notify, Semaphore};

use super::{LEASE, Redis, Victim, connected, forgotten, sharing, told, until};
use crate::world::{payment, payments, post, signed};

pub(super) const MINUTE: Duration = Duration::from_secs(60);

/// What was handled, in order: of one list for all receivers of a test.
#[derive(Clone, Default)]
pub(super) struct Book(Arc<Mutex<Vec<(String, Turn)>>>);

impl Book {
    pub(super) fn receiver(&self, claims: RedisClaims) -> Receiver {
        let book = self.clone();
        Receiver::handling(payments().build().unwrap(), claims, move |delivery: paykka_webhook::Delivery| {
            let state = delivery.state().and_then(Status::of).unwrap();
            book.0.lock().unwrap().push((state.as_str().to_owned(), delivery.turn()));
            std::future::ready(Ok::<_, std::io::Error>(delivery.ack()))
        })
    }

    pub(super) fn taken(&self) -> Vec<(String, Turn)> {
        std::mem::take(&mut *self.0.lock().unwrap())
    }
}

/// Signed anew with each call.
pub(super) fn news(status: &str) -> SignedNotification {
    signed(&payment("R1", status))
}

pub(super) fn turn(status: &str, turn: Turn) -> (String, Turn) {
    (status.to_owned(), turn)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_event_signed_anew_100_times_reaches_one_handler_of_three_once() {
    let redis = Redis::start("noeviction");
    let book = Book::default();
    let mut posts = tokio::task::JoinSet::new();
    let mut receivers = Vec::new();
    for _ in 0..3 {
        receivers.push(book.receiver(connected(&redis, MINUTE).await));
    }
    for number in 0..100 {
        let (receiver, message) = (receivers[number % 3].clone(), news("SUCCESS"));
        posts.spawn(async move { post(&receiver.ack_deadline(MINUTE), &message).await });
    }
    let reasons = posts.join_all().await;
    let count = |reason| reasons.iter().filter(|it| **it == reason).count();
    assert_eq!((count(Reason::Handled), count(Reason::Repeat)), (1, 99), "{reasons:?}");
    assert_eq!(book.taken(), [turn("SUCCESS", Turn::Changed)]);
}

#[tokio::test]
async fn a_b_a_again_is_a_step_back_whoever_had_which() {
    let redis = Redis::start("noeviction");
    let book = Book::default();
    let one = book.receiver(connected(&redis, MINUTE).await);
    let two = book.receiver(connected(&redis, MINUTE).await);
    for (receiver, status, reason) in [
        (&one, "PROCESSING", Reason::Handled),
        (&two, "PROCESSING", Reason::Repeat),
        (&two, "SUCCESS", Reason::Handled),
        (&one, "SUCCESS", Reason::Repeat),
        // It is what `one` handled last itself, and all the same no repeat.
        (&one, "PROCESSING", Reason::Handled),
        (&two, "PROCESSING", Reason::Repeat),
        (&two, "FAILED", Reason::Handled),
        (&one, "SUCCESS", Reason::Handled),
    ] {
        assert_eq!(post(receiver, &news(status)).await, reason, "{status}");
    }
    let turns = [
        turn("PROCESSING", Turn::Changed),
        turn("SUCCESS", Turn::Changed),
        turn("PROCESSING", Turn::Regressed),
        turn("FAILED", Turn::Conflict),
        turn("SUCCESS", Turn::Conflict),
    ];
    assert_eq!(book.taken(), turns);
    // One who comes later knows it, too, and another object isn't touched.
    let three = book.receiver(connected(&redis, MINUTE).await);
    assert_eq!(post(&three, &news("SUCCESS")).await, Reason::Repeat);
    assert_eq!(post(&three, &signed(&payment("R2", "SUCCESS"))).await, Reason::Handled);
}

/// Within one process they come in the order in which they arrived, and not in that in which they happen to ask Redis.
#[tokio::test]
async fn what_waits_behind_a_handler_comes_in_the_order_of_arrival() {
    let redis = Redis::start("noeviction");
    let (begun, gate) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let order = Arc::new(Mutex::new(Vec::new()));
    let (beginning, opened, noted) = (Arc::clone(&begun), Arc::clone(&gate), Arc::clone(&order));
    let verifier = payments().build().unwrap();
    let claims = connected(&redis, MINUTE).await;
    let receiver = Receiver::handling(verifier, claims, move |delivery: paykka_webhook::Delivery| {
        let (beginning, opened, noted) = (Arc::clone(&beginning), Arc::clone(&opened), Arc::clone(&noted));
        async move {
            beginning.notify_one();
            drop(opened.acquire().await.unwrap());
            let status = delivery.state().and_then(Status::of).unwrap();
            noted.lock().unwrap().push(status.as_str().to_owned());
            Ok::<_, std::io::Error>(delivery.ack())
        }
    })
    .ack_deadline(MINUTE);
    let mut posts = tokio::task::JoinSet::new();
    let statuses: Vec<String> = (0..12).map(|number| format!("STEP-{number}")).collect();
    for (number, status) in statuses.iter().enumerate() {
        let (receiver, message) = (receiver.clone(), news(status));
        posts.spawn(async move { post(&receiver, &message).await });
        if number == 0 {
            begun.notified().await;
        }
        // Its claim, beside the object's two keys.
        until(|| std::future::ready(told(&redis, "DBSIZE") == format!(":{}", number + 3))).await;
    }
    gate.add_permits(1);
    assert!(posts.join_all().await.iter().all(|reason| *reason == Reason::Handled));
    assert_eq!(*order.lock().unwrap(), statuses);
}

/// Of two contents at the same moment one is handled after the other, and what was last is what is known.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_receivers_never_handle_one_object_at_once() {
    let redis = Redis::start("noeviction");
    let (running, most) = (Arc::new(AtomicUsize::new(0)), Arc::new(AtomicUsize::new(0)));
    let book = Book::default();
    let receiver = |claims: RedisClaims| {
        let (running, most, book) = (Arc::clone(&running), Arc::clone(&most), book.clone());
        let handler = move |delivery: paykka_webhook::Delivery| {
            let (running, most, book) = (Arc::clone(&running), Arc::clone(&most), book.clone());
            async move {
                most.fetch_max(running.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
                for _ in 0..100 {
                    tokio::task::yield_now().await;
                }
                let state = delivery.state().and_then(Status::of).unwrap();
                book.0.lock().unwrap().push((state.as_str().to_owned(), delivery.turn()));
                running.fetch_sub(1, Ordering::SeqCst);
                Ok::<_, std::io::Error>(delivery.ack())
            }
        };
        Receiver::handling(payments().build().unwrap(), claims, handler).ack_deadline(MINUTE)
    };
    let one = receiver(connected(&redis, MINUTE).await);
    let two = receiver(connected(&redis, MINUTE).await);
    for round in 0..20 {
        let object = format!("R{round}");
        let event = |status: &str| signed(&payment(&object, status));
        let (by_one, by_two) = (event("PROCESSING"), event("SUCCESS"));
        let reasons = tokio::join!(post(&one, &by_one), post(&two, &by_two));
        assert_eq!(reasons, (Reason::Handled, Reason::Handled));
        let order = book.taken();
        let (first, last) = (&order[0], &order[1]);
        assert_eq!(first.1, Turn::Changed);
        assert_eq!(last.1, if last.0 == "SUCCESS" { Turn::Changed } else { Turn::Regressed });
        assert_eq!(post(&one, &event(&last.0)).await, Reason::Repeat);
        assert_eq!(post(&two, &event(&first.0)).await, Reason::Handled);
        book.taken();
    }
    assert_eq!(most.load(Ordering::SeqCst), 1);
}

/// A was handled, and B was being handled when its process died: nobody knows whether B took hold, so A is no repeat.
#[tokio::test]
async fn what_came_before_a_killed_handler_is_no_repeat() {
    let redis = Redis::start("noeviction");
    let book = Book::default();
    let receiver = book.receiver(connected(&redis, LEASE).await).ack_deadline(MINUTE);
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Handled);
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Repeat);
    let mut victim = Victim::handling(&redis, &news("SUCCESS")).await;
    victim.kill();
    // It waits until the dead one's lease is over.
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Handled);
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Repeat, "now it is known again");
    assert_eq!(book.taken(), [turn("PROCESSING", Turn::Changed), turn("PROCESSING", Turn::Changed)]);
}

/// Redis comes up with all that was written down. That isn't sure to be all, so it isn't enough for a repeat.
#[tokio::test]
async fn what_redis_knew_before_a_restart_tells_a_step_back_and_no_repeat() {
    let mut redis = Redis::start("noeviction");
    let book = Book::default();
    let receiver = book.receiver(connected(&redis, MINUTE).await);
    for status in ["PROCESSING", "SUCCESS"] {
        assert_eq!(post(&receiver, &news(status)).await, Reason::Handled);
    }
    redis.kill();
    let during = news("SUCCESS");
    assert_eq!(post(&receiver, &during).await, Reason::Claims);
    redis.start_again();
    until(|| async { post(&receiver, &during).await == Reason::Handled }).await;
    assert_eq!(post(&receiver, &news("SUCCESS")).await, Reason::Repeat, "now it is known again");
    redis.kill();
    redis.start_again();
    let late = news("PROCESSING");
    until(|| async { post(&receiver, &late).await == Reason::Handled }).await;
    let turns = [
        turn("PROCESSING", Turn::Changed),
        turn("SUCCESS", Turn::Changed),
        turn("SUCCESS", Turn::Changed),
        turn("PROCESSING", Turn::Regressed),
    ];
    assert_eq!(book.taken(), turns);
    // One that has lost all of it knows no repeat, either.
    forgotten(&redis);
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Handled);
    assert_eq!(book.taken(), [turn("PROCESSING", Turn::Changed)]);
}

/// The handler goes on while Redis is away; what it did is acknowledged, and what was handled last is unknown from then on.
#[tokio::test]
async fn a_handler_that_loses_redis_ends_and_nothing_is_a_repeat_after_it() {
    let mut redis = Redis::start("noeviction");
    let (begun, gate) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(1)));
    let (beginning, opened) = (Arc::clone(&begun), Arc::clone(&gate));
    let claims = connected(&redis, MINUTE).await;
    let verifier = payments().build().unwrap();
    let receiver = Receiver::handling(verifier, claims, move |delivery: paykka_webhook::Delivery| {
        let (beginning, opened) = (Arc::clone(&beginning), Arc::clone(&opened));
        async move {
            beginning.notify_one();
            opened.acquire().await.unwrap().forget();
            Ok::<_, std::io::Error>(delivery.ack())
        }
    })
    .ack_deadline(MINUTE);
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Handled);
    begun.notified().await;
    let posted = {
        let receiver = receiver.clone();
        tokio::spawn(async move { post(&receiver, &news("SUCCESS")).await })
    };
    begun.notified().await;
    redis.kill();
    gate.add_permits(100);
    assert_eq!(posted.await.unwrap(), Reason::Handled);
    redis.start_again();
    // What the lost one had taken is free when its lease is over; that is let go here.
    until(|| std::future::ready(told(&redis, "PING") == "+PONG")).await;
    let by =
        told(&redis, "EVAL \"local by = redis.call('KEYS', '*:by') return redis.call('DEL', unpack(by))\" 0");
    assert_eq!(by, ":1");
    for status in ["PROCESSING", "SUCCESS"] {
        let message = news(status);
        until(|| async { post(&receiver, &message).await == Reason::Handled }).await;
    }
    assert_eq!(post(&receiver, &news("SUCCESS")).await, Reason::Repeat);
}

/// The claim was begun, and then the object can't be taken: nothing is handled, and it may come again.
#[tokio::test]
async fn an_object_that_cant_be_taken_isnt_handled() {
    let redis = Redis::start("noeviction");
    let (receiver, calls) = sharing(connected(&redis, MINUTE).await);
    assert_eq!(told(&redis, "ACL SETUSER default -info"), "+OK");
    let message = news("SUCCESS");
    for _ in 0..2 {
        let reason = post(&receiver, &message).await;
        assert_eq!((reason, reason.status().as_u16()), (Reason::Claims, 503));
    }
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    assert_eq!(told(&redis, "ACL SETUSER default +info"), "+OK");
    assert_eq!(post(&receiver, &message).await, Reason::Handled);
    assert_eq!(calls.load(Ordering::SeqCst), 1);
}

/// It waits for what another machine handles, which may take as long as that likes. Nothing has begun here, so nothing is waited for.
#[tokio::test]
async fn a_shutdown_doesnt_wait_for_other_machines() {
    let redis = Redis::start("noeviction");
    let (begun, gate) = (Arc::new(Notify::new()), Arc::new(Semaphore::new(0)));
    let (beginning, opened) = (Arc::clone(&begun), Arc::clone(&gate));
    let verifier = payments().build().unwrap();
    let claims = connected(&redis, MINUTE).await;
    let one = Receiver::handling(verifier, claims, move |delivery: paykka_webhook::Delivery| {
        let (beginning, opened) = (Arc::clone(&beginning), Arc::clone(&opened));
        async move {
            beginning.notify_one();
            opened.acquire().await.unwrap().forget();
            Ok::<_, std::io::Error>(delivery.ack())
        }
    })
    .ack_deadline(MINUTE);
    let (two, calls) = sharing(connected(&redis, MINUTE).await);
    let two = two.ack_deadline(MINUTE);
    let posted = |receiver: &Receiver, message: &SignedNotification| {
        let (receiver, message) = (receiver.clone(), message.clone());
        tokio::spawn(async move { post(&receiver, &message).await })
    };
    let by_one = posted(&one, &news("PROCESSING"));
    begun.notified().await;
    let waiting = news("SUCCESS");
    let by_two = posted(&two, &waiting);
    // Both claims, and the object's two keys.
    until(|| std::future::ready(told(&redis, "DBSIZE") == ":4")).await;
    tokio::time::timeout(Duration::from_secs(20), two.shutdown()).await.unwrap();
    assert_eq!(by_two.await.unwrap(), Reason::ShuttingDown);
    assert_eq!(calls.load(Ordering::SeqCst), 0);
    gate.add_permits(2);
    assert_eq!(by_one.await.unwrap(), Reason::Handled);
    assert_eq!(post(&one, &waiting).await, Reason::Handled, "its claim was released");
}

/// A handler may take longer than the lease: claim and object stay its own.
#[tokio::test]
async fn while_a_handler_runs_claim_and_object_are_renewed() {
    let redis = Redis::start("noeviction");
    let begun = Arc::new(Notify::new());
    let beginning = Arc::clone(&begun);
    let verifier = payments().build().unwrap();
    let claims = connected(&redis, LEASE).await;
    let receiver = Receiver::handling(verifier, claims, move |_: paykka_webhook::Delivery| {
        beginning.notify_one();
        std::future::pending::<Result<paykka_webhook::Ack, std::io::Error>>()
    });
    let posted = tokio::spawn(async move { post(&receiver, &news("SUCCESS")).await });
    begun.notified().await;
    // The claim's key ends with its digest, the object's with `:by`.
    for pattern in ["paykka:claim:[0-9a-f]*", "*:by"] {
        let left = || {
            let of = format!("redis.call('PTTL', redis.call('KEYS', '{pattern}')[1] or '')");
            let left = told(&redis, &format!("EVAL \"return {of}\" 0"));
            left.trim_start_matches(':').parse::<i64>().unwrap()
        };
        let mut before = left();
        until(|| std::future::ready(std::mem::replace(&mut before, left()) < before)).await;
    }
    posted.abort();
}

/// One that failed wasn't handled: what is known of its object, and how surely, is as before.
#[tokio::test]
async fn a_handler_that_fails_leaves_the_past_as_it_was() {
    let redis = Redis::start("noeviction");
    let verifier = payments().build().unwrap();
    let claims = connected(&redis, MINUTE).await;
    let receiver = Receiver::handling(verifier, claims, |delivery: paykka_webhook::Delivery| {
        let fails = delivery.state().and_then(Status::of).unwrap().as_str() == "FAILED";
        std::future::ready(if fails { Err(std::io::Error::other("no")) } else { Ok(delivery.ack()) })
    });
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Handled);
    assert_eq!(post(&receiver, &news("FAILED")).await, Reason::Handler);
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Repeat, "it was sure");
    of_last(&redis, "redis.call('HSET', last, 'run', '')");
    assert_eq!(post(&receiver, &news("FAILED")).await, Reason::Handler);
    assert_eq!(post(&receiver, &news("PROCESSING")).await, Reason::Handled, "it wasn't");
}

/// What a script says of the one object that is known.
fn of_last(redis: &Redis, body: &str) -> String {
    told(redis, &format!("EVAL \"local last = redis.call('KEYS', '*:last')[1] return {body}\" 0"))
}

/// How long the one object is kept, to the next whole day.
pub(super) fn days(redis: &Redis) -> u64 {
    let millis = of_last(redis, "redis.call('PTTL', last)").trim_start_matches(':').parse().unwrap();
    Duration::from_millis(millis).as_secs().div_ceil(86_400)
}

/// Kept for 90 days after it was spoken of, and nothing readable of whose it is.
#[tokio::test]
async fn an_object_is_kept_for_90_days_under_a_digest() {
    let redis = Redis::start("noeviction");
    let book = Book::default();
    let receiver = book.receiver(connected(&redis, MINUTE).await);
    assert_eq!(post(&receiver, &news("SUCCESS")).await, Reason::Handled);
    assert_eq!(days(&redis), 90);
    let script = |body: &str| of_last(&redis, body);
    let key = script("'+' .. last");
    assert!(key.starts_with('$'), "{key}");
    let length: usize = key.trim_start_matches('$').parse().unwrap();
    assert_eq!(length, "+paykka:claim:object:{}:last".len() + 64);
    let size: u64 = script("redis.call('MEMORY', 'USAGE', last)").trim_start_matches(':').parse().unwrap();
    assert!(size <= 400, "{size} bytes an object");
    // A word that isn't known may be as long as a body, and is anybody's text: it isn't kept.
    assert_eq!(post(&receiver, &news(&"X".repeat(10_000))).await, Reason::Handled);
    let grown: u64 = script("redis.call('MEMORY', 'USAGE', last)").trim_start_matches(':').parse().unwrap();
    assert!(grown <= 400, "{grown} bytes an object");
}
