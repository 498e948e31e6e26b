//! Which nonces were seen, as long as their message could come again. Two generations, so that forgetting costs nothing
//! per message and memory is bounded by time.

use std::collections::HashSet;
use std::time::Duration;

use ring::digest::{Context, SHA256};

use crate::clock::millis;

#[derive(Default)]
pub(super) struct NonceMemory {
    current: HashSet<Seen>,
    former: HashSet<Seen>,
    /// When the current generation becomes the former.
    until: u64,
}

/// Half of the digest of key id and nonce: a quarter of what the texts take, and nobody finds two that meet in it.
type Seen = [u8; 16];

impl NonceMemory {
    /// A message is accepted from a window before its time to a window after it, so a generation lasts two windows.
    pub(super) fn is_new(&mut self, key_id: &str, nonce: &str, now: u64, window: Duration) -> bool {
        if now >= self.until {
            let lasts = millis(window).saturating_mul(2).saturating_add(1);
            // After a gap longer than a generation nothing of either can come again.
            let is_recent = now < self.until.saturating_add(lasts);
            let former = std::mem::take(&mut self.current);
            self.former = if is_recent { former } else { HashSet::new() };
            self.until = now.saturating_add(lasts);
        }
        let seen = seen(key_id, nonce);
        !self.former.contains(&seen) && self.current.insert(seen)
    }
}

fn seen(key_id: &str, nonce: &str) -> Seen {
    let mut digest = Context::new(&SHA256);
    // No id has a zero byte, so two pairs are never written alike.
    [key_id.as_bytes(), b"\0", nonce.as_bytes()].into_iter().for_each(|part| digest.update(part));
    let digest = digest.finish();
    std::array::from_fn(|index| digest.as_ref().get(index).copied().unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_nonce_is_remembered_for_two_windows_and_forgotten_after_four() {
        let window = Duration::from_millis(100);
        let mut memory = NonceMemory::default();
        assert!(memory.is_new("K", "n", 1_000, window));
        for (now, nonce) in [(1_050, "a"), (1_199, "b"), (1_201, "c")] {
            assert!(memory.is_new("K", nonce, now, window));
            assert!(!memory.is_new("K", "n", now, window), "{now}");
        }
        assert!(memory.is_new("K2", "n", 1_201, window), "of another key");
        assert!(memory.is_new("K2n", "", 1_201, window), "no text runs into the other");
        assert!(memory.is_new("K", "d", 1_402, window) && memory.is_new("K", "n", 1_402, window));
        assert!(memory.is_new("K", "e", 9_000, window));
        assert_eq!(memory.former.len() + memory.current.len(), 1);
    }
}
