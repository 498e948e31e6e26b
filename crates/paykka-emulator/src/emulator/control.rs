//! What a test, or somebody at a control port, does with the platform from outside: look into it, move its time, let things
//! happen, let things go wrong.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use paykka_model::{
    Amount, NotificationKind, NumberAmount, PaymentApplyFields, PaymentApplyRequest, PaymentState, RequestId,
    RetCode,
};
use paykka_sign::{Signer, VerifyingKey};
use tokio::sync::oneshot;

use super::Emulator;
use crate::Error;
use crate::clock::millis;
use crate::faults::{FaultPlan, FaultRule};
use crate::log::LoggedRequest;
use crate::notify::{Delivery, Subscriber};
use crate::platform::locked;
use crate::snapshot::Snapshot;
use crate::world::{Behaviour, Call, Entry, Failure, Landing};

/// Time.
impl Emulator {
    /// The business clock's time, in Unix milliseconds.
    #[must_use]
    pub fn business_time(&self) -> u64 {
        self.shared.platform.clock.unix_millis()
    }

    /// Moves the business clock. What becomes due on the way happens in its order, each at its moment, notifications and
    /// their repeats included, and has happened when this returns; a receiver that doesn't answer holds it up for 10
    /// seconds. At each moment it [settles](Self::settle), so it ends also while others keep something going.
    pub async fn advance(&self, by: Duration) {
        // Two at a time would both count from where the first is just now.
        let _turn = self.shared.advancing.lock().await;
        let mut moment = self.business_time();
        let target = moment.saturating_add(millis(by));
        self.settle().await;
        // Only later moments, since calls may go on making something due at this one.
        while let Some(next) = self.next_from(moment.saturating_add(1)).filter(|next| *next <= target) {
            self.shared.platform.clock.advance_to(next);
            self.settle().await;
            moment = next;
        }
        self.shared.platform.clock.advance_to(target);
        self.settle().await;
    }

    /// Returns when everything that is due now has happened, and no notification or diagnosis is under way any more that is
    /// so now.
    pub async fn settle(&self) {
        let platform = &self.shared.platform;
        let diagnosed = platform.explainer.idle();
        platform.run_due();
        let (done, settled) = oneshot::channel();
        // The task lives as long as this handle.
        if self.shared.settle.send((platform.notifier.mark(self.business_time()), done)).is_ok() {
            let _ended = settled.await;
        }
        diagnosed.await;
    }

    /// When the next thing is due by itself, in Unix milliseconds of the business clock.
    #[must_use]
    pub fn next_due(&self) -> Option<u64> {
        self.next_from(0)
    }

    fn next_from(&self, from: u64) -> Option<u64> {
        let platform = &self.shared.platform;
        [platform.next_due().filter(|next| *next >= from), platform.notifier.next_from(from)]
            .into_iter()
            .flatten()
            .min()
    }
}

/// What there is.
impl Emulator {
    /// The merchants' numbers.
    #[must_use]
    pub fn merchants(&self) -> Vec<String> {
        self.shared.platform.with_world(|world, _| world.merchants().map(str::to_owned).collect())
    }

    /// What stands on a merchant's accounts, by currency; `None` where there is no such merchant.
    #[must_use]
    pub fn balances(&self, merchant: &str) -> Option<BTreeMap<String, Amount>> {
        self.shared.platform.with_world(|world, _| world.balances(merchant))
    }

    /// What stands on a merchant's account, or `None` where there is no such account.
    #[must_use]
    pub fn balance(&self, merchant: &str, currency: &str) -> Option<Amount> {
        self.shared.platform.with_world(|world, _| world.balance(merchant, currency))
    }

    /// Every movement on a merchant's accounts, oldest first.
    #[must_use]
    pub fn ledger(&self, merchant: &str) -> Vec<Entry> {
        self.shared.platform.with_world(|world, _| world.ledger(merchant).to_vec())
    }

    /// Whether every balance is the sum of its entries, none of which stands there twice.
    ///
    /// # Errors
    /// [`Error`] with the merchant, and the currency where it isn't. What to do: report it, it is a defect of the emulator.
    pub fn check_ledgers(&self) -> Result<(), Error> {
        let checked = self.shared.platform.with_world(|world, _| world.check_ledgers());
        checked.map_err(|account| Error::new("a balance isn't the sum of its entries", account))
    }

