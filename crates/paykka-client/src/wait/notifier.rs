//! News by notification: who receives notifications tells them to a [`Notifier`], and whoever waits for that object asks at
//! once. A notification ends no wait by itself: it may be late or replayed; the inquiry's answer decides.

use std::fmt;
use std::sync::Arc;

use paykka_model::Notification;
use paykka_sign::Verified;
use tokio::sync::broadcast::{Receiver, Sender};

use super::Awaited;

/// Tells those who wait that there is news. Clones tell the same.
#[derive(Clone)]
pub struct Notifier(Sender<Arc<News>>);

/// A notification, and for whom it was signed.
pub(super) struct News {
    merchant: Option<String>,
    notification: Notification,
}

impl Notifier {
    /// A notifier that nobody listens to yet.
    #[must_use]
    pub fn new() -> Self {
        // Who lags behind by so many asks once more, so nothing is lost by it.
        Self(Sender::new(256))
    }

    /// There is news. Never waits; call it after the notification is kept. One whose kind isn't known wakes nobody; an endpoint
    /// for one kind knows it (`VerifierBuilder::only` of `paykka-webhook`).
    pub fn tell(&self, notification: &Verified<Notification>) {
        let merchant = notification.merchant().or_else(|| notification.value().merch_id()).map(str::to_owned);
        let news = News { merchant, notification: notification.value().clone() };
        // That nobody listens is no failure.
        drop(self.0.send(Arc::new(news)));
    }

    pub(super) fn listen(&self) -> Receiver<Arc<News>> {
        self.0.subscribe()
    }
}

impl News {
    /// Whether it is about this object, of this merchant as far as one is named.
    pub(super) fn is_about<O: Awaited>(&self, merchant: Option<&str>, request: &O::Request) -> bool {
        let is_other = matches!((merchant, &self.merchant), (Some(ours), Some(theirs)) if ours != theirs);
        !is_other && O::is_told_by(request, &self.notification)
    }
}

impl Default for Notifier {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for Notifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notifier").finish_non_exhaustive()
    }
}
