//! Why a notification was refused. The sender learns only a status; this is for the operator.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;
use paykka_sign::Verified;

use crate::verifier::escaped_key_id;
use crate::{RawNotification, Reason};

/// A notification that is not accepted. Nothing of it was handed to anybody.
///
/// [`reason`](Self::reason) is for counters and logs and says in its docs what to do; `Display` says it without body and
/// headers.
#[derive(Debug)]
pub struct Rejection(Box<Inner>);

/// A notification that is genuine and ours, and was signed longer ago than the tolerance: a replay, a platform that came
/// late, or a wrong clock here.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Late {
    /// By how much it is older than allowed.
    pub by: Duration,
    /// The notification.
    pub raw: Verified<RawNotification>,
}

#[derive(Debug)]
struct Inner {
    reason: Reason,
    header: Option<&'static str>,
    key_id: Option<String>,
    late: Option<Late>,
    source: Option<paykka_sign::Error>,
}

impl Rejection {
    /// Why.
    #[must_use]
    pub fn reason(&self) -> Reason {
        self.0.reason
    }

    /// The status that the sender gets.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        self.0.reason.status()
    }

    /// The key id that the header names, if it could be read. Nobody vouches for it, so it is escaped: visible ASCII.
    #[must_use]
    pub fn key_id(&self) -> Option<&str> {
        self.0.key_id.as_deref()
    }

    /// By how much a genuine notification is too old.
    #[must_use]
    pub fn late_by(&self) -> Option<Duration> {
        self.0.late.as_ref().map(|late| late.by)
    }

    /// The notification, where lateness alone speaks against it, for those who keep it all the same.
    #[must_use]
    pub fn into_late(self) -> Option<Late> {
        self.0.late
    }

    pub(crate) fn of(reason: Reason) -> Self {
        Self(Box::new(Inner { reason, header: None, key_id: None, late: None, source: None }))
    }

    pub(crate) fn header(name: &'static str) -> Self {
        let mut rejection = Self::of(Reason::Header);
        rejection.0.header = Some(name);
        rejection
    }

    pub(crate) fn clock(error: paykka_sign::Error) -> Self {
        Self::caused(Reason::Clock, error)
    }

    pub(crate) fn sign(error: paykka_sign::Error) -> Self {
        let reason = match error.code() {
            "unknown-key" => Reason::UnknownKey,
            "signature" => Reason::Signature,
            "early" => Reason::Early,
            "late" => Reason::Late,
            _ => Reason::Header,
        };
        Self::caused(reason, error)
    }

    pub(crate) fn late(late: Late, error: paykka_sign::Error) -> Self {
        let mut rejection = Self::caused(Reason::Late, error);
        rejection.0.late = Some(late);
        rejection
    }

    pub(crate) fn with_key_id(mut self, authorization: &[u8]) -> Self {
        self.0.key_id = escaped_key_id(authorization);
        self
    }

    fn caused(reason: Reason, error: paykka_sign::Error) -> Self {
        let mut rejection = Self::of(reason);
        rejection.0.source = Some(error);
        rejection
    }
}

impl fmt::Display for Rejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let text = match (self.0.reason, self.0.header) {
            (Reason::Header, Some(name)) => {
                return write!(f, "the header {name} must be there once, as visible ASCII");
            }
            (Reason::Header, None) => "the notification's signature header can't be used",
            (Reason::Encoded, _) => {
                "the body has a Content-Encoding; switch off compression in the proxy between"
            }
            (Reason::TooLarge, _) => "the body is larger than 1 MiB",
            (Reason::OwnKey, _) => {
                "the key ring holds our own public key, so nothing is accepted; install the platform's key"
            }
            (Reason::ForeignMerchant, _) => {
                "the notification is genuine and for another merchant; if the number is yours, add it to the verifier"
            }
            (Reason::Unattributed, _) => {
                "the notification is genuine, names no merchant, and may be about money; ask the platform why"
            }
            (Reason::Late | Reason::Early, _) => "the notification is genuine, and its time isn't now",
            (Reason::Clock, _) => "this machine's clock can't be used; set it",
            _ => "the notification can't be verified",
        };
        f.write_str(text)
    }
}

impl StdError for Rejection {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_ref().map(|error| error as _)
    }
}
