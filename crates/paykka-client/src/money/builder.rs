//! Settings of money calls, checked before the first.

use std::collections::{HashMap, HashSet};
use std::fmt;
use std::sync::{Arc, Mutex};
use std::time::Duration;

use paykka_model::{Currency, NumberAmount};

use super::ceilings::Ceilings;
use super::clock::{MoneyClock, RealClock};
use super::engine::Engine;
use super::{Money, MoneyError};
use crate::Client;
use crate::journal::Journal;

/// When a call of unknown outcome is sent again; see `docs/exactly-once.md`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
#[non_exhaustive]
pub enum Resend {
    /// Never. At most once, whatever the platform does; what stays unknown is said to be.
    #[default]
    Never,
    /// After at least two proven "not found", the last at least so long (15 minutes or more) after the last attempt's end
    /// and this process's start. Exactly once under the assumptions A1 to A3; **if they fail, it may pay twice**.
    After(Duration),
    /// At once: the platform has said **in writing** that it takes a repeated number for the same call.
    PlatformDeduplicates,
}

/// The shortest time after which a "not found" may be followed by another attempt.
pub const SHORTEST_Q: Duration = Duration::from_secs(15 * 60);

/// Builds [`Money`]; see [`Client::money`].
#[must_use]
pub struct MoneyBuilder {
    client: Client,
    journal: Arc<dyn Journal>,
    pub(super) settings: Settings,
    clock: Option<Arc<dyn MoneyClock>>,
}

#[derive(Debug, Clone)]
pub(super) struct Settings {
    pub(super) prefix: String,
    pub(super) resend: Resend,
    pub(super) patience: Option<Duration>,
    pub(super) first_pause: Duration,
    pub(super) longest_pause: Duration,
    pub(super) allows_unproven: bool,
    pub(super) ceilings: Ceilings,
}

impl Settings {
    /// Q: from when on the platform won't begin an attempt that was sent, and shows one that it began.
    pub(super) const fn q(&self) -> Duration {
        match self.resend {
            Resend::After(q) => q,
            Resend::Never | Resend::PlatformDeduplicates => SHORTEST_Q,
        }
    }

    pub(super) fn patience(&self) -> Duration {
        self.patience.unwrap_or(self.q())
    }
}

impl MoneyBuilder {
    pub(crate) fn new(client: Client, journal: Arc<dyn Journal>) -> Self {
        let settings = Settings {
            prefix: "PK".to_owned(),
            resend: Resend::Never,
            patience: None,
            first_pause: Duration::from_secs(2),
            longest_pause: Duration::from_secs(60),
            allows_unproven: false,
            ceilings: Ceilings::default(),
        };
        Self { client, journal, settings, clock: None }
    }

    /// What the numbers begin with that are made of keys: 1..6 of `A`..`Z` and `0`..`9`. Give each system that uses the same
    /// merchant another one, so that their numbers can't meet (A4), and never change it. Default `PK`.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Self {
        self.settings.prefix = prefix.into();
        self
    }

    /// When a call of unknown outcome is sent again. Default: never.
    pub const fn resend(mut self, resend: Resend) -> Self {
        self.settings.resend = resend;
        self
    }

    /// After how long without a decision a call is given back as still unknown. Default: Q, which is 15 minutes or what
    /// [`Resend::After`] says.
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.settings.patience = Some(patience);
        self
    }

    /// How long to wait between two inquiries: at first, doubling, and at most. Default 2 seconds and 60. Never shorter than
    /// 100 milliseconds.
    pub const fn pace(mut self, first: Duration, longest: Duration) -> Self {
        (self.settings.first_pause, self.settings.longest_pause) = (first, longest);
        self
    }

    /// The most that one call may move in a currency, in the wire's unit.
    pub fn ceiling_per_call(mut self, currency: impl Into<Currency>, most: NumberAmount) -> Self {
        self.settings.ceilings.per_call(currency.into().code().to_owned(), most);
        self
    }

    /// The most that the calls of a day (UTC) may move together in a currency, in the wire's unit. Whatever may have moved
    /// counts.
    pub fn ceiling_per_day(mut self, currency: impl Into<Currency>, most: NumberAmount) -> Self {
        self.settings.ceilings.per_day(currency.into().code().to_owned(), most);
        self
    }

    /// Lets money move before any answer was verified under this client's settings. **Danger:** with a wrong key or header
    /// the first payment's answer can't be verified either, and its outcome stays unknown.
    pub const fn dangerously_allow_unproven(mut self) -> Self {
        self.settings.allows_unproven = true;
        self
    }

    /// Another source of time, for tests.
    pub fn clock(mut self, clock: Arc<dyn MoneyClock>) -> Self {
        self.clock = Some(clock);
        self
    }

    /// # Errors
    /// [`MoneyError::is_config`] for a client without a merchant, a prefix that numbers can't begin with, and a Q of less
    /// than 15 minutes.
    pub fn build(self) -> Result<Money, MoneyError> {
        let Some(merchant) = self.client.merchant().map(str::to_owned) else {
            return Err(MoneyError::config(
                "money calls belong to a merchant, and none is set",
                "call ClientBuilder::merchant",
            ));
        };
        let prefix = &self.settings.prefix;
        let is_plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit();
        if !(1..=6).contains(&prefix.len()) || !prefix.bytes().all(is_plain) {
            return Err(MoneyError::config("the prefix can't be used", "give 1 to 6 of A..Z and 0..9"));
        }
        if self.settings.q() < SHORTEST_Q {
            return Err(MoneyError::config("`Resend::After` is too short", "give 15 minutes at least"));
        }
        let clock = self.clock.unwrap_or_else(|| Arc::new(RealClock::new()));
        Ok(Money(Arc::new(Engine {
            client: self.client,
            merchant,
            journal: self.journal,
            settings: self.settings,
            clock,
            known_over: Mutex::new(HashMap::new()),
            verified_by: Mutex::new(HashSet::new()),
            day: tokio::sync::Mutex::new(()),
        })))
    }
}

impl fmt::Debug for MoneyBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MoneyBuilder").field("settings", &self.settings).finish_non_exhaustive()
    }
}
