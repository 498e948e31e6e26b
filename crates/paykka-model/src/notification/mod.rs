//! Notifications: one envelope, whose `type` doesn't tell the kind (D samples show `MERCH` on several). What is genuine
//! must not get lost because its kind isn't known, so what can't be told is handed over as it came.

mod kind;
mod seen;

use std::fmt;

use serde::{Deserialize, Serialize};
use serde_json::value::RawValue;

use crate::decode::{DecodeError, decode};
use crate::domain::{
    AssessmentState, ForexState, OnboardingState, OrderReview, PayeeState, PaymentState, Remittance,
    TradeSettleState, VaState,
};
use crate::operation::{
    AssessmentNotification, Event, ForexNotification, OnboardingNotification, OperationInfo,
    OrderNotification, PayeeNotification, PaymentNotification, RemittanceNotification,
    TradeSettleNotification, VaNotification,
};
use seen::Seen;

/// `{"type": …, "version": …, "data": {…}}` (D).
#[derive(Clone, Serialize, Deserialize)]
pub struct Envelope<T> {
    /// The platform's word for the kind; `MERCH` stands on notifications of several kinds.
    pub r#type: String,
    /// Absent in one of the platform's own samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What happened, in the kind's own shape.
    pub data: T,
}

/// The data is left out: it holds names and account numbers.
impl<T> fmt::Debug for Envelope<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("type", &self.r#type)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// Declares the kinds: one name each for kind, notification and row of the operation table.
macro_rules! kinds {
    ($($(#[$meta:meta])* $kind:ident($data:ident) = $event:ident;)+) => {
        /// What a notification is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum NotificationKind {
            $($(#[$meta])* $kind,)+
        }

        impl NotificationKind {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$kind),+];

            /// The kind's row in the operation table.
            #[must_use]
            pub const fn info(self) -> OperationInfo {
                match self {
                    $(Self::$kind => <$event as Event>::INFO,)+
                }
            }

            /// Reads the body of a notification of this kind.
            ///
            /// # Errors
            /// [`DecodeError`] with the place where the body isn't an envelope, or its data doesn't fit the kind.
            pub fn read(self, body: &[u8]) -> Result<Notification, DecodeError> {
                match self {
                    $(Self::$kind => Notification::from_body_of::<$event>(body),)+
                }
            }
        }

        /// What the platform has to say, by kind.
        #[derive(Debug, Clone, PartialEq, Eq)]
        #[non_exhaustive]
        pub enum Notification {
            $($(#[$meta])* $kind($data),)+
            /// A kind that isn't known here or can't be told for sure. It is genuine all the same.
            Unknown(UnknownNotification),
        }

        impl Notification {
            /// Its kind; `None` where that isn't known for sure.
            #[must_use]
            pub const fn kind(&self) -> Option<NotificationKind> {
                match self {
                    $(Self::$kind(_) => Some(NotificationKind::$kind),)+
                    Self::Unknown(_) => None,
                }
            }

            /// The merchant that the data names, if it names one. A name that isn't text is given as empty text, which no
            /// merchant is called.
            #[must_use]
            pub fn merch_id(&self) -> Option<&str> {
                match self {
                    $(Self::$kind(data) => data.merch_id.as_deref(),)+
                    Self::Unknown(unknown) => unknown.merch_id.as_deref(),
                }
            }
        }
    };
}

kinds! {
    /// `onboarding.notification`: an application changed.
    Onboarding(OnboardingState) = OnboardingNotification;
    /// `assessment.notification`: an assessment changed.
    Assessment(AssessmentState) = AssessmentNotification;
    /// `va.notification`: an account changed.
    Va(VaState) = VaNotification;
    /// `remittance.notification`: money has landed.
    Remittance(Remittance) = RemittanceNotification;
    /// `trade_settle.notification`: a receipt changed.
    TradeSettle(TradeSettleState) = TradeSettleNotification;
    /// `payee.notification`: a payee changed.
    Payee(PayeeState) = PayeeNotification;
    /// `forex.notification`: an exchange changed.
    Forex(ForexState) = ForexNotification;
    /// `payment.notification`: a payment changed.
    Payment(PaymentState) = PaymentNotification;
    /// `order.notification`: a contract was reviewed.
    OrderReview(OrderReview) = OrderNotification;
}

impl Notification {
    /// Reads the body of a notification whose kind nothing outside it tells: by `type` where that names one kind, else by
    /// a key that one kind alone has, never by the status. What stays open is [`Unknown`](Self::Unknown).
    ///
    /// # Errors
    /// [`DecodeError`] with the place where the body isn't an envelope, or names its merchant twice.
    pub fn from_body(body: &[u8]) -> Result<Self, DecodeError> {
        let Envelope { r#type, version, data: seen } = decode::<Envelope<Seen>>(body)?;
        let keys: Vec<&str> = seen.keys.iter().map(String::as_str).collect();
        let candidates = match NotificationKind::of(&r#type, &keys) {
            Ok(kind) => match kind.read(body) {
                Ok(notification) => return Ok(notification),
                // Which kind it is was told by a few keys; the others say that it isn't, or not as we know it.
                Err(_) => vec![kind],
            },
            Err(candidates) => candidates,
        };
        let Envelope { data, .. } = decode::<Envelope<Box<RawValue>>>(body)?;
        Ok(Self::Unknown(UnknownNotification { r#type, version, data, merch_id: seen.merch_id, candidates }))
    }

    /// Reads the body of a notification that came to the address of kind `E` alone.
    ///
    /// # Errors
    /// [`DecodeError`] with the place where the body isn't an envelope, or its data doesn't fit the kind.
    pub fn from_body_of<E: Event>(body: &[u8]) -> Result<Self, DecodeError> {
        decode(body).map(|envelope: Envelope<E::Data>| E::notification(envelope.data))
    }
}

/// A notification whose kind isn't known for sure, as it came.
#[derive(Clone)]
#[non_exhaustive]
pub struct UnknownNotification {
    /// The platform's word for the kind.
    pub r#type: String,
    /// The envelope's version, if it has one.
    pub version: Option<String>,
    /// The data's JSON text, byte for byte.
    pub data: Box<RawValue>,
    /// The merchant that the data names, if it names one; empty where the name isn't text.
    pub merch_id: Option<String>,
    /// The kinds that it may be, by the keys that it has.
    pub candidates: Vec<NotificationKind>,
}

impl UnknownNotification {
    /// The data, taken for that of kind `E`, such as one of the candidates: your own decision.
    ///
    /// # Errors
    /// [`DecodeError`] where it doesn't fit; its path begins at the data.
    pub fn read_as<E: Event>(&self) -> Result<E::Data, DecodeError> {
        decode(self.data.get().as_bytes())
    }
}

/// The data is left out: it holds names and account numbers.
impl fmt::Debug for UnknownNotification {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("UnknownNotification")
            .field("type", &self.r#type)
            .field("version", &self.version)
            .field("merch_id", &self.merch_id)
            .field("candidates", &self.candidates)
            .finish_non_exhaustive()
    }
}

/// Byte for byte.
impl PartialEq for UnknownNotification {
    fn eq(&self, other: &Self) -> bool {
        (&self.r#type, &self.version, self.data.get(), &self.candidates)
            == (&other.r#type, &other.version, other.data.get(), &other.candidates)
    }
}

impl Eq for UnknownNotification {}
