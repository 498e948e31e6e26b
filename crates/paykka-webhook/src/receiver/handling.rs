//! From a verified notification to a handler that ran, and back. It runs in a task of its own, so nothing that the peer does
//! ends it.

use std::error::Error as StdError;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use paykka_sign::Verified;
use tokio::time::MissedTickBehavior;
use tokio_util::task::TaskTracker;

use super::objects::Objects;
use super::refused;
use crate::{
    Ack, Claim, Claims, ClaimsError, ClaimsFuture, Content, Delivery, DeliveryId, Handler, Last, LastStates,
    ObjectKey, Parse, Past, RawNotification, Reason, Received, SharedStates, Status, Taken, Ticket, Turn,
    Verifier,
};

/// The way without an inbox.
pub(super) struct Handling {
    memory: Arc<Memory>,
    handler: Arc<dyn AnyHandler>,
    /// Closed when the receiver is shut down.
    running: TaskTracker,
}

/// What is remembered of deliveries: all whose handlers are to be one to the sender share it.
pub(crate) struct Memory {
    claims: Arc<dyn Claims>,
    objects: Objects,
}

impl Memory {
    pub(crate) fn new(claims: impl Claims) -> Self {
        Self { claims: Arc::new(claims), objects: Objects::new(OBJECTS) }
    }
}

impl Handling {
    pub(super) fn new(memory: Arc<Memory>, handler: impl Handler, running: TaskTracker) -> Self {
        Self { memory, handler: Arc::new(handler), running }
    }

    pub(super) async fn deliver(&self, verifier: &Verifier, raw: Verified<RawNotification>) -> Reason {
        let Ok(id) = DeliveryId::of(&raw) else { return Reason::Header };
        match self.claims().begin(id, verifier.remembers(raw.timestamp())).await {
            Ok(Claim::New(ticket)) => self.handle_claimed(id, ticket, raw).await,
            Ok(Claim::InProgress) => Reason::InProgress,
            Ok(Claim::Done) => Reason::Again,
            Err(error) => {
                out_of_reach(&error);
                Reason::Claims
            }
        }
    }

    async fn handle_claimed(&self, id: DeliveryId, ticket: Ticket, raw: Verified<RawNotification>) -> Reason {
        let claims = self.claims();
        let reason =
            renewing(claims.lease(), || claims.renew(id, ticket), self.handle(id, ticket, raw)).await;
        let closed = if reason.is_acknowledged() {
            claims.done(id, ticket).await
        } else {
            claims.release(id, ticket).await
        };
        // It was handled or not, whatever is written down about it: at worst it comes again when the lease has run out.
        reported(closed);
        reason
    }

    async fn handle(&self, id: DeliveryId, ticket: Ticket, raw: Verified<RawNotification>) -> Reason {
        let content = Content::of(raw.value().body());
        // It asks functions of the user's. One that panics must not hold the claim.
        let received = match catch_unwind(AssertUnwindSafe(|| raw.parse())) {
            Ok(Ok(received)) => received,
            Ok(Err(rejection)) => {
                refused(&rejection);
                return rejection.reason();
            }
            Err(_) => return not_handled(Reason::Panic),
        };
        let Some((object, status)) = told(&received) else {
            return self.call(Delivery::new(id, None, Turn::Changed, received)).await;
        };
        let news = News { id, object, content, status, received };
        // Taken in any case: deliveries of one object wait here in the order in which they came.
        let mut known = self.memory.objects.lock(news.object.clone()).await;
        let is_sure = match self.claims().last_states() {
            LastStates::Shared(states) => return self.handle_shared(states, ticket, news).await,
            LastStates::Here => true,
            LastStates::Nobody => false,
        };
        let (reason, after) = self.handle_after(&Past { last: known.clone(), is_sure }, news).await;
        if after.is_some() {
            *known = after;
        }
        reason
    }

    /// Where other processes handle this object, too.
    async fn handle_shared(&self, states: &dyn SharedStates, ticket: Ticket, news: News) -> Reason {
        let object = news.object.clone();
        let past = match taken(states, &object, ticket, &self.running).await {
            Ok(Some(past)) => past,
            Ok(None) => return Reason::ShuttingDown,
            Err(error) => {
                out_of_reach(&error);
                // It may be taken all the same.
                reported(states.give_back(&object, ticket, None).await);
                return Reason::Claims;
            }
        };
        let lease = self.claims().lease();
        let handling = self.handle_after(&past, news);
        let (reason, after) = renewing(lease, || states.renew(&object, ticket), handling).await;
        let sure = past.last.as_ref().filter(|_| past.is_sure);
        reported(states.give_back(&object, ticket, after.as_ref().or(sure)).await);
        reason
    }

    /// Handles `news`, unless it says what was handled last. If it was handled, that is the object's last state.
    async fn handle_after(&self, past: &Past, news: News) -> (Reason, Option<Last>) {
        let News { id, object, content, status, received } = news;
        let turn = past.judge(content, status.as_ref());
        if turn == Turn::Repeat {
            return (Reason::Repeat, None);
        }
        let reason = self.call(Delivery::new(id, Some(object), turn, received)).await;
        let after = reason.is_acknowledged().then(|| Last::after(past.last.as_ref(), content, status));
        (reason, after)
    }

