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
    /// The first account whose ledger was found not to add up. It stands for the rest of this world.
    damage: Option<String>,
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
        Self { world, deferred: BTreeMap::new(), count: 0, damage: None }
    }

    /// In debug builds all that happens is followed by an audit of what it entered into the ledgers: calls, steps, what was
    /// deferred, and what is done by hand.
    fn audit(&mut self) {
        if cfg!(debug_assertions)
            && self.damage.is_none()
            && let Err(account) = self.world.check_new_entries()
        {
            tracing::error!(account, "a balance isn't the sum of its entries");
            self.damage = Some(account);
        }
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
        self.take_over(&mut business, now);
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

    /// The outcome of a call, or the damage that an audit found by then.
    pub(crate) fn audited(&self, outcome: Result<Vec<u8>, Failure>) -> Result<Vec<u8>, Failure> {
        let damage = locked(&self.business).damage.clone();
        let failure = |account: String| Failure {
            ret_code: RetCode::Unknown,
            ret_msg: format!("the ledger of {account} is damaged"),
        };
        damage.map_or(outcome, |account| Err(failure(account)))
    }

    /// Processes a request later by the business clock.
    pub(crate) fn defer(&self, by: Millis, request: Deferred) {
        let mut business = locked(&self.business);
        business.count += 1;
        let at = (self.clock.unix_millis().saturating_add(by), business.count);
        business.deferred.insert(at, request);
        self.wake.notify_one();
    }

    /// Puts another world in the place of this one, and does at the same moment what goes with it: nobody meets half of
    /// either. What was deferred is forgotten.
    pub(crate) fn replace<T>(&self, world: World, beside: impl FnOnce() -> T) -> T {
        let mut business = locked(&self.business);
        let outcome = beside();
        *business = Business::new(world);
        self.wake.notify_one();
        outcome
    }

    /// Registers a key; its merchant comes to be where there is none yet.
    pub(crate) fn register(
        &self,
        merchant: Option<&str>,
        key_id: &str,
        key: VerifyingKey,
    ) -> Result<(), Error> {
        merchant.map_or(Ok(()), check_merchant)?;
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
        self.take_over(business, now);
    }

    /// Audits what has happened, and hands on what the world has to say.
    fn take_over(&self, business: &mut Business, now: Millis) {
        business.audit();
        let world = &mut business.world;
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

pub(crate) fn check_merchant(merchant: &str) -> Result<(), Error> {
    let rule = || format!("{merchant:?} isn't 1..128 visible ASCII characters");
    if is_name(merchant) { Ok(()) } else { Err(Error::new("a merchant's number can't be used", rule())) }
}

/// A number or id, as a header can carry it.
pub(crate) fn is_name(name: &str) -> bool {
    (1..=128).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_graphic())
}

/// What is behind the locks here is whole between two steps, so a lock that a panic poisoned is taken all the same.
pub(crate) fn locked<T>(place: &Mutex<T>) -> MutexGuard<'_, T> {
    place.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::{Duration, SystemTime};

    use axum::body::Body;
    use axum::extract::Request;
    use http_body_util::BodyExt;
    use paykka_model::Amount;
    use paykka_sign::{Nonce, Parts, SigningKey, Timestamp};
    use serde_json::{Value, json};
    use tower_service::Service;

    use super::*;
    use crate::{BusinessClock, Emulator};

    const BALANCE: &str = "/api/v2/merch/account/balance";

    fn key(key_id: &str) -> SigningKey {
        let pem = include_str!("../../paykka-sign/testdata/merchant-2048.private.pem");
        SigningKey::from_bytes(key_id, pem).unwrap()
    }

    async fn emulator() -> Emulator {
        let public = VerifyingKey::from_bytes(key("K1").public_key()).unwrap();
        Emulator::builder(key("P1"))
            .business_clock(BusinessClock::manual(
                SystemTime::UNIX_EPOCH + Duration::from_secs(1_700_000_000),
            ))
            .merchant("M1", "K1", public)
            .account("M1", "USD", Amount::from_wire(100))
            .start()
            .await
            .unwrap()
    }

    /// The world with a balance that nobody entered.
    fn damaged(world: &World) -> World {
        let mut world = serde_json::to_value(world).unwrap();
        let balance = world.pointer_mut("/merchants/M1/ledger/balances/USD").unwrap();
        assert_eq!(std::mem::replace(balance, json!(101)), json!(100));
        serde_json::from_value(world).unwrap()
    }

    /// Status and `ret_code` of a call.
    async fn call(platform: &Arc<Platform>) -> (u16, Value) {
        let parts = Parts { path: BALANCE, merchant: Some("M1"), body: b"{}" };
        let mut entropy = [0; 16];
        getrandom::fill(&mut entropy).unwrap();
        let now = Timestamp::try_from(SystemTime::now()).unwrap();
        let header = key("K1").sign(&parts, now, &Nonce::from_entropy(entropy)).unwrap().to_header();
        let request = Request::post(BALANCE)
            .header("authorization", header)
            .header("x-merch-id", "M1")
            .header("content-type", "application/json")
            .body(Body::from("{}"))
            .unwrap();
        let response = crate::service::router(platform).call(request).await.unwrap();
        let status = response.status().as_u16();
        let body = response.into_body().collect().await.unwrap().to_bytes();
        (status, serde_json::from_slice::<Value>(&body).unwrap_or_default()["ret_code"].clone())
    }

    #[tokio::test]
    async fn a_call_that_leaves_a_damaged_ledger_is_answered_so_and_all_later_ones() {
        let emulator = emulator().await;
        let platform = emulator.platform();
        assert_eq!(call(platform).await, (200, Value::Null));
        platform.with_world(|world, _| *world = damaged(world));
        for _ in 0..2 {
            assert_eq!(call(platform).await, (500, json!("999999")));
        }
        platform.replace(platform.initial.world.clone(), || ());
        assert_eq!(call(platform).await, (200, Value::Null), "another world is another ledger");
    }

    #[tokio::test]
    async fn what_happens_by_itself_is_audited_without_a_call() {
        let emulator = emulator().await;
        let platform = emulator.platform();
        let damage = || locked(&platform.business).damage.clone();
        platform.replace(damaged(&platform.initial.world), || ());
        assert_eq!(damage(), None);
        platform.run_due();
        assert_eq!(damage().as_deref(), Some("M1 USD"));
    }
}
