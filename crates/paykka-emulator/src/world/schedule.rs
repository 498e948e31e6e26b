//! What happens by itself, and when.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Fate, Millis};

/// The next step of an object, with its merchant where it has one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Due {
    Onboarding(String),
    Assessment(String),
    Va(String, String),
    Order(String, String),
    Receipt(String, String),
    Payee(String, String),
    Exchange(String, String),
    /// The expiry of a quote.
    Quote(String, String),
    /// With its number in the ledger: one number of the merchant's may be executed twice.
    Payment(String, String, u64),
}

/// By time; what is due at one moment happens in the order in which it was planned. Each step has the fate of the call
/// that it goes back to, which isn't saved: faults belong to a run.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(from = "Vec<(Millis, Due)>", into = "Vec<(Millis, Due)>")]
pub(super) struct Schedule {
    due: BTreeMap<(Millis, u64), (Due, Fate)>,
    planned: u64,
}

impl Schedule {
    pub(super) fn push(&mut self, at: Millis, due: Due, fate: Fate) {
        self.planned += 1;
        self.due.insert((at, self.planned), (due, fate));
    }

    pub(super) fn pop_due(&mut self, now: Millis) -> Option<(Millis, Due, Fate)> {
        let entry = self.due.first_entry().filter(|entry| entry.key().0 <= now)?;
        let ((at, _), (due, fate)) = entry.remove_entry();
        Some((at, due, fate))
    }

    pub(super) fn next(&self) -> Option<Millis> {
        self.due.first_key_value().map(|((at, _), _)| *at)
    }
}

impl From<Vec<(Millis, Due)>> for Schedule {
    fn from(all: Vec<(Millis, Due)>) -> Self {
        let mut schedule = Self::default();
        all.into_iter().for_each(|(at, due)| schedule.push(at, due, None));
        schedule
    }
}

impl From<Schedule> for Vec<(Millis, Due)> {
    fn from(schedule: Schedule) -> Self {
        schedule.due.into_iter().map(|((at, _), (due, _))| (at, due)).collect()
    }
}

impl Clone for Schedule {
    fn clone(&self) -> Self {
        Self { due: self.due.clone(), planned: self.planned }
    }
}
