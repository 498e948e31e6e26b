//! The faults of one request together, and what of them concerns whom: the world, the answer, the notifications.

use serde::Serialize;

use super::Fault;
use crate::world::Behaviour;

/// All faults of one request, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub(crate) struct FaultSet(Vec<Fault>);

impl FaultSet {
    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }

    /// The first that `pick` takes.
    pub(crate) fn find<T>(&self, pick: impl Fn(Fault) -> Option<T>) -> Option<T> {
        self.0.iter().copied().find_map(pick)
    }

    pub(crate) fn list(&self) -> &[Fault] {
        &self.0
    }

    pub(crate) fn behaviour(&self) -> Behaviour {
        Behaviour {
            no_dedupe: self.has(Fault::NoDedupe),
            repeat_is_error: self.has(Fault::RepeatIsError),
            lag: self.find(|fault| if let Fault::Lag(lag) = fault { Some(lag) } else { None }).unwrap_or(0),
        }
    }

    /// Those of a call that befall its notifications later on, as they befall each.
    pub(crate) fn of_notices(&self) -> Self {
        Self(self.0.iter().copied().filter_map(Fault::of_calls_notices).collect())
    }

    pub(crate) const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub(crate) fn extend(&mut self, others: Self) {
        for fault in others.0 {
            if !self.has(fault) {
                self.0.push(fault);
            }
        }
    }
}

impl From<Vec<Fault>> for FaultSet {
    fn from(faults: Vec<Fault>) -> Self {
        let mut set = Self::default();
        set.extend(Self(faults));
        set
    }
}
