//! The faults of one request together, and what of them concerns whom: the world, the answer, the notifications.

use super::Fault;
use crate::world::Behaviour;

/// All faults of one request, each once.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

    /// Those that befall the call's notifications later on.
    pub(crate) fn of_notices(&self) -> Self {
        Self(self.0.iter().copied().filter(|fault| is_of_notices(*fault)).collect())
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

const fn is_of_notices(fault: Fault) -> bool {
    matches!(fault, Fault::NotifyTwice | Fault::NotifyReordered | Fault::NotifyLost | Fault::NotifyDelayed(_))
}
