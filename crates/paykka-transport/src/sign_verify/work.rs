//! Where RSA is computed. A signature takes half a millisecond and more, during which a runtime's thread does nothing else;
//! dozens at once hold up everybody's timers and sockets. Left to tokio's own pool they would crowd the machine with hundreds of
//! threads. So by default they go to that pool through a gate of as many places as there are cores.

use std::num::NonZeroUsize;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, Waker};
use std::thread;

use paykka_sign::{Authorization, Nonce, Parts, Signer, Timestamp, authorize};
use tokio::runtime::Handle;
use tokio::sync::Semaphore;

/// Where RSA is computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum RsaWork {
    /// On the thread that polls the call. The most signatures a second, and the most stalls for everything else on this
    /// runtime: for a program that does nothing else, or signs now and then.
    Inline,
    /// On threads of their own, so many at once. Default, with as many as there are cores: for a server that has other
    /// things to do while it signs.
    Pool(NonZeroUsize),
}

impl Default for RsaWork {
    fn default() -> Self {
        Self::Pool(thread::available_parallelism().unwrap_or(NonZeroUsize::MIN))
    }
}

/// The gate, shared by all calls of a layer.
pub(super) struct Workers(Option<Arc<Semaphore>>);

impl Workers {
    pub(super) fn new(work: RsaWork) -> Self {
        Self(match work {
            RsaWork::Inline => None,
            RsaWork::Pool(places) => Some(Arc::new(Semaphore::new(places.get()))),
        })
    }

    /// Signs; a signer elsewhere is only begun in the pool, and waited for outside it.
    pub(super) async fn sign(
        &self,
        signer: Arc<dyn Signer>,
        parts: Parts<'_, bytes::Bytes>,
        now: Timestamp,
        nonce: Nonce,
    ) -> Result<Authorization, paykka_sign::Error> {
        let Some(gate) = &self.0 else { return authorize(&*signer, &parts, now, &nonce).await };
        let (path, merchant) = (parts.path.to_owned(), parts.merchant.map(str::to_owned));
        let body = parts.body;
        let signing = Box::pin(async move {
            let parts = Parts { path: &path, merchant: merchant.as_deref(), body };
            authorize(&*signer, &parts, now, &nonce).await
        });
        match self.run(gate, move || begun(signing)).await {
            Begun::Done(signed) => signed,
            Begun::Waits(signing) => signing.await,
        }
    }

    /// Anything else that takes long.
    pub(super) async fn compute<T: Send + 'static>(&self, work: impl FnOnce() -> T + Send + 'static) -> T {
        match &self.0 {
            Some(gate) => self.run(gate, work).await,
            None => work(),
        }
    }

    async fn run<T: Send + 'static>(
        &self,
        gate: &Arc<Semaphore>,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        // Never closed; and outside of tokio there is no pool to go to.
        let (Ok(place), Ok(runtime)) = (Arc::clone(gate).acquire_owned().await, Handle::try_current()) else {
            return work();
        };
        let done = runtime.spawn_blocking(move || {
            let done = work();
            drop(place);
            done
        });
        match done.await {
            Ok(done) => done,
            Err(broken) => match broken.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // The runtime is being shut down, and whoever polls this is dropped with it.
                Err(_) => std::future::pending().await,
            },
        }
    }
}

enum Begun {
    Done(Result<Authorization, paykka_sign::Error>),
    Waits(Pin<Box<dyn Future<Output = Result<Authorization, paykka_sign::Error>> + Send>>),
}

/// A local key's signature is there after one poll.
fn begun(
    mut signing: Pin<Box<dyn Future<Output = Result<Authorization, paykka_sign::Error>> + Send>>,
) -> Begun {
    match signing.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(signed) => Begun::Done(signed),
        Poll::Pending => Begun::Waits(signing),
    }
}
