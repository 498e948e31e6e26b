//! Which answers this process has had, as long as they could come again: an answer's signature doesn't say to which request
//! it belongs, so one that was taken once must not be taken for another's.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// The memory of the answers that were taken. All transports of a process share one, unless they are given another.
///
/// Two generations, so that forgetting costs nothing a message, and memory is bounded by time: 16 bytes for each answer of
/// the last two generations, each of which lasts four tolerances and a quarter of an hour at least.
#[derive(Clone)]
pub struct ReplayGuard(Arc<Mutex<Generations>>);

struct Generations {
    current: HashSet<u128>,
    former: HashSet<u128>,
    began: Instant,
    lasts: Duration,
}

impl ReplayGuard {
    /// The process's own.
    #[must_use]
    pub fn of_process() -> Self {
        static OF_PROCESS: LazyLock<ReplayGuard> = LazyLock::new(ReplayGuard::new);
        OF_PROCESS.clone()
    }

    /// One that remembers nothing yet, for tests and for platforms that have nothing to do with each other.
    #[must_use]
    pub fn new() -> Self {
        Self(Arc::new(Mutex::new(Generations {
            current: HashSet::new(),
            former: HashSet::new(),
            began: Instant::now(),
            lasts: SHORTEST,
        })))
    }

    /// An answer can be taken from `tolerance` before its time, until a request that was made up to `tolerance` after it has
    /// its answer. Four times that leaves room for slow calls.
    pub(super) fn outlasts(&self, tolerance: Duration) {
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        generations.lasts = generations.lasts.max(tolerance.saturating_mul(4));
    }

    /// Whether the message with this signature is here for the first time. RSASSA-PKCS1-v1_5 has one signature for a message
    /// and a key, so it stands for the message; of it, 16 bytes from the middle tell messages apart.
    pub(super) fn is_new(&self, signature: &[u8], now: Instant) -> bool {
        let middle = signature.len() / 2;
        let mark = signature.get(middle..middle.saturating_add(16)).and_then(|mark| mark.try_into().ok());
        let mark = mark.map_or(0, u128::from_be_bytes);
        let mut generations = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        generations.age(now);
        !generations.former.contains(&mark) && generations.current.insert(mark)
    }
}

/// Longer than any call lasts.
const SHORTEST: Duration = Duration::from_secs(900);

impl Generations {
    fn age(&mut self, now: Instant) {
        let age = now.saturating_duration_since(self.began);
        if age < self.lasts {
            return;
        }
        let former = std::mem::take(&mut self.current);
        // After a gap longer than a generation nothing of either can come again.
        self.former = if age < self.lasts.saturating_mul(2) { former } else { HashSet::new() };
        self.began = now;
    }
}

impl Default for ReplayGuard {
    fn default() -> Self {
        Self::of_process()
    }
}

impl fmt::Debug for ReplayGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ReplayGuard").finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_known_for_a_generation_and_forgotten_after_two() {
        let (guard, start) = (ReplayGuard::new(), Instant::now());
        guard.outlasts(Duration::from_secs(300));
        guard.outlasts(Duration::from_secs(1));
        let at = |seconds| start + Duration::from_secs(seconds);
        let (one, other) = ([1; 256], [2; 256]);
        assert!(guard.is_new(&one, at(1)) && guard.is_new(&other, at(1)));
        for seconds in [1, 1199, 1200, 1201, 2390] {
            assert!(!guard.is_new(&one, at(seconds)), "{seconds}");
        }
        assert!(guard.is_new(&one, at(9000)), "long after its window");
        assert_eq!(guard.0.lock().unwrap().former.len(), 0);
    }
}
