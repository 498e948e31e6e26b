//! The crate's one error. It is opaque so that new reasons can be told apart without breaking callers; it says
//! what was wrong and what to do, and never holds key text, a body or a whole header.

use std::borrow::Cow;
use std::error::Error as StdError;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

/// Why a key, a field, a header or a signature was refused.
///
/// [`code`](Self::code) is stable text for machines, `Display` is for people, and the predicates group the reasons
/// by what the caller does next.
#[derive(Debug, Clone)]
pub struct Error(Kind);

impl Error {
    /// A key could not be used: wrong form, wrong algorithm, wrong size, or it failed its trial signature.
    ///
    /// What to do: follow the message; it names what was found and which form is wanted.
    #[must_use]
    pub const fn is_key(&self) -> bool {
        matches!(self.0, Kind::Key { .. })
    }

    /// A field of the message (path, timestamp, nonce, merchant, key id) may not be signed or accepted.
    ///
    /// What to do: when signing, correct the field that the message names. When verifying, refuse the message:
    /// such fields let one signature stand for two different messages.
    #[must_use]
    pub const fn is_field(&self) -> bool {
        matches!(self.0, Kind::Field { .. })
    }

    /// The `Authorization` value isn't the documented object: not percent-encoded, not JSON, a key missing or
    /// twice, an unknown `sign_type`, a signature that isn't Base64.
    ///
    /// What to do: refuse the message; compare its header with the form in this crate's docs.
    #[must_use]
    pub const fn is_header(&self) -> bool {
        matches!(self.0, Kind::Header { .. })
    }

    /// The header names a key id that the ring doesn't hold. No other key was tried.
    ///
    /// What to do: install the key that belongs to this id, or correct the id under which it was installed.
    #[must_use]
    pub const fn is_unknown_key(&self) -> bool {
        matches!(self.0, Kind::UnknownKey { .. })
    }

    /// The signature doesn't belong to these bytes under this key.
    ///
    /// What to do: don't use the message. If it should be genuine, look for a body that was re-serialised, a path
    /// that a proxy rewrote, another merchant number, or the wrong one of two keys.
    #[must_use]
    pub const fn is_signature(&self) -> bool {
        matches!(self.0, Kind::Signature)
    }

    /// The signature is genuine, but its time lies outside the window, before or after.
    ///
    /// What to do: check this machine's clock; if it is right, the message is an old one or a replay.
    #[must_use]
    pub const fn is_outside_window(&self) -> bool {
        matches!(self.0, Kind::Early { .. } | Kind::Late { .. })
    }

    /// How far outside the window the signed time lies, where that is the reason: before it or after, see
    /// [`code`](Self::code).
    #[must_use]
    pub const fn beyond_window(&self) -> Option<Duration> {
        match self.0 {
            Kind::Early { by_millis } | Kind::Late { by_millis } => Some(Duration::from_millis(by_millis)),
            _ => None,
        }
    }

    /// The backend could not sign (it had no randomness for blinding).
    ///
    /// What to do: try again; if it stays, the machine's randomness source is broken.
    #[must_use]
    pub const fn is_backend(&self) -> bool {
        matches!(self.0, Kind::Backend)
    }

    /// A [`Signer`](crate::Signer) elsewhere gave no signature, or one that its own public key doesn't verify. Nothing
    /// was sent.
    ///
    /// What to do: see `source()`; for a signature that doesn't verify check which key the signer uses.
    #[must_use]
    pub const fn is_signer(&self) -> bool {
        matches!(self.0, Kind::Signer { .. })
    }

