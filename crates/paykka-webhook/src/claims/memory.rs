//! Claims of one process. They are bounded, and full they refuse: forgetting one early would let it be handled twice.

use std::collections::HashMap;
use std::fmt;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::{Claim, Claims, ClaimsError, ClaimsFuture, LEASE, LastStates, Ticket};
use crate::DeliveryId;

/// Claims in memory, for a receiver that runs once. A restart forgets them.
pub struct MemoryClaims {
    entries: Mutex<Entries>,
    capacity: usize,
    lease: Duration,
    start: Instant,
}

impl MemoryClaims {
    /// Claims for up to `capacity` deliveries at a time. Each stays for twice the tolerance and a minute, 11 minutes by
    /// default, so 100,000 are enough for 150 a second; they take 56 bytes each, and what a hash table adds.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            entries: Mutex::new(Entries { map: HashMap::new(), next_sweep: Millis::NEVER }),
            capacity,
            lease: LEASE,
            start: Instant::now(),
        }
    }

    /// How long a claim stands when whoever holds it is gone. Default 60 s.
    #[must_use]
    pub const fn with_lease(mut self, lease: Duration) -> Self {
        self.lease = lease;
        self
    }

    /// How many are remembered.
    #[must_use]
    pub fn len(&self) -> usize {
        self.lock().map.len()
    }

    /// Whether none is remembered.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn begin_now(&self, id: DeliveryId, keep: Duration) -> Result<Claim, ClaimsError> {
        let now = self.now();
        let mut entries = self.lock();
        if let Some(entry) = entries.map.get(&id).filter(|entry| entry.stands(now)) {
            return Ok(if entry.holder.is_none() { Claim::Done } else { Claim::InProgress });
        }
        let ticket = Ticket::random(keep)?;
        let claimed = Entry { holder: Some(ticket.number()), until: now.after(self.lease) };
        entries.insert(id, claimed, self.capacity, now).map(|()| Claim::New(ticket))
    }

    fn done_now(&self, id: DeliveryId, ticket: Ticket) -> Result<(), ClaimsError> {
        let now = self.now();
        let done = Entry { holder: None, until: now.after(ticket.keep()) };
        self.lock().insert(id, done, self.capacity, now)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, Entries> {
        // Nothing that is done under the lock can panic halfway.
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> Millis {
        Millis(0).after(self.start.elapsed())
    }
}

impl Claims for MemoryClaims {
    fn begin(&self, id: DeliveryId, keep: Duration) -> ClaimsFuture<'_, Claim> {
        Box::pin(async move { self.begin_now(id, keep) })
    }

    fn renew(&self, id: DeliveryId, ticket: Ticket) -> ClaimsFuture<'_, ()> {
        let until = self.now().after(self.lease);
        if let Some(entry) = self.lock().map.get_mut(&id).filter(|entry| entry.is_held_by(ticket)) {
            entry.until = until;
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn done(&self, id: DeliveryId, ticket: Ticket) -> ClaimsFuture<'_, ()> {
        Box::pin(async move { self.done_now(id, ticket) })
    }

    fn release(&self, id: DeliveryId, ticket: Ticket) -> ClaimsFuture<'_, ()> {
        let mut entries = self.lock();
        if entries.map.get(&id).is_some_and(|entry| entry.is_held_by(ticket)) {
            entries.map.remove(&id);
        }
        Box::pin(std::future::ready(Ok(())))
    }

    fn lease(&self) -> Duration {
        self.lease
    }

    fn last_states(&self) -> LastStates<'_> {
        LastStates::Here
    }
}

impl fmt::Debug for MemoryClaims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryClaims")
            .field("len", &self.len())
            .field("capacity", &self.capacity)
            .field("lease", &self.lease)
            .finish_non_exhaustive()
    }
}

struct Entries {
    map: HashMap<DeliveryId, Entry>,
    /// Before this nothing can have become old, so that a full map isn't searched for each delivery.
    next_sweep: Millis,
}

impl Entries {
    fn insert(
        &mut self,
        id: DeliveryId,
        entry: Entry,
        capacity: usize,
        now: Millis,
    ) -> Result<(), ClaimsError> {
        if self.map.len() >= capacity && !self.map.contains_key(&id) {
            self.sweep(now);
            if self.map.len() >= capacity {
                return Err(FULL);
            }
        }
        self.next_sweep = self.next_sweep.min(entry.until);
        self.map.insert(id, entry);
        Ok(())
    }

    fn sweep(&mut self, now: Millis) {
        if now < self.next_sweep {
            return;
        }
        self.map.retain(|_, entry| entry.stands(now));
        self.next_sweep = self.map.values().map(|entry| entry.until).min().unwrap_or(Millis::NEVER);
    }
}

/// With the id 56 bytes.
struct Entry {
    /// The number of the ticket of whoever handles it; `None` when it was handled.
    holder: Option<u64>,
    until: Millis,
}

impl Entry {
    fn stands(&self, now: Millis) -> bool {
        now < self.until
    }

    fn is_held_by(&self, ticket: Ticket) -> bool {
        self.holder == Some(ticket.number())
    }
}

/// Milliseconds since the claims were made. A monotonic clock: setting the machine's must not free a claim.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Millis(u64);

impl Millis {
    const NEVER: Self = Self(u64::MAX);

    fn after(self, duration: Duration) -> Self {
        let millis = u64::try_from(duration.as_millis()).unwrap_or(u64::MAX);
        Self(self.0.saturating_add(millis))
    }
}

const FULL: ClaimsError =
    ClaimsError::new("the claims in memory are full; give `MemoryClaims::new` a larger capacity");

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_takes_at_most_64_bytes() {
        assert!(size_of::<(DeliveryId, Entry)>() <= 64);
    }
}
