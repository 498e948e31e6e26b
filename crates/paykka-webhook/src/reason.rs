//! What became of a delivery, as one word for counters and logs. The sender sees a status alone; this is for the operator.

use std::sync::atomic::{AtomicU64, Ordering};

use http::StatusCode;

macro_rules! reasons {
    ($($(#[$meta:meta])* $name:ident = $code:literal, $status:ident;)+) => {
        /// How a delivery ended. [`code`](Self::code) is stable text for machines.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
        #[non_exhaustive]
        pub enum Reason {
            $($(#[$meta])* $name,)+
        }

        impl Reason {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$name),+];

            /// The reason as stable text.
            #[must_use]
            pub const fn code(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)+
                }
            }

            /// The status that the sender gets.
            #[must_use]
            pub const fn status(self) -> StatusCode {
                match self {
                    $(Self::$name => StatusCode::$status,)+
                }
            }
        }
    };
}

reasons! {
    /// Handled, and acknowledged.
    Handled = "handled", OK;
    /// Kept by the inbox, and acknowledged.
    Stored = "stored", OK;
    /// The same delivery was handled or kept before; acknowledged, and not handled again.
    Again = "again", OK;
    /// Signed anew, and says what the latest handled one of its object said; acknowledged, and not handled again.
    Repeat = "repeat", OK;
    /// Not a POST. What to do: nothing, unless it is the platform's.
    Method = "method", METHOD_NOT_ALLOWED;
    /// Larger than 1 MiB. What to do: nothing; no documented notification comes near it.
    TooLarge = "too-large", PAYLOAD_TOO_LARGE;
    /// The body didn't come in time. What to do: look at the network and the proxy between.
    TooSlow = "too-slow", REQUEST_TIMEOUT;
    /// The connection broke before the whole body was there. What to do: as for [`TooSlow`](Self::TooSlow).
    Interrupted = "interrupted", REQUEST_TIMEOUT;
    /// A header is missing, doubled, or holds what can't be signed. What to do: look for a proxy that drops or doubles
    /// headers; `Authorization` and `X-Merch-Id` must pass as they are.
    Header = "header", UNAUTHORIZED;
    /// The body has a `Content-Encoding`. What to do: switch off compression in the proxy between.
    Encoded = "encoded", UNAUTHORIZED;
    /// The header names a key id that isn't installed. What to do: install the key that belongs to it, after asking the
    /// platform whether it is theirs.
    UnknownKey = "unknown-key", UNAUTHORIZED;
    /// The signature is wrong for these bytes. What to do: look for a proxy that changes bodies or paths, and at the signed
    /// path that the verifier was given.
    Signature = "signature", UNAUTHORIZED;
    /// The ring holds our own public key. What to do: install the platform's; two files were probably mixed up.
    OwnKey = "own-key", SERVICE_UNAVAILABLE;
    /// Genuine, and for another merchant. What to do: if the number is yours, add it to the verifier's merchants.
    ForeignMerchant = "foreign-merchant", UNAUTHORIZED;
    /// Genuine, names no merchant, and may be about money. What to do: ask the platform why it sends no `X-Merch-Id`.
    Unattributed = "unattributed", UNAUTHORIZED;
    /// Genuine, ours, and signed longer ago than the tolerance. What to do: check this machine's clock; if it is right, it
    /// is a replay, or the platform came late: take an inbox, which keeps those.
    Late = "late", UNAUTHORIZED;
    /// Genuine, ours, and signed later than this machine's clock allows. What to do: check the clock.
    Early = "early", UNAUTHORIZED;
    /// This machine's clock can't be read as a time since 1970. What to do: set it.
    Clock = "clock", SERVICE_UNAVAILABLE;
    /// The same delivery is being handled. What to do: nothing; the platform comes again (I).
    InProgress = "in-progress", SERVICE_UNAVAILABLE;
    /// The claims are out of reach, or full. What to do: bring them back (Redis), or give them more room.
    Claims = "claims", SERVICE_UNAVAILABLE;
    /// The handler didn't end within the ack deadline; it goes on. What to do: let handlers do less, or take an inbox.
    AckDeadline = "ack-deadline", SERVICE_UNAVAILABLE;
    /// The handler gave an error. What to do: see its own log.
    Handler = "handler", SERVICE_UNAVAILABLE;
    /// The handler panicked. What to do: correct it.
    Panic = "panic", INTERNAL_SERVER_ERROR;
    /// The inbox couldn't keep it. What to do: see the log for why; mostly a full or broken disk.
    Inbox = "inbox", SERVICE_UNAVAILABLE;
    /// The receiver is being shut down. What to do: nothing; the platform comes again (I).
    ShuttingDown = "shutting-down", SERVICE_UNAVAILABLE;
}

impl Reason {
    /// Whether the delivery was acknowledged.
    #[must_use]
    pub fn is_acknowledged(self) -> bool {
        self.status() == StatusCode::OK
    }
}

/// How many deliveries ended how, since the receiver was made.
#[derive(Debug)]
pub struct Counters([AtomicU64; Reason::ALL.len()]);

impl Counters {
    pub(crate) fn new() -> Self {
        Self([const { AtomicU64::new(0) }; Reason::ALL.len()])
    }

    pub(crate) fn count(&self, reason: Reason) {
        if let Some(counter) = self.0.get(reason as usize) {
            counter.fetch_add(1, Ordering::Relaxed);
        }
    }

    /// How many ended so.
    #[must_use]
    pub fn of(&self, reason: Reason) -> u64 {
        self.0.get(reason as usize).map_or(0, |counter| counter.load(Ordering::Relaxed))
    }

    /// All reasons with their counts, also those that never came, for a metrics endpoint.
    pub fn all(&self) -> impl Iterator<Item = (Reason, u64)> {
        Reason::ALL.iter().map(|reason| (*reason, self.of(*reason)))
    }
}
