//! Numbers that the platform gives. Each depends on what it is for and on nothing else that is under way, so that one seed
//! gives the same numbers in whatever order the calls come; and no two are alike.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Ids {
    /// Tells apart the numbers of two emulators.
    run: u64,
    /// How many were given for one thing, by its digest: a quote may be asked for twice.
    given: BTreeMap<u64, u64>,
    taken: BTreeSet<u64>,
}

impl Ids {
    pub(super) const fn new(seed: u64) -> Self {
        Self { run: mixed(seed), given: BTreeMap::new(), taken: BTreeSet::new() }
    }

    /// `PREFIX` and sixteen digits: `RO` gives `RO1234567890123456`. The parts of `what` tell for which thing it is.
    pub(super) fn number(&mut self, prefix: &str, what: &[&str]) -> String {
        let number = self.unique(prefix, what, SIXTEEN_DIGITS);
        format!("{prefix}{number}")
    }

    /// As [`number`](Self::number), in as many digits as a file's number may have.
    pub(super) fn file(&mut self, what: &[&str]) -> i32 {
        // The range is that of the type.
        i32::try_from(self.unique("file", what, FILES)).unwrap_or(i32::MAX)
    }

    fn unique(&mut self, kind: &str, what: &[&str], range: Range<u64>) -> u64 {
        let digest = what.iter().fold(digested(self.run, kind), |digest, part| digested(digest, part));
        let count = self.given.entry(digest).or_default();
        loop {
            *count += 1;
            let number = range.start + mixed(digest.wrapping_add(*count)) % (range.end - range.start);
            if self.taken.insert(number) {
                return number;
            }
        }
    }
}

const SIXTEEN_DIGITS: Range<u64> = 1_000_000_000_000_000..10_000_000_000_000_000;
const FILES: Range<u64> = 1..1 << 31;

/// With the length, so that no part can run into the next.
fn digested(digest: u64, part: &str) -> u64 {
    let with_length = mixed(digest ^ part.len() as u64);
    part.bytes().fold(with_length, |digest, byte| mixed(digest ^ u64::from(byte)))
}

/// The finisher of `SplitMix64`: neighbouring seeds give unlike numbers. Not for security.
pub(crate) const fn mixed(seed: u64) -> u64 {
    let a = seed.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let b = (a ^ (a >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let c = (b ^ (b >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    c ^ (c >> 31)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_number_depends_on_what_it_is_for_and_not_on_the_others() {
        let (mut alone, mut later, mut other) = (Ids::new(1), Ids::new(1), Ids::new(2));
        for index in 0..1_000 {
            later.number("CO", &["M1", &index.to_string()]);
        }
        let of = |ids: &mut Ids| [ids.number("RO", &["M1", "A"]), ids.number("RO", &["M1", "A"])];
        let numbers = of(&mut alone);
        assert_eq!(of(&mut later), numbers);
        assert_ne!(numbers[0], numbers[1], "the second of a thing has a number of its own");
        assert_ne!(of(&mut other)[0], numbers[0]);
        assert_ne!(alone.number("RO", &["M", "1A"]), alone.number("RO", &["M1", "A"]));
        assert!(numbers[0].len() == 18 && numbers[0].starts_with("RO"));
    }

    /// Two files in a hundred thousand would share a number by chance.
    #[test]
    fn no_two_are_alike() {
        let mut ids = Ids::new(1);
        let numbers: BTreeSet<_> = (0..200_000).map(|index| ids.file(&["M1", &index.to_string()])).collect();
        assert_eq!(numbers.len(), 200_000);
        assert!(numbers.first().is_some_and(|first| *first > 0));
    }
}
