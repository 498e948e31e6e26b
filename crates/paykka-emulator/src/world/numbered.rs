//! Objects that have two numbers: the platform's, and the one under which they were asked for.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct Numbered<T> {
    by_number: BTreeMap<String, T>,
    /// The platform's numbers by the caller's, oldest first: one of these may be executed again on command.
    numbers: BTreeMap<String, Vec<String>>,
}

impl<T> Default for Numbered<T> {
    fn default() -> Self {
        Self { by_number: BTreeMap::new(), numbers: BTreeMap::new() }
    }
}

impl<T> Numbered<T> {
    pub(super) fn insert(&mut self, number: String, request_id: &str, object: T) {
        let numbers = self.numbers.entry(request_id.to_owned()).or_default();
        if !numbers.contains(&number) {
            numbers.push(number.clone());
        }
        self.by_number.insert(number, object);
    }

    pub(super) fn get(&self, number: &str) -> Option<&T> {
        self.by_number.get(number)
    }

    pub(super) fn get_mut(&mut self, number: &str) -> Option<&mut T> {
        self.by_number.get_mut(number)
    }

    /// The platform's numbers of what was asked for under this one, newest first.
    pub(super) fn asked_under(&self, request_id: &str) -> impl Iterator<Item = &str> {
        self.numbers.get(request_id).into_iter().flatten().rev().map(String::as_str)
    }
}
