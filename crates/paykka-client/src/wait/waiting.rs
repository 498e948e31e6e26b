//! The wait itself.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use paykka_model::{Disposition, Operation};
use tokio::sync::broadcast::Receiver;
use tokio::sync::broadcast::error::RecvError;
use tokio::time::Instant;

use super::notifier::News;
use super::{Awaited, Notifier};
use crate::prepared::Options;
use crate::{Client, Error, Prepared, Response};

/// A wait that is about to begin; await it. See [`Prepared::wait_until_final`].
///
/// Dropping the future ends the wait; it leaves nothing behind.
#[must_use = "a wait begins when it is awaited"]
pub struct Waiting<'a, O: Awaited> {
    client: &'a Client,
    request: &'a O::Request,
    options: Options,
    within: Duration,
    first_pause: Duration,
    longest_pause: Duration,
    notifier: Option<Notifier>,
}

impl<'a, O: Awaited> Prepared<'a, O> {
    /// Asks again and again until it is decided: succeeded, failed, or sent back to be corrected. A status that isn't known here is
    /// never final, and "not found" isn't either, since an inquiry may show an object later than the call that made it.
    ///
    /// Ends with [`Error::is_undecided`] when the time is over (5 minutes, unless [`within`](Waiting::within) says
    /// otherwise), and at once with errors that asking again can't mend. What was said of the call (merchant, headers, path,
    /// attempts, timeout) holds for each inquiry.
    pub fn wait_until_final(self) -> Waiting<'a, O> {
        let (client, request, options) = self.into_parts();
        Waiting {
            client,
            request,
            options,
            within: Duration::from_secs(300),
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(30),
            notifier: None,
        }
    }
}

impl<'a, O: Awaited> Waiting<'a, O> {
    /// How long to wait at most.
    pub const fn within(mut self, within: Duration) -> Self {
        self.within = within;
        self
    }

    /// The pause after the first inquiry, and the longest one; it doubles in between. Default 1 and 30 seconds.
    pub const fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        (self.first_pause, self.longest_pause) = (first, longest);
        self
    }

    /// Asks at once when this notifier tells of the object.
    pub fn told_by(mut self, notifier: &Notifier) -> Self {
        self.notifier = Some(notifier.clone());
        self
    }

    async fn wait(self) -> Result<Response<O::Response>, Error>
    where
        O::Request: Sync,
        O::Response: Send,
    {
        let end = Instant::now().checked_add(self.within);
        // Before the first inquiry, so that no news falls between it and the wait.
        let mut news = self.notifier.as_ref().map(Notifier::listen);
        // Whose news it is: of calls that belong to no merchant, anybody's.
        let merchant = self.client.merchant_for(&O::INFO, self.options.merchant())?;
        let mut pause = self.first_pause;
        loop {
            let last = match self.ask(end).await {
                Ok(answer) if is_decided::<O>(answer.value()) => return Ok(answer),
                Ok(_) => None,
                Err(error) if is_worth_another(&error) => Some(error),
                Err(error) => return Err(error),
            };
            let now = Instant::now();
            let left = end.map_or(Duration::MAX, |end| end.saturating_duration_since(now));
            if left.is_zero() {
                return Err(Error::undecided(O::INFO.name, self.within, last));
            }
            let sleep = tokio::time::sleep(pause.min(left));
            tokio::select! {
                () = sleep => pause = pause.saturating_mul(2).min(self.longest_pause),
                () = told::<O>(&mut news, merchant, self.request) => pause = self.first_pause,
            }
        }
    }

    /// One inquiry, that doesn't outlast the wait.
    async fn ask(&self, end: Option<Instant>) -> Result<Response<O::Response>, Error>
    where
        O::Request: Sync,
        O::Response: Send,
    {
        let call = Prepared::<O>::with(self.client, self.request, self.options.clone());
        let longest = self.options.timeout().unwrap_or(LONGEST_ASK);
        let left = end.map(|end| end.saturating_duration_since(Instant::now()));
        match left {
            // The last look, at the end of the wait, gets a moment.
            Some(left) => call.timeout(left.max(Duration::from_secs(1)).min(longest)).await,
            None => call.await,
        }
    }
}

/// No inquiry waits for longer; the next one is free.
const LONGEST_ASK: Duration = Duration::from_secs(45);

impl<'a, O: Awaited> IntoFuture for Waiting<'a, O>
where
    O::Request: Sync,
    O::Response: Send,
{
    type Output = Result<Response<O::Response>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.wait())
    }
}

impl<O: Awaited> fmt::Debug for Waiting<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Waiting").field("operation", &<O as Operation>::INFO.name).finish_non_exhaustive()
    }
}

fn is_decided<O: Awaited>(response: &O::Response) -> bool {
    matches!(O::disposition(response), Disposition::Succeeded | Disposition::Failed)
}

/// Whether asking again may help. What is wrong here stays wrong, and a wrong signature is nothing to get used to.
fn is_worth_another(error: &Error) -> bool {
    let is_ours = error.is_config() || error.is_certificate() || error.is_unauthorised();
    let is_the_platforms_no = error.api().is_some() && !error.is_not_found() && !error.is_rate_limited();
    let is_server_error = error.status().is_some_and(|status| status.is_server_error());
    !is_ours && !error.is_refused() && (!is_the_platforms_no || is_server_error)
}

/// Returns when there is news about the object; never without a notifier.
async fn told<O: Awaited>(
    news: &mut Option<Receiver<Arc<News>>>,
    merchant: Option<&str>,
    request: &O::Request,
) {
    while let Some(receiver) = news {
        match receiver.recv().await {
            Ok(told) if told.is_about::<O>(merchant, request) => return,
            Ok(_) => {}
            // Some were missed, and one of them may have been ours.
            Err(RecvError::Lagged(_)) => return,
            Err(RecvError::Closed) => *news = None,
        }
    }
    std::future::pending::<()>().await;
}
