//! The crate's one error: what happened on the way, whether the platform may have acted, and what to do.

mod kind;

use std::error::Error as StdError;
use std::fmt;
use std::time::Duration;

use http::StatusCode;

use self::kind::Kind;
pub(crate) use self::kind::{BoxError, Ended, Unsigned};
use crate::answer::Attempts;
use crate::call::Reached;
use crate::ret_code::{SIGNATURE_REFUSED, ret_code};
use crate::{CallContext, Effect, RawAnswer};

/// Why a call has no verified answer.
///
/// `Display` names the thing and the fix, without bodies and header values; `source()` holds the cause.
#[derive(Debug)]
pub struct Error(Box<Inner>);

#[derive(Debug)]
struct Inner {
    kind: Kind,
    effect: Effect,
    attempts: Attempts,
}

/// What became of the call.
impl Error {
    /// Whether something may have changed on the platform that nobody here knows of. `false` for calls that only read, and
    /// where the platform can't have acted.
    ///
    /// What to do: ask the inquiry with the same key until the platform says what became of it, before anything is sent
    /// again.
    #[must_use]
    pub fn outcome_unknown(&self) -> bool {
        matches!(self.0.effect, Effect::Write | Effect::Money) && self.may_have_been_executed()
    }

    /// Whether the platform may have carried the request out, in this attempt or an earlier one. `false` only where no byte
    /// of it left this machine, or the platform refused our signature ([`is_unauthorised`](Self::is_unauthorised)).
    #[must_use]
    pub fn may_have_been_executed(&self) -> bool {
        let may_be_of_this_attempt = match &self.0.kind {
            Kind::Config { .. }
            | Kind::Sign { .. }
            | Kind::Connect { .. }
            | Kind::Certificate { .. }
            | Kind::Proxy { .. }
            | Kind::Unsent { .. }
            | Kind::HeldBack { .. }
            | Kind::RequestTooLarge { .. } => false,
            Kind::Deadline { is_away, .. } => *is_away,
            // It is believed of the only attempt that was sent (D).
            Kind::Unsigned { .. } => !self.refuses_signature() || self.0.attempts.were_sent,
            Kind::Interrupted { .. }
            | Kind::TooLarge { .. }
            | Kind::Refused { .. }
            | Kind::Encoded { .. }
            | Kind::SignedTwice { .. }
            | Kind::Repeated { .. } => true,
        };
        may_be_of_this_attempt || self.0.attempts.is_open
    }

    /// How often the call was tried, the last time included.
    #[must_use]
    pub const fn attempts(&self) -> u32 {
        self.0.attempts.made
    }
}

/// What went wrong.
impl Error {
    /// A setting or a part of the request can't be used; this attempt wasn't sent.
    ///
    /// What to do: correct what the message names.
    #[must_use]
    pub fn is_config(&self) -> bool {
        let is_ours = |source: &paykka_sign::Error| !source.is_signer();
        match &self.0.kind {
            Kind::Config { .. } | Kind::RequestTooLarge { .. } => true,
            Kind::Sign { source } => is_ours(source),
            _ => false,
        }
    }

    /// The signer, which is elsewhere (a KMS, an HSM), gave no usable signature; this attempt wasn't sent.
    ///
    /// What to do: look after the signer. It is safe to call again.
    #[must_use]
    pub fn is_signer(&self) -> bool {
        matches!(&self.0.kind, Kind::Sign { source } if source.is_signer())
    }

