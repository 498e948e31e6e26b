//! What happens by itself, and when.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Fate, Millis};

/// The next step of an object, with its merchant.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Due {
    /// With the number under which it was handed in.
    Onboarding(String, String),
    Assessment(String, String),
    Va(String, String),
    Order(String, String),
    Receipt(String, String),
    Payee(String, String),
    Exchange(String, String),
    /// The expiry of a quote.
    Quote(String, String),
    /// With which execution it is: one number of the merchant's may be executed twice.
    Payment(String, String, u32),
}

/// A step as it was planned: it belongs to the state that the object was in.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(super) struct Planned {
    pub(super) due: Due,
    /// How often the object had changed; where it has changed again since, the step is of the past.
    pub(super) revision: usize,
    /// That of the call which it goes back to. It isn't saved: faults belong to a run.
    #[serde(skip)]
    pub(super) fate: Fate,
}

/// By time; what is due at one moment happens in the order in which it was planned.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(Millis, Planned)>", into = "Vec<(Millis, Planned)>")]
pub(super) struct Schedule {
    due: BTreeMap<(Millis, u64), Planned>,
    count: u64,
}

impl Schedule {
    pub(super) fn push(&mut self, at: Millis, planned: Planned) {
        self.count += 1;
        self.due.insert((at, self.count), planned);
    }

    pub(super) fn pop_due(&mut self, now: Millis) -> Option<(Millis, Planned)> {
        let entry = self.due.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((at, _), planned) = entry.remove_entry();
        Some((at, planned))
    }

    pub(super) fn next(&self) -> Option<Millis> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }
}

impl From<Vec<(Millis, Planned)>> for Schedule {
    fn from(all: Vec<(Millis, Planned)>) -> Self {
        let mut schedule = Self::default();
        all.into_iter().for_each(|(at, planned)| schedule.push(at, planned));
        schedule
    }
}

impl From<Schedule> for Vec<(Millis, Planned)> {
    fn from(schedule: Schedule) -> Self {
        schedule.due.into_iter().map(|((at, _), planned)| (at, planned)).collect()
    }
}

impl Clone for Schedule {
    fn clone(&self) -> Self {
        Self { due: self.due.clone(), count: self.count }
    }
}
