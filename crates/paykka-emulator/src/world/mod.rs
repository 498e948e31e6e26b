//! The platform itself: what it holds and how it changes. Nothing here knows of sockets, signatures or a running clock;
//! time comes in as a number, notices go out as a list, so that the same calls always give the same world.

mod applications;
mod by_hand;
mod files;
mod forex;
mod history;
mod ids;
mod ledger;
mod magic;
mod merchant;
mod numbered;
mod onboarding;
mod orders;
mod payees;
mod payments;
mod receipts;
mod repeats;
mod schedule;
mod va;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use paykka_model::{
    DecodeError, Effect, NotificationKind, Operation, RetCode, Validation, WireObject, decode,
};
use serde::{Deserialize, Serialize};
use serde_json::Value;

use self::applications::Applications;
use self::ids::Ids;
pub(crate) use self::ids::mixed;
pub use self::ledger::{Cause, Entry};
use self::merchant::Merchant;
pub use self::receipts::Landing;
use self::repeats::{Change, Executed, Repeats};
use self::schedule::{Due, Planned, Schedule};
use crate::faults::FaultSet;

/// Milliseconds since 1970 by the emulator's business clock.
pub(crate) type Millis = u64;

/// What is to befall the notifications of one call, if anything: handed on to all that the call sets going, so that it is
/// forgotten with the last of it. The world doesn't look into it.
pub(crate) type Fate = Option<Arc<FaultSet>>;

/// Everything that the platform holds.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct World {
    /// A run's own; a saved world goes on with those of the run that loads it.
    #[serde(skip)]
    settings: Settings,
    ids: Ids,
    onboardings: Applications,
    assessments: Applications,
    merchants: BTreeMap<String, Merchant>,
    executed: Executed,
    schedule: Schedule,
    /// What is to be sent; whoever calls the world takes it away.
    #[serde(skip)]
    notices: Vec<Notice>,
    /// Merchants that came to be, with the key that may sign for each; likewise.
    #[serde(skip)]
    registrations: Vec<Registration>,
    /// Of the call that is played, or whose step is taken, just now.
    #[serde(skip)]
    fate: Fate,
}

/// How the world behaves.
#[derive(Debug, Clone)]
pub(crate) struct Settings {
    /// How long each step of a state machine takes.
    pub(crate) step: Duration,
    /// How long a quote holds.
    pub(crate) quote: Duration,
    /// The largest file, in bytes (10 MiB, T).
    pub(crate) max_file: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self { step: Duration::from_millis(200), quote: Duration::from_secs(30), max_file: 10 * 1024 * 1024 }
    }
}

/// One call as the world sees it.
#[derive(Clone, Copy)]
pub(crate) struct Call<'a> {
    /// Whose it is; `None` where the call belongs to no merchant.
    pub(crate) merchant: Option<&'a str>,
    pub(crate) key_id: &'a str,
    /// Whether the key signs for a merchant; there is none of that name for it otherwise.
    pub(crate) signs_for: &'a dyn Fn(&str) -> bool,
    pub(crate) now: Millis,
    pub(crate) behaviour: Behaviour,
    /// Whether its key was executed before, and is to be again whatever the object's state is.
    pub(crate) is_again: bool,
}

/// Where the world itself misbehaves on request.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Behaviour {
    /// A repeated key is executed again.
    pub(crate) no_dedupe: bool,
    /// A repeated key is answered 010004.
    pub(crate) repeat_is_error: bool,
    /// An inquiry sees the world as it was so many milliseconds ago.
    pub(crate) lag: Millis,
}

impl Call<'_> {
    /// The moment that an inquiry sees.
    const fn seen_at(&self) -> Millis {
        self.now.saturating_sub(self.behaviour.lag)
    }
}

/// A notification that is to be sent.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Notice {
    pub(crate) subject: Subject,
    pub(crate) merchant: String,
    pub(crate) data: Value,
    pub(crate) fate: Fate,
}

/// Which object a notification is about; notifications of one object go out in order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct Subject {
    pub(crate) kind: NotificationKind,
    /// `None` for what an application is about, which was there before its merchant.
    pub(crate) merchant: Option<String>,
    pub(crate) object: String,
}

/// A merchant that came to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Registration {
    pub(crate) key_id: String,
    pub(crate) merchant: String,
}

/// Why a call isn't done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) ret_code: RetCode,
    pub(crate) ret_msg: String,
}

impl Failure {
    pub(crate) fn invalid(ret_msg: impl Into<String>) -> Self {
        Self { ret_code: RetCode::InvalidParameters, ret_msg: ret_msg.into() }
    }

