//! Which operation may be called how often.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;
use tower::Layer;

use super::service::Pace;

/// Spaces out calls by operation; see [`Pace`].
#[derive(Debug, Clone, Default)]
pub struct PaceLayer(Arc<HashMap<&'static str, Rate>>);

/// So many calls in so much time, and all of them at once where none came before.
#[derive(Debug)]
struct Rate {
    /// The time that one call takes up.
    each: Duration,
    /// How far ahead of the clock calls may be.
    burst: Duration,
    /// Until when the time is taken up.
    taken: Mutex<Option<Instant>>,
}

impl PaceLayer {
    /// Holds nothing back.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// At most `calls` of `operation` in any `period` and a little more: `calls` at once after a pause, then one each
    /// `period / calls`. Both must be above zero, else the operation isn't held back.
    #[must_use]
    pub fn operation(self, operation: &'static str, calls: u32, period: Duration) -> Self {
        // Nobody else has it yet: this builds.
        let mut rates = Arc::try_unwrap(self.0).unwrap_or_default();
        if let Some(each) = period.checked_div(calls).filter(|each| !each.is_zero()) {
            let burst = period.saturating_sub(each);
            rates.insert(operation, Rate { each, burst, taken: Mutex::default() });
        }
        Self(Arc::new(rates))
    }

    /// When the operation's next call may go; `None` for at once.
    pub(super) fn next(&self, operation: &str) -> Option<Instant> {
        let rate = self.0.get(operation)?;
        let now = Instant::now();
        let mut taken = rate.taken.lock().unwrap_or_else(PoisonError::into_inner);
        let from = taken.map_or(now, |taken| taken.max(now));
        *taken = from.checked_add(rate.each);
        let may = from.checked_sub(rate.burst).unwrap_or(now);
        (may > now).then_some(may)
    }
}

impl<S> Layer<S> for PaceLayer {
    type Service = Pace<S>;

    fn layer(&self, inner: S) -> Pace<S> {
        Pace::new(inner, self.clone())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn calls_are_spaced_out_by_operation_over_all_clones() {
        let pace = PaceLayer::new().operation("a", 2, Duration::from_secs(1));
        let start = Instant::now();
        let waits: Vec<u128> = (0..5)
            .map(|_| pace.clone().next("a").map_or(0, |at| at.duration_since(start).as_millis()))
            .collect();
        assert_eq!(waits, [0, 0, 500, 1000, 1500]);
        assert_eq!(pace.next("b"), None);
        tokio::time::advance(Duration::from_secs(60)).await;
        assert_eq!(pace.next("a"), None);
        for none in [
            PaceLayer::new().operation("a", 0, Duration::from_secs(1)),
            PaceLayer::new().operation("a", 1, Duration::ZERO),
        ] {
            assert!((0..9).all(|_| none.next("a").is_none()));
        }
    }
}