    /// In a task of its own, so that its panic is its own.
    async fn call(&self, delivery: Delivery) -> Reason {
        let handler = Arc::clone(&self.handler);
        let reason = match tokio::spawn(async move { handler.handle(delivery).await }).await {
            Ok(Ok(Ack { .. })) => return Reason::Handled,
            // The handler's own words may hold what the notification holds, so they stay with the handler.
            Ok(Err(_)) => Reason::Handler,
            Err(_) => Reason::Panic,
        };
        not_handled(reason)
    }

    fn claims(&self) -> &dyn Claims {
        &*self.memory.claims
    }
}

/// A delivery of an object that is known.
struct News {
    id: DeliveryId,
    object: ObjectKey,
    content: Content,
    status: Option<Status>,
    received: Received,
}

/// Waits until nobody else has `object`, more and more patiently: who has it may take long, or be dead, and many objects may be waited
/// for. Its other deliveries in this process wait behind the caller, so one asks at a time. `None` when the receiver is shut down
/// meanwhile, since nothing has begun.
async fn taken(
    states: &dyn SharedStates,
    object: &ObjectKey,
    ticket: Ticket,
    running: &TaskTracker,
) -> Result<Option<Past>, ClaimsError> {
    let mut pause = Duration::from_millis(20);
    loop {
        match states.take(object, ticket).await? {
            Taken::Ours(past) => return Ok(Some(past)),
            Taken::Held if running.is_closed() => return Ok(None),
            Taken::Held => tokio::time::sleep(pause).await,
        }
        pause = (pause * 2).min(Duration::from_millis(320));
    }
}

/// Renews a lease until `work` ends.
async fn renewing<'a, T>(
    lease: Duration,
    renew: impl Fn() -> ClaimsFuture<'a, ()>,
    work: impl Future<Output = T>,
) -> T {
    let mut work = pin!(work);
    let mut renewals = tokio::time::interval((lease / 3).max(Duration::from_millis(1)));
    renewals.set_missed_tick_behavior(MissedTickBehavior::Delay);
    // The first tick is now.
    renewals.tick().await;
    loop {
        tokio::select! {
            ended = &mut work => return ended,
            _ = renewals.tick() => reported(renew().await),
        }
    }
}

/// A handler whose type is forgotten.
trait AnyHandler: Send + Sync {
    fn handle(&self, delivery: Delivery) -> HandlerFuture<'_>;
}

type HandlerFuture<'a> =
    Pin<Box<dyn Future<Output = Result<Ack, Box<dyn StdError + Send + Sync>>> + Send + 'a>>;

impl<H: Handler> AnyHandler for H {
    fn handle(&self, delivery: Delivery) -> HandlerFuture<'_> {
        Box::pin(Handler::handle(self, delivery))
    }
}

/// How many objects' last states are remembered.
const OBJECTS: usize = 100_000;

fn told(received: &Received) -> Option<(ObjectKey, Option<Status>)> {
    let notification = received.notification().ok()?;
    let object = ObjectKey::of(notification.merchant(), notification.value())?;
    Some((object, Status::of(notification.value())))
}

fn not_handled(reason: Reason) -> Reason {
    tracing::error!(reason = reason.code(), "a verified notification was not handled");
    reason
}

fn reported(done: Result<(), ClaimsError>) {
    if let Err(error) = done {
        out_of_reach(&error);
    }
}

fn out_of_reach(error: &ClaimsError) {
    tracing::error!(
        reason = Reason::Claims.code(),
        why = error.source().map(ToString::to_string),
        "notification claims: {error}"
    );
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU32, Ordering};

    use paykka_model::NotificationKind;

    use super::*;

    /// An object that somebody else has, always.
    struct Elsewhere(AtomicU32);

    impl SharedStates for Elsewhere {
        fn take<'a>(&'a self, _: &'a ObjectKey, _: Ticket) -> ClaimsFuture<'a, Taken> {
            self.0.fetch_add(1, Ordering::SeqCst);
            Box::pin(std::future::ready(Ok(Taken::Held)))
        }

        fn renew<'a>(&'a self, _: &'a ObjectKey, _: Ticket) -> ClaimsFuture<'a, ()> {
            Box::pin(std::future::ready(Ok(())))
        }

        fn give_back<'a>(&'a self, _: &'a ObjectKey, _: Ticket, _: Option<&'a Last>) -> ClaimsFuture<'a, ()> {
            Box::pin(std::future::ready(Ok(())))
        }
    }

    /// 1,000 objects of a machine that died are 1,000 who wait for a minute.
    #[tokio::test(start_paused = true)]
    async fn who_waits_for_an_object_asks_seldom() {
        let (states, running) = (Elsewhere(AtomicU32::new(0)), TaskTracker::new());
        let object = ObjectKey::new("M1", NotificationKind::Payment, "R1").unwrap();
        let ticket = Ticket::random(Duration::from_secs(1)).unwrap();
        let waiting = taken(&states, &object, ticket, &running);
        assert!(tokio::time::timeout(Duration::from_secs(60), waiting).await.is_err());
        let asked = states.0.load(Ordering::SeqCst);
        assert!((100..250).contains(&asked), "{asked} times a minute");
    }
}