    fn not_found(what: &str) -> Self {
        Self { ret_code: RetCode::NotFound, ret_msg: format!("{what}: not found") }
    }

    fn state(ret_msg: impl Into<String>) -> Self {
        Self { ret_code: RetCode::InvalidState, ret_msg: ret_msg.into() }
    }

    /// The same key for something else.
    fn reused(key: &str) -> Self {
        Self {
            ret_code: RetCode::IntegrityViolation,
            ret_msg: format!("{key}: was used for another request"),
        }
    }
}

/// With the field, never with the value.
impl From<DecodeError> for Failure {
    fn from(error: DecodeError) -> Self {
        Self::invalid(error.to_string())
    }
}

impl From<Validation> for Failure {
    fn from(found: Validation) -> Self {
        let all: Vec<String> = found.stopping().map(ToString::to_string).collect();
        Self::invalid(all.join("; "))
    }
}

/// An operation that the world plays.
pub(crate) trait Play: Operation {
    /// What its key means when it comes again, where it has one.
    const REPEATS: Repeats = Repeats::Make;

    fn play(world: &mut World, call: &Call<'_>, request: Self::Request) -> Result<Self::Response, Failure>;
}

/// Reads, checks and plays a call; the answer's JSON.
pub(crate) type Player = fn(&mut World, &Call<'_>, &[u8]) -> Result<Vec<u8>, Failure>;

pub(crate) fn player<O: Play>() -> Player {
    |world, call, body| {
        let request: O::Request = decode(body)?;
        request.validate().into_result()?;
        let key = match O::INFO.effect {
            Effect::Write { key } | Effect::Money { key, .. } if O::REPEATS != Repeats::MakeByItself => key,
            _ => return answer(&O::play(world, call, request)?).map(String::into_bytes),
        };
        let body = json(&request)?;
        let change = Change {
            operation: O::INFO.name,
            key: (key, body.get(key).and_then(Value::as_str).unwrap_or_default()),
            body: body.to_string(),
            repeats: O::REPEATS,
        };
        world.once(call, &change, |world, call| answer(&O::play(world, call, request)?))
    }
}

fn answer(response: &impl Serialize) -> Result<String, Failure> {
    serde_json::to_string(response)
        .map_err(|error| Failure { ret_code: RetCode::Unknown, ret_msg: error.to_string() })
}

fn json(request: &impl Serialize) -> Result<Value, Failure> {
    serde_json::to_value(request).map_err(|error| Failure::invalid(error.to_string()))
}

impl World {
    pub(crate) fn new(seed: u64, settings: Settings) -> Self {
        Self {
            settings,
            ids: Ids::new(seed),
            onboardings: Applications::default(),
            assessments: Applications::default(),
            merchants: BTreeMap::new(),
            executed: Executed::default(),
            schedule: Schedule::default(),
            notices: Vec::new(),
            registrations: Vec::new(),
            fate: None,
        }
    }

    /// This world, behaving as another one does.
    pub(crate) fn with_settings_of(self, other: &Self) -> Self {
        Self { settings: other.settings.clone(), ..self }
    }

    /// Does something whose notifications, at once and later on, have this fate.
    pub(crate) fn fated<T>(&mut self, fate: Fate, act: impl FnOnce(&mut Self) -> T) -> T {
        self.fate = fate;
        let outcome = act(self);
        self.fate = None;
        outcome
    }

    /// A merchant that is there from the start.
    pub(crate) fn open_merchant(&mut self, merchant: &str) {
        self.merchants.entry(merchant.to_owned()).or_default();
    }

    pub(crate) fn merchants(&self) -> impl Iterator<Item = &str> {
        self.merchants.keys().map(String::as_str)
    }

    /// Lets everything happen that is due by `now`, in its order.
    pub(crate) fn run_due(&mut self, now: Millis) {
        while let Some((at, Planned { due, revision, fate })) = self.schedule.pop_due(now) {
            if self.revision(&due) == Some(revision) {
                self.fated(fate, |world| world.step(at, due));
            }
        }
    }

    /// When the next thing is due.
    pub(crate) fn next_due(&self) -> Option<Millis> {
        self.schedule.next()
    }

    /// What is to be sent, oldest first.
    pub(crate) fn take_notices(&mut self) -> Vec<Notice> {
        std::mem::take(&mut self.notices)
    }

    pub(crate) fn take_registrations(&mut self) -> Vec<Registration> {
        std::mem::take(&mut self.registrations)
    }

    /// Whether every balance is the sum of its entries, none of which stands there twice.
    ///
    /// # Errors
    /// The merchant, and the currency where it isn't.
    pub(crate) fn check_ledgers(&self) -> Result<(), String> {
        self.merchants.iter().try_for_each(|(name, merchant)| {
            merchant.ledger.check().map_err(|currency| format!("{name} {currency}"))
        })
    }

    /// As [`check_ledgers`](Self::check_ledgers), of what came since the last time.
    pub(crate) fn check_new_entries(&mut self) -> Result<(), String> {
        self.merchants.iter_mut().try_for_each(|(name, merchant)| {
            merchant.ledger.check_new().map_err(|currency| format!("{name} {currency}"))
        })
    }

    pub(crate) fn ledger(&self, merchant: &str) -> &[Entry] {
        self.merchants.get(merchant).map_or(&[], |merchant| merchant.ledger.entries())
    }

    /// All objects of a merchant as JSON, by kind; for people, so what is in its files is left out.
    pub(crate) fn objects(&self, merchant: &str) -> Value {
        let Some(owner) = self.merchants.get(merchant) else { return Value::Null };
        let mut objects = serde_json::json!(owner);
        if let Some(files) = objects.get_mut("files") {
            *files =
                owner.files.iter().map(|(number, file)| (number.to_string(), file.described())).collect();
        }
        objects
    }

    fn step(&mut self, at: Millis, due: Due) {
        match due {
            Due::Onboarding(merchant, _) => self.step_onboarding(at, &merchant),
            Due::Assessment(merchant, _) => self.step_assessment(at, &merchant),
            Due::Va(merchant, id) => self.step_va(at, &merchant, &id),
            Due::Order(merchant, id) => self.step_order(at, &merchant, &id),
            Due::Receipt(merchant, id) => self.step_receipt(at, &merchant, &id),
            Due::Payee(merchant, id) => self.step_payee(at, &merchant, &id),
            Due::Exchange(merchant, id) => self.step_exchange(at, &merchant, &id),
            Due::Quote(merchant, id) => self.expire_quote(at, &merchant, &id),
            Due::Payment(merchant, id, nth) => self.step_payment(at, &merchant, &id, nth),
        }
    }

    /// How often the object of a step has changed; `None` where there is no such object.
    fn revision(&self, due: &Due) -> Option<usize> {
        let of = |merchant: &String| self.merchants.get(merchant);
        Some(match due {
            Due::Onboarding(merchant, _) => self.onboardings.get(merchant)?.status.revision(),
            Due::Assessment(merchant, _) => self.assessments.get(merchant)?.status.revision(),
            Due::Va(merchant, id) => of(merchant)?.virtual_accounts.get(id)?.revision(),
            Due::Order(merchant, id) => of(merchant)?.orders.get(id)?.revision(),
            Due::Receipt(merchant, id) => of(merchant)?.receipts.get(id)?.revision(),
            Due::Payee(merchant, id) => of(merchant)?.payees.get(id)?.revision(),
            Due::Exchange(merchant, id) | Due::Quote(merchant, id) => {
                of(merchant)?.exchanges.get(id)?.revision()
            }
            Due::Payment(merchant, id, nth) => of(merchant)?.payment(id, *nth)?.revision(),
        })
    }

    /// A step from now.
    fn later(&mut self, now: Millis, due: Due) {
        let step = u64::try_from(self.settings.step.as_millis()).unwrap_or(u64::MAX);
        self.at(now.saturating_add(step), due);
    }

    fn at(&mut self, moment: Millis, due: Due) {
        // Nothing is planned for what isn't there.
        if let Some(revision) = self.revision(&due) {
            self.schedule.push(moment, Planned { due, revision, fate: self.fate.clone() });
        }
    }

    fn notify(&mut self, kind: NotificationKind, merchant: &str, object: &str, data: &impl Serialize) {
        // The data are the model's own types, whose JSON can't fail.
        if let Ok(data) = serde_json::to_value(data) {
            let is_application = matches!(kind, NotificationKind::Onboarding | NotificationKind::Assessment);
            let owner = (!is_application).then(|| merchant.to_owned());
            let subject = Subject { kind, merchant: owner, object: object.to_owned() };
            let (merchant, fate) = (merchant.to_owned(), self.fate.clone());
            self.notices.push(Notice { subject, merchant, data, fate });
        }
    }

    /// The caller's merchant. The gate has seen to it that the key signs for it.
    fn merchant_of(&mut self, call: &Call<'_>) -> Result<&mut Merchant, Failure> {
        let merchant = call.merchant.ok_or_else(|| Failure::invalid("X-Merch-Id: is missing"))?;
        self.merchants.get_mut(merchant).ok_or_else(|| Failure::not_found("X-Merch-Id"))
    }
}
