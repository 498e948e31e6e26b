//! What was handled last of each object, in memory: a repeat is known by it, however it was signed, and a status that comes
//! late. Bounded; what is forgotten is handled again, which at-least-once allows. The inbox remembers for good.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use crate::{Last, ObjectKey};

/// The objects' last states. Whoever handles an object's delivery holds its lock, so that its deliveries come one after
/// another, in the order in which they arrived.
pub(super) struct Objects {
    generations: Mutex<Generations>,
    capacity: usize,
}

pub(super) type Locked = OwnedMutexGuard<Option<Last>>;
type Slot = Arc<tokio::sync::Mutex<Option<Last>>>;

/// What was used lately, and what was used before. When the young have half of the room, they become the old ones, and those
/// who weren't used since are forgotten: no list of ages is kept.
#[derive(Default)]
struct Generations {
    young: HashMap<ObjectKey, Slot>,
    old: HashMap<ObjectKey, Slot>,
}

impl Objects {
    pub(super) fn new(capacity: usize) -> Self {
        Self { generations: Mutex::default(), capacity }
    }

    pub(super) async fn lock(&self, object: ObjectKey) -> Locked {
        let slot = {
            let mut generations = self.generations.lock().unwrap_or_else(PoisonError::into_inner);
            generations.slot(object, self.capacity / 2)
        };
        slot.lock_owned().await
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        let generations = self.generations.lock().unwrap();
        generations.young.len() + generations.old.len()
    }
}

impl Generations {
    fn slot(&mut self, object: ObjectKey, half: usize) -> Slot {
        if let Some(slot) = self.young.get(&object) {
            return Arc::clone(slot);
        }
        let slot = self.old.remove(&object).unwrap_or_default();
        if self.young.len() >= half {
            let forgotten = std::mem::replace(&mut self.old, std::mem::take(&mut self.young));
            // One that is being handled must stay, or the next delivery of its object would overtake it.
            self.young = forgotten.into_iter().filter(|(_, slot)| Arc::strong_count(slot) > 1).collect();
        }
        self.young.insert(object, Arc::clone(&slot));
        slot
    }
}

#[cfg(test)]
mod tests {
    use paykka_model::NotificationKind;

    use super::*;
    use crate::Content;

    fn object(number: usize) -> ObjectKey {
        ObjectKey::new("M1", NotificationKind::Payment, &number.to_string()).unwrap()
    }

    #[tokio::test]
    async fn memory_is_bounded_and_what_is_used_stays() {
        let objects = Objects::new(100);
        *objects.lock(object(0)).await = Some(Last::new(Content::of(b"x"), None, None));
        let held = objects.lock(object(1)).await;
        for number in 2..10_000 {
            drop(objects.lock(object(number)).await);
            if number % 20 == 0 {
                assert!(objects.lock(object(0)).await.is_some(), "after {number}");
            }
            assert!(objects.len() <= 101);
        }
        let again = objects.lock(object(1));
        tokio::pin!(again);
        assert!(futures_util_now(&mut again).await.is_none(), "it is still held");
        drop(held);
        assert!(again.await.is_none());
        for number in 10_000..10_200 {
            drop(objects.lock(object(number)).await);
        }
        assert!(objects.lock(object(0)).await.is_none(), "forgotten");
    }

    /// What a future gives now, if anything.
    async fn futures_util_now<F: Future + Unpin>(future: &mut F) -> Option<F::Output> {
        std::future::poll_fn(|context| {
            std::task::Poll::Ready(match std::pin::Pin::new(&mut *future).poll(context) {
                std::task::Poll::Ready(output) => Some(output),
                std::task::Poll::Pending => None,
            })
        })
        .await
    }
}