    /// No connection was made, or none that the request was sent over; this attempt wasn't sent.
    ///
    /// What to do: check host, port, DNS, firewall and proxy. It is safe to call again.
    #[must_use]
    pub fn is_connect(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Connect { .. } | Kind::Certificate { .. } | Kind::Proxy { .. } | Kind::Unsent { .. }
        )
    }

    /// [`BeforeSend`](crate::BeforeSend) held the attempt back; nothing of it was sent.
    ///
    /// What to do: look at `source()`, which is what was answered there.
    #[must_use]
    pub fn is_held_back(&self) -> bool {
        matches!(self.0.kind, Kind::HeldBack { .. })
    }

    /// The server's TLS certificate isn't trusted; this attempt wasn't sent.
    ///
    /// What to do: if the server is the right one, give its CA with [`Roots`](crate::Roots). There is no switch that
    /// accepts it unseen.
    #[must_use]
    pub fn is_certificate(&self) -> bool {
        matches!(self.0.kind, Kind::Certificate { .. })
    }

    /// The proxy didn't open a way to the platform; this attempt wasn't sent.
    ///
    /// What to do: check the proxy's address, user and password, and that it lets the platform's host through.
    #[must_use]
    pub fn is_proxy(&self) -> bool {
        matches!(self.0.kind, Kind::Proxy { .. })
    }

    /// A deadline passed before the whole answer was there; the message says which. Whether the platform may have acted
    /// says [`may_have_been_executed`](Self::may_have_been_executed).
    ///
    /// What to do: look the object up before you send anything again.
    #[must_use]
    pub fn is_timeout(&self) -> bool {
        matches!(self.0.kind, Kind::Deadline { .. })
    }

    /// The connection broke after the request had begun, or the answer was cut off. The platform may have acted.
    ///
    /// What to do: look the object up before you send anything again.
    #[must_use]
    pub fn is_interrupted(&self) -> bool {
        matches!(self.0.kind, Kind::Interrupted { .. })
    }

    /// The answer, or the request, is larger than the limit. With an answer the platform has probably acted.
    ///
    /// What to do: raise the limit if such answers are expected, and look the object up.
    #[must_use]
    pub fn is_too_large(&self) -> bool {
        matches!(self.0.kind, Kind::TooLarge { .. } | Kind::RequestTooLarge { .. })
    }

    /// The answer carries no signature, so it proves nothing; see [`raw`](Self::raw).
    ///
    /// What to do: a 401 usually says that our own signature was refused; anything else usually comes from a proxy or
    /// a wrong path. If the message names headers, one of them may be where the platform signs: see
    /// [`SignVerifySettings::response_header`](crate::SignVerifySettings::response_header). Look the object up.
    #[must_use]
    pub fn is_unsigned(&self) -> bool {
        matches!(self.0.kind, Kind::Unsigned { .. })
    }

    /// The platform refused our own signature: 401 (D) with `010100` in its body (I), which can't be signed (I). It is the
    /// one unsigned answer that is believed, since what it says is that nothing was done (D).
    ///
    /// What to do: check key id, private key, clock and merchant number; the public key must be installed at the platform.
    #[must_use]
    pub fn is_unauthorised(&self) -> bool {
        self.refuses_signature()
    }

    /// The answer's signature is there and wrong: bytes, key or path don't belong together.
    ///
    /// What to do: treat it as an attack or a broken proxy until you know better; use nothing of the answer.
    #[must_use]
    pub fn is_signature(&self) -> bool {
        matches!(&self.0.kind, Kind::Refused { reason, .. } if reason.is_signature())
    }

    /// The answer can't be verified for whatever reason: wrong signature, unknown key id, malformed or doubled
    /// header, not signed between the request and now, seen before, or content-encoded.
    /// [`is_signature`](Self::is_signature) is the gravest of them.
    ///
    /// What to do: follow the message of `source()`.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        matches!(
            self.0.kind,
            Kind::Refused { .. } | Kind::Encoded { .. } | Kind::SignedTwice { .. } | Kind::Repeated { .. }
        )
    }

    /// The answer is genuine, and this process has had it before: somebody replays it.
    ///
    /// What to do: as for [`is_signature`](Self::is_signature).
    #[must_use]
    pub fn is_repeated(&self) -> bool {
        matches!(self.0.kind, Kind::Repeated { .. })
    }

    /// The answer that was not verified, where one came. Don't decide anything by it.
    #[must_use]
    pub fn raw(&self) -> Option<&RawAnswer> {
        match &self.0.kind {
            Kind::Unsigned { raw, .. }
            | Kind::Refused { raw, .. }
            | Kind::Encoded { raw }
            | Kind::SignedTwice { raw }
            | Kind::Repeated { raw } => Some(raw),
            Kind::Config { .. }
            | Kind::Sign { .. }
            | Kind::Connect { .. }
            | Kind::Certificate { .. }
            | Kind::Proxy { .. }
            | Kind::Unsent { .. }
            | Kind::HeldBack { .. }
            | Kind::Deadline { .. }
            | Kind::Interrupted { .. }
            | Kind::RequestTooLarge { .. }
            | Kind::TooLarge { .. } => None,
        }
    }

    fn refuses_signature(&self) -> bool {
        let Kind::Unsigned { raw, .. } = &self.0.kind else { return false };
        raw.status == StatusCode::UNAUTHORIZED && ret_code(&raw.body).as_deref() == Some(SIGNATURE_REFUSED)
    }
}

/// For wires of your own.
impl Error {
    /// The request was not sent: no byte of it has left. A service at the bottom of a stack says so with this; any other
    /// error of it counts as a broken connection, after which the platform may have acted.
    #[must_use]
    pub fn unsent(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Kind::Unsent { source: source.into() })
    }

    /// The connection broke, or a layer of yours gave up, when the request may have been sent already. For calls that change
    /// something the outcome is unknown.
    #[must_use]
    pub fn interrupted(source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self::new(Kind::Interrupted { source: source.into() })
    }
}

impl Error {
    /// A call that changes something was handed to a stack a second time.
    pub(crate) fn handed_on_twice(effect: Effect) -> Self {
        let error = Self::config(
            "a layer outside handed on a second time, or after it had failed, what changes something",
            "send such calls once and in time, and leave trying again to the stack",
        );
        error.ends(effect, Attempts::after(true))
    }

