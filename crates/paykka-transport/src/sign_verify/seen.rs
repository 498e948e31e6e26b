//! Which answers this process has had, as long as they could come again: an answer's signature doesn't say to which request
//! it belongs, so one that was taken once must not be taken for another's.

use std::collections::HashSet;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Two generations, so that forgetting costs nothing a message, and memory is bounded by time: 16 bytes for each answer of
/// the last two generations.
pub(super) struct Seen {
    generations: Mutex<Generations>,
    lasts: Duration,
}

struct Generations {
    current: HashSet<u128>,
    former: HashSet<u128>,
    began: Instant,
}

impl Seen {
    /// An answer can be taken from `tolerance` before its time, until a request that was made up to `tolerance` after it has
    /// its answer. Four times that leaves room for slow calls.
    pub(super) fn new(tolerance: Duration) -> Self {
        let generations =
            Generations { current: HashSet::new(), former: HashSet::new(), began: Instant::now() };
        Self {
            generations: generations.into(),
            lasts: tolerance.saturating_mul(4).max(Duration::from_secs(60)),
        }
    }

    /// Whether the message with this signature is here for the first time. RSASSA-PKCS1-v1_5 has one signature for a message
    /// and a key, so it stands for the message; of it, 16 bytes from the middle tell messages apart.
    pub(super) fn is_new(&self, signature: &[u8], now: Instant) -> bool {
        let middle = signature.len() / 2;
        let mark = signature.get(middle..middle.saturating_add(16)).and_then(|mark| mark.try_into().ok());
        let mark = mark.map_or(0, u128::from_be_bytes);
        let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
        generations.age(now, self.lasts);
        !generations.former.contains(&mark) && generations.current.insert(mark)
    }
}

impl Generations {
    fn age(&mut self, now: Instant, lasts: Duration) {
        let age = now.saturating_duration_since(self.began);
        if age < lasts {
            return;
        }
        let former = std::mem::take(&mut self.current);
        // After a gap longer than a generation nothing of either can come again.
        self.former = if age < lasts.saturating_mul(2) { former } else { HashSet::new() };
        self.began = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_was_seen_is_known_for_a_generation_and_forgotten_after_two() {
        let (seen, start) = (Seen::new(Duration::from_secs(60)), Instant::now());
        let at = |seconds| start + Duration::from_secs(seconds);
        let (one, other) = ([1; 256], [2; 256]);
        assert!(seen.is_new(&one, at(1)) && seen.is_new(&other, at(1)));
        for seconds in [1, 239, 240, 241, 478] {
            assert!(!seen.is_new(&one, at(seconds)), "{seconds}");
        }
        assert!(seen.is_new(&one, at(2000)), "long after its window");
        assert_eq!(seen.generations.lock().unwrap().former.len(), 0);
    }
}
