//! Numbers that the platform gives: the same in every run of one seed, and no two alike.

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Ids {
    /// Tells apart the numbers of two emulators.
    run: u64,
    last: u64,
}

impl Ids {
    pub(super) const fn new(seed: u64) -> Self {
        Self { run: mixed(seed) % 10_000_000, last: 0 }
    }

    /// `PREFIX`, seven digits of the run, nine of the count: `RO` gives `RO1234567000000001`.
    pub(super) fn next(&mut self, prefix: &str) -> String {
        let number = self.next_number();
        format!("{prefix}{:07}{number:09}", self.run)
    }

    pub(super) const fn next_number(&mut self) -> u64 {
        self.last += 1;
        self.last
    }
}

/// The finisher of `SplitMix64`: neighbouring seeds give unlike numbers. Not for security.
pub(crate) const fn mixed(seed: u64) -> u64 {
    let a = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let b = (a ^ (a >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let c = (b ^ (b >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    c ^ (c >> 31)
}
