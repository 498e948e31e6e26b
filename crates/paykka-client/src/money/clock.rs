//! Time as it is needed here: a clock that nobody sets, to wait by and to judge how long ago something was, and the machine's own, for
//! what is written down.

use std::fmt;
use std::pin::Pin;
use std::time::{Duration, SystemTime};

use tokio::time::Instant;

/// Where time comes from; another one for tests.
pub trait MoneyClock: fmt::Debug + Send + Sync {
    /// How long ago some fixed moment of this process was. It never goes backwards, whatever is done to the machine's clock.
    fn now(&self) -> Duration;

    /// The machine's clock, for records and for the day of ceilings. Nothing is sent because of it.
    fn wall(&self) -> SystemTime;

    /// Returns when so much time has passed by [`now`](Self::now).
    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>>;
}

/// The real clocks.
#[derive(Debug)]
pub(super) struct RealClock(Instant);

impl RealClock {
    pub(super) fn new() -> Self {
        Self(Instant::now())
    }
}

impl MoneyClock for RealClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::now()
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        Box::pin(tokio::time::sleep(time))
    }
}

pub(super) fn unix_millis(clock: &dyn MoneyClock) -> u64 {
    let since_1970 = clock.wall().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since_1970.as_millis()).unwrap_or(u64::MAX)
}