    pub(crate) fn config(what: &'static str, fix: &'static str) -> Self {
        Self::new(Kind::Config { what: what.into(), fix, source: None })
    }

    pub(crate) fn config_of(what: String, fix: &'static str) -> Self {
        Self::new(Kind::Config { what: what.into(), fix, source: None })
    }

    pub(crate) fn config_because(what: &'static str, fix: &'static str, source: impl Into<BoxError>) -> Self {
        Self::new(Kind::Config { what: what.into(), fix, source: Some(source.into()) })
    }

    pub(crate) fn sign(source: paykka_sign::Error) -> Self {
        Self::new(Kind::Sign { source })
    }

    pub(crate) fn connect(target: String, source: impl Into<BoxError>) -> Self {
        Self::new(Kind::Connect { target, source: source.into() })
    }

    pub(crate) fn certificate(target: String, source: impl Into<BoxError>) -> Self {
        Self::new(Kind::Certificate { target, source: source.into() })
    }

    pub(crate) fn proxy(proxy: String, source: impl Into<BoxError>) -> Self {
        Self::new(Kind::Proxy { proxy, source: source.into() })
    }

    pub(crate) fn deadline(which: Ended, after: Duration, context: &CallContext) -> Self {
        let progress = context.progress();
        let attempts = Attempts { made: progress.number(), ..Attempts::after(progress.is_open()) };
        // From here on nothing of it leaves, so that what is said stays true.
        let kind = Kind::Deadline { which, after, is_away: progress.reached().end() };
        Self(Box::new(Inner { kind, effect: context.effect(), attempts }))
    }

    pub(crate) fn held_back(source: BoxError) -> Self {
        Self::new(Kind::HeldBack { source })
    }

    pub(crate) fn too_large(limit: u64) -> Self {
        Self::new(Kind::TooLarge { limit })
    }

    pub(crate) fn request_too_large(limit: u64) -> Self {
        Self::new(Kind::RequestTooLarge { limit })
    }

    pub(crate) fn unsigned(raw: RawAnswer, seen: Unsigned) -> Self {
        Self::new(Kind::Unsigned { raw, seen })
    }

    pub(crate) fn refused(reason: paykka_sign::Error, raw: RawAnswer) -> Self {
        Self::new(Kind::Refused { reason, raw })
    }

    pub(crate) fn encoded(raw: RawAnswer) -> Self {
        Self::new(Kind::Encoded { raw })
    }

    pub(crate) fn signed_twice(raw: RawAnswer) -> Self {
        Self::new(Kind::SignedTwice { raw })
    }

    pub(crate) fn repeated(raw: RawAnswer) -> Self {
        Self::new(Kind::Repeated { raw })
    }

    pub(crate) fn own_key() -> Self {
        Self::config(
            "the platform's key ring holds our own public key, so our own request, sent back, would pass for an answer",
            "install the platform's public key; two files were probably mixed up",
        )
    }

    pub(crate) fn loopback_ring() -> Self {
        Self::config(
            "the platform's key ring is built for loopback, and the host isn't a loopback address",
            "build the ring without `for_loopback`, of the platform's real keys",
        )
    }

    /// What a service below failed with: ours as it is, anything else as a broken connection.
    pub(crate) fn from_below(error: impl Into<BoxError>) -> Self {
        error.into().downcast::<Self>().map_or_else(Self::interrupted, |ours| *ours)
    }

    /// The same error, unless it says that nothing was sent and a byte of the attempt has left: a layer of somebody's that gives
    /// up knows less than the wire.
    pub(crate) fn unless_it_left(self, reached: &Reached) -> Self {
        if self.may_have_been_executed() || self.raw().is_some() || !reached.has_left() {
            return self;
        }
        let Inner { effect, attempts, .. } = *self.0;
        Self::interrupted(self).ends(effect, attempts)
    }

    /// The same error as the end of a call.
    pub(crate) fn ends(mut self, effect: Effect, attempts: Attempts) -> Self {
        self.0.effect = effect;
        self.0.attempts = attempts;
        self
    }

    /// The same error of a call with this effect.
    pub(crate) fn of(mut self, effect: Effect) -> Self {
        self.0.effect = effect;
        self
    }

    /// A word for spans and metrics.
    pub(crate) fn word(&self) -> &'static str {
        self.0.kind.word()
    }

    fn new(kind: Kind) -> Self {
        Self(Box::new(Inner { kind, effect: Effect::default(), attempts: Attempts::ONE }))
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.kind.fmt(f)?;
        if self.0.attempts.is_open {
            f.write_str("; an earlier attempt may have been executed")?;
        }
        Ok(())
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.kind.source()
    }
}
