//! The crate's one error. Its most important answer is [`Error::outcome_unknown`].

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use paykka_model::{ApiError, DecodeError, RetCode, Validation};
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
            Kind::Settings { .. }
            | Kind::Config { .. }
            | Kind::Invalid { .. }
            | Kind::Encode { .. }
            | Kind::Unreadable { .. }
            | Kind::Undecided { .. } => false,
            Kind::Transport { source, .. } => source.outcome_unknown(),
            Kind::Api { unknown, .. } => *unknown,
            Kind::Status { answer, .. }
            | Kind::Unverified { answer, .. }
            | Kind::Decode { answer, .. }
            | Kind::OtherObject { answer, .. } => answer.changes_something(),
        }
    }

    /// A setting, a key file or a request of ours can't be used; nothing was sent. Settings are checked all together, and
    /// all that is wrong stands in the message.
    ///
    /// What to do: correct what the message names.
    #[must_use]
    pub fn is_config(&self) -> bool {
        match &*self.0 {
            Kind::Settings { .. }
            | Kind::Config { .. }
            | Kind::Invalid { .. }
            | Kind::Encode { .. }
            | Kind::Unreadable { .. } => true,
            Kind::Transport { source, .. } => source.is_config(),
            Kind::Undecided { .. }
            | Kind::Api { .. }
            | Kind::Status { .. }
            | Kind::Unverified { .. }
            | Kind::Decode { .. }
            | Kind::OtherObject { .. } => false,
        }
    }

    /// The request breaks a documented limit, or a rule about misleading texts; nothing was sent. See
    /// [`validation`](Self::validation).
    ///
    /// What to do: correct the fields that the message names.
    #[must_use]
    pub fn is_invalid(&self) -> bool {
        matches!(*self.0, Kind::Invalid { .. })
    }

    /// What [`is_invalid`](Self::is_invalid) is about, field by field.
    #[must_use]
    pub fn validation(&self) -> Option<&Validation> {
        match &*self.0 {
            Kind::Invalid { source, .. } => Some(source),
            _ => None,
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

    /// A wait ended before anything was decided; see [`wait_until_final`](crate::Prepared::wait_until_final).
    ///
    /// What to do: wait again, or look later. It says nothing of success or failure.
    #[must_use]
    pub fn is_undecided(&self) -> bool {
        matches!(*self.0, Kind::Undecided { .. })
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

    /// The platform refuses the call for another reason than its signature (`010200`; what it means is I).
    ///
    /// What to do: ask the platform whether key and merchant may make this call.
    #[must_use]
    pub fn is_not_permitted(&self) -> bool {
        self.ret_code() == Some(&RetCode::Unauthorised)
    }

    /// The platform failed and doesn't say why (`999999`).
    ///
    /// What to do: see [`outcome_unknown`](Self::outcome_unknown); call again later where it is `false`.
    #[must_use]
    pub fn is_unknown_failure(&self) -> bool {
        self.ret_code() == Some(&RetCode::Unknown)
    }

    /// The proxy didn't open a way to the platform; nothing was sent to the platform.
    ///
    /// What to do: check the proxy's address, user and password.
    #[must_use]
    pub fn is_proxy(&self) -> bool {
        self.as_transport().is_some_and(paykka_transport::Error::is_proxy)
    }

    /// The answer, or the request, is larger than the transport's limit.
    ///
    /// What to do: raise the limit if it is expected
    /// ([`TransportBuilder::size_limits`](paykka_transport::TransportBuilder::size_limits)).
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        self.as_transport().is_some_and(paykka_transport::Error::is_too_large)
    }

    /// The platform knows no such object: verified, 404 and `010002`.
    ///
    /// What to do: check the number. For a payment of unknown outcome, mind that the platform may show it later.
    #[must_use]
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(StatusCode::NOT_FOUND) && self.ret_code() == Some(&RetCode::NotFound)
    }

    /// Too many requests (`010001`); nothing was done.
    ///
    /// What to do: call more slowly ([`PaceLayer`](paykka_transport::PaceLayer)). It isn't an answer about the object.
    #[must_use]
    pub fn is_rate_limited(&self) -> bool {
        self.ret_code() == Some(&RetCode::TooManyRequests)
    }

    /// The object's state doesn't allow it (`010003`), e.g. a balance that is too low, a quote that has expired.
    ///
    /// What to do: ask the inquiry; after an attempt of unknown outcome it may say no more than that the first one arrived.
    #[must_use]
    pub fn is_invalid_state(&self) -> bool {
        self.ret_code() == Some(&RetCode::InvalidState)
    }

    /// The key was used for something else (`010004`).
    ///
    /// What to do: as for [`is_invalid_state`](Self::is_invalid_state).
    #[must_use]
    pub fn is_integrity_violation(&self) -> bool {
        self.ret_code() == Some(&RetCode::IntegrityViolation)
    }

    /// The platform doesn't take the request as it is (`010000`).
    ///
    /// What to do: the platform's text names the field ([`api`](Self::api)).
    #[must_use]
    pub fn is_invalid_parameters(&self) -> bool {
        self.ret_code() == Some(&RetCode::InvalidParameters)
    }

    /// The file is larger than the platform takes (`010005`).
    ///
    /// What to do: send a smaller one.
    #[must_use]
    pub fn is_file_too_large(&self) -> bool {
        self.ret_code() == Some(&RetCode::FileTooLarge)
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

    /// The headers of the answer, verified or not, where one came. No signature covers them.
    #[must_use]
    pub fn headers(&self) -> Option<&HeaderMap> {
        self.answer()
            .map(Answer::headers)
            .or_else(|| self.as_transport().and_then(paykka_transport::Error::raw).map(|raw| raw.headers()))
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

    /// All that is wrong with the settings.
    pub(crate) fn settings(problems: Vec<String>) -> Self {
        Self(Box::new(Kind::Settings { problems }))
    }

    pub(crate) fn unreadable(operation: &'static str, source: std::io::Error) -> Self {
        Self(Box::new(Kind::Unreadable { operation, source }))
    }

    pub(crate) fn undecided(operation: &'static str, within: Duration, last: Option<Self>) -> Self {
        Self(Box::new(Kind::Undecided { operation, within, last }))
    }

    pub(crate) fn encode(operation: &'static str, source: serde_json::Error) -> Self {
        Self(Box::new(Kind::Encode { operation, source }))
    }

    pub(crate) fn invalid(operation: &'static str, source: Validation) -> Self {
        Self(Box::new(Kind::Invalid { operation, source }))
    }

    pub(crate) fn transport(operation: &'static str, source: paykka_transport::Error) -> Self {
        Self(Box::new(Kind::Transport { operation, source }))
    }

    pub(crate) fn failure(operation: &'static str, error: ApiError, answer: Answer) -> Self {
        // A failure under a 2xx isn't a refusal that the rules know (money rules, c): it ends nothing.
        let unknown =
            answer.outcome_unknown() || (answer.changes_something() && answer.status().is_success());
        Self(Box::new(Kind::Api { operation, unknown, error, answer }))
    }

    pub(crate) fn unexpected_status(operation: &'static str, answer: Answer) -> Self {
        Self(Box::new(Kind::Status { operation, answer }))
    }

    pub(crate) fn unverified(operation: &'static str, answer: Answer) -> Self {
        Self(Box::new(Kind::Unverified { operation, answer }))
    }

    pub(crate) fn decode(operation: &'static str, source: DecodeError, answer: Answer) -> Self {
        Self(Box::new(Kind::Decode { operation, source, answer }))
    }

    pub(crate) fn other_object(operation: &'static str, answer: Answer) -> Self {
        Self(Box::new(Kind::OtherObject { operation, answer }))
    }

    fn as_transport(&self) -> Option<&paykka_transport::Error> {
        match &*self.0 {
            Kind::Transport { source, .. } => Some(source),
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
            Kind::Settings { problems } => f.write_str(&problems.join("\n")),
            Kind::Invalid { operation, source } => write!(f, "{operation}: {source}"),
            Kind::Unreadable { operation, .. } => {
                write!(f, "{operation}: the file can't be read; nothing was sent")
            }
            Kind::Undecided { operation, within, last: None } => {
                write!(f, "{operation}: nothing was decided within {within:?}; it may be later, so ask again")
            }
            Kind::Undecided { operation, within, last: Some(_) } => {
                write!(
                    f,
                    "{operation}: nothing was heard within {within:?} that decides it; see the last failure, and ask again"
                )
            }
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
            // Its own words stand in ours already.
            Kind::Transport { source, .. } => source.source(),
            Kind::Encode { source, .. } => Some(source),
            Kind::Unreadable { source, .. } => Some(source),
            Kind::Undecided { last, .. } => last.as_ref().map(|last| last as _),
            Kind::Decode { source, .. } => Some(source),
            Kind::Settings { .. }
            | Kind::Config { .. }
            | Kind::Invalid { .. }
            | Kind::Api { .. }
            | Kind::Status { .. }
            | Kind::Unverified { .. }
            | Kind::OtherObject { .. } => None,
        }
    }
}

#[derive(Debug)]
enum Kind {
    Settings { problems: Vec<String> },
    Config { what: &'static str, fix: &'static str },
    Invalid { operation: &'static str, source: Validation },
    Encode { operation: &'static str, source: serde_json::Error },
    Unreadable { operation: &'static str, source: std::io::Error },
    Undecided { operation: &'static str, within: Duration, last: Option<Error> },
    Transport { operation: &'static str, source: paykka_transport::Error },
    Api { operation: &'static str, unknown: bool, error: ApiError, answer: Answer },
    Status { operation: &'static str, answer: Answer },
    Unverified { operation: &'static str, answer: Answer },
    Decode { operation: &'static str, source: DecodeError, answer: Answer },
    OtherObject { operation: &'static str, answer: Answer },
}
