//! What a call says of itself, and how far it has come: shared by all its attempts, so that a deadline which ends the call
//! knows whether anything had left this machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;

use http::Request;
use tokio::time::Instant;

use super::{BeforeSend, Effect};

/// What the layers know of a call; it travels in the request's extensions. Clones are of the same call.
#[derive(Debug, Clone, Default)]
pub struct CallContext(Arc<Facts>);

/// What a call says of itself, and how far it has come.
#[derive(Debug, Clone, Default)]
pub(super) struct Facts {
    pub(super) operation: &'static str,
    pub(super) effect: Effect,
    pub(super) request_id: Option<String>,
    pub(super) timeout: Option<Duration>,
    pub(super) max_attempts: Option<u32>,
    pub(super) before_send: Option<Arc<dyn BeforeSend>>,
    deadline: Option<Instant>,
    progress: Progress,
}

impl CallContext {
    /// A request's context; for one that has none, that of a call which moves money.
    #[must_use]
    pub fn of<B>(request: &Request<B>) -> Self {
        request.extensions().get().cloned().unwrap_or_default()
    }

    /// The operation's name; empty where none was given.
    #[must_use]
    pub fn operation(&self) -> &'static str {
        self.0.operation
    }

    /// What a repeat would do.
    #[must_use]
    pub fn effect(&self) -> Effect {
        self.0.effect
    }

    /// The number by which people look for the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    pub(super) fn new(facts: Facts) -> Self {
        Self(Arc::new(facts))
    }

    /// A request's context, which is in the request from then on: whoever looks at the progress must look at the same.
    pub(crate) fn kept_in<B>(request: &mut Request<B>) -> Self {
        request.extensions_mut().get_or_insert_default::<Self>().clone()
    }

    /// The context of a call that begins here and ends by `deadline`: its progress is its own, also where somebody outside
    /// sends the same request twice.
    pub(crate) fn begun_in<B>(request: &mut Request<B>, deadline: Option<Instant>) -> Self {
        let outer = Self::of(request);
        let begun = Self(Arc::new(Facts { deadline, ..Facts::clone(&outer.0) }));
        request.extensions_mut().insert(begun.clone());
        begun
    }

    pub(crate) fn timeout(&self) -> Option<Duration> {
        self.0.timeout
    }

    pub(crate) fn max_attempts(&self) -> Option<u32> {
        self.0.max_attempts
    }

    pub(crate) fn before_send(&self) -> Option<&dyn BeforeSend> {
        self.0.before_send.as_deref()
    }

    pub(crate) fn progress(&self) -> &Progress {
        &self.0.progress
    }

    /// When the operation's deadline is, where one was set.
    pub(crate) fn deadline(&self) -> Option<Instant> {
        self.0.deadline
    }
}

/// How far a call has come, over all its attempts.
#[derive(Debug, Default)]
pub(crate) struct Progress {
    /// Whether nothing of the attempt under way has left.
    is_here: AtomicBool,
    /// Whether an earlier attempt may have been executed.
    is_open: AtomicBool,
    /// The attempt under way, from 1; 0 before the first.
    attempt: AtomicU32,
}

/// How far an attempt has come. Whoever hands a request on says `Away`, and whoever below knows that nothing has left says
/// `Here`; so a layer over a service that says nothing takes the request for sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// A byte of it may have left.
    Away,
    /// No byte of it has left.
    Here,
}

impl Progress {
    pub(crate) fn set(&self, reach: Reach) {
        self.is_here.store(reach == Reach::Here, Ordering::Release);
    }

    pub(crate) fn is_away(&self) -> bool {
        !self.is_here.load(Ordering::Acquire)
    }

    /// An attempt of unknown outcome has ended, and stays open whatever later ones say.
    pub(crate) fn leave_open(&self) {
        self.is_open.store(true, Ordering::Release);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.is_open.load(Ordering::Acquire)
    }

    pub(crate) fn begin_attempt(&self, number: u32) {
        self.attempt.store(number, Ordering::Release);
        self.set(Reach::Away);
    }

    /// The attempt under way, from 1.
    pub(crate) fn attempt(&self) -> u32 {
        self.attempt.load(Ordering::Acquire).max(1)
    }
}

/// As it stands.
impl Clone for Progress {
    fn clone(&self) -> Self {
        Self {
            is_here: AtomicBool::new(!self.is_away()),
            is_open: AtomicBool::new(self.is_open()),
            attempt: AtomicU32::new(self.attempt.load(Ordering::Acquire)),
        }
    }
}
