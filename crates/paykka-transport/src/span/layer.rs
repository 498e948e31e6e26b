//! Which of the two spans.

use tower::Layer;

use super::service::Traced;

/// Puts calls into spans; see [`Traced`].
#[derive(Debug, Clone, Copy)]
pub struct SpanLayer {
    pub(super) which: Which,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Which {
    Operation,
    Attempt,
}

impl SpanLayer {
    /// The span of a whole call, `paykka.call`; stands outside everything.
    #[must_use]
    pub const fn operation() -> Self {
        Self { which: Which::Operation }
    }

    /// The span of one attempt, `paykka.attempt`; stands inside the retries.
    #[must_use]
    pub const fn attempt() -> Self {
        Self { which: Which::Attempt }
    }
}

impl<S> Layer<S> for SpanLayer {
    type Service = Traced<S>;

    fn layer(&self, inner: S) -> Traced<S> {
        Traced::new(inner, *self)
    }
}
