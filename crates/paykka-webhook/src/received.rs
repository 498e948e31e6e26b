//! What a verified notification is handed over as: the raw bytes always, the parsed value where it could be parsed, whose it
//! is, and how it follows on what came before. What is genuine must not get lost because this version doesn't know its shape.

use paykka_model::{DecodeError, Event, Notification, NotificationKind, OperationVisitor, visit_operations};
use paykka_sign::Verified;

use crate::rejection::Rejection;
use crate::verifier::is_application;
use crate::{RawNotification, Reason};

/// A notification that is genuine, and for one of our merchants; see [`attribution`](Self::attribution).
#[derive(Debug, Clone)]
pub struct Received {
    raw: Verified<RawNotification>,
    notification: Result<Verified<Notification>, DecodeError>,
    attribution: Attribution,
}

/// Why a notification is taken for ours.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Attribution {
    /// It names one of our merchants, in its header, its data, or both alike.
    Merchant,
    /// An onboarding or assessment whose `request_id` is known.
    Application,
    /// It names no merchant, so anybody's platform account may be meant. Never of a kind that moves money.
    Unattributed,
}

impl Received {
    /// The parsed notification.
    ///
    /// # Errors
    /// [`DecodeError`] where the body isn't of the shape that its kind should have. It is genuine all the same: keep
    /// [`raw`](Self::raw), and acknowledge it or not, as you choose.
    pub fn notification(&self) -> Result<&Verified<Notification>, DecodeError> {
        self.notification.as_ref().map_err(Clone::clone)
    }

    /// The body as it came, and what its signature said: path, merchant, key id, time, nonce.
    #[must_use]
    pub const fn raw(&self) -> &Verified<RawNotification> {
        &self.raw
    }

    /// Why it is taken for ours.
    #[must_use]
    pub const fn attribution(&self) -> Attribution {
        self.attribution
    }

    /// Its kind, as far as address or body tell.
    #[must_use]
    pub fn kind(&self) -> Option<NotificationKind> {
        let told = self.notification.as_ref().ok().and_then(|notification| notification.value().kind());
        told.or_else(|| self.raw.value().kind())
    }

    pub(crate) fn parse(raw: Verified<RawNotification>) -> Result<Self, Rejection> {
        let notification = raw.decode(reader(raw.value().kind()));
        // What its address's kind can't read may still name its merchant.
        let other = notification.is_err().then(|| raw.decode(Notification::from_body).ok()).flatten();
        let read = notification.as_ref().ok().or(other.as_ref()).map(Verified::value);
        let attribution = attribution(&raw, read)?;
        Ok(Self { raw, notification, attribution })
    }
}

/// Whether a notification of this kind may be about money; one of no known kind may.
pub(crate) const fn is_money(kind: Option<NotificationKind>) -> bool {
    use NotificationKind::{Forex, Payment, Remittance, TradeSettle};
    matches!(kind, None | Some(Remittance | TradeSettle | Forex | Payment))
}

/// Header and data must name the same merchant, who must be ours.
fn attribution(
    raw: &Verified<RawNotification>,
    notification: Option<&Notification>,
) -> Result<Attribution, Rejection> {
    let rules = &raw.value().rules;
    // The address's kind was signed with its path; what the body seems to be is a guess beside it.
    let kind = raw.value().kind().or_else(|| notification.and_then(Notification::kind));
    let is_known_application = || {
        let number = notification.filter(|_| kind.is_some_and(is_application)).and_then(application);
        rules.applications.as_ref().zip(number).is_some_and(|(is_known, number)| is_known(number))
    };
    let named = match (raw.merchant(), notification.and_then(Notification::merch_id)) {
        (Some(signed), Some(stated)) if signed != stated => {
            return Err(Rejection::of(Reason::ForeignMerchant));
        }
        (signed, stated) => signed.or(stated),
    };
    match named {
        Some(merchant) if rules.merchants.has(merchant) => Ok(Attribution::Merchant),
        _ if is_known_application() => Ok(Attribution::Application),
        Some(_) => Err(Rejection::of(Reason::ForeignMerchant)),
        None if !is_money(kind) => Ok(Attribution::Unattributed),
        None => Err(Rejection::of(Reason::Unattributed)),
    }
}

/// The number under which a merchant applied.
fn application(notification: &Notification) -> Option<&str> {
    match notification {
        Notification::Onboarding(state) => state.request_id.as_deref(),
        Notification::Assessment(state) => state.request_id.as_deref(),
        _ => None,
    }
}

type Reader = fn(&[u8]) -> Result<Notification, DecodeError>;

fn reader(kind: Option<NotificationKind>) -> Reader {
    struct Find(Option<NotificationKind>, Reader);

    impl OperationVisitor for Find {
        fn call<O: paykka_model::Operation>(&mut self) {}

        fn event<E: Event>(&mut self) {
            if self.0 == Some(E::KIND) {
                self.1 = Notification::from_body_of::<E>;
            }
        }
    }

    let mut find = Find(kind, Notification::from_body);
    visit_operations(&mut find);
    find.1
}
