//! Why a journal didn't do what it was asked, and what to do; nothing about money is sent after any of these.

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;

use super::ClaimId;

/// Why a journal didn't do what it was asked.
///
/// `Display` names the file, place or key and the fix, and holds no body.
#[derive(Debug)]
pub struct JournalError(Box<Kind>);

impl JournalError {
    /// The key is claimed for another body; nothing was sent.
    ///
    /// What to do: take a new key for a new payment, or give the body that was claimed.
    #[must_use]
    pub fn is_other_body(&self) -> bool {
        matches!(*self.0, Kind::OtherBody(_))
    }

    /// Somebody else is at work on the claim.
    ///
    /// What to do: wait for that one's result.
    #[must_use]
    pub fn is_in_hand(&self) -> bool {
        matches!(*self.0, Kind::InHand(_))
    }

    /// The claim's result was acknowledged; the key stays taken.
    ///
    /// What to do: take a new key for a new payment.
    #[must_use]
    pub fn is_acknowledged(&self) -> bool {
        matches!(*self.0, Kind::Acknowledged(_))
    }

    /// The claim has no result yet, so there is nothing to acknowledge; or there is no such claim.
    ///
    /// What to do: call `recover` until it has one.
    #[must_use]
    pub fn is_without_result(&self) -> bool {
        matches!(*self.0, Kind::WithoutResult(_))
    }

    /// The hold is older than another one of the same claim.
    ///
    /// What to do: nothing; whoever took the claim goes on with it.
    #[must_use]
    pub fn is_overtaken(&self) -> bool {
        matches!(*self.0, Kind::Overtaken(_))
    }

    /// Another process has the journal open; the message names it.
    ///
    /// What to do: end that process, or give this one a journal of its own.
    #[must_use]
    pub fn is_owned(&self) -> bool {
        matches!(*self.0, Kind::Owned { .. })
    }

    /// The journal's file is damaged; the message names the place.
    ///
    /// What to do: take a copy of the file, and bring it back from a backup or find out by the platform's records what became
    /// of what stood behind the place. Don't start with an empty one: what it forgot would be paid again.
    #[must_use]
    pub fn is_damaged(&self) -> bool {
        matches!(*self.0, Kind::Damaged { .. })
    }

    /// A write failed before, and nothing more is written.
    ///
    /// What to do: look after the storage (space, permissions, hardware), then open the journal anew.
    #[must_use]
    pub fn is_closed(&self) -> bool {
        matches!(*self.0, Kind::Closed { .. } | Kind::Storage { .. })
    }

    /// The business key can't be used.
    ///
    /// What to do: give 1..200 bytes without control characters.
    #[must_use]
    pub fn is_key(&self) -> bool {
        matches!(*self.0, Kind::Key)
    }

    /// For a journal of your own: storage failed, and nothing more may be written.
    #[must_use]
    pub fn storage(doing: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self(Box::new(Kind::Storage { doing, source: source.into() }))
    }

    /// For a journal of your own: see [`is_other_body`](Self::is_other_body).
    #[must_use]
    pub fn other_body(id: ClaimId) -> Self {
        Self(Box::new(Kind::OtherBody(id)))
    }

    /// For a journal of your own: see [`is_in_hand`](Self::is_in_hand).
    #[must_use]
    pub fn in_hand(id: ClaimId) -> Self {
        Self(Box::new(Kind::InHand(id)))
    }

    /// For a journal of your own: see [`is_acknowledged`](Self::is_acknowledged).
    #[must_use]
    pub fn acknowledged(id: ClaimId) -> Self {
        Self(Box::new(Kind::Acknowledged(id)))
    }

    /// For a journal of your own: see [`is_without_result`](Self::is_without_result).
    #[must_use]
    pub fn without_result(id: ClaimId) -> Self {
        Self(Box::new(Kind::WithoutResult(id)))
    }

    /// For a journal of your own: see [`is_overtaken`](Self::is_overtaken).
    #[must_use]
    pub fn overtaken(id: ClaimId) -> Self {
        Self(Box::new(Kind::Overtaken(id)))
    }

    pub(super) fn owned(path: PathBuf, holder: String) -> Self {
        Self(Box::new(Kind::Owned { path, holder }))
    }

    pub(super) fn damaged(offset: usize, what: &'static str) -> Self {
        Self(Box::new(Kind::Damaged { offset, what }))
    }

    pub(super) fn seal(doing: &'static str, source: Box<dyn StdError + Send + Sync>) -> Self {
        Self(Box::new(Kind::Seal { doing, source }))
    }

    pub(super) fn closed(because: &str) -> Self {
        Self(Box::new(Kind::Closed { because: because.to_owned() }))
    }

    pub(super) fn key() -> Self {
        Self(Box::new(Kind::Key))
    }
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::OtherBody(id) => write!(
                f,
                "{id} is claimed for another body; take a new key for a new payment, or give the body that was claimed"
            ),
            Kind::InHand(id) => write!(f, "{id} is in somebody else's hand; wait for that one's result"),
            Kind::Acknowledged(id) => {
                write!(f, "{id} was made and its result acknowledged; take a new key for a new payment")
            }
            Kind::WithoutResult(id) => {
                write!(f, "{id} has no result to acknowledge; call `recover` until it has one")
            }
            Kind::Overtaken(id) => write!(f, "{id} was taken by somebody else, who goes on with it"),
            Kind::Owned { path, holder } => write!(
                f,
                "the journal `{}` is open in another process ({holder}); end that one, or give this one a journal of its own",
                path.display()
            ),
            Kind::Damaged { offset, what } => write!(
                f,
                "the journal is damaged at byte {offset}: {what}; keep a copy, bring it back from a backup, and don't start with an empty one"
            ),
            Kind::Seal { doing, .. } => {
                write!(f, "the journal's seal failed while {doing}; check the seal's key")
            }
            Kind::Storage { doing, .. } => write!(
                f,
                "the journal failed while {doing}, and is closed; look after its storage, then open it anew"
            ),
            Kind::Closed { because } => write!(
                f,
                "the journal is closed since it failed while {because}; look after its storage, then open it anew"
            ),
            Kind::Key => f.write_str("the key can't be used; give 1 to 200 bytes without control characters"),
        }
    }
}

impl StdError for JournalError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.0 {
            Kind::Storage { source, .. } | Kind::Seal { source, .. } => Some(&**source),
            _ => None,
        }
    }
}

#[derive(Debug)]
enum Kind {
    OtherBody(ClaimId),
    InHand(ClaimId),
    Acknowledged(ClaimId),
    WithoutResult(ClaimId),
    Overtaken(ClaimId),
    Owned { path: PathBuf, holder: String },
    Damaged { offset: usize, what: &'static str },
    Seal { doing: &'static str, source: Box<dyn StdError + Send + Sync> },
    Storage { doing: &'static str, source: Box<dyn StdError + Send + Sync> },
    Closed { because: String },
    Key,
}
