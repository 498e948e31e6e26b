//! An emulator whose business time is moved by the client's own waiting, and "processes" over one journal.

use std::path::PathBuf;
use std::pin::Pin;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

use paykka_client::Client;
use paykka_client::journal::{FileJournal, Journal};
use paykka_client::money::{Money, MoneyBuilder, MoneyClock, MoneyError, Outcome, Resend, Settled};
use paykka_emulator::{BusinessClock, Cause, Emulator, Fault, FaultRule, Landing};
use paykka_model::{
    Amount, ForexPreOrder, ForexPreOrderFields, ForexPreOrderRequest, NotificationKind, NumberAmount,
    PaymentApplyResponse, PaymentState, VaApply,
};
use paykka_sign::{SigningKey, VerifyingKey};
use paykka_transport::{RetrySettings, Transport, TransportBuilder};

use crate::world::{MERCHANT, MERCHANT_PEM, MERCHANT_PUBLIC_PEM, PLATFORM_PEM, payment, platform_ring};

pub(super) const Q: Duration = Duration::from_secs(15 * 60);

/// Waiting costs no time: it moves this clock, and the emulator's business with it.
#[derive(Debug)]
pub(super) struct Waiting {
    emulator: Arc<Emulator>,
    now: Arc<Mutex<Duration>>,
    wall: SystemTime,
}

impl MoneyClock for Waiting {
    fn now(&self) -> Duration {
        *self.now.lock().unwrap()
    }

    fn wall(&self) -> SystemTime {
        self.wall + self.now()
    }

    fn sleep(&self, time: Duration) -> Pin<Box<dyn Future<Output = ()> + Send>> {
        let (now, emulator) = (Arc::clone(&self.now), Arc::clone(&self.emulator));
        Box::pin(async move {
            *now.lock().unwrap() += time;
            emulator.advance(time).await;
        })
    }
}

pub(super) struct Rig {
    pub(super) emulator: Arc<Emulator>,
    folder: tempfile::TempDir,
}

impl Rig {
    pub(super) async fn new() -> Self {
        let emulator = Emulator::builder(SigningKey::from_bytes("P001", PLATFORM_PEM).unwrap())
            .merchant(MERCHANT, "K001", VerifyingKey::from_bytes(MERCHANT_PUBLIC_PEM).unwrap())
            .account(MERCHANT, "USD", Amount::from_wire(1_000_000))
            .account(MERCHANT, "EUR", Amount::from_wire(1_000_000))
            .payee(MERCHANT, "B1", "USD")
            .business_clock(BusinessClock::manual(SystemTime::now()))
            .start()
            .await
            .unwrap();
        Self { emulator: Arc::new(emulator), folder: tempfile::tempdir().unwrap() }
    }

    pub(super) fn client(&self) -> Client {
        Client::from_transport(self.transport().build().unwrap(), Some(MERCHANT.to_owned()))
    }

    /// Each call is tried once, since the transport's pauses are real.
    pub(super) fn transport(&self) -> TransportBuilder {
        let key = SigningKey::from_bytes("K001", MERCHANT_PEM).unwrap();
        Transport::builder(self.emulator.http_url(), Arc::new(key), platform_ring())
            .retry(RetrySettings::default().attempts(1))
    }

    pub(super) fn path(&self) -> PathBuf {
        self.folder.path().join("payments")
    }

    /// As a process that just began: with the journal's file, and knowing nothing else.
    pub(super) fn process(&self) -> Process {
        self.process_at(SystemTime::now())
    }

    /// As a process that just began, by a machine's clock that shows something.
    pub(super) fn process_at(&self, wall: SystemTime) -> Process {
        self.process_over(Arc::new(FileJournal::open(self.path()).unwrap()), wall)
    }

    pub(super) fn clock(&self) -> Arc<Waiting> {
        let (emulator, now) = (Arc::clone(&self.emulator), Arc::default());
        Arc::new(Waiting { emulator, now, wall: SystemTime::now() })
    }

