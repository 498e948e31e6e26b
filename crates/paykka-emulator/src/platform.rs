//! What all connections share: the world behind one lock, which is never held across an await, and everything around it.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use paykka_model::RetCode;
use paykka_sign::VerifyingKey;
use tokio::sync::Notify;

use crate::Error;
use crate::clock::BusinessClock;
use crate::explain::Explainer;
use crate::faults::{About, Faults, Owner};
use crate::gate::{Gate, Registry};
use crate::log::RequestLog;
use crate::notify::Notifier;
use crate::service::{Deferred, Intake, LastAnswers};
use crate::signing::Signing;
use crate::world::{Failure, Millis, World};

pub(crate) struct Platform {
    pub(crate) gate: Gate,
    pub(crate) signing: Signing,
    pub(crate) clock: BusinessClock,
    pub(crate) faults: Mutex<Faults>,
    pub(crate) log: RequestLog,
    pub(crate) last: LastAnswers,
    pub(crate) notifier: Notifier,
    pub(crate) explainer: Explainer,
    pub(crate) intake: Intake,
    /// Wakes who lets happen what is due.
    pub(crate) wake: Notify,
    pub(crate) signs_not_found: AtomicBool,
    pub(crate) max_file: usize,
    pub(crate) business: Mutex<Business>,
    pub(crate) initial: Initial,
}

/// What changes by calls and by time.
pub(crate) struct Business {
    pub(crate) world: World,
    /// By the moment at which they are processed, in the order in which they came.
    deferred: BTreeMap<(Millis, u64), Deferred>,
    count: u64,
}

/// What there was at the start, to go back to.
pub(crate) struct Initial {
    pub(crate) world: World,
    pub(crate) registry: Registry,
    pub(crate) faults: Faults,
    pub(crate) signs_not_found: bool,
}

impl Business {
    pub(crate) const fn new(world: World) -> Self {
        Self { world, deferred: BTreeMap::new(), count: 0 }
    }
}

impl Platform {
    /// Does something with the world, after all that is due has happened.
    pub(crate) fn with_world<T>(&self, act: impl FnOnce(&mut World, Millis) -> T) -> T {
        let mut business = locked(&self.business);
        let now = self.clock.unix_millis();
        self.catch_up(&mut business, now);
        let next = business.world.next_due();
        let outcome = act(&mut business.world, now);
        self.take_over(&mut business.world, now);
        if business.world.next_due() != next {
            self.wake.notify_one();
        }
        outcome
    }

    /// Lets everything happen that is due.
    pub(crate) fn run_due(&self) {
        let mut business = locked(&self.business);
        let now = self.clock.unix_millis();
        self.catch_up(&mut business, now);
    }

    /// When the next thing happens by itself, notifications apart.
    pub(crate) fn next_due(&self) -> Option<Millis> {
        let business = locked(&self.business);
        let deferred = business.deferred.first_key_value().map(|((at, _), _)| *at);
        [business.world.next_due(), deferred].into_iter().flatten().min()
    }

    /// In debug builds every request is followed by an audit of what it entered into the ledgers.
    pub(crate) fn audited(&self, outcome: Result<Vec<u8>, Failure>) -> Result<Vec<u8>, Failure> {
        if cfg!(debug_assertions)
            && let Err(account) = locked(&self.business).world.check_new_entries()
        {
            tracing::error!(account, "a balance isn't the sum of its entries");
            let ret_msg = format!("the ledger of {account} is damaged");
            return Err(Failure { ret_code: RetCode::Unknown, ret_msg });
        }
        outcome
    }

    /// Processes a request later by the business clock.
    pub(crate) fn defer(&self, by: Millis, request: Deferred) {
        let mut business = locked(&self.business);
        business.count += 1;
        let at = (self.clock.unix_millis().saturating_add(by), business.count);
        business.deferred.insert(at, request);
        self.wake.notify_one();
    }

    /// Puts another world in the place of this one; what was deferred is forgotten.
    pub(crate) fn replace(&self, world: World) {
        *locked(&self.business) = Business::new(world);
        self.wake.notify_one();
    }

    /// Registers a key; its merchant comes to be where there is none yet.
    pub(crate) fn register(
        &self,
        merchant: Option<&str>,
        key_id: &str,
        key: VerifyingKey,
    ) -> Result<(), Error> {
        self.gate.register(merchant, key_id, key)?;
        if let Some(merchant) = merchant {
            self.with_world(|world, _| world.open_merchant(merchant));
        }
        Ok(())
    }

    pub(crate) const fn max_file(&self) -> usize {
        self.max_file
    }

    pub(crate) fn signs_not_found(&self) -> bool {
        self.signs_not_found.load(Ordering::Relaxed)
    }

    /// Requests that were deferred are played between the world's own steps, each at its moment.
    fn catch_up(&self, business: &mut Business, now: Millis) {
        while let Some(entry) = business.deferred.first_entry().filter(|entry| entry.key().0 <= now) {
            let ((at, _), request) = entry.remove_entry();
            business.world.run_due(at);
            if let Err(failure) = request.play(&self.gate, &mut business.world, at) {
                tracing::info!(ret_code = %failure.ret_code, "a deferred request was refused");
            }
        }
        business.world.run_due(now);
        self.take_over(&mut business.world, now);
    }

    /// Hands on what the world has to say.
    fn take_over(&self, world: &mut World, now: Millis) {
        world.take_registrations().into_iter().for_each(|born| self.gate.add(born));
        for notice in world.take_notices() {
            let about = About {
                operation: notice.subject.kind.info().name,
                owner: Owner::Merchant(&notice.merchant),
                key: &notice.subject.object,
            };
            let mut faults = notice.fate.as_deref().cloned().unwrap_or_default();
            faults.extend(locked(&self.faults).of_notice(&about));
            self.notifier.send(notice, &faults, now);
            self.wake.notify_one();
        }
    }
}

/// What is behind the locks here is whole between two steps, so a lock that a panic poisoned is taken all the same.
pub(crate) fn locked<T>(place: &Mutex<T>) -> MutexGuard<'_, T> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}
