//! The figures as they are kept: raw, round by round, each part with the machine that it was measured on.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::machine::Machine;
use crate::{boundary, chart, page, places};

/// Parts that weren't asked for stay as they were measured before.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Report {
    pub(crate) crypto: Option<Part<Crypto>>,
    pub(crate) call: Option<Part<Vec<Load>>>,
    pub(crate) webhook: Option<Part<Vec<Load>>>,
    pub(crate) growth: Option<Part<Vec<Curve>>>,
    pub(crate) builds: Option<Part<Vec<Build>>>,
}

impl Report {
    pub(crate) fn read() -> Result<Self, String> {
        let Ok(text) = std::fs::read_to_string(places::raw()) else { return Ok(Self::default()) };
        serde_json::from_str(&text).map_err(|error| {
            format!("{} isn't what this version writes: {error}; delete it", places::raw().display())
        })
    }

    /// The raw figures, the charts and the page.
    pub(crate) fn write(&self) -> Result<(), String> {
        let write = |path: std::path::PathBuf, content: String| {
            std::fs::write(&path, content).map_err(|error| format!("{}: {error}", path.display()))
        };
        std::fs::create_dir_all(places::charts())
            .map_err(|error| format!("docs can't be written: {error}"))?;
        let raw = serde_json::to_string(self).map_err(|error| format!("the figures: {error}"))?;
        write(places::raw(), raw + "\n")?;
        for (name, content) in chart::all(self) {
            write(places::charts().join(name), content)?;
        }
        write(places::page(), page::of(self))
    }
}

#[derive(Debug, Serialize, Deserialize)]
pub(crate) struct Part<T> {
    pub(crate) machine: Machine,
    /// Who has no figure, and why.
    pub(crate) missing: Vec<Missing>,
    pub(crate) rounds: usize,
    pub(crate) figures: T,
}

/// A peer that couldn't be built, started or believed.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Missing {
    /// `crypto`, `call` or `webhook`.
    pub(crate) part: String,
    pub(crate) peer: String,
    pub(crate) why: String,
}

impl fmt::Display for Missing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.peer, self.why)
    }
}

#[derive(Debug, Default, Serialize, Deserialize)]
pub(crate) struct Crypto {
    pub(crate) sign: Vec<Speed>,
    pub(crate) verify: Vec<Speed>,
    /// Absent from figures of before it was measured.
    #[serde(default)]
    pub(crate) boundary: Vec<Boundary>,
}

/// Seconds that one job takes longer through the C interface than in Rust with the same backend, pair by pair.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Boundary {
    pub(crate) peer: String,
    pub(crate) library: String,
    pub(crate) sign: Vec<f64>,
    pub(crate) verify: Vec<f64>,
}

/// Seconds for one, of each round.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Speed {
    pub(crate) peer: String,
    /// The library whose bare operation is its floor.
    pub(crate) library: String,
    pub(crate) is_ours: bool,
    pub(crate) whole: Vec<f64>,
    /// Empty: it measures none, and its library's is taken.
    pub(crate) floor: Vec<f64>,
    pub(crate) cpu: Vec<f64>,
    pub(crate) floor_cpu: Vec<f64>,
}

/// What a peer does under load, of each round.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Load {
    pub(crate) peer: String,
    pub(crate) library: String,
    pub(crate) is_ours: bool,
    pub(crate) in_flight: usize,
    /// Requests a second.
    pub(crate) rate: Vec<f64>,
    /// Microseconds.
    pub(crate) p50: Vec<f64>,
    pub(crate) p99: Vec<f64>,
    /// Seconds of CPU for one request.
    pub(crate) cpu: Vec<f64>,
    /// The most that the process ever held, in KiB.
    pub(crate) memory: f64,
}

/// How something grows.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Curve {
    pub(crate) what: String,
    pub(crate) x: String,
    /// What was measured, and in which unit.
    pub(crate) y: String,
    pub(crate) law: String,
    pub(crate) points: Vec<(f64, Vec<f64>)>,
}

/// A crate's first build, and what it brings.
#[derive(Debug, Clone, Default, Serialize, Deserialize)]
pub(crate) struct Build {
    pub(crate) package: String,
    pub(crate) seconds: f64,
    pub(crate) dependencies: usize,
}

/// Of one library, in seconds.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Floors {
    pub(crate) sign: f64,
    pub(crate) verify: f64,
}

/// Median, least and most.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Spread {
    pub(crate) median: f64,
    pub(crate) least: f64,
    pub(crate) most: f64,
}

impl Spread {
    /// `None` of nothing.
    pub(crate) fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (lower, upper) = (sorted.get(sorted.len().saturating_sub(1) / 2)?, sorted.get(sorted.len() / 2)?);
        Some(Self { median: (lower + upper) / 2.0, least: *sorted.first()?, most: *sorted.last()? })
    }
}

pub(crate) fn median(values: &[f64]) -> Option<f64> {
    Spread::of(values).map(|spread| spread.median)
}

impl Speed {
    /// Whether it's paykka-sign itself, with this backend and nothing between.
    pub(crate) fn is_in_rust(&self, backend: &str) -> bool {
        self.is_ours && self.library == backend && !boundary::is_through(&self.peer)
    }
}

impl Crypto {
    /// Seconds of a library's bare signature and bare verification: on the clock, or of CPU.
    pub(crate) fn floors(&self, library: &str, of: fn(&Speed) -> &[f64]) -> Option<Floors> {
        let floor = |speeds: &[Speed]| {
            let mut own = speeds.iter().filter(|speed| speed.library == library && !speed.floor.is_empty());
            own.next().and_then(|speed| median(of(speed)))
        };
        Some(Floors { sign: floor(&self.sign)?, verify: floor(&self.verify)? })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_spread_is_of_the_values_in_any_order() {
        let spread = Spread::of(&[3.0, 1.0, 2.0]).unwrap();
        assert_eq!(spread, Spread { median: 2.0, least: 1.0, most: 3.0 });
        assert_eq!(median(&[4.0, 1.0, 2.0, 3.0]), Some(2.5));
        assert_eq!(Spread::of(&[]), None);
    }
}
