//! The core: headers and bytes in, a verified notification or a reason out. It knows no framework, reads no clock but the
//! one it was given, and parses no byte of a body before its signature.

mod builder;
mod headers;
mod merchants;

use std::fmt;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use paykka_model::NotificationKind;
use paykka_sign::{Authorization, Parts, SharedKeyRing, Timestamp, Verified, VerifyingKey, Window};

pub use builder::{ConfigError, VerifierBuilder};
pub use headers::Headers;
pub use merchants::Merchants;

use crate::rejection::{Late, Rejection};
use crate::{RawNotification, Reason};

/// Judges notifications: keys, signed path, merchants and clock window in one place. Clones share everything.
///
/// ```
/// use bytes::Bytes;
/// use paykka_sign::{KeyRing, VerifyingKey};
/// use paykka_webhook::{Merchants, Parse, Verifier};
///
/// # fn run(platform_pem: &str, headers: &[(&str, &str)], body: Bytes) -> Result<(), Box<dyn std::error::Error>> {
/// let platform = KeyRing::new([("P001", VerifyingKey::from_bytes(platform_pem)?)])?;
/// let verifier = Verifier::builder(platform, "/paykka")
///     .merchants(Merchants::these(["M24061911365700670"]))
///     .build()?;
/// let raw = verifier.verify(headers, body)?; // `Verified<RawNotification>`: genuine, ours, in time
/// let received = raw.parse()?;
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
pub struct Verifier {
    platform: SharedKeyRing,
    path: Arc<str>,
    kind: Option<NotificationKind>,
    rules: Arc<Rules>,
}

/// What all addresses of one verifier have in common.
pub(crate) struct Rules {
    pub(crate) merchants: Merchants,
    pub(crate) applications: Option<Applications>,
    own: Vec<VerifyingKey>,
    tolerance: Duration,
    clock: Clock,
}

pub(crate) type Applications = Box<dyn Fn(&str) -> bool + Send + Sync>;
type Clock = Box<dyn Fn() -> SystemTime + Send + Sync>;

impl Verifier {
    /// Starts a verifier for notifications that the platform signs with a key of `platform` and sends to `path`, the path as
    /// the platform calls it, whatever a proxy makes of it later.
    #[must_use]
    pub fn builder(platform: impl Into<SharedKeyRing>, path: impl Into<String>) -> VerifierBuilder {
        VerifierBuilder::new(platform.into(), path.into())
    }

    /// Verifies a notification. `body` is what came, byte for byte; nothing of it is parsed here.
    ///
    /// # Errors
    /// [`Rejection`] with the first reason found, in this order: size (1 MiB), shape of the headers, key id, signature,
    /// merchant, time. One that is genuine, ours and late comes out of [`Rejection::into_late`].
    pub fn verify<H: Headers + ?Sized>(
        &self,
        headers: &H,
        body: Bytes,
    ) -> Result<Verified<RawNotification>, Rejection> {
        if body.len() > MAX_BODY_LEN {
            return Err(Rejection::of(Reason::TooLarge));
        }
        let signed = headers::Signed::read(headers)?;
        self.verify_signed(&signed, body).map_err(|rejection| rejection.with_key_id(signed.authorization))
    }

    /// The path that must have been signed.
    #[must_use]
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The one kind that comes to this address, if it is for one alone.
    #[must_use]
    pub const fn kind(&self) -> Option<NotificationKind> {
        self.kind
    }

    /// A verifier for each kind, for a platform that appends the kind's documented path to the address it was given: this
    /// one's path is taken for the base. Which of the two the platform does isn't public (I).
    ///
    /// # Errors
    /// [`ConfigError`] where base and documented path together are too long, or the path of one of the platform's calls.
    pub fn for_each_kind(&self) -> Result<Vec<Self>, ConfigError> {
        let base = self.path.trim_end_matches('/');
        let each = NotificationKind::ALL.iter().map(|kind| {
            let path = format!("{base}{}", kind.info().path);
            builder::check_path(&path)?;
            Ok(Self { path: path.into(), kind: Some(*kind), ..self.clone() })
        });
        each.collect()
    }

    pub(crate) fn now(&self) -> SystemTime {
        (self.rules.clock)()
    }

    /// For how long from now a message that was signed then must be known again: until it is refused for its time, and a
    /// minute more, for clocks that are set back.
    pub(crate) fn remembers(&self, signed: Timestamp) -> Duration {
        let expires = Duration::from_millis(signed.as_unix_millis()) + self.rules.tolerance;
        let now = self.now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        expires.saturating_sub(now) + Duration::from_secs(60)
    }

    fn verify_signed(
        &self,
        signed: &headers::Signed<'_>,
        body: Bytes,
    ) -> Result<Verified<RawNotification>, Rejection> {
        let now = Timestamp::try_from(self.now()).map_err(Rejection::clock)?;
        // One ring for the whole message, so that a rotation never splits it.
        let ring = self.platform.load();
        if !ring.is_for_loopback() && self.rules.own.iter().any(|own| ring.holds(own)) {
            return Err(Rejection::of(Reason::OwnKey));
        }
        let raw = RawNotification::new(body, self.kind, Arc::clone(&self.rules));
        let parts = Parts { path: &self.path, merchant: signed.merchant, body: raw };
        // Time is judged last, after the merchant.
        let any_time = Window::new(now, Duration::MAX);
        let raw = ring.verify(signed.authorization, parts, &any_time).map_err(Rejection::sign)?;
        if !self.may_be_ours(raw.merchant()) {
            return Err(Rejection::of(Reason::ForeignMerchant));
        }
        match Window::new(now, self.rules.tolerance).check(raw.timestamp()) {
            Ok(()) => Ok(raw),
            Err(error) => match error.beyond_window() {
                Some(by) if error.code() == "late" => Err(Rejection::late(Late { by, raw }, error)),
                _ => Err(Rejection::sign(error)),
            },
        }
    }

    /// A merchant who isn't ours yet may have applied through us; the body tells by which number.
    fn may_be_ours(&self, merchant: Option<&str>) -> bool {
        let by_number = self.rules.applications.is_some() && self.kind.is_none_or(is_application);
        by_number || merchant.is_none_or(|merchant| self.rules.merchants.has(merchant))
    }
}

impl fmt::Debug for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Verifier")
            .field("platform", &self.platform)
            .field("path", &self.path)
            .field("kind", &self.kind)
            .field("merchants", &self.rules.merchants)
            .field("tolerance", &self.rules.tolerance)
            .finish_non_exhaustive()
    }
}

/// No documented notification comes near it.
pub(crate) const MAX_BODY_LEN: usize = 1024 * 1024;

/// The kinds whose merchant may be new, so that only the number of the application is known.
pub(crate) const fn is_application(kind: NotificationKind) -> bool {
    matches!(kind, NotificationKind::Onboarding | NotificationKind::Assessment)
}

/// The key id of a header that failed, for the operator. The header isn't to be believed, so it is escaped.
pub(crate) fn escaped_key_id(authorization: &[u8]) -> Option<String> {
    let authorization = Authorization::parse(authorization).ok()?;
    Some(authorization.key_id().escape_default().to_string())
}
