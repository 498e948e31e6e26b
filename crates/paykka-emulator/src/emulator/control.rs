//! What a test, or somebody at a control port, does with the platform from outside: look into it, move its time, let things
//! happen, let things go wrong.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use paykka_model::{
    Amount, NotificationKind, NumberAmount, PaymentApplyFields, PaymentApplyRequest, PaymentState, RequestId,
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
        self.platform.clock.unix_millis()
    }

    /// Moves the business clock. What becomes due on the way happens in its order, each at its moment, notifications and
    /// their repeats included, and has happened when this returns; a receiver that doesn't answer holds it up for 10
    /// seconds.
    pub async fn advance(&self, by: Duration) {
        let target = self.business_time().saturating_add(millis(by));
        self.settle().await;
        while let Some(next) = self.next_due().filter(|next| *next <= target) {
            self.platform.clock.advance_to(next);
            self.settle().await;
        }
        self.platform.clock.advance_to(target);
        self.settle().await;
    }

    /// Returns when everything that is due now has happened, and no notification or diagnosis is under way.
    pub async fn settle(&self) {
        let (done, settled) = oneshot::channel();
        // The task lives as long as this handle.
        if self.settle.send(done).is_ok() {
            let _ended = settled.await;
        }
        self.platform.explainer.idle().await;
    }

    /// When the next thing is due by itself, in Unix milliseconds of the business clock.
    #[must_use]
    pub fn next_due(&self) -> Option<u64> {
        [self.platform.next_due(), self.platform.notifier.next_due()].into_iter().flatten().min()
    }
}

/// What there is.
impl Emulator {
    /// The merchants' numbers.
    #[must_use]
    pub fn merchants(&self) -> Vec<String> {
        self.platform.with_world(|world, _| world.merchants().map(str::to_owned).collect())
    }

    /// What stands on a merchant's account, or `None` where there is no such account.
    #[must_use]
    pub fn balance(&self, merchant: &str, currency: &str) -> Option<Amount> {
        self.platform.with_world(|world, _| world.balance(merchant, currency))
    }

    /// Every movement on a merchant's accounts, oldest first.
    #[must_use]
    pub fn ledger(&self, merchant: &str) -> Vec<Entry> {
        self.platform.with_world(|world, _| world.ledger(merchant).to_vec())
    }

    /// Whether every balance is the sum of its entries, none of which stands there twice.
    ///
    /// # Errors
    /// [`Error`] with the merchant, and the currency where it isn't. What to do: report it, it is a defect of the emulator.
    pub fn check_ledgers(&self) -> Result<(), Error> {
        let checked = self.platform.with_world(|world, _| world.check_ledgers());
        checked.map_err(|account| Error::new("a balance isn't the sum of its entries", account))
    }

    /// A merchant's payment, or `None` where there is none of that number.
    #[must_use]
    pub fn payment(&self, merchant: &str, request_id: &str) -> Option<PaymentState> {
        self.platform.with_world(|world, now| world.payment_at(merchant, request_id, now))
    }

    /// How many payments there are, of all merchants.
    #[must_use]
    pub fn payment_count(&self) -> usize {
        self.platform.with_world(|world, _| world.payment_count())
    }

    /// All objects of a merchant by kind, for people: its form may change. `null` where there is no such merchant.
    #[must_use]
    pub fn objects(&self, merchant: &str) -> serde_json::Value {
        self.platform.with_world(|world, _| world.objects(merchant))
    }

    /// The last requests, oldest first: 1,000 of them, or fewer where they are long.
    #[must_use]
    pub fn requests(&self) -> Vec<LoggedRequest> {
        self.platform.log.all()
    }

    /// One of [`requests`](Self::requests), by its number.
    #[must_use]
    pub fn request(&self, id: u64) -> Option<LoggedRequest> {
        self.platform.log.one(id)
    }

    /// The notifications that wait or were sent, oldest first: all that wait, and of the others the last 10,000.
    #[must_use]
    pub fn deliveries(&self) -> Vec<Delivery> {
        self.platform.notifier.deliveries()
    }
}

/// What can be made to happen.
impl Emulator {
    /// Lets money land on one of the merchant's accounts; the receipt's number.
    ///
    /// # Errors
    /// [`Error`] for no such merchant, no enabled account that takes the currency, or an amount that isn't above zero.
    pub fn land(&self, merchant: &str, landing: Landing) -> Result<String, Error> {
        self.platform.with_world(|world, now| world.land(now, merchant, landing)).map_err(refused)
    }

    /// Opens a merchant's account in a currency, or adds to it, in minor units.
    pub fn open_account(&self, merchant: &str, currency: &str, balance: Amount) {
        self.platform.with_world(|world, now| world.open_account(now, merchant, currency, balance));
    }