    pub(super) fn process_over(&self, journal: Arc<dyn Journal>, wall: SystemTime) -> Process {
        // The clock's zero is nobody's business: not the process's start, for one.
        let now = Arc::new(Mutex::new(Duration::from_secs(5 * 60 * 60)));
        let clock = Waiting { emulator: Arc::clone(&self.emulator), now: Arc::clone(&now), wall };
        let waited = Waited { since: clock.now(), now };
        Process { builder: self.client().money(journal).clock(Arc::new(clock)), waited }
    }

    pub(super) fn fault(&self, operation: &str, fault: &str, times: Option<u32>) {
        let fault: Fault = fault.parse().unwrap();
        self.emulator.add_rule(FaultRule { operation: Some(operation.to_owned()), fault, times }).unwrap();
    }

    /// How often the payment of this key took money: each key has an amount of its own.
    pub(super) fn paid(&self, key: &str) -> usize {
        let (entries, amount) = (self.emulator.ledger(MERCHANT), Amount::from_wire(-amount_of(key)));
        entries.iter().filter(|entry| entry.cause == Cause::Payment && entry.amount == amount).count()
    }

    /// The number of an open quote.
    pub(super) async fn quote(&self) -> String {
        let fields = ForexPreOrderFields { sell_currency: "USD".into(), buy_currency: "EUR".into() };
        let wanted = ForexPreOrderRequest::new(fields).sell_amount(NumberAmount::from_integer(1_000));
        self.client().call::<ForexPreOrder>(&wanted).await.unwrap().into_value().order_no
    }

    /// Money that has come in and waits to be related.
    pub(super) async fn receipt(&self) -> String {
        let account = serde_json::json!({"request_id": "VA1", "currencies": ["USD"], "country_code": "US"});
        let account = serde_json::from_value(account).unwrap();
        self.client().call::<VaApply>(&account).await.unwrap();
        self.emulator.advance(Duration::from_secs(1)).await;
        self.emulator.land(MERCHANT, Landing::new("USD", Amount::from_wire(500))).unwrap()
    }

    /// Puts a receipt into a state.
    pub(super) fn stands(&self, receipt: &str, status: &str) {
        let kind = NotificationKind::TradeSettle;
        self.emulator.set_status(kind, MERCHANT, receipt, status).unwrap();
    }

    /// How often the operation was called.
    pub(super) fn calls(&self, path: &str) -> usize {
        self.emulator.requests().iter().filter(|request| request.path == path).count()
    }
}

pub(super) struct Process {
    pub(super) builder: MoneyBuilder,
    pub(super) waited: Waited,
}

/// How long a process has waited so far.
#[derive(Clone)]
pub(super) struct Waited {
    since: Duration,
    now: Arc<Mutex<Duration>>,
}

impl Waited {
    pub(super) fn so_far(&self) -> Duration {
        *self.now.lock().unwrap() - self.since
    }
}

impl Process {
    pub(super) fn resend(self, resend: Resend) -> Self {
        Self { builder: self.builder.resend(resend), ..self }
    }

    /// Ready to move money.
    pub(super) async fn ready(self) -> Money {
        let money = self.builder.build().unwrap();
        assert!(money.prove().await.unwrap().reads);
        money
    }
}

pub(super) type Paid = Result<Settled<PaymentApplyResponse, PaymentState>, MoneyError>;

pub(super) async fn pay(money: &Money, key: &str) -> Paid {
    // The request's own number is replaced.
    money.payments().submit(key, &payment("IGNORED", amount_of(key))).await
}

fn amount_of(key: &str) -> i64 {
    key.bytes().fold(0, |sum, byte| sum * 7 % 991 + i64::from(byte))
}

/// What came of it, in one word.
pub(super) fn word<A, S>(result: &Result<Settled<A, S>, MoneyError>) -> &'static str {
    match result {
        Ok(settled) => match &settled.outcome {
            Outcome::Accepted(_) => "accepted",
            Outcome::Rejected(_) => "rejected",
            Outcome::NotExecuted(_) => "not executed",
            Outcome::Executed(_) => "executed",
            Outcome::Refused(_) => "refused",
            Outcome::Conflict(_) => "conflict",
            Outcome::PutAway(_) => "put away",
            _ => "something new",
        },
        Err(error) if error.still_unknown().is_some() => "unknown",
        Err(_) => "error",
    }
}
