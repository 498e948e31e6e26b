//! What all calls of a client together may spend on trying again. When everything fails, trying again only makes it worse; the
//! bucket runs empty after a hundred repeats, and fills as calls succeed.

use std::sync::atomic::{AtomicU32, Ordering};

/// Tokens, shared by all clones of a layer.
#[derive(Debug)]
pub(super) struct Bucket {
    tokens: AtomicU32,
    capacity: u32,
}

impl Bucket {
    pub(super) const fn new(capacity: u32) -> Self {
        Self { tokens: AtomicU32::new(capacity), capacity }
    }

    /// Takes as much, or nothing where less is there.
    pub(super) fn take(&self, cost: u32) -> bool {
        let taken =
            self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, |tokens| tokens.checked_sub(cost));
        taken.is_ok()
    }

    /// A call succeeded, which had spent as much; one that spent nothing brings a token.
    pub(super) fn give(&self, spent: u32) {
        // The usual case, and all calls share this number: looking at it is cheaper than writing it anew.
        if self.tokens.load(Ordering::Relaxed) == self.capacity {
            return;
        }
        let give = |tokens: u32| Some(tokens.saturating_add(spent.max(1)).min(self.capacity));
        // `give` never refuses.
        let _previous = self.tokens.fetch_update(Ordering::Relaxed, Ordering::Relaxed, give);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_runs_empty_and_fills_by_success() {
        let bucket = Bucket::new(20);
        assert!((0..4).all(|_| bucket.take(5)) && !bucket.take(5));
        (0..4).for_each(|_| bucket.give(0));
        assert!(!bucket.take(5));
        bucket.give(0);
        assert!(bucket.take(5) && !bucket.take(1));
        bucket.give(1000);
        assert!(bucket.take(20) && !bucket.take(1), "never more than its capacity");
    }
}
