//! The loop that hands events to a handler, over any inbox.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use paykka_webhook::inbox::{BoxError, Claimed, Failed, Inbox, InboxError, Next};
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout_at};

/// What is done with an event. Implemented by every async function of one.
pub trait Handler: Send + Sync + 'static {
    /// Handles one event. It may be called more than once for one event (a process may die before the mark). For one object it
    /// isn't called twice at a time while leases hold; a process that was frozen or a clock that jumps ahead can make
    /// two overlap, of which only the later can mark or book. An error is a failure: the event comes again after a pause.
    fn handle(&self, event: Claimed) -> impl Future<Output = Result<Handled, BoxError>> + Send;
}

impl<F, Fut, T, E> Handler for F
where
    F: Fn(Claimed) -> Fut + Send + Sync + 'static,
    Fut: Future<Output = Result<T, E>> + Send,
    T: Into<Handled>,
    E: Into<BoxError>,
{
    async fn handle(&self, event: Claimed) -> Result<Handled, BoxError> {
        self(event).await.map(Into::into).map_err(Into::into)
    }
}

/// Whether an event that was handled is marked as such already. Closed: it is, or it isn't.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Handled {
    /// The worker marks it now. `()` means this.
    Mark,
    /// [`SqliteInbox::book`](crate::SqliteInbox::book) has marked it, together with the booking. Said of an event that nobody
    /// marked, it comes again when its lease is over.
    Marked,
}

impl From<()> for Handled {
    fn from((): ()) -> Self {
        Self::Mark
    }
}

/// Hands events to a handler, one of each object at a time.
///
/// The handler has nine tenths of the lease; what takes longer is dropped at its next await, and is a failure. A panic
/// is one, too.
#[derive(Clone)]
pub struct Worker {
    inbox: Arc<dyn Inbox>,
    at_once: usize,
    poll: Duration,
    forget_every: Duration,
}

impl Worker {
    /// A worker on `inbox`.
    #[must_use]
    pub fn new(inbox: impl Inbox + 'static) -> Self {
        Self {
            inbox: Arc::new(inbox),
            at_once: 4,
            poll: Duration::from_millis(500),
            forget_every: Duration::from_secs(60 * 60),
        }
    }

    /// How many events are handled at once, each of another object. Default 4; 0 is taken for 1.
    #[must_use]
    pub fn at_once(mut self, events: usize) -> Self {
        self.at_once = events.max(1);
        self
    }

    /// How often an idle worker looks for what other processes stored; what its own process stores wakes it at once.
    /// Default 500 ms; at least 1 ms.
    #[must_use]
    pub fn poll(mut self, every: Duration) -> Self {
        self.poll = every.max(Duration::from_millis(1));
        self
    }

    /// How often old events are removed. Default every hour; at least 1 s.
    #[must_use]
    pub fn forget_every(mut self, every: Duration) -> Self {
        self.forget_every = every.max(Duration::from_secs(1));
        self
    }

    /// Works until `shutdown` ends. Then nothing more is claimed, and it returns when the handlers that run have ended; they
    /// have their leases for that. If this future is dropped instead, they are broken off, and their events come again.
    pub async fn run(self, handler: impl Handler, shutdown: impl Future<Output = ()> + Send) {
        let (stop, stopped) = watch::channel(false);
        let (handler, mut tasks) = (Arc::new(handler), JoinSet::new());
        for _ in 0..self.at_once {
            tasks.spawn(self.clone().work(Arc::clone(&handler), stopped.clone()));
        }
        tasks.spawn(self.clone().keep_forgetting(stopped));
        shutdown.await;
        // Nobody listens where every task has ended.
        _ = stop.send(true);
        while tasks.join_next().await.is_some() {}
    }

