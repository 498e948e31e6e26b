//! The assembled stack behind one function, without type parameters.

use std::fmt;
use std::sync::Arc;

use paykka_sign::SharedKeyRing;
use tower::ServiceExt;

use crate::answer::Attempts;
use crate::builder::CallService;
use crate::call::Reach;
use crate::{Answer, Call, CallContext, Error, Payload, SharedSigner, TransportBuilder};

/// Signed calls to one host, each with a verified answer. Clones are cheap and share connections, keys and budgets.
#[derive(Clone)]
pub struct Transport {
    stack: CallService,
    settings: Arc<str>,
    platform: SharedKeyRing,
}

impl Transport {
    /// Starts a transport to `base_url` (`https://HOST[:PORT]`): `signer` signs, `platform` holds the keys that answers
    /// must be signed with. Give a [`SharedSigner`] and a [`SharedKeyRing`] to rotate keys while calls are under way.
    pub fn builder(
        base_url: impl Into<String>,
        signer: impl Into<SharedSigner>,
        platform: impl Into<SharedKeyRing>,
    ) -> TransportBuilder {
        TransportBuilder::new(base_url.into(), signer.into(), platform.into())
    }

    /// Makes a call, and returns the answer, whatever its status.
    ///
    /// Dropping the future before it is done leaks nothing, and leaves the outcome as unknown as a timeout does.
    ///
    /// # Errors
    /// Every way in which there is no verified answer. [`Error::outcome_unknown`] tells whether something may have changed
    /// that nobody here knows of.
    pub async fn send(&self, call: Call, body: impl Into<Payload>) -> Result<Answer, Error> {
        let mut request = call.request(body)?;
        let context = CallContext::sent_in(&mut request);
        // The stack is ours, and says when a byte leaves.
        context.progress().reached().set(Reach::Here);
        let answer = self.stack.clone().oneshot(request).await;
        answer.map_err(|error| {
            if context.has_begun() {
                error.of(context.effect())
            } else {
                // What the stack never had it can't have sent.
                error.ends(context.effect(), Attempts::ONE)
            }
        })
    }

    /// Base URL, key id, prefixes and response header in one line: what was once seen under these settings says nothing of
    /// others. It holds no secret.
    #[must_use]
    pub fn settings(&self) -> &str {
        &self.settings
    }

    /// The platform's keys, as they stand now: which key an answer was verified by.
    #[must_use]
    pub const fn platform_keys(&self) -> &SharedKeyRing {
        &self.platform
    }

    pub(crate) const fn new(stack: CallService, settings: Arc<str>, platform: SharedKeyRing) -> Self {
        Self { stack, settings, platform }
    }
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}
