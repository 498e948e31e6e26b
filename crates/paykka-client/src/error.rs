//! The crate's one error. Its most important answer is [`Error::outcome_unknown`].

use std::error::Error as StdError;
use std::fmt;
use std::path::PathBuf;

use bytes::Bytes;
use http::StatusCode;
use paykka_model::{ApiError, DecodeError, Effect, OperationInfo, RetCode};
use paykka_transport::Answer;

/// Why a call gave no value.
///
/// `Display` names the operation, the thing and the fix, without bodies, headers or the platform's own texts.
#[derive(Debug)]
pub struct Error(Box<Kind>);

impl Error {
    /// Whether the platform may have done what was asked, or may still do it.
    ///
    /// What to do: ask the inquiry call with the same key until the platform says what became of it, before anything
    /// is sent again. Never `true` for calls that only read.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        match &*self.0 {
            Kind::Config { .. } | Kind::KeyFile { .. } | Kind::Setup { .. } | Kind::Encode { .. } => false,
            Kind::Transport { unknown, .. }
            | Kind::Api { unknown, .. }
            | Kind::Status { unknown, .. }
            | Kind::Unverified { unknown, .. }
            | Kind::Decode { unknown, .. }
            | Kind::OtherObject { unknown, .. } => *unknown,
        }
    }

    /// A setting, a key file or a request of ours can't be used; nothing was sent.
    ///
    /// What to do: correct what the message names.
    #[must_use]
    pub fn is_config(&self) -> bool {
        match &*self.0 {
            Kind::Config { .. } | Kind::KeyFile { .. } | Kind::Setup { .. } | Kind::Encode { .. } => true,
            Kind::Transport { source, .. } => source.is_config(),
            Kind::Api { .. }
            | Kind::Status { .. }
            | Kind::Unverified { .. }
            | Kind::Decode { .. }
            | Kind::OtherObject { .. } => false,
        }
    }

    /// No connection was made; nothing was sent.
    ///
    /// What to do: check host, port, DNS, firewall and proxy. It is safe to call again.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        self.as_transport().is_some_and(paykka_transport::Error::is_connect)
    }

    /// The deadline passed before the whole answer was there.
    ///
    /// What to do: see [`outcome_unknown`](Self::outcome_unknown).
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        self.as_transport().is_some_and(paykka_transport::Error::is_timeout)
    }

    /// The answer's signature is wrong.
    ///
    /// What to do: treat it as an attack or a broken proxy until you know better; use nothing of the answer.
    #[must_use]
    pub fn is_signature(&self) -> bool {
        self.as_transport().is_some_and(paykka_transport::Error::is_signature)
    }

    /// The server's TLS certificate can't be verified; nothing was sent.
    ///
    /// What to do: if it is signed by a CA of your own, give that to [`ClientBuilder::roots`](crate::ClientBuilder::roots).
    #[must_use]
    pub fn is_certificate(&self) -> bool {
        self.as_transport().is_some_and(paykka_transport::Error::is_certificate)
    }

    /// The connection broke before the whole answer was there.
    ///
    /// What to do: see [`outcome_unknown`](Self::outcome_unknown).
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        self.as_transport().is_some_and(paykka_transport::Error::is_interrupted)
    }

    /// The answer carries something in the place of a signature, and it can't be verified: wrong, of an unknown key,
    /// malformed, too old, doubled, or over a body that was re-encoded.
    ///
    /// What to do: follow the message and its `source()`; use nothing of the answer.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.as_transport().is_some_and(paykka_transport::Error::is_refused)
    }

    /// The verified answer speaks of another object than the one that was asked for.
    ///
    /// What to do: take it as no answer at all; ask again.
    #[must_use]
    pub fn is_other_object(&self) -> bool {
        matches!(*self.0, Kind::OtherObject { .. })
    }

    /// The answer carries no signature.
    ///
    /// What to do: look at [`status`](Self::status); anything but 401 usually comes from a proxy or a wrong path.
    #[must_use]
    pub fn is_unsigned(&self) -> bool {
        self.as_transport().is_some_and(paykka_transport::Error::is_unsigned)
    }

    /// The platform refused our own signature (401, D; with `010100` in its body, I) and did nothing (D). Such an answer
    /// probably can't be signed (I), so it is the one that is believed without a signature.
    ///
    /// What to do: check key id, private key, clock and merchant number; the public key must be installed at the
    /// platform.
    #[must_use]
    pub fn is_unauthorised(&self) -> bool {
        self.as_transport().is_some_and(paykka_transport::Error::is_unauthorised)
            || self.ret_code() == Some(&RetCode::SignatureRefused)
    }

    /// The platform knows no such object: verified, 404 and `010002`.
    ///
    /// What to do: check the number. For a payment of unknown outcome, mind that the platform may show it later.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND) && self.ret_code() == Some(&RetCode::NotFound)
    }

    /// The platform's verified failure, with its code and its own words.
    #[must_use]
    pub fn api(&self) -> Option<&ApiError> {
        match &*self.0 {
            Kind::Api { error, .. } => Some(error),
            _ => None,
        }
    }

    /// The code of [`api`](Self::api).
    #[must_use]
    pub fn ret_code(&self) -> Option<&RetCode> {
        self.api().map(|error| &error.ret_code)
    }

    /// The HTTP status of the answer, verified or not, where one came.
    #[must_use]
    pub fn status(&self) -> Option<StatusCode> {
        self.answer()
            .map(Answer::status)
            .or_else(|| self.as_transport().and_then(paykka_transport::Error::raw).map(|raw| raw.status()))
    }

    /// The body of the answer as received, where one came. For people and logs that may hold it.
    #[must_use]
    pub fn raw(&self) -> Option<&Bytes> {
        self.answer()
            .map(Answer::bytes)
            .or_else(|| self.as_transport().and_then(paykka_transport::Error::raw).map(|raw| raw.body()))
    }

    pub(crate) fn config(what: &'static str, fix: &'static str) -> Self {
        Self(Box::new(Kind::Config { what, fix }))
    }

    pub(crate) fn key_file(path: PathBuf, source: impl StdError + Send + Sync + 'static) -> Self {
        Self(Box::new(Kind::KeyFile { path, source: Box::new(source) }))
    }

    pub(crate) fn setup(source: paykka_transport::Error) -> Self {
        Self(Box::new(Kind::Setup { source }))
    }

    pub(crate) fn encode(operation: &'static str, source: serde_json::Error) -> Self {
        Self(Box::new(Kind::Encode { operation, source }))
    }

    pub(crate) fn transport(info: &OperationInfo, source: paykka_transport::Error) -> Self {
        Self(Box::new(Kind::Transport { operation: info.name, unknown: source.outcome_unknown(), source }))
    }

    pub(crate) fn failure(info: &OperationInfo, error: ApiError, answer: Answer) -> Self {
        // Only a verified 4xx says that nothing was done, and only where no earlier attempt may have done it.
        let is_refused = answer.status().is_client_error() && !answer.has_open_attempt();
        let unknown = changes_something(info) && !is_refused;
        Self(Box::new(Kind::Api { operation: info.name, unknown, error, answer }))
    }

    pub(crate) fn unexpected_status(info: &OperationInfo, answer: Answer) -> Self {
        Self(Box::new(Kind::Status { operation: info.name, unknown: changes_something(info), answer }))
    }

    pub(crate) fn unverified(info: &OperationInfo, answer: Answer) -> Self {
        Self(Box::new(Kind::Unverified { operation: info.name, unknown: changes_something(info), answer }))
    }

    pub(crate) fn decode(info: &OperationInfo, source: DecodeError, answer: Answer) -> Self {
        Self(Box::new(Kind::Decode {
            operation: info.name,
            unknown: changes_something(info),
            source,
            answer,
        }))
    }

    pub(crate) fn other_object(info: &OperationInfo, answer: Answer) -> Self {
        Self(Box::new(Kind::OtherObject { operation: info.name, unknown: changes_something(info), answer }))
    }

    fn as_transport(&self) -> Option<&paykka_transport::Error> {
        match &*self.0 {
            Kind::Transport { source, .. } | Kind::Setup { source } => Some(source),
            _ => None,
        }
    }

    fn answer(&self) -> Option<&Answer> {
        match &*self.0 {
            Kind::Api { answer, .. }
            | Kind::Status { answer, .. }
            | Kind::Unverified { answer, .. }
            | Kind::Decode { answer, .. }
            | Kind::OtherObject { answer, .. } => Some(answer),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &*self.0 {
            Kind::Config { what, fix } => write!(f, "{what}; {fix}"),
            Kind::KeyFile { path, source } => {
                write!(f, "the key file `{}` can't be used: {source}", path.display())
            }
            Kind::Setup { source } => source.fmt(f),
            Kind::Encode { operation, .. } => write!(f, "{operation}: the request can't be written as JSON"),
            Kind::Transport { operation, source, .. } if source.is_unauthorised() => write!(
                f,
                "{operation}: the platform refused our signature (401, 010100) and did nothing; check key id, private key, clock and merchant number"
            ),
            Kind::Transport { operation, source, .. } => write!(f, "{operation}: {source}"),
            Kind::Api { operation, error, answer, .. } => write!(
                f,
                "{operation}: the platform answered {} with ret_code {}",
                answer.status().as_u16(),
                error.ret_code.as_str().escape_default()
            ),
            Kind::Status { operation, answer, .. } => {
                write!(
                    f,
                    "{operation}: the platform answered {} without a ret_code",
                    answer.status().as_u16()
                )
            }
            Kind::Unverified { operation, .. } => {
                write!(
                    f,
                    "{operation}: the answer isn't verified, and a typed call takes no other; keep the policy `Required`"
                )
            }
            Kind::OtherObject { operation, .. } => {
                write!(f, "{operation}: the verified answer speaks of another object than the one asked for")
            }
            Kind::Decode { operation, .. } => {
                write!(f, "{operation}: the verified answer isn't of the known shape")
            }
        }?;
        if self.outcome_unknown() {
            f.write_str("; its outcome is unknown, so ask the inquiry call before sending anything again")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        match &*self.0 {
            // Their own words stand in ours already.
            Kind::KeyFile { source, .. } => source.source(),
            Kind::Setup { source } | Kind::Transport { source, .. } => source.source(),
            Kind::Encode { source, .. } => Some(source),
            Kind::Decode { source, .. } => Some(source),
            Kind::Config { .. }
            | Kind::Api { .. }
            | Kind::Status { .. }
            | Kind::Unverified { .. }
            | Kind::OtherObject { .. } => None,
        }
    }
}

#[derive(Debug)]
enum Kind {
    Config { what: &'static str, fix: &'static str },
    KeyFile { path: PathBuf, source: Box<dyn StdError + Send + Sync> },
    Setup { source: paykka_transport::Error },
    Encode { operation: &'static str, source: serde_json::Error },
    Transport { operation: &'static str, unknown: bool, source: paykka_transport::Error },
    Api { operation: &'static str, unknown: bool, error: ApiError, answer: Answer },
    Status { operation: &'static str, unknown: bool, answer: Answer },
    Unverified { operation: &'static str, unknown: bool, answer: Answer },
    Decode { operation: &'static str, unknown: bool, source: DecodeError, answer: Answer },
    OtherObject { operation: &'static str, unknown: bool, answer: Answer },
}

/// Reads and spare objects leave nothing behind that anybody would have to look up.
const fn changes_something(info: &OperationInfo) -> bool {
    matches!(info.effect, Effect::Write { .. } | Effect::Money { .. })
}
