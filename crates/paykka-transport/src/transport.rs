//! The assembled stack behind one function, without type parameters.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use http::Request;
use paykka_sign::SharedKeyRing;
use tower::{Service, ServiceExt};

use crate::answer::Attempts;
use crate::call::Reach;
use crate::{Answer, Call, CallContext, CallService, Error, Payload, SharedSigner, TransportBuilder};

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
        let context = begun(&mut request);
        let mut stack = self.stack.clone();
        let outcome = match stack.ready().await {
            Ok(stack) => stack.call(request).await,
            Err(error) => Err(error),
        };
        ended(outcome, &context)
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

/// For layers of yours around the whole, and for what takes any service: a request is made by [`Call::request`]. One that says
/// nothing of itself moves money.
impl Service<Request<Payload>> for Transport {
    type Response = Answer;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Answer, Error>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), Error>> {
        self.stack.poll_ready(cx)
    }

    fn call(&mut self, mut request: Request<Payload>) -> Self::Future {
        let context = begun(&mut request);
        let outcome = self.stack.call(request);
        Box::pin(async move { ended(outcome.await, &context) })
    }
}

fn begun(request: &mut Request<Payload>) -> CallContext {
    let context = CallContext::sent_in(request);
    // The stack is ours, and says when a byte leaves.
    context.progress().reached().set(Reach::Here);
    context
}

fn ended(outcome: Result<Answer, Error>, context: &CallContext) -> Result<Answer, Error> {
    outcome.map_err(|error| {
        if context.is_over() {
            // A layer outside may have given up, and know less.
            error.unless_it_left(&context.inner_progress().reached()).of(context.effect())
        } else {
            // What the stack never had it can't have sent.
            error.ends(context.effect(), Attempts::ONE)
        }
    })
}

impl fmt::Debug for Transport {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Transport").finish_non_exhaustive()
    }
}
