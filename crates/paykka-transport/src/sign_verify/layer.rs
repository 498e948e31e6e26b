//! Keys, settings and what all calls of one layer share.

use std::collections::HashSet;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use paykka_sign::SharedKeyRing;
use tower::Layer;

use super::service::SignVerify;
use super::settings::{ResponsePolicy, SignVerifySettings};
use super::shared_signer::SharedSigner;
use super::work::Workers;

/// Makes [`SignVerify`] services that share keys, settings, and the memory of what was received.
#[derive(Clone)]
pub struct SignVerifyLayer(pub(super) Arc<Shared>);

pub(super) struct Shared {
    pub(super) signer: SharedSigner,
    pub(super) platform: SharedKeyRing,
    pub(super) settings: SignVerifySettings,
    pub(super) workers: Workers,
    /// Whether a ring that was built for loopback may be used.
    pub(super) is_loopback: bool,
    /// Operations of a weaker policy whose answers were verified once.
    proven: Mutex<HashSet<&'static str>>,
}

impl SignVerifyLayer {
    /// `signer` signs the requests; `platform` holds the keys that answers must be signed with. Both may be swapped while
    /// calls are under way. A ring that is built for loopback is refused when a call is made; see
    /// [`for_loopback`](Self::for_loopback).
    #[must_use]
    pub fn new(
        signer: impl Into<SharedSigner>,
        platform: impl Into<SharedKeyRing>,
        settings: SignVerifySettings,
    ) -> Self {
        Self::over(signer.into(), platform.into(), settings, false)
    }

    /// As [`new`](Self::new), for a service that leads to this machine and nowhere else: it takes rings of tests.
    #[must_use]
    pub fn for_loopback(
        signer: impl Into<SharedSigner>,
        platform: impl Into<SharedKeyRing>,
        settings: SignVerifySettings,
    ) -> Self {
        Self::over(signer.into(), platform.into(), settings, true)
    }

    /// Over a wire that leads to loopback, or not.
    pub(crate) fn over(
        signer: SharedSigner,
        platform: SharedKeyRing,
        settings: SignVerifySettings,
        is_loopback: bool,
    ) -> Self {
        let workers = Workers::new(settings.rsa_work);
        settings.replay_guard.outlasts(settings.tolerance);
        Self(Arc::new(Shared { signer, platform, settings, workers, is_loopback, proven: Mutex::default() }))
    }
}

impl Shared {
    /// Whether an operation's answer may be unsigned, and whether its signature is looked at.
    pub(super) fn policy(&self, operation: &'static str) -> ResponsePolicy {
        match self.settings.policies.get(operation) {
            Some(ResponsePolicy::WhenPresent) if self.proven().contains(operation) => {
                ResponsePolicy::Required
            }
            Some(policy) => *policy,
            None => ResponsePolicy::Required,
        }
    }

    /// Who has signed once is expected to go on.
    pub(super) fn was_verified(&self, operation: &'static str) {
        if self.settings.policies.contains_key(operation) {
            self.proven().insert(operation);
        }
    }

    fn proven(&self) -> std::sync::MutexGuard<'_, HashSet<&'static str>> {
        self.proven.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<S> Layer<S> for SignVerifyLayer {
    type Service = SignVerify<S>;

    fn layer(&self, inner: S) -> SignVerify<S> {
        SignVerify::new(inner, self.clone())
    }
}

impl fmt::Debug for SignVerifyLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignVerifyLayer")
            .field("key_id", &self.0.signer.load().key_id())
            .field("settings", &self.0.settings)
            .finish_non_exhaustive()
    }
}
