//! Two clocks. The business clock moves states, quotes and back-off, and can be advanced by hand; the wall clock judges
//! signatures, as everywhere.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use tokio::sync::watch;
use tokio::time::Instant;

use crate::world::Millis;

/// The time by which the emulator's business goes. Clones are one clock.
#[derive(Clone)]
pub struct BusinessClock(Arc<Inner>);

struct Inner {
    /// The time, without what has run since.
    set: AtomicU64,
    /// `None`: time moves by hand alone.
    running_since: Option<Instant>,
    moved: watch::Sender<()>,
}

impl BusinessClock {
    /// Runs with the machine's clock, from now.
    #[must_use]
    pub fn running() -> Self {
        Self::new(unix_millis(SystemTime::now()), Some(Instant::now()))
    }

    /// Stands still at `begin` until it is advanced: for tests that say when things happen.
    #[must_use]
    pub fn manual(begin: SystemTime) -> Self {
        Self::new(unix_millis(begin), None)
    }

    /// The time, in milliseconds since 1970.
    #[must_use]
    pub fn unix_millis(&self) -> u64 {
        let run = self.0.running_since.map_or(Duration::ZERO, |since| since.elapsed());
        self.0.set.load(Ordering::SeqCst).saturating_add(millis(run))
    }

    /// Moves the clock. What becomes due by it happens through
    /// [`Emulator::advance`](crate::Emulator::advance), which calls this.
    pub(crate) fn advance(&self, by: Duration) {
        self.0.set.fetch_add(millis(by), Ordering::SeqCst);
        self.0.moved.send_replace(());
    }

    /// Moves the clock to a moment; never backwards.
    pub(crate) fn advance_to(&self, moment: Millis) {
        self.advance(Duration::from_millis(moment.saturating_sub(self.unix_millis())));
    }

    /// Goes on from a time that was saved: one that stands still takes just that, so that a restart moves nothing, and one
    /// that runs never goes back.
    pub(crate) fn resume(&self, saved: Millis) {
        if self.0.running_since.is_some() {
            return self.advance_to(saved);
        }
        self.0.set.store(saved, Ordering::SeqCst);
        self.0.moved.send_replace(());
    }

    /// Returns when the clock has reached `moment`.
    pub(crate) async fn reached(&self, moment: Millis) {
        let mut moved = self.0.moved.subscribe();
        loop {
            let left = moment.saturating_sub(self.unix_millis());
            if left == 0 {
                return;
            }
            let is_running = self.0.running_since.is_some();
            tokio::select! {
                () = tokio::time::sleep(Duration::from_millis(left)), if is_running => {}
                // The sender lives as long as this clock.
                _ = moved.changed() => {}
            }
        }
    }

    fn new(begin: Millis, running_since: Option<Instant>) -> Self {
        Self(Arc::new(Inner { set: AtomicU64::new(begin), running_since, moved: watch::Sender::new(()) }))
    }
}

impl fmt::Debug for BusinessClock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BusinessClock").field("unix_millis", &self.unix_millis()).finish_non_exhaustive()
    }
}

/// The clock by which signatures are made and judged.
pub(crate) type WallClock = Arc<dyn Fn() -> SystemTime + Send + Sync>;

fn unix_millis(time: SystemTime) -> Millis {
    time.duration_since(UNIX_EPOCH).map_or(0, millis)
}

pub(crate) fn millis(duration: Duration) -> Millis {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}
