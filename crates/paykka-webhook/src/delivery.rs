//! What a handler is given, and what it gives back. An acknowledgement is a value that only a delivery can make, so that
//! "it ran to its end" is never taken for "it was handled".

use std::error::Error as StdError;

use paykka_model::Notification;

use crate::{DeliveryId, ObjectKey, Received, Turn};

/// One delivery of a notification: verified, ours, and held against what was handled of its object before.
#[derive(Debug, Clone)]
pub struct Delivery {
    id: DeliveryId,
    object: Option<ObjectKey>,
    turn: Turn,
    received: Received,
    inquired: Option<Notification>,
}

impl Delivery {
    pub(crate) const fn new(
        id: DeliveryId,
        object: Option<ObjectKey>,
        turn: Turn,
        received: Received,
    ) -> Self {
        Self { id, object, turn, received, inquired: None }
    }

    /// What was received: bytes, signature's facts, parsed notification.
    #[must_use]
    pub const fn received(&self) -> &Received {
        &self.received
    }

    /// As [`received`](Self::received), by value.
    #[must_use]
    pub fn into_received(self) -> Received {
        self.received
    }

    /// Which delivery it is: another one when the same event is signed anew.
    #[must_use]
    pub const fn id(&self) -> DeliveryId {
        self.id
    }

    /// What it is about; `None` where that can't be told.
    #[must_use]
    pub const fn object(&self) -> Option<&ObjectKey> {
        self.object.as_ref()
    }

    /// How it follows on what was handled of its object before. [`Turn::Regressed`] and [`Turn::Conflict`] are no plain news:
    /// ask the inquiry call before you change anything.
    #[must_use]
    pub const fn turn(&self) -> Turn {
        self.turn
    }

    /// What the inquiry call said, where [`confirm_by_inquiry`](crate::confirm_by_inquiry) asked it.
    #[must_use]
    pub const fn inquired(&self) -> Option<&Notification> {
        self.inquired.as_ref()
    }

    /// What is to be believed: what the inquiry said where it was asked, else what the notification says. `None` where the
    /// body couldn't be parsed.
    #[must_use]
    pub fn state(&self) -> Option<&Notification> {
        let told = || self.received.notification().ok().map(paykka_sign::Verified::value);
        self.inquired.as_ref().or_else(told)
    }

    /// Acknowledges it: it is handled, or kept where it can't get lost.
    #[must_use = "a handler returns it"]
    pub const fn ack(&self) -> Ack {
        Ack(())
    }

    pub(crate) fn with_inquired(mut self, inquired: Option<Notification>) -> Self {
        self.inquired = inquired;
        self
    }
}

/// A delivery was handled. Only [`Delivery::ack`] makes one.
#[derive(Debug)]
pub struct Ack(());

/// What is done with a delivery. Implemented by every async function of one.
///
/// It may be called more than once for one event: at least once is what is promised. Who needs exactly once books in the
/// inbox's own transaction.
pub trait Handler: Send + Sync + 'static {
    /// Handles one delivery. An error is answered 503, so that the platform sends it again (I); its text isn't logged, since
    /// it may hold what the notification holds.
    fn handle(
        &self,
        delivery: Delivery,
    ) -> impl Future<Output = Result<Ack, Box<dyn StdError + Send + Sync>>> + Send;
}

impl<F, Fut, E> Handler for F
where
    F: Fn(Delivery) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<Ack, E>> + Send,
    E: Into<Box<dyn StdError + Send + Sync>>,
{
    async fn handle(&self, delivery: Delivery) -> Result<Ack, Box<dyn StdError + Send + Sync>> {
        self(delivery).await.map_err(Into::into)
    }
}
