//! From a verified notification to a handler that ran, and back. It runs in a task of its own, so nothing that the peer does
//! ends it.

use std::error::Error as StdError;
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::time::Duration;

use paykka_sign::Verified;
use tokio::time::MissedTickBehavior;

use super::objects::Objects;
use super::refused;
use crate::order::judge_status;
use crate::{
    Ack, Claim, Claims, ClaimsError, Content, Delivery, DeliveryId, Handler, Last, ObjectKey, Parse,
    RawNotification, Reason, Received, Status, Ticket, Turn, Verifier, judge,
};

/// The way without an inbox.
pub(super) struct Handling {
    claims: Arc<dyn Claims>,
    objects: Objects,
    handler: Arc<dyn AnyHandler>,
}

impl Handling {
    pub(super) fn new(claims: Arc<dyn Claims>, handler: impl Handler) -> Self {
        Self { claims, objects: Objects::new(OBJECTS), handler: Arc::new(handler) }
    }

    pub(super) async fn deliver(&self, verifier: &Verifier, raw: Verified<RawNotification>) -> Reason {
        let Ok(id) = DeliveryId::of(&raw) else { return Reason::Header };
        match self.claims.begin(id, verifier.remembers(raw.timestamp())).await {
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
        let reason = self.renewing(id, ticket, self.handle(id, raw)).await;
        let closed = if reason.is_acknowledged() {
            self.claims.done(id, ticket).await
        } else {
            self.claims.release(id, ticket).await
        };
        // It was handled or not, whatever is written down about it: at worst it comes again when the lease has run out.
        if let Err(error) = closed {
            out_of_reach(&error);
        }
        reason
    }

    /// Renews the lease until `handling` ends.
    async fn renewing(
        &self,
        id: DeliveryId,
        ticket: Ticket,
        handling: impl Future<Output = Reason>,
    ) -> Reason {
        let mut handling = pin!(handling);
        let mut renewals = tokio::time::interval((self.claims.lease() / 3).max(Duration::from_millis(1)));
        renewals.set_missed_tick_behavior(MissedTickBehavior::Delay);
        // The first tick is now.
        renewals.tick().await;
        loop {
            tokio::select! {
                reason = &mut handling => return reason,
                _ = renewals.tick() => {
                    if let Err(error) = self.claims.renew(id, ticket).await {
                        out_of_reach(&error);
                    }
                }
            }
        }
    }

    async fn handle(&self, id: DeliveryId, raw: Verified<RawNotification>) -> Reason {
        let content = Content::of(raw.value().body());
        let received = match raw.parse() {
            Ok(received) => received,
            Err(rejection) => {
                refused(&rejection);
                return rejection.reason();
            }
        };
        let Some((object, status)) = told(&received) else {
            return self.call(Delivery::new(id, None, Turn::Changed, received)).await;
        };
        let mut last = self.objects.lock(object.clone()).await;
        let turn = match judge(last.as_ref(), content, status.as_ref()) {
            // Another process may have handled something else since, and then this is news.
            Turn::Repeat if self.claims.are_shared() => judge_status(last.as_ref(), status.as_ref()),
            turn => turn,
        };
        if turn == Turn::Repeat {
            return Reason::Repeat;
        }
        let reason = self.call(Delivery::new(id, Some(object), turn, received)).await;
        if reason.is_acknowledged() {
            *last = Some(Last::after(last.as_ref(), content, status));
        }
        reason
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
        tracing::error!(reason = reason.code(), "a verified notification was not handled");
        reason
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

fn out_of_reach(error: &ClaimsError) {
    tracing::error!(
        reason = Reason::Claims.code(),
        why = error.source().map(ToString::to_string),
        "notification claims: {error}"
    );
}
