//! What is known of one claim, and the facts that add to it. One function takes a fact in, so that what was just recorded and
//! what is read back after a crash can't mean different things.

use std::fmt;

use base64ct::{Base64, Encoding as _};
use bytes::Bytes;
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{JournalError, hex, sha256};

/// What names a claim.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct ClaimId {
    merchant: String,
    operation: String,
    key: String,
}

impl ClaimId {
    /// The longest business key, in bytes.
    pub const MAX_KEY_LEN: usize = 200;

    /// # Errors
    /// [`JournalError::is_key`] for a key that isn't 1..200 bytes without control characters.
    pub fn new(merchant: &str, operation: &str, key: &str) -> Result<Self, JournalError> {
        if !(1..=Self::MAX_KEY_LEN).contains(&key.len()) || key.chars().any(char::is_control) {
            return Err(JournalError::key());
        }
        Ok(Self { merchant: merchant.to_owned(), operation: operation.to_owned(), key: key.to_owned() })
    }

    /// The merchant number.
    #[must_use]
    pub fn merchant(&self) -> &str {
        &self.merchant
    }

    /// The operation's name, such as `payment.apply`.
    #[must_use]
    pub fn operation(&self) -> &str {
        &self.operation
    }

    /// The caller's own key.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }
}

impl fmt::Display for ClaimId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} `{}` of {}", self.operation, self.key, self.merchant)
    }
}

/// A claim to be made.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct NewClaim {
    /// Which key.
    pub id: ClaimId,
    /// The number by which the platform knows the call.
    pub request_id: String,
    /// What will be sent, byte for byte.
    pub body: Body,
    /// How much it moves, for ceilings.
    pub moves: Option<Moved>,
    /// Now, in Unix milliseconds.
    pub at: u64,
}

/// An amount, in the wire's unit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Moved {
    /// The currency's code.
    pub currency: String,
    /// The number, as it stands on the wire.
    pub amount: String,
}

/// What happened to a claim.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fact {
    /// How the object stood before anything was sent.
    Before(Body),
    /// A request was signed, and may leave from now on.
    Attempt(Attempt),
    /// The last attempt ended.
    AttemptEnded(AttemptEnd),
    /// The platform refused the only attempt in a way that may say no more than that the call was made already: it counts once
    /// the inquiry agrees.
    RefusalInDoubt(Ending),
    /// The inquiry said something that counts.
    Evidence(Evidence),
    /// What became of it is known.
    Ended(Ending),
}

/// A request that was signed to be sent.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Attempt {
    /// From 1.
    pub number: u32,
    /// The signed time, in Unix milliseconds.
    pub timestamp: String,
    /// The signed nonce.
    pub nonce: String,
    /// SHA-256 of the body that was signed; it is the claim's.
    pub digest: String,
    /// How it ended; `None`: nobody knows.
    #[serde(default)]
    pub ended: Option<AttemptEnd>,
}

/// How an attempt ended.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct AttemptEnd {
    /// When, in Unix milliseconds.
    pub at: u64,
    /// What it came to.
    pub how: How,
}

/// What an attempt came to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum How {
    /// No byte of it left.
    Unsent,
    /// No byte of it left, or the platform took none of it up: too many requests, verified.
    NotTaken,
    /// 401 `010100`: the platform refused the signature and did nothing (D).
    SignatureRefused,
    /// Silence, or an answer that proves nothing.
    Unknown,
}

/// What an inquiry said.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Evidence {
    /// When it was received, in Unix milliseconds.
    pub at: u64,
    /// Whether it said "not found", or what counts as that. Else it showed the object, in a state that decides nothing.
    pub is_absent: bool,
}

/// What became of a claim.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Ending {
    /// When it was known, in Unix milliseconds.
    pub at: u64,
    /// What it is.
    pub outcome: Outcome,
    /// The HTTP status of the answer that said so.
    pub status: u16,
    /// That answer's verified bytes.
    pub body: Body,
    /// What the person wrote who vouches for it. It outlives the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What became of a claim, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The platform took it; the answer is the call's.
    Accepted,
    /// The platform refused it, and did nothing; the answer is the call's.
    Rejected,
    /// It was carried out; the answer is the inquiry's.
    Executed,
    /// It was not carried out and won't be; the answer is the inquiry's.
    Refused,
    /// Something else stands under its number; the answer is the inquiry's.
    Conflict,
    /// A person checked with the platform, and says that it was carried out. There is no answer, but a note.
    VouchedExecuted,
    /// A person checked with the platform, and says that it was not carried out and won't be. There is no answer, but a note.
    VouchedNotExecuted,
}

