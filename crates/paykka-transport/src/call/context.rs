//! What a call says of itself, and how far it has come: shared by all its attempts, so that a deadline which ends the call
//! knows whether anything had left this machine.

use std::sync::Arc;
use std::sync::atomic::{AtomicU8, Ordering};
use std::time::Duration;

use http::Request;

use super::Effect;

/// What the layers know of a call; it travels in the request's extensions.
#[derive(Debug, Clone, Default)]
pub struct CallContext {
    pub(super) operation: &'static str,
    pub(super) effect: Effect,
    pub(super) request_id: Option<String>,
    pub(super) timeout: Option<Duration>,
    pub(super) max_attempts: Option<u32>,
    progress: Progress,
    deadline: Option<tokio::time::Instant>,
}

impl CallContext {
    /// A request's context; for one that has none, that of a call which moves money.
    #[must_use]
    pub fn of<B>(request: &Request<B>) -> Self {
        request.extensions().get().cloned().unwrap_or_default()
    }

    /// The operation's name; empty where none was given.
    #[must_use]
    pub const fn operation(&self) -> &'static str {
        self.operation
    }

    /// What a repeat would do.
    #[must_use]
    pub const fn effect(&self) -> Effect {
        self.effect
    }

    /// The number by which people look for the call.
    #[must_use]
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    pub(crate) const fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    pub(crate) const fn max_attempts(&self) -> Option<u32> {
        self.max_attempts
    }

    pub(crate) const fn progress(&self) -> &Progress {
        &self.progress
    }

    /// When the operation's deadline is, where one was set.
    pub(crate) const fn deadline(&self) -> Option<tokio::time::Instant> {
        self.deadline
    }

    pub(crate) const fn set_deadline(&mut self, deadline: tokio::time::Instant) {
        self.deadline = Some(deadline);
    }
}

/// How far a call has come, over all its attempts.
#[derive(Debug, Clone, Default)]
pub(crate) struct Progress(Arc<State>);

#[derive(Debug, Default)]
struct State {
    /// Of the attempt under way.
    reach: AtomicU8,
    /// Whether an earlier attempt may have been executed.
    open: AtomicU8,
}

/// How far an attempt has come. Whoever hands a request on says `Away`, and whoever below knows that nothing has left says
/// `Here`; so a layer over a service that says nothing takes the request for sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// A byte of it may have left.
    Away = 0,
    /// No byte of it has left.
    Here = 1,
}

impl Progress {
    pub(crate) fn set(&self, reach: Reach) {
        self.0.reach.store(reach as u8, Ordering::Release);
    }

    pub(crate) fn is_away(&self) -> bool {
        self.0.reach.load(Ordering::Acquire) == Reach::Away as u8
    }

    /// An attempt of unknown outcome has ended, and stays open whatever later ones say.
    pub(crate) fn leave_open(&self) {
        self.0.open.store(1, Ordering::Release);
    }

    pub(crate) fn is_open(&self) -> bool {
        self.0.open.load(Ordering::Acquire) == 1
    }
}
