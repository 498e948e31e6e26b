//! A status with its past, so that an inquiry can be made to lag behind.

use serde::{Deserialize, Serialize};

use super::Millis;

/// Never empty: it begins with the first status.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct History<S> {
    first: (Millis, S),
    later: Vec<(Millis, S)>,
}

impl<S: Clone> History<S> {
    pub(super) const fn new(at: Millis, status: S) -> Self {
        Self { first: (at, status), later: Vec::new() }
    }

    pub(super) fn set(&mut self, at: Millis, status: S) {
        // Most objects change once or twice, and there may be a million of them.
        self.later.reserve_exact(1);
        self.later.push((at, status));
    }

    /// How often it changed.
    pub(super) const fn revision(&self) -> usize {
        self.later.len()
    }

    pub(super) fn now(&self) -> &S {
        &self.later.last().unwrap_or(&self.first).1
    }

    /// As it was at a moment; `None` before the beginning.
    pub(super) fn at(&self, moment: Millis) -> Option<&S> {
        self.at_with_time(moment).map(|(_, status)| status)
    }

    /// Since when it was what it was at a moment.
    pub(super) fn at_with_time(&self, moment: Millis) -> Option<(Millis, &S)> {
        let all = self.later.iter().rev().chain([&self.first]);
        all.into_iter().find(|(at, _)| *at <= moment).map(|(at, status)| (*at, status))
    }
}
