//! How often, how soon, and how much in all.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use tower::Layer;

use super::bucket::Bucket;
use super::service::Retry;

/// Makes [`Retry`] services that share one budget.
#[derive(Debug, Clone)]
pub struct RetryLayer(pub(super) Arc<Shared>);

#[derive(Debug)]
pub(super) struct Shared {
    pub(super) settings: RetrySettings,
    pub(super) bucket: Bucket,
}

impl RetryLayer {
    /// All services of this layer and its clones share one budget.
    #[must_use]
    pub fn new(settings: RetrySettings) -> Self {
        let bucket = Bucket::new(settings.budget);
        Self(Arc::new(Shared { settings, bucket }))
    }
}

impl<S> Layer<S> for RetryLayer {
    type Service = Retry<S>;

    fn layer(&self, inner: S) -> Retry<S> {
        Retry::new(inner, self.clone())
    }
}

/// Settings of a [`RetryLayer`].
#[derive(Clone)]
pub struct RetrySettings {
    pub(super) attempts: u32,
    pub(super) first_pause: Duration,
    pub(super) longest_pause: Duration,
    pub(super) budget: u32,
    pub(super) repeats_writes: bool,
    pub(super) random: Arc<dyn Fn() -> u64 + Send + Sync>,
}

impl RetrySettings {
    /// How often a call is tried at most, the first time included. Default 3; 0 counts as 1.
    #[must_use]
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.attempts = attempts;
        self
    }

    /// The pause before the first repeat is a random part of `first`; the window doubles with each repeat, up to `longest`.
    /// Default 100 ms and 5 s. `Retry-After` makes it longer.
    #[must_use]
    pub const fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        (self.first_pause, self.longest_pause) = (first, longest);
        self
    }

    /// What all calls together may spend: a repeat costs 5, one after a timeout 10, and a success pays back. Default 500.
    #[must_use]
    pub const fn budget(mut self, tokens: u32) -> Self {
        self.budget = tokens;
        self
    }

    /// Whether calls of [`Effect::Write`](crate::Effect::Write) are sent again after their connection broke. Default no: the
    /// platform doesn't say that it takes a repeat for one (I). Calls that move money never are.
    #[must_use]
    pub const fn repeats_writes(mut self, repeats: bool) -> Self {
        self.repeats_writes = repeats;
        self
    }

    /// Another source of chance than the operating system, for tests.
    #[must_use]
    pub fn random(mut self, random: impl Fn() -> u64 + Send + Sync + 'static) -> Self {
        self.random = Arc::new(random);
        self
    }
}

impl Default for RetrySettings {
    fn default() -> Self {
        Self {
            attempts: 3,
            first_pause: Duration::from_millis(100),
            longest_pause: Duration::from_secs(5),
            budget: 500,
            repeats_writes: false,
            // Without randomness the pause is the longest one.
            random: Arc::new(|| getrandom::u64().unwrap_or(u64::MAX)),
        }
    }
}

impl fmt::Debug for RetrySettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RetrySettings")
            .field("attempts", &self.attempts)
            .field("first_pause", &self.first_pause)
            .field("longest_pause", &self.longest_pause)
            .field("budget", &self.budget)
            .field("repeats_writes", &self.repeats_writes)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
impl RetrySettings {
    /// As the guide writes them.
    pub(crate) fn defaults(&self) -> Vec<(&'static str, String)> {
        let (first, longest) = (self.first_pause.as_millis(), self.longest_pause.as_secs());
        let (budget, writes) = (self.budget, if self.repeats_writes { "yes" } else { "no" });
        let costs = super::service::COSTS;
        vec![
            ("attempts", self.attempts.to_string()),
            ("pauses", format!("0..{first} ms, doubling to {longest} s")),
            (
                "budget",
                format!("{budget} tokens; a repeat costs {}, one after a timeout {}", costs.0, costs.1),
            ),
            ("`repeats_writes`", writes.to_owned()),
        ]
    }
}
