//! Which operation may be called how often.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::Mutex;
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
    /// Until when the time is taken up. Who waits for its turn waits for this lock, in the order of coming; who gives up
    /// has taken nothing.
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

    /// Whether the operation is held back at all.
    pub(crate) fn holds_back(&self, operation: &str) -> bool {
        // Most clients hold nothing back, and needn't hash the name.
        !self.0.is_empty() && self.0.contains_key(operation)
    }

    /// Returns when the operation's next call may go.
    pub(super) async fn turn(&self, operation: &str) {
        let Some(rate) = self.0.get(operation) else { return };
        let mut taken = rate.taken.lock().await;
        if let Some(from) = taken.and_then(|taken| taken.checked_sub(rate.burst)) {
            tokio::time::sleep_until(from).await;
        }
        let now = Instant::now();
        *taken = taken.map_or(now, |taken| taken.max(now)).checked_add(rate.each);
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
        let mut waits = Vec::new();
        for _ in 0..5 {
            pace.clone().turn("a").await;
            waits.push(start.elapsed().as_millis());
        }
        assert_eq!(waits, [0, 0, 500, 1000, 1500]);
        assert!(pace.holds_back("a") && !pace.holds_back("b"));
        tokio::time::advance(Duration::from_secs(60)).await;
        let start = Instant::now();
        pace.turn("a").await;
        assert_eq!(start.elapsed(), Duration::ZERO);
        for none in [
            PaceLayer::new().operation("a", 0, Duration::from_secs(1)),
            PaceLayer::new().operation("a", 1, Duration::ZERO),
        ] {
            assert!(!none.holds_back("a"));
        }
    }

    /// More is asked for than the rate lets through, and all lose patience at some time.
    #[tokio::test(start_paused = true)]
    async fn who_gives_up_takes_no_turn() {
        let pace = PaceLayer::new().operation("a", 2, Duration::from_secs(1));
        let mut callers = tokio::task::JoinSet::new();
        for number in 0..360_u64 {
            let pace = pace.clone();
            callers.spawn(async move {
                tokio::time::sleep(Duration::from_millis(number * 333)).await;
                tokio::time::timeout(Duration::from_secs(2), pace.turn("a")).await.is_ok()
            });
        }
        let through = callers.join_all().await.into_iter().filter(|came| *came).count();
        // 120 seconds at two a second.
        assert!((230..=245).contains(&through), "{through}");
    }
}
