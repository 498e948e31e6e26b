//! Notifications: signed by the same method as answers, over the path that is posted to; in order per object, repeated
//! with back-off until they are accepted, and logged.

mod agenda;
mod delivery;
mod post;
mod queue;
mod subscriber;

use std::sync::Mutex;
use std::time::Duration;

use http::StatusCode;
use tokio::sync::watch;

use self::post::Poster;
use self::queue::{Queue, Ticket};
use crate::faults::{Fault, FaultSet};
use crate::platform::{Platform, locked};
use crate::signing::Deviation;
use crate::world::{Millis, Notice};
use crate::{Error, LocalCa};

pub(crate) use self::agenda::Mark;
pub use self::delivery::{Attempt, Delivery, DeliveryState};
pub(crate) use self::queue::SavedNotice;
pub use self::subscriber::Subscriber;
pub(crate) use self::subscriber::SubscriberForm;

pub(crate) struct Notifier {
    poster: Poster,
    queue: Mutex<Queue>,
    /// Whether a repeat is sent with the header of the first attempt.
    repeats_bytes: bool,
    /// How many subscribers there were at the start.
    initial: usize,
}

/// An attempt that is made, and how it ended.
pub(crate) struct Done {
    ticket: Ticket,
    outcome: Result<StatusCode, &'static str>,
    header: Option<String>,
}

/// The attempts that were under way when everything was forgotten.
#[must_use = "they may be under way for a while"]
pub(crate) struct Former(watch::Sender<()>);

impl Notifier {
    pub(crate) fn new(
        ca: &LocalCa,
        repeats_bytes: bool,
        subscribers: Vec<Subscriber>,
    ) -> Result<Self, Error> {
        let mut queue = Queue::default();
        subscribers.into_iter().for_each(|subscriber| queue.subscribe(subscriber));
        let initial = queue.subscribers().len();
        Ok(Self { poster: Poster::new(ca)?, queue: queue.into(), repeats_bytes, initial })
    }

    pub(crate) fn subscribe(&self, subscriber: Subscriber) {
        locked(&self.queue).subscribe(subscriber);
    }

    pub(crate) fn subscribers(&self) -> Vec<Subscriber> {
        locked(&self.queue).subscribers()
    }

    /// The subscribers that came after the start.
    pub(crate) fn added(&self) -> Vec<Subscriber> {
        self.subscribers().split_off(self.initial)
    }

    /// Ends the subscribers that came after the start.
    pub(crate) fn unsubscribe(&self) {
        locked(&self.queue).unsubscribe(|number, _| number > self.initial);
    }

    /// Ends one of them.
    pub(crate) fn end(&self, ended: &Subscriber) -> Result<(), Error> {
        let is_ended = |number, known: &Subscriber| number > self.initial && known == ended;
        if locked(&self.queue).unsubscribe(is_ended) {
            return Ok(());
        }
        Err(Error::new("the subscriber can't be ended", "no such subscriber was added since the start"))
    }

    pub(crate) fn send(&self, notice: Notice, faults: &FaultSet, now: Millis) {
        locked(&self.queue).send(notice, faults, now);
    }

    /// When an attempt can be begun, of those that don't wait for the end of another.
    pub(crate) fn next_to_begin(&self) -> Option<Millis> {
        locked(&self.queue).next_to_begin()
    }

    /// When the next attempt is due, of those that are due at `from` or later.
    pub(crate) fn next_from(&self, from: Millis) -> Option<Millis> {
        locked(&self.queue).next_from(from)
    }

    /// What there is to be sent at this moment.
    pub(crate) fn mark(&self, now: Millis) -> Mark {
        locked(&self.queue).mark(now)
    }

    /// Whether all that was under way or due at the mark has been tried.
    pub(crate) fn is_settled(&self, mark: Mark) -> bool {
        locked(&self.queue).is_settled(mark)
    }

    /// Takes an attempt that is due.
    pub(crate) fn take_due(&self, now: Millis) -> Option<Ticket> {
        locked(&self.queue).take_due(now)
    }

    pub(crate) async fn attempt(&self, ticket: Ticket, platform: &Platform) -> Done {
        if ticket.is_lost {
            return Done { ticket, outcome: Err("lost on command"), header: None };
        }
        if ticket.faults.has(Fault::Unsigned) {
            let outcome = self.poster.post(&ticket, None).await;
            return Done { ticket, outcome, header: None };
        }
        let stored = ticket.header.clone().filter(|_| self.repeats_bytes);
        let header = match stored {
            Some(header) => Some(header),
            None => {
                let echoes = ticket.faults.has(Fault::EchoKeyId);
                let reader = if echoes { platform.gate.key_of(&ticket.merchant) } else { None };
                let deviation = Deviation::of(&ticket.faults, reader.as_deref());
                platform.signing.header(&ticket.parts(), &deviation).await
            }
        };
        let outcome = match &header {
            Some(header) => self.poster.post(&ticket, Some(header)).await,
            None => Err("not signed"),
        };
        Done { ticket, outcome, header }
    }

    pub(crate) fn finish(&self, done: Done, now: Millis) {
        let refused = locked(&self.queue).finish(done.ticket, done.outcome, done.header, now);
        // What the program does with its log mustn't hold up the queue.
        if let Some(delivery) = refused {
            tracing::warn!(?delivery, "notification not accepted");
        }
    }

    /// Sends a delivery's notification again; the new delivery's number.
    pub(crate) fn replay(&self, id: u64, now: Millis) -> Result<u64, Error> {
        let replayed = locked(&self.queue).replay(id, now);
        replayed.ok_or_else(|| {
            Error::new("the delivery can't be replayed", "no delivery of this number is in the log")
        })
    }

    pub(crate) fn deliveries(&self) -> Vec<Delivery> {
        locked(&self.queue).deliveries()
    }

    pub(crate) fn clear(&self) -> Former {
        Former(locked(&self.queue).clear())
    }

    pub(crate) fn save(&self) -> Vec<SavedNotice> {
        locked(&self.queue).save()
    }

    pub(crate) fn load(&self, saved: Vec<SavedNotice>, now: Millis) {
        locked(&self.queue).load(saved, now);
    }
}

impl Former {
    /// Returns when none of them is under way any more. A receiver that doesn't answer is waited for no longer than a
    /// moment.
    pub(crate) async fn end(self) {
        if tokio::time::timeout(GRACE, self.0.closed()).await.is_err() {
            self.0.send_replace(());
            self.0.closed().await;
        }
    }
}

const GRACE: Duration = Duration::from_secs(1);