    /// Adds a payee who has passed.
    pub fn add_payee(&self, merchant: &str, beneficiary_id: &str, currency: &str) {
        self.platform.with_world(|world, now| world.add_payee(now, merchant, beneficiary_id, currency));
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
            let behaviour = Behaviour::default();
            let call = Call { merchant: Some(merchant), key_id: "", now, behaviour };
            world.put_payments(&call, &template, count)
        };
        self.platform.with_world(put).map_err(refused)
    }

    /// Puts an object into a status, known or not: of notifications' `kind`, by the number under which they name it. The
    /// money that goes with the change moves, and the change is notified. `merchant` is of no matter for applications, which
    /// belong to none yet.
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
        self.platform.with_world(set).map_err(refused)
    }

    /// Sends a delivery's notification once more, signed afresh; the new delivery's number.
    ///
    /// # Errors
    /// [`Error`] for a number that isn't in the log.
    pub fn replay(&self, delivery: u64) -> Result<u64, Error> {
        let replayed = self.platform.notifier.replay(delivery, self.business_time())?;
        self.platform.wake.notify_one();
        Ok(replayed)
    }

    /// Sends all notifications from now on to this one, too.
    pub fn subscribe(&self, subscriber: Subscriber) {
        self.platform.notifier.subscribe(subscriber);
    }

    /// Whether new connections are taken. Else they are refused, as by a machine on which nothing listens; open ones go on.
    /// The change is begun, not done, when this returns.
    pub fn set_accepting(&self, is_accepting: bool) {
        self.http.set_open(is_accepting);
        self.https.set_open(is_accepting);
    }

    /// See [`EmulatorBuilder::signed_not_found`](crate::EmulatorBuilder::signed_not_found).
    pub fn set_signed_not_found(&self, is_signed: bool) {
        self.platform.signs_not_found.store(is_signed, Ordering::Relaxed);
    }
}

/// What goes wrong.
impl Emulator {
    /// From now on requests that the rule is for get its fault, beside those that they ask for by the header
    /// `X-Emulator-Fault`. A rule that names a notification, such as `payment.notification`, is for those.
    ///
    /// # Errors
    /// [`Error`] for an operation that there isn't.
    pub fn add_rule(&self, rule: FaultRule) -> Result<(), Error> {
        locked(&self.platform.faults).add(rule)
    }

    /// The rules that are in force.
    #[must_use]
    pub fn rules(&self) -> Vec<FaultRule> {
        locked(&self.platform.faults).rules().to_vec()
    }

    /// Draws faults by lot from now on, the same for the same seed, operation, key and attempt, in whatever order requests
    /// come. The key is what names the change, such as `request_id`; for other calls the whole body.
    ///
    /// # Errors
    /// [`Error`] for an operation that there isn't, or a chance of more than 1,000 per mille.
    pub fn set_plan(&self, plan: Option<FaultPlan>) -> Result<(), Error> {
        locked(&self.platform.faults).set_plan(plan)
    }

    /// The plan that is in force.
    #[must_use]
    pub fn plan(&self) -> Option<FaultPlan> {
        locked(&self.platform.faults).plan().cloned()
    }

    /// Ends all rules and the plan.
    pub fn clear_faults(&self) {
        locked(&self.platform.faults).clear();
    }
}

/// Keys.
impl Emulator {
    /// The ids of the registered keys, with the merchants that each signs for.
    #[must_use]
    pub fn keys(&self) -> BTreeMap<String, Vec<String>> {
        self.platform.gate.keys()
    }

    /// Registers a public key that signs for a merchant from now on, beside its others; without a merchant it hands in
    /// applications. A merchant that isn't there comes to be. A key under an id that is there takes its place.
    ///
    /// # Errors
    /// [`Error`] for an id that isn't 1..128 visible ASCII characters.
    pub fn register(&self, merchant: Option<&str>, key_id: &str, key: VerifyingKey) -> Result<(), Error> {
        self.platform.register(merchant, key_id, key)
    }

    /// Ends a merchant's key: what it signs is refused from now on.
    ///
    /// # Errors
    /// [`Error`] for an id under which there is no key.
    pub fn revoke(&self, key_id: &str) -> Result<(), Error> {
        self.platform.gate.revoke(key_id)
    }

    /// The platform signs with this key from now on, under its id.
    pub fn rotate(&self, signer: Arc<dyn Signer>) {
        self.platform.signing.rotate(signer);
    }
}

/// Everything at once.
impl Emulator {
    /// The state as a JSON text, for [`EmulatorBuilder::snapshot`](crate::EmulatorBuilder::snapshot): the world with all
    /// its data, the registered public keys, and notifications that weren't accepted yet. No private key is in it.
    ///
    /// # Errors
    /// [`Error`] for a state that can't be written as JSON, which would be a defect.
    pub fn snapshot(&self) -> Result<String, Error> {
        self.platform.snapshot()
    }

    /// Puts a saved state in the place of this one. Faults and logs are cleared; the business clock never goes back.
    ///
    /// # Errors
    /// [`Error`] for a text that is no saved state, or a damaged one; then nothing is changed.
    pub fn restore(&self, snapshot: &str) -> Result<(), Error> {
        self.platform.restore(Snapshot::read(snapshot)?)
    }

    /// Back to the world that the builder described, with its merchants, accounts, payees and keys; a saved state that it was
    /// given is left out. Faults, logs and what waits to be delivered are cleared; nonces stay used, and the business clock
    /// goes on.
    pub fn reset(&self) {
        self.platform.reset();
    }
}

fn refused(failure: Failure) -> Error {
    Error::new("the platform's state doesn't allow it", failure.ret_msg)
}
