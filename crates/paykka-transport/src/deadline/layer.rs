//! Which deadline it is, and how long.

use std::time::Duration;

use tower::Layer;

use super::service::Deadline;
use crate::error::Ended;

/// Ends calls of the inner service after a time; see [`Deadline`].
#[derive(Debug, Clone, Copy)]
pub struct DeadlineLayer {
    pub(super) limit: Duration,
    pub(super) which: Ended,
}

impl DeadlineLayer {
    /// Each call gets `limit` from its start to the end of its answer, with all attempts, pauses and waiting for a free
    /// place. A call may bring a limit of its own ([`Call::timeout`](crate::Call::timeout)). Stands outside the retries.
    #[must_use]
    pub const fn operation(limit: Duration) -> Self {
        Self { limit, which: Ended::Operation }
    }

    /// Each attempt gets `limit`; stands inside the retries. Only attempts that may be repeated afterwards
    /// ([`Effect::Read`](crate::Effect::Read), [`Effect::Spare`](crate::Effect::Spare)) are ended: ending one of the
    /// others would make its outcome unknown and gain nothing.
    #[must_use]
    pub const fn attempt(limit: Duration) -> Self {
        Self { limit, which: Ended::Attempt }
    }
}

impl<S> Layer<S> for DeadlineLayer {
    type Service = Deadline<S>;

    fn layer(&self, inner: S) -> Deadline<S> {
        Deadline::new(inner, *self)
    }
}
