//! Writes each attempt down between its signature and its first byte, and holds it back where that fails.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use paykka_transport::{BeforeSend, MayLeave, SignedRequest};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tokio::time::Instant;

use super::clock::{MoneyClock, unix_millis};
use crate::journal::{Attempt, AttemptEnd, Body, Fact, Hold, How, Journal, JournalError};

pub(super) struct Recorder {
    journal: Arc<dyn Journal>,
    /// Connections may keep a request, and this with it, longer than the claim is in hand.
    hold: Weak<Hold>,
    clock: Arc<dyn MoneyClock>,
    /// The claim's body: nothing else may leave.
    digest: String,
    /// How many attempts were recorded before this call.
    before: usize,
    written: Arc<Mutex<Written>>,
}

/// What was written.
#[derive(Default)]
struct Written {
    facts: Vec<Fact>,
    failed: Option<JournalError>,
    /// A deadline may end the call while the journal writes. What is begun is written to its end all the same, so that the
    /// journal and whoever is told of the call know the same.
    tasks: Vec<JoinHandle<()>>,
    /// The call is over, and it is being told what was written. A layer that gave up may hold the request still: it doesn't
    /// leave any more, since whoever asks what became of it wouldn't know of that attempt.
    is_over: bool,
}

impl Recorder {
    pub(super) fn new(
        journal: Arc<dyn Journal>,
        hold: &Arc<Hold>,
        clock: Arc<dyn MoneyClock>,
        digest: String,
        before: usize,
    ) -> Self {
        Self { journal, hold: Arc::downgrade(hold), clock, digest, before, written: Arc::default() }
    }

    /// What was written; and why the last attempt was held back, if the journal failed. Nothing leaves afterwards.
    pub(super) async fn written(&self) -> (Vec<Fact>, Option<JournalError>) {
        let tasks = {
            let mut written = lock(&self.written);
            written.is_over = true;
            std::mem::take(&mut written.tasks)
        };
        for task in tasks {
            if let Err(broken) = task.await {
                lock(&self.written).failed = Some(JournalError::storage("recording an attempt", broken));
            }
        }
        let mut written = lock(&self.written);
        (std::mem::take(&mut written.facts), written.failed.take())
    }

    async fn write(&self, hold: &Arc<Hold>, request: &SignedRequest, attempt: u32) -> Result<(), String> {
        let own = lock(&self.written).facts.iter().filter(|fact| matches!(fact, Fact::Attempt(_))).count();
        if attempt > 1 && own > 0 {
            // The transport begins another attempt only where the one before wasn't taken. A repeat by anybody else begins
            // with 1 again, and leaves the one before open.
            let at = unix_millis(&*self.clock);
            self.record(hold, Fact::AttemptEnded(AttemptEnd { at, how: How::NotTaken })).await?;
        }
        let number = u32::try_from(self.before.saturating_add(own)).unwrap_or(u32::MAX).saturating_add(1);
        let authorization = request.authorization();
        let attempt = Attempt {
            number,
            timestamp: authorization.timestamp().to_string(),
            nonce: authorization.nonce().to_owned(),
            digest: self.digest.clone(),
            ended: None,
        };
        self.record(hold, Fact::Attempt(attempt)).await
    }

    async fn record(&self, hold: &Arc<Hold>, fact: Fact) -> Result<(), String> {
        let (journal, hold, written) =
            (Arc::clone(&self.journal), Arc::clone(hold), Arc::clone(&self.written));
        let (tell, told) = oneshot::channel();
        let record = async move {
            let result = journal.record(&hold, fact.clone()).await;
            let shown = result.as_ref().map_err(ToString::to_string).copied();
            match result {
                Ok(()) => lock(&written).facts.push(fact),
                Err(error) => lock(&written).failed = Some(error),
            }
            // Nobody may be waiting any more.
            drop(tell.send(shown));
        };
        {
            let mut written = lock(&self.written);
            if written.is_over {
                return Err("the call is over".to_owned());
            }
            written.tasks.push(tokio::spawn(record));
        }
        told.await.unwrap_or_else(|_| Err("the journal broke off".to_owned()))
    }
}

impl BeforeSend for Recorder {
    fn before_send<'a>(&'a self, request: &'a SignedRequest, attempt: u32) -> MayLeave<'a> {
        Box::pin(async move {
            if Body(request.body().clone()).digest() != self.digest {
                return Err("what was signed isn't what was claimed".into());
            }
            let Some(hold) = self.hold.upgrade() else { return Err("nobody has the claim in hand".into()) };
            self.write(&hold, request, attempt).await?;
            // Writing took time.
            if lock(&self.written).is_over {
                return Err("the call is over".into());
            }
            if hold.may_send_until().is_some_and(|until| Instant::now() >= until) {
                return Err("the claim's lease has run out".into());
            }
            Ok(())
        })
    }
}

impl fmt::Debug for Recorder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Recorder").field("digest", &self.digest).finish_non_exhaustive()
    }
}

fn lock(written: &Mutex<Written>) -> MutexGuard<'_, Written> {
    written.lock().unwrap_or_else(PoisonError::into_inner)
}
