//! The whole way of a notification, framework-free: verify, claim, parse, judge its turn, handle, and say how it ended.
//! Adapters only read a request and write a status.

mod handling;
mod objects;
mod storing;

use std::error::Error as _;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use paykka_sign::Verified;
use tokio_util::task::TaskTracker;
use tokio_util::task::task_tracker::TaskTrackerToken;

use crate::inbox::Inbox;
use crate::{Claims, ConfigError, Counters, Handler, Headers, RawNotification, Reason, Rejection, Verifier};
use handling::Handling;
pub(crate) use handling::Memory;
use storing::Shelf;

/// Receives notifications: see [`handling`](Self::handling) for what happens to each. Clones share everything but their
/// settings.
///
/// ```
/// use paykka_webhook::{Delivery, MemoryClaims, Receiver, Verifier};
///
/// # fn run(verifier: Verifier) {
/// let receiver = Receiver::handling(verifier, MemoryClaims::new(100_000), |delivery: Delivery| async move {
///     // … keep what it says …
///     Ok::<_, std::io::Error>(delivery.ack())
/// });
/// # }
/// ```
#[derive(Clone)]
pub struct Receiver {
    verifier: Verifier,
    settings: Settings,
    shared: Arc<Shared>,
}

#[derive(Debug, Clone, Copy)]
struct Settings {
    ack_deadline: Duration,
    body_deadline: Duration,
    late_up_to: Duration,
}

struct Shared {
    way: Way,
    counters: Counters,
    running: TaskTracker,
}

/// What is done with what was verified.
enum Way {
    Handle(Handling),
    Store(Shelf),
}

impl Receiver {
    /// A receiver that calls `handler` with each delivery before it is acknowledged.
    ///
    /// 1. What doesn't verify is refused, and what is late, too.
    /// 2. A delivery that `claims` has as done is acknowledged, and one that is in progress is answered 503.
    /// 3. The body is parsed. One that says what the latest handled one of its object said is acknowledged and not handled,
    ///    however it was signed, as far as the claims [know it](Claims::last_states). With [`MemoryClaims`](crate::MemoryClaims) the
    ///    last states of about 100,000 objects are remembered.
    /// 4. The handler runs in a task of its own, so that a peer that hangs up doesn't cut it. Deliveries of one object come
    ///    one after another. If it doesn't end within the [ack deadline](Self::ack_deadline) the answer is 503, the claim is
    ///    held until it ends, and what comes again then is acknowledged.
    /// 5. An error is answered 503 and a panic 500, and the delivery can be claimed again.
    #[must_use]
    pub fn handling(verifier: Verifier, claims: impl Claims, handler: impl Handler) -> Self {
        Self::remembering(verifier, Arc::new(Memory::new(claims)), handler)
    }

    /// A receiver that keeps each delivery in `inbox`, and acknowledges it when it is durable there; workers handle it later.
    /// What is genuine, ours and late is kept, too, and marked. No claims are needed: the inbox knows what it has. While it
    /// stalls, 256 deliveries wait for it, and what comes beside them is answered 503 at once.
    #[must_use]
    pub fn storing(verifier: Verifier, inbox: Arc<dyn Inbox>) -> Self {
        Self::new(verifier, Way::Store(Shelf::new(inbox)), TaskTracker::new())
    }

    /// How long a delivery may take before it is answered 503. Default 3 s.
    #[must_use]
    pub const fn ack_deadline(mut self, deadline: Duration) -> Self {
        self.settings.ack_deadline = deadline;
        self
    }

    /// By how much what an inbox keeps may be too old; what is later is refused ([`Reason::Late`]). Default without bound,
    /// since a platform that comes late and a replay look the same; zero refuses all that is late. Without an inbox all of
    /// it is refused, whatever stands here.
    #[must_use]
    pub const fn late_up_to(mut self, at_most: Duration) -> Self {
        self.settings.late_up_to = at_most;
        self
    }

    /// How long the adapters wait for a body. Default 10 s.
    #[must_use]
    pub const fn body_deadline(mut self, deadline: Duration) -> Self {
        self.settings.body_deadline = deadline;
        self
    }

    /// Takes one delivery, and says what to answer: [`Reason::status`], with the body `{}` whatever it is (D for 200). `body` is
    /// what came, byte for byte. Dropping the future doesn't stop a handler that has begun.
    ///
    /// Must be called inside a tokio runtime.
    pub async fn receive<H: Headers + ?Sized>(&self, headers: &H, body: Bytes) -> Reason {
        match self.verifier.verify(headers, body) {
            Ok(raw) => self.counted(self.take(raw, None).await),
            Err(rejection) if rejection.late_by().is_some_and(|by| self.keeps(by)) => {
                match rejection.into_late() {
                    Some(late) => self.counted(self.take(late.raw, Some(late.by)).await),
                    None => self.counted(Reason::Late),
                }
            }
            Err(rejection) => self.reject(&rejection),
        }
    }

