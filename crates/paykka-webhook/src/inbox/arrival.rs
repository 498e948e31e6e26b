//! What goes into an inbox. An [`Arrival`] can be made of verified bytes alone, so that nothing else gets in by this door.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use paykka_model::{DecodeError, Notification, NotificationKind};
use paykka_sign::Verified;

use crate::{Content, DeliveryId, ObjectKey, Status};

/// A verified notification on its way into an inbox.
#[derive(Debug, Clone)]
pub struct Arrival {
    record: Record,
    placement: Placement,
}

impl Arrival {
    /// Takes up a verified notification that came at `arrived`.
    ///
    /// `mounted` is the kind whose address it came to, where that takes one kind alone. `late_by` is how much older than
    /// the clock window allows it was, where it was.
    ///
    /// # Errors
    /// None for what [`KeyRing::verify`](paykka_sign::KeyRing::verify) gave; see [`DeliveryId::of`].
    pub fn new(
        verified: &Verified<Bytes>,
        mounted: Option<NotificationKind>,
        arrived: SystemTime,
        late_by: Option<Duration>,
    ) -> Result<Self, paykka_sign::Error> {
        let body = verified.value().clone();
        let record = Record {
            delivery: DeliveryId::of(verified)?,
            content: Content::of(&body),
            path: verified.path().to_owned(),
            merchant: verified.merchant().map(str::to_owned),
            authorization: verified.authorization().to_header(),
            mounted,
            arrived,
            late_by,
            body,
        };
        Ok(Self { placement: record.place(), record })
    }

    /// What is to be kept.
    #[must_use]
    pub const fn record(&self) -> &Record {
        &self.record
    }

    /// Where it belongs.
    #[must_use]
    pub const fn placement(&self) -> &Placement {
        &self.placement
    }

    /// Both.
    #[must_use]
    pub fn into_parts(self) -> (Record, Placement) {
        (self.record, self.placement)
    }
}

/// What an inbox keeps of a delivery, for implementations: all that verified it, so that it can be verified again.
#[derive(Clone, PartialEq, Eq)]
pub struct Record {
    /// Its id, the inbox's key.
    pub delivery: DeliveryId,
    /// The SHA-256 of its body.
    pub content: Content,
    /// The signed path.
    pub path: String,
    /// The signed merchant number.
    pub merchant: Option<String>,
    /// The value of its header `Authorization`: time, nonce, key id and signature.
    pub authorization: String,
    /// The kind whose address it came to, where that takes one kind alone.
    pub mounted: Option<NotificationKind>,
    /// When it came, by the receiver's clock.
    pub arrived: SystemTime,
    /// How much older than the clock window allows it was.
    pub late_by: Option<Duration>,
    /// The body, byte for byte.
    pub body: Bytes,
}

impl Record {
    /// Reads the body.
    ///
    /// # Errors
    /// [`DecodeError`] with the place that isn't of the kind's shape.
    pub fn notification(&self) -> Result<Notification, DecodeError> {
        self.mounted.map_or_else(|| Notification::from_body(&self.body), |kind| kind.read(&self.body))
    }

    /// Where it belongs, as far as this version can tell.
    #[must_use]
    pub fn place(&self) -> Placement {
        let Ok(notification) = self.notification() else {
            return Placement::Dead(DeadReason::Undecodable);
        };
        if notification.kind().is_none() {
            return Placement::Dead(DeadReason::Unknown);
        }
        match ObjectKey::of(self.merchant.as_deref(), &notification) {
            Some(object) => Placement::Object { object, status: Status::of(&notification) },
            None => Placement::Dead(DeadReason::WithoutObject),
        }
    }
}

/// Body and signature are left out.
impl fmt::Debug for Record {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Record")
            .field("delivery", &self.delivery)
            .field("merchant", &self.merchant)
            .field("mounted", &self.mounted)
            .field("arrived", &self.arrived)
            .field("late_by", &self.late_by)
            .finish_non_exhaustive()
    }
}

/// Where a delivery belongs. Closed: to an object, or to nobody's turn.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Placement {
    /// In the line of an object.
    Object {
        /// Which one.
        object: ObjectKey,
        /// Where it says that the object stands.
        status: Option<Status>,
    },
    /// It can't be handed to a handler.
    Dead(DeadReason),
}

/// Why an event is dead.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum DeadReason {
    /// Its body can't be read as a notification.
    ///
    /// What to do: look at it, and requeue it when a version that reads it is installed.
    Undecodable,
    /// It is of a kind that isn't known here, or can't be told for sure.
    ///
    /// What to do: as above; or mount its kind at an address of its own.
    Unknown,
    /// It doesn't say which object it is about, or, where it is about money, whose.
    ///
    /// What to do: look at it, and ask the platform.
    WithoutObject,
    /// Its handler failed too often.
    ///
    /// What to do: read what the handler said, mend it, requeue the event.
    Failed,
}

impl DeadReason {
    /// All of them.
    pub const ALL: &[Self] = &[Self::Undecodable, Self::Unknown, Self::WithoutObject, Self::Failed];

    /// The word for it in logs and storage.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Undecodable => "undecodable",
            Self::Unknown => "unknown",
            Self::WithoutObject => "without-object",
            Self::Failed => "failed",
        }
    }
}