/// What is known of one claim.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Entry {
    /// What was claimed.
    pub claim: NewClaim,
    /// SHA-256 of the body; it outlives the body.
    pub digest: String,
    /// How the object stood before anything was sent.
    pub before: Option<Body>,
    /// What was signed to be sent, in order.
    pub attempts: Vec<Attempt>,
    /// What the inquiry said, in order.
    pub evidence: Vec<Evidence>,
    /// The refusal that counts once the inquiry agrees.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_doubt: Option<Ending>,
    /// What became of it.
    pub ending: Option<Ending>,
    /// When the caller acknowledged it, in Unix milliseconds.
    pub acknowledged_at: Option<u64>,
}

impl Entry {
    /// A claim of which nothing is known but that it was made.
    #[must_use]
    pub fn new(claim: NewClaim) -> Self {
        Self {
            digest: claim.body.digest(),
            claim,
            before: None,
            attempts: Vec::new(),
            evidence: Vec::new(),
            in_doubt: None,
            ending: None,
            acknowledged_at: None,
        }
    }

    /// Whether an attempt may have been carried out that nobody here knows the outcome of.
    #[must_use]
    pub fn has_open_attempt(&self) -> bool {
        self.attempts.iter().any(Attempt::is_open)
    }

    /// Whether the inquiry has ever shown the object. Then no later "not found" is believed.
    #[must_use]
    pub fn was_seen(&self) -> bool {
        self.evidence.iter().any(|evidence| !evidence.is_absent)
    }

    /// Whether nobody here knows what became of it. Nothing about it is sent then but inquiries, unless a resend policy says so.
    #[must_use]
    pub fn is_unknown(&self) -> bool {
        self.ending.is_none() && (self.has_open_attempt() || self.was_seen())
    }

    /// Takes a fact in.
    pub fn apply(&mut self, fact: Fact) {
        match fact {
            Fact::Before(body) => self.before = Some(body),
            Fact::Attempt(attempt) => {
                // The transport begins another attempt of its own only where the one before wasn't taken.
                self.attempts.push(attempt);
            }
            Fact::AttemptEnded(end) => {
                if let Some(last) = self.attempts.last_mut() {
                    last.ended = Some(end);
                }
            }
            Fact::RefusalInDoubt(refusal) => self.in_doubt = Some(refusal),
            Fact::Evidence(evidence) => self.evidence.push(evidence),
            Fact::Ended(ending) => self.ending = Some(ending),
        }
    }

    /// Whether the caller may put it away: it ended, or nothing of it can have been carried out.
    #[must_use]
    pub fn may_be_acknowledged(&self) -> bool {
        !self.is_unknown()
    }

    /// As little as must be remembered of what was acknowledged: that the key is taken, for what, and how it ended.
    pub(super) fn acknowledged(&mut self, at: u64) {
        self.acknowledged_at = Some(at);
        self.claim.body = Body::default();
        self.before = None;
        self.in_doubt = None;
        self.evidence.clear();
        self.attempts.clear();
        if let Some(ending) = &mut self.ending {
            ending.body = Body::default();
        }
    }
}

impl Attempt {
    /// Whether it may have been carried out.
    #[must_use]
    pub fn is_open(&self) -> bool {
        !self.ended.as_ref().is_some_and(|end| end.how != How::Unknown)
    }
}

/// What an inquiry has shown under some settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Proof {
    /// It said "found" for a key that was known to be accepted.
    pub found: bool,
    /// It said "not found" for a random key.
    pub not_found: bool,
}

impl Proof {
    /// Whether "not found" of this inquiry counts.
    #[must_use]
    pub const fn is_whole(self) -> bool {
        self.found && self.not_found
    }

    pub(super) const fn add(&mut self, shown: Shown) {
        match shown {
            Shown::Found => self.found = true,
            Shown::NotFound => self.not_found = true,
        }
    }
}

/// One half of a [`Proof`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// See [`Proof::found`].
    Found,
    /// See [`Proof::not_found`].
    NotFound,
}

/// Bytes as sent or received; `Debug` leaves them out.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Body(pub Bytes);

impl Body {
    /// SHA-256, in hexadecimal.
    #[must_use]
    pub fn digest(&self) -> String {
        hex(&sha256(&[&self.0]))
    }
}

impl fmt::Debug for Body {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Body({} bytes)", self.0.len())
    }
}

impl Serialize for Body {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&Base64::encode_string(&self.0))
    }
}

impl<'de> Deserialize<'de> for Body {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        Base64::decode_vec(&text).map(|bytes| Self(bytes.into())).map_err(|_| D::Error::custom("not Base64"))
    }
}
