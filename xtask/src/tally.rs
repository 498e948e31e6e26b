//! The one way in which `check` and `test` count, so that the last line of both reads the same to people and to
//! scripts.

use std::fmt;
use std::ops::AddAssign;

use crate::tools;

/// How many steps or tests ended how.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Tally {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl Tally {
    pub(crate) const PASSED: Self = Self { passed: 1, failed: 0, skipped: 0 };
    pub(crate) const FAILED: Self = Self { passed: 0, failed: 1, skipped: 0 };
    pub(crate) const SKIPPED: Self = Self { passed: 0, failed: 0, skipped: 1 };
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// Scripts read this form; it doesn't change.
impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} passed, {} failed, {} skipped", self.passed, self.failed, self.skipped)
    }
}

/// Steps that have ended, by name, for a list at the end.
#[derive(Debug, Default)]
pub(crate) struct Steps {
    tally: Tally,
    ended: Vec<(&'static str, &'static str)>,
}

impl Steps {
    pub(crate) fn step(&mut self, name: &'static str, work: impl FnOnce() -> Ending) {
        eprintln!("== {name}");
        let one = work().judged();
        let word = match one {
            Tally::PASSED => "passed",
            Tally::SKIPPED => "skipped",
            _ => "FAILED",
        };
        self.tally += one;
        self.ended.push((name, word));
    }

    pub(crate) const fn has_failed(&self) -> bool {
        self.tally.failed > 0
    }

    /// Prints the list; whether nothing failed.
    pub(crate) fn end(self) -> bool {
        println!();
        for (name, word) in &self.ended {
            println!("{name:<10} {word}");
        }
        println!("{}", self.tally);
        !self.has_failed()
    }
}

/// What a step came to, before it is known how a missing tool counts.
pub(crate) enum Ending {
    Ran(bool),
    Broke(String),
    Lacking(String),
    /// There is nothing that it could look at, whatever is installed.
    Empty(String),
}

impl Ending {
    pub(crate) fn of(result: Result<bool, String>) -> Self {
        result.map_or_else(Self::Broke, Self::Ran)
    }

    /// Counts the step, after saying what kept it from running.
    pub(crate) fn judged(self) -> Tally {
        match self {
            Self::Ran(true) => Tally::PASSED,
            Self::Ran(false) => Tally::FAILED,
            Self::Broke(problem) => {
                eprintln!("error: {problem}");
                Tally::FAILED
            }
            Self::Empty(reason) => {
                eprintln!("{reason}");
                Tally::SKIPPED
            }
            Self::Lacking(problem) => {
                eprintln!("{problem}");
                if tools::all_are_required() { Tally::FAILED } else { Tally::SKIPPED }
            }
        }
    }
}
