//! What may be sent when, and what is being sent: of each subscriber's at most so many at one time, so that one who doesn't
//! answer holds up nobody else.

use std::collections::{BTreeMap, BTreeSet};

use super::queue::Lane;
use crate::world::Millis;

/// By subscriber.
#[derive(Default)]
pub(super) struct Agenda(BTreeMap<usize, Entries>);

#[derive(Default)]
struct Entries {
    /// The lanes whose first may be sent: by when, and which delivery it is. Not those with an attempt under way.
    due: BTreeSet<(Millis, u64, Lane)>,
    /// Deliveries that are being sent.
    under_way: BTreeSet<u64>,
}

/// A moment, with what there was to be sent: what comes later isn't waited for.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Mark {
    pub(super) now: Millis,
    /// The last delivery that there was.
    pub(super) last: u64,
}

impl Agenda {
    pub(super) fn plan(&mut self, at: Millis, id: u64, lane: Lane) {
        self.0.entry(lane.subscriber).or_default().due.insert((at, id, lane));
    }

    /// Whether it was planned.
    pub(super) fn take_back(&mut self, at: Millis, id: u64, lane: &Lane) -> bool {
        let entries = self.0.get_mut(&lane.subscriber);
        entries.is_some_and(|entries| entries.due.remove(&(at, id, lane.clone())))
    }

    /// Begins with what is due first, if that is by `now`.
    pub(super) fn begin(&mut self, now: Millis) -> Option<(u64, Lane)> {
        let with_room = self.0.values_mut().filter(|entries| entries.has_room() && !entries.due.is_empty());
        let entries = with_room.min_by(|one, other| one.due.first().cmp(&other.due.first()))?;
        if entries.due.first()?.0 > now {
            return None;
        }
        let (_, id, lane) = entries.due.pop_first()?;
        entries.under_way.insert(id);
        Some((id, lane))
    }

    pub(super) fn end(&mut self, id: u64, lane: &Lane) {
        if let Some(entries) = self.0.get_mut(&lane.subscriber) {
            entries.under_way.remove(&id);
        }
    }

    /// Forgets all others.
    pub(super) fn keep(&mut self, is_kept: impl Fn(usize) -> bool) {
        self.0.retain(|subscriber, _| is_kept(*subscriber));
    }

    /// When something can be begun.
    pub(super) fn next_to_begin(&self) -> Option<Millis> {
        let with_room = self.0.values().filter(|entries| entries.has_room());
        with_room.filter_map(|entries| entries.due.first()).map(|(at, ..)| *at).min()
    }

    /// When the next is due, of those that are due at `from` or later.
    pub(super) fn next_from(&self, from: Millis) -> Option<Millis> {
        let next = |entries: &Entries| entries.due.iter().map(|(at, ..)| *at).find(|at| *at >= from);
        self.0.values().filter_map(next).min()
    }

    /// Whether all that was under way or due at the mark has been sent.
    pub(super) fn is_settled(&self, mark: Mark) -> bool {
        self.0.values().all(|entries| {
            let mut due = entries.due.iter().take_while(|(at, ..)| *at <= mark.now);
            entries.under_way.first().is_none_or(|id| *id > mark.last)
                && due.all(|(_, id, _)| *id > mark.last)
        })
    }
}

impl Entries {
    fn has_room(&self) -> bool {
        self.under_way.len() < AT_ONCE
    }
}

/// How many notifications one subscriber is sent at one time.
const AT_ONCE: usize = 64;