    /// How many deliveries ended how.
    #[must_use]
    pub fn counters(&self) -> &Counters {
        &self.shared.counters
    }

    /// The path that must have been signed.
    #[must_use]
    pub fn path(&self) -> &str {
        self.verifier.path()
    }

    /// A receiver for each kind; this one's path is the base. They share all but the path. See
    /// [`Verifier::for_each_kind`].
    ///
    /// # Errors
    /// As there.
    pub fn for_each_kind(&self) -> Result<Vec<Self>, ConfigError> {
        let verifiers = self.verifier.for_each_kind()?;
        Ok(verifiers.into_iter().map(|verifier| Self { verifier, ..self.clone() }).collect())
    }

    /// Takes nothing new from now on (503), and returns when all handlers have ended. What waits for another machine's handler is let
    /// go, for another receiver to take. Call it before the server is stopped, or beside its own graceful shutdown: what was
    /// acknowledged was handled.
    pub async fn shutdown(&self) {
        self.shared.running.close();
        self.shared.running.wait().await;
    }

    /// As [`handling`](Self::handling), with a memory that others may share.
    pub(crate) fn remembering(verifier: Verifier, memory: Arc<Memory>, handler: impl Handler) -> Self {
        let running = TaskTracker::new();
        Self::new(verifier, Way::Handle(Handling::new(memory, handler, running.clone())), running)
    }

    pub(crate) const fn waits_for_body(&self) -> Duration {
        self.settings.body_deadline
    }

    /// Counts and logs what can't be taken.
    pub(crate) fn reject(&self, rejection: &Rejection) -> Reason {
        refused(rejection);
        self.counted(rejection.reason())
    }

    fn new(verifier: Verifier, way: Way, running: TaskTracker) -> Self {
        let settings = Settings {
            ack_deadline: Duration::from_secs(3),
            body_deadline: Duration::from_secs(10),
            late_up_to: Duration::MAX,
        };
        let shared = Shared { way, counters: Counters::new(), running };
        Self { verifier, settings, shared: Arc::new(shared) }
    }

    async fn take(&self, raw: Verified<RawNotification>, late_by: Option<Duration>) -> Reason {
        let Some(running) = self.running() else { return Reason::ShuttingDown };
        let (shared, verifier) = (Arc::clone(&self.shared), self.verifier.clone());
        let task = tokio::spawn(async move {
            let reason = match &shared.way {
                Way::Handle(handling) => handling.deliver(&verifier, raw).await,
                Way::Store(shelf) => shelf.store(raw, verifier.now(), late_by).await,
            };
            drop(running);
            reason
        });
        match tokio::time::timeout(self.settings.ack_deadline, task).await {
            Ok(Ok(reason)) => reason,
            // The runtime is being stopped, or a `Claims` panicked.
            Ok(Err(_)) => Reason::Panic,
            Err(_) => {
                tracing::warn!(
                    reason = Reason::AckDeadline.code(),
                    "a verified notification wasn't handled in time; its handler goes on"
                );
                Reason::AckDeadline
            }
        }
    }

    fn keeps(&self, late_by: Duration) -> bool {
        matches!(self.shared.way, Way::Store(_)) && late_by <= self.settings.late_up_to
    }

    /// A sign that something is under way, taken before the look at whether it may be, so that no shutdown misses it.
    fn running(&self) -> Option<TaskTrackerToken> {
        let token = self.shared.running.token();
        (!self.shared.running.is_closed()).then_some(token)
    }

    fn counted(&self, reason: Reason) -> Reason {
        self.shared.counters.count(reason);
        tracing::debug!(reason = reason.code(), status = reason.status().as_u16(), "notification answered");
        reason
    }
}

impl fmt::Debug for Receiver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Receiver")
            .field("verifier", &self.verifier)
            .field("settings", &self.settings)
            .finish_non_exhaustive()
    }
}

/// Tells the operator why. Neither body nor header is shown, but for the key id, which is escaped.
fn refused(rejection: &Rejection) {
    tracing::warn!(
        reason = rejection.reason().code(),
        key_id = rejection.key_id(),
        why = rejection.source().map(ToString::to_string),
        "notification refused: {rejection}"
    );
}