    /// A merchant's payment, or `None` where there is none of that number.
    #[must_use]
    pub fn payment(&self, merchant: &str, request_id: &str) -> Option<PaymentState> {
        self.shared.platform.with_world(|world, now| world.payment_at(merchant, request_id, now))
    }

    /// How many payments there are, of all merchants.
    #[must_use]
    pub fn payment_count(&self) -> usize {
        self.shared.platform.with_world(|world, _| world.payment_count())
    }

    /// All objects of a merchant by kind, for people: its form may change. `null` where there is no such merchant.
    #[must_use]
    pub fn objects(&self, merchant: &str) -> serde_json::Value {
        self.shared.platform.with_world(|world, _| world.objects(merchant))
    }

    /// The last requests, oldest first: 1,000 of them, or fewer where they are long.
    #[must_use]
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.shared.platform.log.all()
    }

    /// One of [`requests`](Self::requests), by its number.
    #[must_use]
    pub fn request(&self, id: u64) -> Option<LoggedRequest> {
        self.shared.platform.log.one(id)
    }

    /// Returns when no refused request is being diagnosed.
    pub(crate) async fn diagnosed(&self) {
        self.shared.platform.explainer.idle().await;
    }

    /// The notifications that wait or were sent, oldest first: all that wait, and of the others the last 10,000.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.shared.platform.notifier.deliveries()
    }
}

/// What can be made to happen.
impl Emulator {
    /// Lets money land on one of the merchant's accounts; the receipt's number.
    ///
    /// # Errors
    /// [`Error`] for no such merchant, no enabled account that takes the currency, or an amount that isn't above zero.
    pub fn land(&self, merchant: &str, landing: Landing) -> Result<String, Error> {
        self.shared.platform.with_world(|world, now| world.land(now, merchant, landing)).map_err(refused)
    }

    /// Opens a merchant's account in a currency, or adds to it, in minor units.
    ///
    /// # Errors
    /// [`Error`] for a balance that would be below zero, or beyond what an amount holds.
    pub fn open_account(&self, merchant: &str, currency: &str, balance: Amount) -> Result<(), Error> {
        let open =
            |world: &mut crate::world::World, now| world.open_account(now, merchant, currency, balance);
        self.shared.platform.with_world(open).map_err(refused)
    }

    /// Adds a payee who has passed.
    pub fn add_payee(&self, merchant: &str, beneficiary_id: &str, currency: &str) {
        self.shared
            .platform
            .with_world(|world, now| world.add_payee(now, merchant, beneficiary_id, currency));
    }

    /// Puts `count` payments of one minor unit to a passed payee directly into the store, made and paid, numbered
    /// `PUT000000000000` on: for load tests, which want a full store in seconds. Nobody is notified.
    ///
    /// # Errors
    /// [`Error`] for no such merchant or payee, a balance that is too low, or numbers that are taken.
    pub fn put_payments(
        &self,
        merchant: &str,
        beneficiary_id: &str,
        currency: &str,
        count: usize,
    ) -> Result<(), Error> {
        let template = PaymentApplyRequest::new(PaymentApplyFields {
            request_id: RequestId::new("PUT").map_err(|error| Error::new("no payments were put", error))?,
            beneficiary_id: beneficiary_id.to_owned(),
            currency: currency.into(),
            amount: NumberAmount::from_integer(1),
            postscript: "INV 17".to_owned(),
        });
        let put = |world: &mut crate::world::World, now| {
            let call = Call {
                merchant: Some(merchant),
                key_id: "",
                signs_for: &|_| true,
                now,
                behaviour: Behaviour::default(),
                is_again: false,
            };
            world.put_payments(&call, &template, count)
        };
        self.shared.platform.with_world(put).map_err(refused)
    }

    /// Puts an object into a status, known or not: of notifications' `kind`, by the number under which they name it. The
    /// money that goes with the change moves, and the change is notified. An application that isn't `merchant`'s is
    /// found all the same: the newest under its number. The object stays in that status until a call moves it on.
    ///
    /// # Errors
    /// [`Error`] for no such object, and for a status that doesn't go with where the money is: what is settled, exchanged or
    /// paid back stays so.
    pub fn set_status(
        &self,
        kind: NotificationKind,
        merchant: &str,
        object: &str,
        status: &str,
    ) -> Result<(), Error> {
        let set =
            |world: &mut crate::world::World, now| world.set_status(now, kind, merchant, object, status);
        self.shared.platform.with_world(set).map_err(refused)
    }

