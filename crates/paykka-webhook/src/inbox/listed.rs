//! What an inbox tells the person who looks after it.

use std::time::{Duration, SystemTime};

use paykka_model::NotificationKind;

use crate::inbox::{DeadReason, Kept};
use crate::{DeliveryId, ObjectKey, Turn};

/// Where an event stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum EventState {
    /// Not handled yet: in its object's line, or in a worker's hand.
    Waiting,
    /// Handled.
    Done,
    /// It said what was handled last, so no handler was called.
    Repeat,
    /// Not handled, and nobody tries any more; see [`DeadReason`].
    Dead,
    /// It was dead, and a person has seen to it.
    Acknowledged,
}

impl EventState {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Waiting, Self::Done, Self::Repeat, Self::Dead, Self::Acknowledged];

    /// The word for it in logs and storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Waiting => "waiting",
            Self::Done => "done",
            Self::Repeat => "repeat",
            Self::Dead => "dead",
            Self::Acknowledged => "acknowledged",
        }
    }
}

/// An event in a list, without its body.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its id, to name it by.
    pub delivery: DeliveryId,
    /// Its object, where it has one.
    pub object: Option<ObjectKey>,
    /// The signed merchant number.
    pub merchant: Option<String>,
    /// Its kind, where that is known.
    pub kind: Option<NotificationKind>,
    /// When it came.
    pub arrived: SystemTime,
    /// How much older than the clock window allows it was.
    pub late_by: Option<Duration>,
    /// Where it stands.
    pub state: EventState,
    /// How it followed on what was handled before, where it was claimed.
    pub turn: Option<Turn>,
    /// How often it was claimed.
    pub attempts: u32,
    /// Why it is dead, or was.
    pub dead: Option<DeadReason>,
}

/// An event, whole.
#[derive(Debug, Clone)]
pub struct Shown {
    /// What the list says of it.
    pub listed: Listed,
    /// The notification.
    pub kept: Kept,
    /// What its handler said when it failed last. It may hold what the body holds.
    pub said: Option<String>,
}

/// How much lies in an inbox.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Events that wait or are in hand.
    pub depth: u64,
    /// When the oldest of them came.
    pub oldest: Option<SystemTime>,
    /// Events that wait for a person.
    pub dead: u64,
}

/// What was removed because it had been kept long enough.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Forgotten {
    /// Events.
    pub events: u64,
    /// Objects' last states.
    pub objects: u64,
}
