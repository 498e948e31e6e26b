//! Why an inbox didn't do what it was asked. What isn't stored isn't acknowledged, so the platform sends it again (I).

use std::error::Error as StdError;
use std::fmt;

use crate::DeliveryId;
use crate::inbox::BoxError;

/// Why an inbox didn't do what it was asked.
///
/// `Display` names the fix, and holds no body and no header.
#[derive(Debug)]
pub struct InboxError(Box<Kind>);

impl InboxError {
    /// The storage failed: no space, no permission, no connection.
    ///
    /// What to do: see `source()`, and look after the storage. Nothing that was stored before is lost.
    #[must_use]
    pub fn is_storage(&self) -> bool {
        matches!(*self.0, Kind::Storage { .. })
    }

    /// Others held the storage for longer than is waited for.
    ///
    /// What to do: try again; if it stays, look for a transaction that doesn't end.
    #[must_use]
    pub fn is_busy(&self) -> bool {
        matches!(*self.0, Kind::Busy { .. })
    }

    /// The storage holds what no inbox writes: it is damaged, or another program's.
    ///
    /// What to do: keep a copy, and bring it back from a backup. What arrived since the backup has to be asked for by the
    /// inquiry calls.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        matches!(*self.0, Kind::Damaged { .. })
    }

    /// The storage was written by a later version, whose rules aren't known here.
    ///
    /// What to do: install that version, or a later one, in each process that opens it.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        matches!(*self.0, Kind::Newer { .. })
    }

    /// The seal failed, on writing or on reading.
    ///
    /// What to do: check the seal's key; see `source()`.
    #[must_use]
    pub fn is_seal(&self) -> bool {
        matches!(*self.0, Kind::Seal { .. })
    }

    /// The claim's lease was over, and somebody else has the event, or a person took it away.
    ///
    /// What to do: undo what can be undone; whoever has it goes on. Give a longer lease if handlers need it.
    #[must_use]
    pub fn is_overtaken(&self) -> bool {
        matches!(*self.0, Kind::Overtaken(_))
    }

    /// There is no dead event of this id.
    ///
    /// What to do: list the dead ones; another person may have been faster.
    #[must_use]
    pub fn is_not_dead(&self) -> bool {
        matches!(*self.0, Kind::NotDead(_))
    }

    /// The dead event can still not be read or placed.
    ///
    /// What to do: install a version that reads it; or see to it by hand, then acknowledge it.
    #[must_use]
    pub fn is_still_unreadable(&self) -> bool {
        matches!(*self.0, Kind::StillUnreadable(_))
    }

    /// Code of yours failed inside the inbox's transaction, and all of that transaction was taken back.
    ///
    /// What to do: see `source()`. It counts as a failure of the event.
    #[must_use]
    pub fn is_booking(&self) -> bool {
        matches!(*self.0, Kind::Booking(_))
    }

    /// A setting can't be used; the message names it.
    ///
    /// What to do: correct it.
    #[must_use]
    pub fn is_setting(&self) -> bool {
        matches!(*self.0, Kind::Setting(_))
    }

    /// The inbox was closed.
    ///
    /// What to do: nothing while a program ends; else open it anew.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(*self.0, Kind::Closed)
    }

    /// For implementations: see [`is_storage`](Self::is_storage).
    #[must_use]
    pub fn storage(doing: &'static str, source: impl Into<BoxError>) -> Self {
        Self(Box::new(Kind::Storage { doing, source: source.into() }))
    }

    /// For implementations: see [`is_busy`](Self::is_busy).
    #[must_use]
    pub fn busy(doing: &'static str) -> Self {
        Self(Box::new(Kind::Busy { doing }))
    }

    /// For implementations: see [`is_damaged`](Self::is_damaged).
    #[must_use]
    pub fn damaged(doing: &'static str, source: impl Into<BoxError>) -> Self {
        Self(Box::new(Kind::Damaged { doing, source: source.into() }))
    }

    /// For implementations: see [`is_newer`](Self::is_newer).
    #[must_use]
    pub fn newer(found: i64, known: i64) -> Self {
        Self(Box::new(Kind::Newer { found, known }))
    }

    /// For implementations: see [`is_seal`](Self::is_seal).
    #[must_use]
    pub fn seal(doing: &'static str, source: BoxError) -> Self {
        Self(Box::new(Kind::Seal { doing, source }))
    }

    /// For implementations: see [`is_overtaken`](Self::is_overtaken).
    #[must_use]
    pub fn overtaken(id: DeliveryId) -> Self {
        Self(Box::new(Kind::Overtaken(id)))
    }

    /// For implementations: see [`is_not_dead`](Self::is_not_dead).
    #[must_use]
    pub fn not_dead(id: DeliveryId) -> Self {
        Self(Box::new(Kind::NotDead(id)))
    }

    /// For implementations: see [`is_still_unreadable`](Self::is_still_unreadable).
    #[must_use]
    pub fn still_unreadable(id: DeliveryId) -> Self {
        Self(Box::new(Kind::StillUnreadable(id)))
    }

    /// For implementations: see [`is_booking`](Self::is_booking).
    #[must_use]
    pub fn booking(source: BoxError) -> Self {
        Self(Box::new(Kind::Booking(source)))
    }

    /// For implementations: see [`is_setting`](Self::is_setting). `problem` names the setting and the fix.
    #[must_use]
    pub fn setting(problem: &'static str) -> Self {
        Self(Box::new(Kind::Setting(problem)))
    }

    /// For implementations: see [`is_closed`](Self::is_closed).
    #[must_use]
    pub fn closed() -> Self {
        Self(Box::new(Kind::Closed))
    }
}