    /// The reason as stable text for machines: `key`, `field`, `header`, `unknown-key`, `signature`, `early`,
    /// `late`, `backend` or `signer`.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.0 {
            Kind::Key { .. } => "key",
            Kind::Field { .. } => "field",
            Kind::Header { .. } => "header",
            Kind::UnknownKey { .. } => "unknown-key",
            Kind::Signature => "signature",
            Kind::Early { .. } => "early",
            Kind::Late { .. } => "late",
            Kind::Backend => "backend",
            Kind::Signer { .. } => "signer",
        }
    }

    pub(crate) const fn key(found: &'static str, fix: &'static str) -> Self {
        Self(Kind::Key { found: Cow::Borrowed(found), fix })
    }

    pub(crate) const fn key_found(found: String, fix: &'static str) -> Self {
        Self(Kind::Key { found: Cow::Owned(found), fix })
    }

    pub(crate) const fn field(field: &'static str, rule: &'static str) -> Self {
        Self(Kind::Field { field, rule })
    }

    pub(crate) const fn header(problem: &'static str) -> Self {
        Self(Kind::Header { problem, key: None })
    }

    pub(crate) const fn header_key(problem: &'static str, key: &'static str) -> Self {
        Self(Kind::Header { problem, key: Some(key) })
    }

    pub(crate) const fn unknown_key(key_id: String) -> Self {
        Self(Kind::UnknownKey { key_id })
    }

    pub(crate) const fn signature() -> Self {
        Self(Kind::Signature)
    }

    pub(crate) const fn early(by_millis: u64) -> Self {
        Self(Kind::Early { by_millis })
    }

    pub(crate) const fn late(by_millis: u64) -> Self {
        Self(Kind::Late { by_millis })
    }

    pub(crate) const fn backend() -> Self {
        Self(Kind::Backend)
    }

    pub(crate) fn signer_failed(source: Box<dyn StdError + Send + Sync>) -> Self {
        Self(Kind::Signer { source: Some(Arc::from(source)) })
    }

    pub(crate) const fn signer_mismatch() -> Self {
        Self(Kind::Signer { source: None })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Key { found, fix } => write!(f, "unusable key: {found}; {fix}"),
            Kind::Field { field, rule } => write!(f, "{field} can't be signed or accepted: it must be {rule}"),
            Kind::Header { problem, key: None } => write!(f, "malformed Authorization header: {problem}"),
            Kind::Header { problem, key: Some(key) } => {
                write!(f, "malformed Authorization header: `{key}` {problem}")
            }
            Kind::UnknownKey { key_id } => {
                write!(f, "no key is known under the id `{}`", key_id.escape_default())?;
                f.write_str("; install the key that belongs to it, or correct the id of the installed one")
            }
            Kind::Signature => f.write_str(
                "the signature is wrong: it doesn't belong to these bytes under this key; don't use the message",
            ),
            Kind::Early { by_millis } => write!(
                f,
                "the message was signed {} s later than the clock here allows; check this machine's clock",
                Seconds(*by_millis)
            ),
            Kind::Late { by_millis } => write!(
                f,
                "the message is {} s older than allowed; check this machine's clock, or it is a replay",
                Seconds(*by_millis)
            ),
            Kind::Backend => f.write_str("the cryptography backend could not sign; try again"),
            Kind::Signer { source: Some(_) } => f.write_str("the signer gave no signature"),
            Kind::Signer { source: None } => f.write_str(
                "the signer's signature doesn't verify with its own public key; it uses another key than it says",
            ),
        }
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &self.0 {
            Kind::Signer { source } => source.as_deref().map(|source| source as _),
            _ => None,
        }
    }
}

#[derive(Debug, Clone)]
enum Kind {
    Key { found: Cow<'static, str>, fix: &'static str },
    Field { field: &'static str, rule: &'static str },
    Header { problem: &'static str, key: Option<&'static str> },
    UnknownKey { key_id: String },
    Signature,
    Early { by_millis: u64 },
    Late { by_millis: u64 },
    Backend,
    Signer { source: Option<Arc<dyn StdError + Send + Sync>> },
}

/// Milliseconds shown as seconds with three decimals, without a float.
struct Seconds(u64);

impl fmt::Display for Seconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{:03}", self.0 / 1000, self.0 % 1000)
    }
}
