//! A signer that can be replaced while calls flow. Each attempt takes the signer of the moment and keeps it, so that a rotation
//! never splits one.

use std::fmt;
use std::sync::{Arc, PoisonError, RwLock};

use paykka_sign::{Signer, SigningKey};

/// A place for a [`Signer`] that many use and somebody swaps. Clones share the place.
#[derive(Clone)]
pub struct SharedSigner(Arc<RwLock<Arc<dyn Signer>>>);

impl SharedSigner {
    /// The signer of this moment. Keep it for one attempt.
    #[must_use]
    pub fn load(&self) -> Arc<dyn Signer> {
        Arc::clone(&self.0.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Puts another signer in its place and returns the former one, which attempts under way may still hold.
    ///
    /// To rotate without a refusal: have the new public key installed at the platform beside the old one, swap, and have the
    /// old one removed when no call is older than the swap.
    pub fn swap(&self, signer: Arc<dyn Signer>) -> Arc<dyn Signer> {
        std::mem::replace(&mut self.0.write().unwrap_or_else(PoisonError::into_inner), signer)
    }
}

impl From<Arc<dyn Signer>> for SharedSigner {
    fn from(signer: Arc<dyn Signer>) -> Self {
        Self(Arc::new(RwLock::new(signer)))
    }
}

impl<S: Signer + 'static> From<Arc<S>> for SharedSigner {
    fn from(signer: Arc<S>) -> Self {
        Self::from(signer as Arc<dyn Signer>)
    }
}

impl From<SigningKey> for SharedSigner {
    fn from(key: SigningKey) -> Self {
        Self::from(Arc::new(key))
    }
}

impl fmt::Debug for SharedSigner {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SharedSigner").field("key_id", &self.load().key_id()).finish_non_exhaustive()
    }
}
