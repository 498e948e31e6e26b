//! How an inbox behaves. Each process has its own settings; those of one file should have the same.

use std::fmt;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use paykka_webhook::inbox::{InboxError, Seal};

use super::SqliteInbox;

/// What becomes of an object's later events when one of them is dead. Closed: they wait, or they pass it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum AfterDead {
    /// They wait until a person has requeued or acknowledged it.
    #[default]
    Wait,
    /// They are handled. The dead one, once requeued, is judged by them: it may be `Regressed` then.
    Pass,
}

#[derive(Clone)]
pub(super) struct Settings {
    pub(super) lease: Duration,
    pub(super) attempts: u32,
    pub(super) first_pause: Duration,
    pub(super) longest_pause: Duration,
    pub(super) after_dead: AfterDead,
    pub(super) keep_events: Duration,
    pub(super) keep_objects: Duration,
    pub(super) seal: Option<Arc<dyn Seal>>,
    pub(super) clock: Arc<dyn Fn() -> SystemTime + Send + Sync>,
}

const DAY: Duration = Duration::from_secs(24 * 60 * 60);

/// An identical notification that comes within this time is known to be a repeat.
const LEAST_KEPT_OBJECTS: Duration = Duration::from_secs(90 * 24 * 60 * 60);

/// Opens an inbox with settings; see [`SqliteInbox::builder`].
#[must_use]
pub struct SqliteInboxBuilder {
    pub(super) path: PathBuf,
    pub(super) patience: Duration,
    pub(super) settings: Settings,
}

impl SqliteInboxBuilder {
    pub(super) fn new(path: PathBuf) -> Self {
        let settings = Settings {
            lease: Duration::from_secs(60),
            attempts: 20,
            first_pause: Duration::from_secs(1),
            longest_pause: Duration::from_secs(600),
            after_dead: AfterDead::Wait,
            keep_events: LEAST_KEPT_OBJECTS,
            keep_objects: LEAST_KEPT_OBJECTS,
            seal: None,
            clock: Arc::new(SystemTime::now),
        };
        Self { path, patience: Duration::from_secs(10), settings }
    }

    /// How long an event is in one worker's hand. When a worker dies, its event is handled anew after this time; a handler
    /// that needs longer is broken off. Default 60 s; from 100 ms to a day.
    pub const fn lease(mut self, lease: Duration) -> Self {
        self.settings.lease = lease;
        self
    }

    /// After how many attempts an event is dead. One that its worker didn't live to see the end of counts, too: an event
    /// that takes the process down would do so for ever. Default 20, which with the default pauses is about 1¾ hours: long
    /// enough for most outages of what the handler needs.
    pub const fn attempts(mut self, attempts: u32) -> Self {
        self.settings.attempts = attempts;
        self
    }

    /// How long an event pauses after its first failure, and at most; each pause is twice the one before. Default 1 s and
    /// 10 minutes.
    pub const fn pauses(mut self, first: Duration, longest: Duration) -> Self {
        self.settings.first_pause = first;
        self.settings.longest_pause = longest;
        self
    }

    /// What becomes of an object's later events when one of them is dead. Default: they wait.
    pub const fn after_dead(mut self, after_dead: AfterDead) -> Self {
        self.settings.after_dead = after_dead;
        self
    }

    /// How long events are kept after they were handled. Default 90 days; a day at least. What waits or is dead stays.
    pub const fn keep_events(mut self, keep: Duration) -> Self {
        self.settings.keep_events = keep;
        self
    }

    /// How long an object's last state is kept after it was handled: so long a repeat is known as one. Default, and at
    /// least, 90 days.
    pub const fn keep_objects(mut self, keep: Duration) -> Self {
        self.settings.keep_objects = keep;
        self
    }

    /// Encrypts bodies before they are written.
    pub fn seal(mut self, seal: Arc<dyn Seal>) -> Self {
        self.settings.seal = Some(seal);
        self
    }

    /// How long is waited for another process's transaction. Default 10 s.
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Another clock than the system's, for tests. Leases and pauses of all processes on one file go by it.
    pub fn clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.settings.clock = Arc::new(clock);
        self
    }

    /// Opens the inbox, and makes its tables where there are none. The file's folder must be there.
    ///
    /// # Errors
    /// [`InboxError::is_setting`], [`is_storage`](InboxError::is_storage), [`is_busy`](InboxError::is_busy),
    /// [`is_damaged`](InboxError::is_damaged) or [`is_newer`](InboxError::is_newer); each says what to do.
    pub async fn open(self) -> Result<SqliteInbox, InboxError> {
        self.check()?;
        SqliteInbox::start(self).await
    }

    fn check(&self) -> Result<(), InboxError> {
        let Settings { lease, attempts, first_pause, longest_pause, keep_events, keep_objects, .. } =
            &self.settings;
        let rules = [
            ((Duration::from_millis(100)..=DAY).contains(lease), "`lease` must be 100 ms to a day"),
            (*attempts > 0, "`attempts` must be 1 or more"),
            (first_pause <= longest_pause, "`pauses` must have the longest second"),
            (*longest_pause <= DAY, "`pauses` must be a day at most"),
            (*keep_events >= DAY, "`keep_events` must be a day or more"),
            (*keep_objects >= LEAST_KEPT_OBJECTS, "`keep_objects` must be 90 days or more"),
        ];
        let broken = rules.into_iter().find(|(holds, _)| !holds);
        broken.map_or(Ok(()), |(_, problem)| Err(InboxError::setting(problem)))
    }
}

impl fmt::Debug for SqliteInboxBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SqliteInboxBuilder").field("path", &self.path).finish_non_exhaustive()
    }
}
