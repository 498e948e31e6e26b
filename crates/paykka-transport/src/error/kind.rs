//! The kinds of errors, with their words.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::{HeaderName, StatusCode};

use crate::RawAnswer;

pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

#[derive(Debug)]
pub(super) enum Kind {
    Config { what: Cow<'static, str>, fix: &'static str, source: Option<BoxError> },
    Sign { source: paykka_sign::Error },
    Connect { target: String, source: BoxError },
    Certificate { target: String, source: BoxError },
    Proxy { proxy: String, source: BoxError },
    Unsent { source: BoxError },
    HeldBack { source: BoxError },
    RequestTooLarge { limit: u64 },
    Deadline { which: Ended, after: Duration, is_away: bool },
    Interrupted { source: BoxError },
    TooLarge { limit: u64 },
    Unsigned { raw: RawAnswer, seen: Unsigned },
    Refused { reason: paykka_sign::Error, raw: RawAnswer },
    Encoded { raw: RawAnswer },
    SignedTwice { raw: RawAnswer },
    Repeated { raw: RawAnswer },
}

/// Which deadline ended a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Ended {
    Operation,
    Attempt,
}

/// What an unsigned answer shows all the same, as hints for people.
#[derive(Debug, Default)]
pub(crate) struct Unsigned {
    /// Headers whose value reads as a signature.
    pub(crate) candidates: Vec<HeaderName>,
    /// How far the answer's `Date` is from the clock here, where that is further than the window.
    pub(crate) clock_off: Option<Duration>,
}

impl Kind {
    pub(super) const fn word(&self) -> &'static str {
        match self {
            Self::Config { .. } => "config",
            Self::Sign { .. } => "signing",
            Self::Connect { .. } => "connect",
            Self::Certificate { .. } => "certificate",
            Self::Proxy { .. } => "proxy",
            Self::Unsent { .. } => "unsent",
            Self::HeldBack { .. } => "held_back",
            Self::Deadline { which: Ended::Operation, .. } => "operation_deadline",
            Self::Deadline { which: Ended::Attempt, .. } => "attempt_deadline",
            Self::Interrupted { .. } => "interrupted",
            Self::TooLarge { .. } | Self::RequestTooLarge { .. } => "too_large",
            Self::Unsigned { .. } => "unsigned",
            Self::Refused { .. } | Self::Encoded { .. } | Self::SignedTwice { .. } => "unverifiable",
            Self::Repeated { .. } => "repeated",
        }
    }

    pub(super) fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match self {
            Self::Config { source, .. } => source.as_deref().map(|source| source as _),
            Self::Sign { source } | Self::Refused { reason: source, .. } => Some(source),
            Self::Connect { source, .. }
            | Self::Certificate { source, .. }
            | Self::Proxy { source, .. }
            | Self::Unsent { source }
            | Self::HeldBack { source }
            | Self::Interrupted { source } => Some(&**source),
            Self::Deadline { .. }
            | Self::RequestTooLarge { .. }
            | Self::TooLarge { .. }
            | Self::Unsigned { .. }
            | Self::SignedTwice { .. }
            | Self::Encoded { .. }
            | Self::Repeated { .. } => None,
        }
    }
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Config { what, fix, .. } => write!(f, "{what}; {fix}"),
            Self::Sign { .. } => f.write_str("the request can't be signed"),
            Self::Connect { target, .. } => {
                write!(
                    f,
                    "can't connect to {target}; check host and port, and that a firewall or proxy lets it through"
                )
            }
            Self::Certificate { target, .. } => write!(
                f,
                "the TLS certificate of {target} can't be verified; if it is signed by a CA of your own, add that to the roots, else it is expired, of another name, or not genuine"
            ),
            Self::Proxy { proxy, .. } => write!(
                f,
                "the proxy {proxy} opens no way to the platform; check its address, user and password, and that it lets the host through"
            ),
            Self::Unsent { .. } => f.write_str("the request wasn't sent"),
            Self::HeldBack { .. } => f.write_str("the request was held back before its first byte"),
            Self::RequestTooLarge { limit } => {
                write!(f, "the request is larger than the limit of {limit} bytes; nothing was sent")
            }
            Self::Deadline { which, after, is_away } => {
                let which = match which {
                    Ended::Operation => "operation",
                    Ended::Attempt => "attempt",
                };
                write!(f, "no whole answer came within the {which}'s deadline of {after:?}")?;
                if *is_away { Ok(()) } else { f.write_str("; nothing had been sent") }
            }
            Self::Interrupted { .. } => f.write_str("the connection broke before the whole answer was there"),
            Self::TooLarge { limit } => write!(f, "the answer is larger than the limit of {limit} bytes"),
            Self::Unsigned { raw, seen } => unsigned(f, raw.status, seen),
            Self::SignedTwice { raw } => write!(
                f,
                "the answer (status {}) carries two signatures; look for a proxy that adds headers",
                raw.status.as_u16()
            ),
            Self::Refused { reason, raw } if reason.is_signature() => write!(
                f,
                "the signature of the answer (status {}) is wrong; nothing of it may be used",
                raw.status.as_u16()
            ),
            Self::Refused { raw, .. } => {
                write!(
                    f,
                    "the answer (status {}) can't be verified; nothing of it may be used",
                    raw.status.as_u16()
                )
            }
            Self::Encoded { raw } => write!(
                f,
                "the answer (status {}) has a Content-Encoding, so its signed bytes are gone; switch off compression in the proxy between",
                raw.status.as_u16()
            ),
            Self::Repeated { raw } => write!(
                f,
                "the answer (status {}) is genuine and was received before: somebody replays it; nothing of it may be used",
                raw.status.as_u16()
            ),
        }
    }
}

fn unsigned(f: &mut fmt::Formatter<'_>, status: StatusCode, seen: &Unsigned) -> fmt::Result {
    if status == StatusCode::UNAUTHORIZED {
        f.write_str(
            "the answer is a 401 without a signature: our own signature was probably refused; check key id, private key, clock and merchant number",
        )?;
    } else {
        write!(
            f,
            "the answer (status {}) carries no signature and proves nothing; a proxy or a wrong path may have answered",
            status.as_u16()
        )?;
    }
    if let Some(off) = seen.clock_off {
        write!(
            f,
            "; its Date is {} s away from the clock here, so check this machine's clock first",
            off.as_secs()
        )?;
    }
    let names: Vec<&str> = seen.candidates.iter().map(HeaderName::as_str).collect();
    if names.is_empty() {
        return Ok(());
    }
    write!(
        f,
        "; these headers look like a signature, and one of them may be the response header to set: {}",
        names.join(", ")
    )
}
