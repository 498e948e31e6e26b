//! Why a money call has no outcome to hand over.

use std::error::Error as StdError;
use std::fmt;

use super::{Resume, StillUnknown};
use crate::journal::{ClaimId, JournalError};

/// Why a money call has no outcome to hand over.
///
/// `Display` names the thing and the fix, without bodies, headers or the platform's own texts.
#[derive(Debug)]
pub struct MoneyError(Box<Kind>);

impl MoneyError {
    /// Whether the platform may have done what was asked, or may still do it.
    ///
    /// What to do: call again with the same key and request, or `recover`. Don't take another key.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        matches!(&*self.0, Kind::StillUnknown(_) | Kind::Journal { unknown: true, .. })
    }

    /// What is known of a call whose outcome isn't.
    #[must_use]
    pub fn still_unknown(&self) -> Option<&StillUnknown> {
        match &*self.0 {
            Kind::StillUnknown(known) => Some(known),
            _ => None,
        }
    }

    /// No answer was verified yet under this client's settings, so no money moves; nothing was sent.
    ///
    /// What to do: call `prove`, and see to it that its `reads` is true.
    #[must_use]
    pub fn is_unproven(&self) -> bool {
        matches!(*self.0, Kind::Unproven)
    }

    /// The call would pass a ceiling; nothing was sent.
    ///
    /// What to do: look whether the call is meant, then raise the ceiling.
    #[must_use]
    pub fn is_above_ceiling(&self) -> bool {
        matches!(*self.0, Kind::Ceiling { .. })
    }

    /// A setting or the request can't be used; nothing was sent.
    ///
    /// What to do: correct what the message or `source()` names.
    #[must_use]
    pub fn is_config(&self) -> bool {
        matches!(*self.0, Kind::Config { .. } | Kind::Invalid { .. })
    }

    /// The quote isn't open, or the receipt isn't waiting to be related; nothing was sent.
    ///
    /// What to do: look at the object. For another exchange ask for another quote.
    #[must_use]
    pub fn is_not_open(&self) -> bool {
        matches!(*self.0, Kind::NotOpen { .. })
    }

    /// How the object stood couldn't be read and recorded before the call; nothing was sent.
    ///
    /// What to do: see `source()`; call again.
    #[must_use]
    pub fn is_unread(&self) -> bool {
        matches!(*self.0, Kind::Unread { .. })
    }

    /// The call may still be on its way, so nobody can vouch for what became of it; nothing was changed.
    ///
    /// What to do: call [`put_away`](super::Money::put_away) again when Q has passed since its last attempt.
    #[must_use]
    pub fn is_under_way(&self) -> bool {
        match &*self.0 {
            Kind::UnderWay { .. } => true,
            Kind::Journal { source, .. } => source.is_in_hand(),
            _ => false,
        }
    }

    /// The journal's finding: another body, in somebody else's hand, acknowledged, closed.
    #[must_use]
    pub fn journal(&self) -> Option<&JournalError> {
        match &*self.0 {
            Kind::Journal { source, .. } => Some(source),
            _ => None,
        }
    }

    pub(super) fn config(what: &'static str, fix: &'static str) -> Self {
        Self(Box::new(Kind::Config { what, fix }))
    }

    pub(super) fn invalid(
        operation: &'static str,
        source: impl Into<Box<dyn StdError + Send + Sync>>,
    ) -> Self {
        Self(Box::new(Kind::Invalid { operation, source: source.into() }))
    }

    pub(super) fn unproven() -> Self {
        Self(Box::new(Kind::Unproven))
    }

    pub(super) fn ceiling(currency: &str, of: &'static str) -> Self {
        Self(Box::new(Kind::Ceiling { currency: currency.to_owned(), of }))
    }

    pub(super) fn not_open(operation: &'static str) -> Self {
        Self(Box::new(Kind::NotOpen { operation }))
    }

    pub(super) fn unread(operation: &'static str, source: Option<paykka_transport::Error>) -> Self {
        Self(Box::new(Kind::Unread { operation, source }))
    }

    pub(super) fn under_way(id: ClaimId) -> Self {
        Self(Box::new(Kind::UnderWay { id }))
    }

    pub(super) fn still_unknown_yet(known: StillUnknown) -> Self {
        Self(Box::new(Kind::StillUnknown(known)))
    }

    /// The journal failed after something had left.
    pub(super) fn unrecorded(source: JournalError) -> Self {
        Self(Box::new(Kind::Journal { source, unknown: true }))
    }
}

/// The journal failed before anything left.
impl From<JournalError> for MoneyError {
    fn from(source: JournalError) -> Self {
        Self(Box::new(Kind::Journal { source, unknown: false }))
    }
}

impl fmt::Display for MoneyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Config { what, fix } => write!(f, "{what}; {fix}"),
            Kind::Invalid { operation, source } => {
                write!(f, "{operation}: the request can't be used: {source}")
            }
            Kind::Unproven => f.write_str(
                "no answer was verified yet under these settings, so no money is moved; call `prove` first",
            ),
            Kind::Ceiling { currency, of } => write!(
                f,
                "the call would pass the ceiling for {of} in {currency}; nothing was sent; raise the ceiling if it is meant"
            ),
            Kind::NotOpen { operation } => write!(
                f,
                "{operation}: the object isn't open for it (any more); nothing was sent; look at its state"
            ),
            Kind::Unread { operation, .. } => write!(
                f,
                "{operation}: how the object stands couldn't be read beforehand; nothing was sent; call again"
            ),
            Kind::UnderWay { id } => write!(
                f,
                "{id}: it may still be on its way; put it away when Q has passed since its last attempt"
            ),
            Kind::StillUnknown(known) => {
                let (key, attempts) = (&known.key, known.attempts);
                write!(f, "{key}: after {attempts} attempts it isn't known what became of it")?;
                if let Some(refusal) = &known.refusal {
                    let code = refusal.error.ret_code.as_str().escape_default();
                    write!(f, " (its refusal, {code}, may say no more than that it had been made before)")?;
                }
                let first = match known.resume {
                    Resume::AskAgain => "",
                    Resume::ProveThenAsk => "call `prove`, then ",
                };
                write!(f, "; {first}ask again by the same key, and take no other")
            }
            Kind::Journal { source, unknown: false } => source.fmt(f),
            Kind::Journal { source, unknown: true } => {
                write!(
                    f,
                    "{source}; something had been sent, so its outcome is unknown until `recover` finds it out"
                )
            }
        }
    }
}

impl StdError for MoneyError {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.0 {
            // Their own words stand in ours already.
            Kind::Invalid { source, .. } => source.source(),
            Kind::Journal { source, .. } => source.source(),
            Kind::Unread { source, .. } => source.as_ref().map(|source| source as _),
            _ => None,
        }
    }
}

#[derive(Debug)]
enum Kind {
    Config { what: &'static str, fix: &'static str },
    Invalid { operation: &'static str, source: Box<dyn StdError + Send + Sync> },
    Unproven,
    Ceiling { currency: String, of: &'static str },
    NotOpen { operation: &'static str },
    Unread { operation: &'static str, source: Option<paykka_transport::Error> },
    UnderWay { id: ClaimId },
    StillUnknown(StillUnknown),
    Journal { source: JournalError, unknown: bool },
}
