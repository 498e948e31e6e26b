//! The log of what was sent to whom, and what came back.

use std::fmt;

use bytes::Bytes;
use http::{StatusCode, Uri};
use serde::{Serialize, Serializer};

use crate::faults::{Fault, FaultSet};

/// One notification to one subscriber, with all attempts to deliver it.
#[derive(Clone, Serialize)]
pub struct Delivery {
    pub(super) id: u64,
    pub(super) operation: &'static str,
    pub(super) merchant: String,
    pub(super) object: String,
    #[serde(serialize_with = "as_text")]
    pub(super) url: Uri,
    pub(super) state: DeliveryState,
    pub(super) attempts: Vec<Attempt>,
    pub(super) replay_of: Option<u64>,
    #[serde(skip)]
    pub(super) body: Bytes,
    /// The header of the first attempt.
    #[serde(skip)]
    pub(super) header: Option<String>,
    pub(super) faults: FaultSet,
}

/// Where a delivery stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
#[non_exhaustive]
pub enum DeliveryState {
    /// It will be tried, or tried again.
    Waiting,
    /// Answered 200.
    Accepted,
    /// Tried as often as the platform tries, or its subscriber was ended.
    GivenUp,
}

/// One attempt to deliver a notification.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct Attempt {
    /// When it ended, by the business clock, in Unix milliseconds.
    pub at: u64,
    /// The receiver's HTTP status, if it answered.
    pub status: Option<u16>,
    /// Why there is none: not signed, not connected (host, port or certificate), broken off, no answer within 10 seconds,
    /// or lost on command.
    pub error: Option<&'static str>,
}

impl Delivery {
    /// Its number, from 1.
    #[must_use]
    pub const fn id(&self) -> u64 {
        self.id
    }

    /// Our name of the notification, e.g. `payment.notification`.
    #[must_use]
    pub const fn operation(&self) -> &'static str {
        self.operation
    }

    /// Whose it is.
    #[must_use]
    pub fn merchant(&self) -> &str {
        &self.merchant
    }

    /// The object that it is about, by the number under which notifications name it.
    #[must_use]
    pub fn object(&self) -> &str {
        &self.object
    }

    /// Where it is posted to.
    #[must_use]
    pub fn url(&self) -> String {
        self.url.to_string()
    }

    /// Where it stands.
    #[must_use]
    pub const fn state(&self) -> DeliveryState {
        self.state
    }

    /// All attempts so far.
    #[must_use]
    pub fn attempts(&self) -> &[Attempt] {
        &self.attempts
    }

    /// The delivery that this one is a replay of.
    #[must_use]
    pub const fn replay_of(&self) -> Option<u64> {
        self.replay_of
    }

    /// What goes wrong with it on command, with each attempt.
    #[must_use]
    pub fn faults(&self) -> &[Fault] {
        self.faults.list()
    }

    /// The receiver's status at the last attempt, or why there is none. Only 200 means that the notification was accepted
    /// (D on one page).
    ///
    /// # Errors
    /// The reason as text, see [`Attempt::error`]; `not sent yet` before the first attempt.
    pub fn outcome(&self) -> Result<StatusCode, &'static str> {
        let last = self.attempts.last().ok_or("not sent yet")?;
        let status = last.status.and_then(|status| StatusCode::from_u16(status).ok());
        status.ok_or_else(|| last.error.unwrap_or("no status"))
    }
}

/// The notification itself is left out: it holds names and account numbers.
impl fmt::Debug for Delivery {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Delivery")
            .field("id", &self.id)
            .field("operation", &self.operation)
            .field("url", &self.url)
            .field("state", &self.state)
            .field("attempts", &self.attempts)
            .finish_non_exhaustive()
    }
}

fn as_text<S: Serializer>(url: &Uri, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_str(url)
}
