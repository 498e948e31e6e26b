//! A key ring that can be replaced while messages flow. Readers take the ring of the moment and keep it for the whole
//! message, so that a rotation never splits one.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use super::KeyRing;
use crate::Error;

/// A place for a [`KeyRing`] that many read and somebody swaps. Clones share the place.
#[derive(Clone)]
pub struct SharedKeyRing(Arc<RwLock<Arc<KeyRing>>>);

impl SharedKeyRing {
    /// The ring of this moment. Keep it for one message.
    #[must_use]
    pub fn load(&self) -> Arc<KeyRing> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another ring in its place and returns the former one, which messages under way may still hold.
    ///
    /// # Errors
    /// [`Error::is_key`], and nothing is changed, for a ring built for loopback in the place of one that isn't.
    ///
    /// To rotate without a refusal: swap in a ring with the old and the new key, let the other side change over, then
    /// swap in one with the new key alone.
    pub fn swap(&self, ring: impl Into<Arc<KeyRing>>) -> Result<Arc<KeyRing>, Error> {
        let ring = ring.into();
        let mut place = self.0.write().unwrap_or_else(PoisonError::into_inner);
        if ring.is_for_loopback() && !place.is_for_loopback() {
            return Err(FOR_LOOPBACK);
        }
        Ok(std::mem::replace(&mut place, ring))
    }
}

impl From<KeyRing> for SharedKeyRing {
    fn from(ring: KeyRing) -> Self {
        Self::from(Arc::new(ring))
    }
}

impl From<Arc<KeyRing>> for SharedKeyRing {
    fn from(ring: Arc<KeyRing>) -> Self {
        Self(Arc::new(RwLock::new(ring)))
    }
}

impl fmt::Debug for SharedKeyRing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("SharedKeyRing").field(&self.load()).finish()
    }
}

const FOR_LOOPBACK: Error = Error::key(
    "a key ring built for loopback in the place of one that isn't",
    "build the ring without `for_loopback`, of the other side's real keys",
);