    /// Sends a delivery's notification once more, signed afresh; the new delivery's number.
    ///
    /// # Errors
    /// [`Error`] for a number that isn't in the log.
    pub fn replay(&self, delivery: u64) -> Result<u64, Error> {
        let replayed = self.shared.platform.notifier.replay(delivery, self.business_time())?;
        self.shared.platform.wake.notify_one();
        Ok(replayed)
    }

    /// Sends all notifications from now on to this one, too; once, if it is there already. It is part of a saved state.
    pub fn subscribe(&self, subscriber: Subscriber) {
        self.shared.platform.notifier.subscribe(subscriber);
    }

    /// Ends the subscribers that [`subscribe`](Self::subscribe) added; the builder's stay. What waits for them is given up.
    pub fn unsubscribe(&self) {
        self.shared.platform.notifier.unsubscribe();
    }

    /// Ends one of the subscribers that [`subscribe`](Self::subscribe) added; what waits for it is given up.
    ///
    /// # Errors
    /// [`Error`] where none of them is this one.
    pub fn end_subscriber(&self, subscriber: &Subscriber) -> Result<(), Error> {
        self.shared.platform.notifier.end(subscriber)
    }

    /// Who is sent notifications, in the order in which they were named.
    #[must_use]
    pub fn subscribers(&self) -> Vec<Subscriber> {
        self.shared.platform.notifier.subscribers()
    }

    /// Whether new connections are taken. Else they are refused, as by a machine on which nothing listens; open ones go on.
    /// The change is begun, not done, when this returns.
    pub fn set_accepting(&self, is_accepting: bool) {
        self.shared.http.set_open(is_accepting);
        self.shared.https.set_open(is_accepting);
    }

    /// See [`EmulatorBuilder::signed_not_found`](crate::EmulatorBuilder::signed_not_found).
    pub fn set_signed_not_found(&self, is_signed: bool) {
        self.shared.platform.signs_not_found.store(is_signed, Ordering::Relaxed);
    }
}

/// What goes wrong.
impl Emulator {
    /// From now on requests that the rule is for get its fault, beside those that they ask for by the header
    /// `X-Emulator-Fault`. A rule that names a notification, such as `payment.notification`, is for those.
    ///
    /// # Errors
    /// [`Error`] as [`FaultRule::check`].
    pub fn add_rule(&self, rule: FaultRule) -> Result<(), Error> {
        locked(&self.shared.platform.faults).add(rule)
    }

    /// The rules that are in force.
    #[must_use]
    pub fn rules(&self) -> Vec<FaultRule> {
        locked(&self.shared.platform.faults).rules().to_vec()
    }

    /// Draws faults by lot from now on, the same for the same seed, operation, key and attempt, in whatever order requests
    /// come. The key is what names the change, such as `request_id`; for other calls the whole body.
    ///
    /// # Errors
    /// [`Error`] as [`FaultPlan::check`].
    pub fn set_plan(&self, plan: Option<FaultPlan>) -> Result<(), Error> {
        locked(&self.shared.platform.faults).set_plan(plan)
    }

    /// The plan that is in force.
    #[must_use]
    pub fn plan(&self) -> Option<FaultPlan> {
        locked(&self.shared.platform.faults).plan().cloned()
    }

    /// Ends all rules and the plan.
    pub fn clear_faults(&self) {
        locked(&self.shared.platform.faults).clear();
    }
}

/// Keys.
impl Emulator {
    /// The ids of the registered keys, with the merchants that each signs for.
    #[must_use]
    pub fn keys(&self) -> BTreeMap<String, Vec<String>> {
        self.shared.platform.gate.keys()
    }

    /// Registers a public key that signs for a merchant from now on, beside its others; without a merchant it hands in
    /// applications. A merchant that isn't there comes to be. A key under an id that is there takes its place.
    ///
    /// # Errors
    /// [`Error`] for an id or a merchant's number that isn't 1..128 visible ASCII characters, for a key whose private half is
    /// published, where others than this machine can call, and where another key under the id signs for another merchant
    /// ([`Error::is_conflict`]).
    pub fn register(&self, merchant: Option<&str>, key_id: &str, key: VerifyingKey) -> Result<(), Error> {
        self.shared.platform.register(merchant, key_id, key)
    }