impl fmt::Display for InboxError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Storage { doing, .. } => {
                write!(
                    f,
                    "the inbox's storage failed while {doing}; look after its space, permissions and hardware"
                )
            }
            Kind::Busy { doing } => write!(
                f,
                "others held the inbox's storage for too long while {doing}; try again, or look for a transaction that doesn't end"
            ),
            Kind::Damaged { doing, .. } => write!(
                f,
                "the inbox's storage is damaged or another program's, as was found while {doing}; keep a copy, and bring it back from a backup"
            ),
            Kind::Newer { found, known } => write!(
                f,
                "the inbox has schema version {found}, and this program knows {known}; install the later version that wrote it"
            ),
            Kind::Seal { doing, .. } => {
                write!(f, "the inbox's seal failed while {doing}; check the seal's key")
            }
            Kind::Overtaken(id) => write!(
                f,
                "the claim on the event {id} is over, and somebody else has it; give a longer lease if handlers need it"
            ),
            Kind::NotDead(id) => write!(f, "there is no dead event {id}; list the dead ones"),
            Kind::StillUnreadable(id) => write!(
                f,
                "the event {id} can still not be read or placed; install a version that reads it, or see to it by hand and acknowledge it"
            ),
            Kind::Booking(_) => f.write_str("the booking failed, and the inbox's transaction was taken back"),
            Kind::Setting(problem) => f.write_str(problem),
            Kind::Closed => f.write_str("the inbox is closed; open it anew"),
        }
    }
}

impl StdError for InboxError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.0 {
            Kind::Storage { source, .. }
            | Kind::Damaged { source, .. }
            | Kind::Seal { source, .. }
            | Kind::Booking(source) => Some(&**source),
            Kind::Busy { .. }
            | Kind::Newer { .. }
            | Kind::Overtaken(_)
            | Kind::NotDead(_)
            | Kind::StillUnreadable(_)
            | Kind::Setting(_)
            | Kind::Closed => None,
        }
    }
}

#[derive(Debug)]
enum Kind {
    Storage { doing: &'static str, source: BoxError },
    Busy { doing: &'static str },
    Damaged { doing: &'static str, source: BoxError },
    Newer { found: i64, known: i64 },
    Seal { doing: &'static str, source: BoxError },
    Overtaken(DeliveryId),
    NotDead(DeliveryId),
    StillUnreadable(DeliveryId),
    Booking(BoxError),
    Setting(&'static str),
    Closed,
}
