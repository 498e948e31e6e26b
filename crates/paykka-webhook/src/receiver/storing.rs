//! From a verified notification into an inbox. It is acknowledged when it is durable; handling it is the workers' part.

use std::error::Error as _;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use paykka_sign::Verified;
use tokio::sync::Semaphore;

use super::refused;
use crate::inbox::{Arrival, Inbox, Stored};
use crate::{Parse, RawNotification, Reason};

/// How many deliveries wait for an inbox at most. Whoever caught one message can send it again and again, each copy is kept in
/// memory while it waits, and a peer that has hung up frees nothing.
const PLACES: usize = 256;

/// An inbox, and the places before it.
pub(super) struct Shelf {
    inbox: Arc<dyn Inbox>,
    places: Semaphore,
}

impl Shelf {
    pub(super) fn new(inbox: Arc<dyn Inbox>) -> Self {
        Self { inbox, places: Semaphore::new(PLACES) }
    }

    /// Keeps `raw`, which came at `arrived`, and was by so much too old.
    pub(super) async fn store(
        &self,
        raw: Verified<RawNotification>,
        arrived: SystemTime,
        late_by: Option<Duration>,
    ) -> Reason {
        let Ok(_place) = self.places.try_acquire() else {
            tracing::error!(
                reason = Reason::Inbox.code(),
                "a verified notification was not kept: {PLACES} others wait for the inbox"
            );
            return Reason::Inbox;
        };
        store(&*self.inbox, raw, arrived, late_by).await
    }
}

async fn store(
    inbox: &dyn Inbox,
    raw: Verified<RawNotification>,
    arrived: SystemTime,
    late_by: Option<Duration>,
) -> Reason {
    // Whose it is stands partly in the body, and what isn't ours isn't kept.
    let received = match raw.parse() {
        Ok(received) => received,
        Err(rejection) => {
            refused(&rejection);
            return rejection.reason();
        }
    };
    let raw = received.raw();
    let Ok(bytes) = raw.decode(|body| Ok::<_, std::convert::Infallible>(Bytes::copy_from_slice(body)));
    let stored = match Arrival::new(&bytes, raw.value().kind(), arrived, late_by) {
        Ok(delivery) => inbox.store(delivery).await,
        Err(_) => return Reason::Header,
    };
    match stored {
        Ok(Stored::New) => Reason::Stored,
        Ok(Stored::Known) => Reason::Again,
        Err(error) => {
            tracing::error!(
                reason = Reason::Inbox.code(),
                why = error.source().map(ToString::to_string),
                "a verified notification was not kept: {error}"
            );
            Reason::Inbox
        }
    }
}