    /// Ends a merchant's key: what it signs is refused from now on.
    ///
    /// # Errors
    /// [`Error`] for an id under which there is no key.
    pub fn revoke(&self, key_id: &str) -> Result<(), Error> {
        self.shared.platform.gate.revoke(key_id)
    }

    /// The platform signs with this key from now on, under its id.
    ///
    /// # Errors
    /// [`Error`] for a key whose private half is published, where others than this machine can call.
    pub fn rotate(&self, signer: Arc<dyn Signer>) -> Result<(), Error> {
        self.shared.platform.signing.rotate(signer)
    }
}

/// Everything at once.
impl Emulator {
    /// The state as a JSON text, for [`EmulatorBuilder::snapshot`](crate::EmulatorBuilder::snapshot): the world with all
    /// its data, the registered public keys, the subscribers that [`subscribe`](Self::subscribe) added, and notifications
    /// that weren't accepted yet. No private key is in it, and its SHA-256 is.
    ///
    /// # Errors
    /// [`Error`] for a state that can't be written as JSON, which would be a defect.
    pub fn snapshot(&self) -> Result<String, Error> {
        self.shared.platform.snapshot()
    }

    /// Puts a saved state in the place of this one; the builder's subscribers stay beside the state's. Faults and logs are
    /// cleared; a business clock that runs never goes back, and one that stands still takes the saved time. It waits as
    /// [`reset`](Self::reset) does.
    ///
    /// # Errors
    /// [`Error`] for a text that is no saved state, or a damaged one; then nothing is changed.
    pub async fn restore(&self, snapshot: &str) -> Result<(), Error> {
        let snapshot = Snapshot::read(snapshot)?;
        let _turn = self.shared.advancing.lock().await;
        self.shared.platform.restore(snapshot)?.end().await;
        Ok(())
    }

    /// Writes the state into the [`state_dir`](crate::EmulatorBuilder::state_dir), in the place of the last one: whole or
    /// not at all. The business clock's time is in it; faults, logs, used nonces and the platform's private key aren't.
    ///
    /// # Errors
    /// [`Error`] where there is no such folder, or it can't be written.
    pub fn save_state(&self) -> Result<(), Error> {
        let Some(state) = &self.shared.state else {
            return Err(Error::new(
                "the state can't be saved",
                "the emulator was started without a state folder",
            ));
        };
        state.save(&self.snapshot()?)
    }

    /// Ends the emulator, and saves its state where it has a folder for it. Connections are cut first, so that nothing that
    /// was answered is missing from the state.
    ///
    /// # Errors
    /// [`Error`] where the state can't be saved; the emulator has ended all the same.
    pub async fn stop(mut self) -> Result<(), Error> {
        if let Some(control) = self.control.take() {
            control.stop().await;
        }
        self.shared.http.stop().await;
        self.shared.https.stop().await;
        self.shared.running.abort();
        while !self.shared.running.is_finished() {
            tokio::task::yield_now().await;
        }
        if self.shared.state.is_some() { self.save_state() } else { Ok(()) }
    }

    /// Back to what the builder described: its merchants, accounts, payees and keys, its subscribers, rules and plan, open
    /// ports, and whether a 404 is signed; a saved state that it was given is left out. Logs and what waits to be delivered
    /// are cleared. Nonces stay used, the business clock goes on, and the platform's key stays as it is. An
    /// [`advance`](Self::advance) that is under way is waited for, and so are notifications that are being sent: for a
    /// second, then they are broken off. So none of former objects' is sent when this has returned.
    pub async fn reset(&self) {
        let _turn = self.shared.advancing.lock().await;
        let former = self.shared.platform.reset();
        self.set_accepting(true);
        former.end().await;
    }
}

fn refused(failure: Failure) -> Error {
    let is_not_found = failure.ret_code == RetCode::NotFound;
    let error = Error::new("the platform's state doesn't allow it", failure.ret_msg);
    if is_not_found { error.not_found() } else { error }
}
