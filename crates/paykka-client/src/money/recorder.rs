//! Writes each attempt down between its signature and its first byte, and holds it back where that fails.

use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use paykka_transport::{BeforeSend, MayLeave, SignedRequest};
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
    written: Mutex<Written>,
}

/// What was written.
#[derive(Default)]
struct Written {
    facts: Vec<Fact>,
    failed: Option<JournalError>,
}

impl Recorder {
    pub(super) fn new(
        journal: Arc<dyn Journal>,
        hold: &Arc<Hold>,
        clock: Arc<dyn MoneyClock>,
        digest: String,
        before: usize,
    ) -> Self {
        Self { journal, hold: Arc::downgrade(hold), clock, digest, before, written: Mutex::default() }
    }

    /// What was written; and why the last attempt was held back, if the journal failed.
    pub(super) fn written(&self) -> (Vec<Fact>, Option<JournalError>) {
        let mut written = self.lock();
        (std::mem::take(&mut written.facts), written.failed.take())
    }

    async fn write(&self, hold: &Hold, request: &SignedRequest, attempt: u32) -> Result<(), JournalError> {
        let own = self.lock().facts.iter().filter(|fact| matches!(fact, Fact::Attempt(_))).count();
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

    async fn record(&self, hold: &Hold, fact: Fact) -> Result<(), JournalError> {
        self.journal.record(hold, fact.clone()).await?;
        self.lock().facts.push(fact);
        Ok(())
    }

    fn lock(&self) -> MutexGuard<'_, Written> {
        self.written.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl BeforeSend for Recorder {
    fn before_send<'a>(&'a self, request: &'a SignedRequest, attempt: u32) -> MayLeave<'a> {
        Box::pin(async move {
            if Body(request.body().clone()).digest() != self.digest {
                return Err("what was signed isn't what was claimed".into());
            }
            let Some(hold) = self.hold.upgrade() else { return Err("nobody has the claim in hand".into()) };
            if let Err(error) = self.write(&hold, request, attempt).await {
                let shown = error.to_string();
                self.lock().failed = Some(error);
                return Err(shown.into());
            }
            // Writing took time.
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
