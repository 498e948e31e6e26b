//! The crate's one error: what happened on the way, whether the platform may have acted, and what to do.

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use crate::RawAnswer;

/// Why a call has no verified answer.
///
/// `Display` names the thing and the fix, without bodies and headers; `source()` holds the cause.
#[derive(Debug)]
pub struct Error(Box<Kind>);

impl Error {
    /// A setting or a part of the request can't be used; nothing was sent.
    ///
    /// What to do: correct what the message names.
    #[must_use]
    pub fn is_config(&self) -> bool {
        matches!(*self.0, Kind::Config { .. } | Kind::Sign { .. })
    }

    /// No connection was made; nothing was sent.
    ///
    /// What to do: check host, port, DNS, firewall and proxy. It is safe to call again.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(*self.0, Kind::Connect { .. } | Kind::Certificate { .. })
    }

    /// The server's TLS certificate isn't trusted; nothing was sent.
    ///
    /// What to do: if the server is the right one, give its CA with [`Roots`](crate::Roots). There is no switch that
    /// accepts it unseen.
    #[must_use]
    pub fn is_certificate(&self) -> bool {
        matches!(*self.0, Kind::Certificate { .. })
    }

    /// The deadline passed before the whole answer was there. The platform may have acted.
    ///
    /// What to do: look the object up before you send anything again.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(*self.0, Kind::Deadline { .. })
    }

    /// The connection broke after the request had begun, or the answer was cut off. The platform may have acted.
    ///
    /// What to do: look the object up before you send anything again.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(*self.0, Kind::Interrupted { .. })
    }

    /// The answer is larger than the limit. The platform has probably acted.
    ///
    /// What to do: raise the limit if such answers are expected, and look the object up.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(*self.0, Kind::TooLarge { .. })
    }

    /// The answer carries no signature, so it proves nothing; see [`raw`](Self::raw).
    ///
    /// What to do: a 401 usually says that our own signature was refused; anything else usually comes from a proxy or
    /// a wrong path. Look the object up.
    #[must_use]
    pub fn is_unsigned(&self) -> bool {
        matches!(*self.0, Kind::Unsigned { .. })
    }

    /// The answer's signature is there and wrong: bytes, key or path don't belong together.
    ///
    /// What to do: treat it as an attack or a broken proxy until you know better; use nothing of the answer.
    #[must_use]
    pub fn is_signature(&self) -> bool {
        matches!(&*self.0, Kind::Refused { reason, .. } if reason.is_signature())
    }

    /// The answer can't be verified for whatever reason: wrong signature, unknown key id, malformed or doubled
    /// header, outside the clock window, or content-encoded. [`is_signature`](Self::is_signature) is the gravest of them.
    ///
    /// What to do: follow the message of `source()`.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(*self.0, Kind::Refused { .. } | Kind::Encoded { .. } | Kind::SignedTwice { .. })
    }

    /// Whether the platform may have carried the request out. `false` only where no byte of it left this machine.
    #[must_use]
    pub fn may_have_been_executed(&self) -> bool {
        !(self.is_config() || self.is_connect())
    }

    /// The answer that was not verified, where one came. Don't decide anything by it.
    #[must_use]
    pub fn raw(&self) -> Option<&RawAnswer> {
        match &*self.0 {
            Kind::Unsigned { raw }
            | Kind::Refused { raw, .. }
            | Kind::Encoded { raw }
            | Kind::SignedTwice { raw } => Some(raw),
            Kind::Config { .. }
            | Kind::Sign { .. }
            | Kind::Connect { .. }
            | Kind::Certificate { .. }
            | Kind::Deadline { .. }
            | Kind::Interrupted { .. }
            | Kind::TooLarge { .. } => None,
        }
    }

    pub(crate) fn config(what: &'static str, fix: &'static str) -> Self {
        Self(Box::new(Kind::Config { what, fix, source: None }))
    }

    pub(crate) fn config_because(what: &'static str, fix: &'static str, source: impl Into<BoxError>) -> Self {
        Self(Box::new(Kind::Config { what, fix, source: Some(source.into()) }))
    }

    pub(crate) fn sign(source: paykka_sign::Error) -> Self {
        Self(Box::new(Kind::Sign { source }))
    }

    pub(crate) fn connect(target: String, source: impl Into<BoxError>) -> Self {
        Self(Box::new(Kind::Connect { target, source: source.into() }))
    }

    pub(crate) fn certificate(target: String, source: impl Into<BoxError>) -> Self {
        Self(Box::new(Kind::Certificate { target, source: source.into() }))
    }

    pub(crate) fn deadline(after: Duration) -> Self {
        Self(Box::new(Kind::Deadline { after }))
    }

    pub(crate) fn interrupted(source: impl Into<BoxError>) -> Self {
        Self(Box::new(Kind::Interrupted { source: source.into() }))
    }

    pub(crate) fn too_large(limit: usize) -> Self {
        Self(Box::new(Kind::TooLarge { limit }))
    }

    pub(crate) fn unsigned(raw: RawAnswer) -> Self {
        Self(Box::new(Kind::Unsigned { raw }))
    }

    pub(crate) fn refused(reason: paykka_sign::Error, raw: RawAnswer) -> Self {
        Self(Box::new(Kind::Refused { reason, raw }))
    }

    pub(crate) fn encoded(raw: RawAnswer) -> Self {
        Self(Box::new(Kind::Encoded { raw }))
    }

    pub(crate) fn signed_twice(raw: RawAnswer) -> Self {
        Self(Box::new(Kind::SignedTwice { raw }))
    }

    pub(crate) fn own_key() -> Self {
        Self::config(
            "the platform's key ring holds our own public key, so our own request, sent back, would pass for an answer",
            "install the platform's public key; two files were probably mixed up",
        )
    }

    /// What a service below failed with: ours as it is, anything else as a broken connection.
    pub(crate) fn from_below(error: impl Into<BoxError>) -> Self {
        error.into().downcast::<Self>().map_or_else(Self::interrupted, |ours| *ours)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Config { what, fix, .. } => write!(f, "{what}; {fix}"),
            Kind::Sign { .. } => f.write_str("the request can't be signed"),
            Kind::Connect { target, .. } => {
                write!(f, "can't connect to {target}; check host and port, and that a firewall or proxy lets it through")
            }
            Kind::Certificate { target, .. } => write!(
                f,
                "the TLS certificate of {target} can't be verified; if it is signed by a CA of your own, add that to the roots, else it is expired, of another name, or not genuine"
            ),
            Kind::Deadline { after } => write!(f, "no whole answer came within {after:?}"),
            Kind::Interrupted { .. } => f.write_str("the connection broke before the whole answer was there"),
            Kind::TooLarge { limit } => write!(f, "the answer is larger than the limit of {limit} bytes"),
            Kind::Unsigned { raw } if raw.status == StatusCode::UNAUTHORIZED => f.write_str(
                "the answer is a 401 without a signature: our own signature was probably refused; check key id, private key, clock and merchant number",
            ),
            Kind::Unsigned { raw } => write!(
                f,
                "the answer (status {}) carries no signature and proves nothing; a proxy or a wrong path may have answered",
                raw.status.as_u16()
            ),
            Kind::SignedTwice { raw } => write!(
                f,
                "the answer (status {}) carries two signatures; look for a proxy that adds headers",
                raw.status.as_u16()
            ),
            Kind::Refused { reason, raw } if reason.is_signature() => write!(
                f,
                "the signature of the answer (status {}) is wrong; nothing of it may be used",
                raw.status.as_u16()
            ),
            Kind::Refused { raw, .. } => {
                write!(f, "the answer (status {}) can't be verified; nothing of it may be used", raw.status.as_u16())
            }
            Kind::Encoded { raw } => write!(
                f,
                "the answer (status {}) has a Content-Encoding, so its signed bytes are gone; switch off compression in the proxy between",
                raw.status.as_u16()
            ),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.0 {
            Kind::Config { source, .. } => source.as_deref().map(|source| source as _),
            Kind::Sign { source } | Kind::Refused { reason: source, .. } => Some(source),
            Kind::Connect { source, .. }
            | Kind::Certificate { source, .. }
            | Kind::Interrupted { source } => Some(&**source),
            Kind::Deadline { .. }
            | Kind::TooLarge { .. }
            | Kind::Unsigned { .. }
            | Kind::SignedTwice { .. }
            | Kind::Encoded { .. } => None,
        }
    }
}

pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

#[derive(Debug)]
enum Kind {
    Config { what: &'static str, fix: &'static str, source: Option<BoxError> },
    Sign { source: paykka_sign::Error },
    Connect { target: String, source: BoxError },
    Certificate { target: String, source: BoxError },
    Deadline { after: Duration },
    Interrupted { source: BoxError },
    TooLarge { limit: usize },
    Unsigned { raw: RawAnswer },
    Refused { reason: paykka_sign::Error, raw: RawAnswer },
    Encoded { raw: RawAnswer },
    SignedTwice { raw: RawAnswer },
}