    async fn work(self, handler: Arc<impl Handler>, mut stopped: watch::Receiver<bool>) {
        let mut errors = 0;
        while !*stopped.borrow() {
            // The lease counts from before the claim.
            let since = Instant::now();
            let pause = match self.inbox.claim().await {
                Ok(Next::Event(event)) => {
                    errors = 0;
                    if *stopped.borrow() {
                        // The claim was under way when the end came. What isn't begun needn't wait for a lease.
                        self.release(&event).await;
                    } else {
                        self.handle(&handler, *event, since).await;
                    }
                    continue;
                }
                Ok(Next::Nothing(until)) => {
                    errors = 0;
                    until.unwrap_or(self.poll).min(self.poll)
                }
                Err(error) => {
                    log(&error, "the inbox can't be read; the worker tries again");
                    errors += 1;
                    after_errors(errors)
                }
            };
            let wait = async {
                // A wake-up must not make a hot loop of errors.
                if errors == 0 { self.inbox.woken(pause).await } else { sleep(pause).await }
            };
            tokio::select! {
                () = wait => {}
                _ = stopped.changed() => {}
            }
        }
    }

    async fn handle(&self, handler: &Arc<impl Handler>, event: Claimed, since: Instant) {
        let claim = event.claim.clone();
        let deadline = since + claim.lease.mul_f32(0.9);
        // A task of its own, so that a panic is caught, and a slow one can be ended.
        let mut tasks = JoinSet::new();
        let handler = Arc::clone(handler);
        tasks.spawn(async move { handler.handle(event).await });
        let said = match timeout_at(deadline, tasks.join_next()).await {
            Ok(Some(Ok(Ok(Handled::Marked)))) => return,
            Ok(Some(Ok(Ok(Handled::Mark)))) => {
                if let Err(error) = self.inbox.done(&claim).await {
                    log(&error, "an event was handled and isn't marked; it will come again");
                }
                return;
            }
            // The error's own words may hold what the body holds, so they go into the inbox and into no log.
            Ok(Some(Ok(Err(error)))) => told(&*error),
            Ok(_) => "the handler panicked".to_owned(),
            Err(_) => {
                tasks.shutdown().await;
                "the handler took longer than nine tenths of the lease".to_owned()
            }
        };
        match self.inbox.fail(&claim, &said).await {
            Ok(Failed::Again(pause)) => {
                tracing::warn!(object = %claim.object, ?pause, "an event wasn't handled and comes again");
            }
            // The inbox says so itself.
            Ok(Failed::Dead) => {}
            Err(error) => {
                log(&error, "an event failed, and that can\'t be recorded; it comes again after its lease");
            }
        }
    }

    async fn release(&self, event: &Claimed) {
        if let Err(error) = self.inbox.release(&event.claim).await {
            log(&error, "an event can't be given back; it comes again after its lease");
        }
    }

    async fn keep_forgetting(self, mut stopped: watch::Receiver<bool>) {
        while !*stopped.borrow() {
            if let Err(error) = self.inbox.forget().await {
                log(&error, "old events can't be removed");
            }
            tokio::select! {
                () = sleep(self.forget_every) => {}
                _ = stopped.changed() => {}
            }
        }
    }
}

impl fmt::Debug for Worker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Worker")
            .field("inbox", &self.inbox)
            .field("at_once", &self.at_once)
            .field("poll", &self.poll)
            .finish_non_exhaustive()
    }
}

/// From a quarter of a second to half a minute.
fn after_errors(errors: u32) -> Duration {
    Duration::from_millis(250)
        .saturating_mul(2_u32.saturating_pow(errors.saturating_sub(1)))
        .min(Duration::from_secs(30))
}

/// An error with what is behind it.
fn told(error: &(dyn std::error::Error + 'static)) -> String {
    let mut text = error.to_string();
    let mut source = error.source();
    while let Some(error) = source {
        text.push_str(": ");
        text.push_str(&error.to_string());
        source = error.source();
    }
    text
}

/// Storage's own words name tables and files; others' may hold anything.
fn log(error: &InboxError, what: &'static str) {
    let is_plain = error.is_storage() || error.is_damaged();
    let why = std::error::Error::source(error).filter(|_| is_plain).map(ToString::to_string);
    tracing::error!(why, "{what}: {error}");
}
