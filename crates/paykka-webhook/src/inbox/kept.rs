//! What comes out of an inbox.

use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use paykka_model::{DecodeError, Notification};
use paykka_sign::{Authorization, KeyRing, Parts, Timestamp, Verified, Window};

use crate::inbox::Record;
use crate::{Content, DeliveryId, Last, ObjectKey, Turn};

/// A notification that was verified when it arrived, **on the inbox's word**.
///
/// It is no [`Verified`] on purpose. Only code that has just checked a signature makes one of those; an inbox reads rows,
/// and whoever can write to its storage can write a row. That is no new power: who writes there can write the bookings, too,
/// where both lie in one database. Nor is each row verified again when it is read: a key that was taken out of the ring
/// since then must not strand what arrived under it. Who doesn't trust the storage calls [`reverify`](Self::reverify):
/// all that verified it is kept beside it.
#[derive(Clone)]
pub struct Kept {
    record: Record,
}

impl Kept {
    /// What an inbox kept, for implementations.
    #[must_use]
    pub const fn new(record: Record) -> Self {
        Self { record }
    }

    /// Verifies it again, as of its arrival: the signature with a key of `ring`, and that it wasn't signed more than 5 minutes
    /// after it came. How old it was then stands in [`late_by`](Self::late_by) and isn't judged again.
    ///
    /// # Errors
    /// As [`KeyRing::verify`], such as for a key that was taken out of the ring since.
    pub fn reverify(&self, ring: &KeyRing) -> Result<Verified<Bytes>, paykka_sign::Error> {
        let Record { path, merchant, authorization, arrived, body, .. } = &self.record;
        let parts = Parts { path, merchant: merchant.as_deref(), body: body.clone() };
        let signed = Authorization::parse(authorization.as_bytes())?.timestamp();
        let window = Window::new(Timestamp::try_from(*arrived)?, TOLERANCE).since(signed);
        ring.verify(authorization.as_bytes(), parts, &window)
    }

    /// Reads the body.
    ///
    /// # Errors
    /// [`DecodeError`] with the place that isn't of the kind's shape.
    pub fn notification(&self) -> Result<Notification, DecodeError> {
        self.record.notification()
    }

    /// The body, byte for byte.
    #[must_use]
    pub const fn body(&self) -> &Bytes {
        &self.record.body
    }

    /// Which delivery.
    #[must_use]
    pub const fn delivery(&self) -> DeliveryId {
        self.record.delivery
    }

    /// The SHA-256 of its body.
    #[must_use]
    pub const fn content(&self) -> Content {
        self.record.content
    }

    /// The signed merchant number.
    #[must_use]
    pub fn merchant(&self) -> Option<&str> {
        self.record.merchant.as_deref()
    }

    /// When it came, by the receiver's clock.
    #[must_use]
    pub const fn arrived(&self) -> SystemTime {
        self.record.arrived
    }

    /// How much older than the clock window allows it was; `None` where it came in time.
    #[must_use]
    pub const fn late_by(&self) -> Option<Duration> {
        self.record.late_by
    }

    /// All that was kept.
    #[must_use]
    pub const fn record(&self) -> &Record {
        &self.record
    }
}

/// The clock window's half (I); no setting, since the verifier judged it by its own at receipt.
const TOLERANCE: Duration = Duration::from_secs(300);

/// The body is left out.
impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Kept").field(&self.record).finish()
    }
}

/// An event in a worker's hand.
#[derive(Debug, Clone)]
pub struct Claimed {
    /// The notification.
    pub kept: Kept,
    /// How it follows on what was handled before.
    pub turn: Turn,
    /// What was handled of its object before.
    pub last: Option<Last>,
    /// How often it was claimed, this time included.
    pub attempt: u32,
    /// What the inbox knows the claim by.
    pub claim: Claim,
}

/// The right to say what became of an event, until its lease ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claim {
    /// The event.
    pub delivery: DeliveryId,
    /// Its object.
    pub object: ObjectKey,
    /// How often the object was claimed; a later claim has a higher one.
    pub epoch: u64,
    /// How long the claim holds from when it was asked for. Whoever is at work must have stopped by then.
    pub lease: Duration,
}
