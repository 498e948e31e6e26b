//! Notifications: one envelope, whose `type` doesn't tell the kind (D samples show `MERCH` on several). The rule that
//! tells kinds apart is one pure function, so that it can be read and tested as a table.

use std::fmt;

use serde::de::IgnoredAny;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use crate::decode::{DecodeError, decode};
use crate::operation::{Event, OperationInfo, PaymentNotification};
use crate::payment::PaymentState;

/// `{"type": …, "version": …, "data": {…}}` (D).
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Envelope {
    /// The platform's word for the kind; `MERCH` stands on notifications of several kinds.
    #[serde(rename = "type")]
    pub kind: String,
    /// Absent in one of the platform's own samples.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
    /// What happened, in the kind's own shape.
    pub data: Map<String, Value>,
}

/// The data is left out: it holds names and account numbers.
impl fmt::Debug for Envelope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Envelope")
            .field("type", &self.kind)
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// What the platform has to say, by kind.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Notification {
    /// `payment.notification`: a payment changed.
    Payment(PaymentState),
    /// A kind that isn't known here or can't be told for sure. It is genuine all the same.
    Unknown(Envelope),
}

impl Notification {
    /// Reads the body of a notification whose kind nothing outside it tells.
    ///
    /// # Errors
    /// [`DecodeError`] with line and column where the body isn't an envelope, or its data doesn't fit its kind.
    pub fn from_body(body: &[u8]) -> Result<Self, DecodeError> {
        Self::classify(body, None)
    }

    /// Reads the body of a notification that came to the address of kind `E` alone.
    ///
    /// # Errors
    /// As [`from_body`](Self::from_body).
    pub fn from_body_of<E: Event>(body: &[u8]) -> Result<Self, DecodeError> {
        Self::classify(body, Some(&E::INFO))
    }

    /// The merchant that the data names, if it names one. A name that isn't text is given as empty text, which no
    /// merchant is called.
    #[must_use]
    pub fn merch_id(&self) -> Option<&str> {
        match self {
            Self::Payment(state) => state.merch_id.as_deref(),
            Self::Unknown(envelope) => match envelope.data.get("merch_id")? {
                Value::Null => None,
                stated => Some(stated.as_str().unwrap_or_default()),
            },
        }
    }

    fn classify(body: &[u8], mounted: Option<&OperationInfo>) -> Result<Self, DecodeError> {
        let envelope: Envelope = decode(body)?;
        if mounted
            .map_or_else(|| is_payment(&envelope.data), |info| info.name == PaymentNotification::INFO.name)
        {
            // From the bytes, not from the map: only they still know the place of what doesn't fit.
            return decode(body).map(|Typed { data }| Self::Payment(data));
        }
        // A map keeps the last of two equal keys; the merchant must be named once.
        decode::<Typed<Attribution>>(body)?;
        Ok(Self::Unknown(envelope))
    }
}

#[derive(Deserialize)]
struct Typed<T> {
    data: T,
}

#[derive(Deserialize)]
struct Attribution {
    #[serde(rename = "merch_id")]
    _merch_id: Option<IgnoredAny>,
}

/// Only by keys that a payment's data alone has, never by its status (protocol rule).
fn is_payment(data: &Map<String, Value>) -> bool {
    data.contains_key("request_id") && ["fee_amount", "finished_at"].iter().any(|key| data.contains_key(*key))
}
