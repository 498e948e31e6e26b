//! What came, as it is shown: one after another, and at the end how many of each. What a body says is shown only of what was
//! verified.

use std::collections::BTreeMap;
use std::fmt;
use std::time::{Duration, SystemTime};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use paykka_model::{Currency, Notification, NotificationKind};
use paykka_sign::Timestamp;
use paykka_sign::diagnose::{Diagnosis, Finding};
use paykka_webhook::{ObjectKey, Reason, Received, Rejection, Status};
use serde::Serialize;
use serde_json::{Value, json};
use tokio::sync::mpsc;

use super::judge::{Address, Judge};
use crate::commands::diagnose::{finding_json, write_finding};
use crate::frame::{Answer, Console, Failure, Lang, Message, Page, Tone, with_causes};
use crate::notices::{Answered, Unanswered};
use crate::texts::listen as texts;

/// A request that has ended.
pub(super) struct Event {
    pub(super) at: SystemTime,
    pub(super) came_to: String,
    pub(super) outcome: Outcome,
}

/// How it ended.
pub(super) enum Outcome {
    /// It wasn't a POST, or its body didn't come.
    Unread(Reason),
    /// The record couldn't be written, so nothing was handed on.
    Unkept(String),
    Refused {
        rejection: Rejection,
        headers: HeaderMap,
        body: Bytes,
        address: Address,
    },
    Genuine {
        received: Box<Received>,
        /// What the receiver said, if there is one.
        handed: Option<Result<Answered, Unanswered>>,
    },
}

impl Outcome {
    /// The status that the sender gets.
    pub(super) fn status(&self) -> StatusCode {
        match self {
            Self::Unread(reason) => reason.status(),
            Self::Refused { rejection, .. } => rejection.status(),
            Self::Genuine { handed: None, .. } => StatusCode::OK,
            Self::Genuine { handed: Some(Ok(answered)), .. } => answered.status,
            Self::Unkept(_) | Self::Genuine { handed: Some(Err(_)), .. } => StatusCode::SERVICE_UNAVAILABLE,
        }
    }

    /// For counts and programs.
    fn code(&self) -> &'static str {
        match self {
            Self::Unread(reason) => reason.code(),
            Self::Unkept(_) => "record",
            Self::Refused { rejection, .. } => rejection.reason().code(),
            Self::Genuine { handed: None, .. } => "shown",
            Self::Genuine { handed: Some(Ok(answered)), .. } if answered.status.is_success() => "forwarded",
            Self::Genuine { handed: Some(Ok(_)), .. } => "receiver-refused",
            Self::Genuine { handed: Some(Err(_)), .. } => "receiver-silent",
        }
    }
}

/// Shows what comes.
pub(super) struct Show {
    judge: Judge,
    console: Console,
}

impl Show {
    pub(super) const fn new(judge: Judge, console: Console) -> Self {
        Self { judge, console }
    }

    /// Until nothing more can come.
    pub(super) fn all(self, mut events: mpsc::Receiver<Event>) -> Result<Summary, Failure> {
        let mut summary = Summary::default();
        while let Some(event) = events.blocking_recv() {
            // Whoever floods it with forgeries isn't explained each of them.
            let diagnosis = if events.len() < BACKLOG { self.diagnosis(&event) } else { None };
            *summary.0.entry(event.outcome.code()).or_default() += 1;
            self.console.show(&Notice { event, diagnosis })?;
        }
        Ok(summary)
    }

    fn diagnosis(&self, event: &Event) -> Option<Diagnosis> {
        let Outcome::Refused { rejection, headers, body, address } = &event.outcome else { return None };
        if !matches!(rejection.reason(), Reason::Header | Reason::UnknownKey | Reason::Signature) {
            return None;
        }
        self.judge.diagnose(address, headers, body, Timestamp::try_from(event.at).ok()?)
    }
}

/// How many may wait while one is looked into.
const BACKLOG: usize = 8;

/// It is there.
pub(super) struct Ready {
    pub(super) url: String,
    pub(super) forward_to: Option<String>,
}

impl Answer for Ready {
    fn json(&self) -> impl Serialize {
        json!({ "event": "ready", "url": self.url, "forward_to": self.forward_to })
    }

    fn text(&self, page: &mut Page) {
        page.verdict(Tone::Good, &texts::listening(), &texts::listening_at(&self.url));
        match &self.forward_to {
            Some(url) => page.say(&texts::hands_on(url)),
            None => page.say(&texts::hands_nothing_on()),
        }
    }
}

struct Notice {
    event: Event,
    diagnosis: Option<Diagnosis>,
}

impl Notice {
    fn findings(&self) -> &[Finding] {
        self.diagnosis.as_ref().map(Diagnosis::findings).unwrap_or_default()
    }

    /// What to do, where something is.
    fn to_do(&self) -> Option<Message> {
        match &self.event.outcome {
            Outcome::Unread(reason) => Some(to_do(*reason)),
            Outcome::Unkept(_) => Some(texts::unkept_to_do()),
            Outcome::Refused { rejection, .. } => Some(to_do(rejection.reason())),
            Outcome::Genuine { handed: Some(Err(unanswered)), .. } => Some(unanswered.to_do.clone()),
            Outcome::Genuine { handed: Some(Ok(answered)), .. } if !answered.status.is_success() => {
                Some(texts::receiver_refused_to_do())
            }
            Outcome::Genuine { .. } => None,
        }
    }

    /// In a library's words.
    fn detail(&self) -> Option<String> {
        match &self.event.outcome {
            Outcome::Unkept(why) => Some(why.clone()),
            Outcome::Refused { rejection, .. } => Some(with_causes(rejection)),
            Outcome::Genuine { handed: Some(Err(unanswered)), .. } => {
                let is_said = !unanswered.details.is_empty();
                is_said.then(|| unanswered.details.clone())
            }
            Outcome::Unread(_) | Outcome::Genuine { .. } => None,
        }
    }
}

impl Answer for Notice {
    fn json(&self) -> impl Serialize {
        let Event { at, came_to, outcome } = &self.event;
        let genuine = match outcome {
            Outcome::Genuine { received, .. } => Some(Genuine::of(received, *at)),
            _ => None,
        };
        let genuine = genuine.as_ref();
        let named_key = match outcome {
            Outcome::Refused { rejection, .. } => rejection.key_id().map(str::to_owned),
            _ => None,
        };
        let handed = match outcome {
            Outcome::Genuine { handed: Some(handed), .. } => Some(match handed {
                Ok(answered) => {
                    json!({ "status": answered.status.as_u16(), "millis": millis(answered.took) })
                }
                Err(unanswered) => json!({ "status": null, "error": unanswered.what.is(Lang::En) }),
            }),
            _ => None,
        };
        json!({
            "event": "notification",
            "at": moment(*at),
            "path": came_to,
            "verified": genuine.is_some(),
            "outcome": outcome.code(),
            "answer": outcome.status().as_u16(),
            "kind": genuine.and_then(|genuine| genuine.kind),
            "object": genuine.and_then(|genuine| genuine.object.as_deref()),
            "status": genuine.and_then(|genuine| genuine.status.as_deref()),
            "amounts": genuine.map(|genuine| genuine.amounts.iter().map(Money::json).collect::<Vec<_>>()),
            "merchant": genuine.and_then(|genuine| genuine.merchant.as_deref()),
            "key_id": genuine.map(|genuine| genuine.key_id.clone()).or(named_key),
            "age_millis": genuine.map(|genuine| genuine.age),
            "forwarded": handed,
            "details": self.detail(),
            "to_do": self.to_do().map(|to_do| to_do.is(Lang::En).to_owned()),
            "findings": self.findings().iter().map(finding_json).collect::<Vec<_>>(),
        })
    }

    fn text(&self, page: &mut Page) {
        let Event { at, came_to, outcome } = &self.event;
        let lang = page.lang();
        let mut facts: Vec<(Message, String)> = Vec::new();
        match outcome {
            Outcome::Genuine { received, handed } => {
                let genuine = Genuine::of(received, *at);
                let is_taken = outcome.status().is_success();
                let tone = if is_taken { Tone::Good } else { Tone::Doubtful };
                page.verdict(tone, &texts::genuine(), &texts::line(&moment(*at), &genuine.line()));
                let by = texts::by(&genuine.key_id, &seconds(genuine.age));
                facts.push((texts::verified(), by.is(lang).to_owned()));
                facts.extend(genuine.merchant.map(|merchant| (texts::merchant(), merchant)));
                if received.notification().is_err() {
                    facts.push((texts::body(), texts::unreadable_body().is(lang).to_owned()));
                }
                let handed = match handed {
                    None => None,
                    Some(Ok(answered)) => {
                        Some(texts::forwarded(&answered.status.as_u16(), &answered.took.as_millis()))
                    }
                    Some(Err(unanswered)) => Some(unanswered.what.clone()),
                };
                facts.extend(handed.map(|handed| (texts::receiver(), handed.is(lang).to_owned())));
            }
            Outcome::Unread(_) | Outcome::Unkept(_) | Outcome::Refused { .. } => {
                page.verdict(
                    Tone::Bad,
                    &texts::refused(),
                    &texts::line(&moment(*at), &format!("{} {came_to}", outcome.code())),
                );
            }
        }
        if let Outcome::Refused { rejection, .. } = outcome {
            facts.extend(rejection.key_id().map(|key_id| (texts::named_key(), key_id.to_owned())));
        }
        facts.push((texts::answered(), outcome.status().as_u16().to_string()));
        facts.extend(self.detail().map(|detail| (texts::detail(), detail)));
        facts.extend(self.to_do().map(|to_do| (texts::to_do(), to_do.is(lang).to_owned())));
        page.facts(&facts);
        for (number, finding) in (1..).zip(self.findings()) {
            write_finding(page, number, finding);
        }
    }
}

/// What was verified, as far as it can be read.
struct Genuine {
    kind: Option<&'static str>,
    object: Option<String>,
    status: Option<String>,
    amounts: Vec<Money>,
    merchant: Option<String>,
    key_id: String,
    /// In milliseconds; below zero where the signer's clock is ahead.
    age: i64,
}

impl Genuine {
    fn of(received: &Received, at: SystemTime) -> Self {
        let raw = received.raw();
        let notification = received.notification().ok();
        let notification = notification.map(paykka_sign::Verified::value);
        let object = notification.and_then(|it| ObjectKey::of(raw.merchant(), it));
        let merchant = raw.merchant().or_else(|| notification.and_then(Notification::merch_id));
        let unix = |millis: u64| i64::try_from(millis).unwrap_or(i64::MAX);
        let now = Timestamp::try_from(at).map_or(i64::MAX, |now| unix(now.as_unix_millis()));
        Self {
            kind: received.kind().map(|kind: NotificationKind| kind.info().name),
            object: object.map(|object| object.id().to_owned()),
            status: notification.and_then(Status::of).map(|status| status.as_str().to_owned()),
            amounts: notification.map(Money::of).unwrap_or_default(),
            merchant: merchant.map(str::to_owned),
            key_id: raw.key_id().to_owned(),
            age: now.saturating_sub(unix(raw.timestamp().as_unix_millis())),
        }
    }

    fn line(&self) -> String {
        let words = [self.kind.or(Some("?")), self.object.as_deref(), self.status.as_deref()];
        let mut words: Vec<String> = words.into_iter().flatten().map(str::to_owned).collect();
        if !self.amounts.is_empty() {
            let amounts: Vec<String> = self.amounts.iter().map(Money::to_string).collect();
            words.push(format!("{} (wire units)", amounts.join(" → ")));
        }
        words.join("  ")
    }
}

/// How much, as the wire has it: nobody says in which unit.
struct Money {
    amount: String,
    currency: Option<String>,
}

impl Money {
    /// All that a notification is about; of an exchange both sides.
    fn of(notification: &Notification) -> Vec<Self> {
        fn money(amount: &impl ToString, currency: Option<&Currency>) -> Money {
            let amount = amount.to_string();
            // It says after each that the unit isn't known, which is said once here.
            let amount = amount.split(' ').next().unwrap_or_default().to_owned();
            Money { amount, currency: currency.map(|currency| currency.code().to_owned()) }
        }
        match notification {
            Notification::Remittance(it) => {
                it.amount.iter().map(|amount| money(amount, it.currency.as_ref())).collect()
            }
            Notification::Payment(it) => {
                it.amount.iter().map(|amount| money(amount, it.currency.as_ref())).collect()
            }
            Notification::Forex(it) => vec![
                money(&it.sell_amount, Some(&it.sell_currency)),
                money(&it.buy_amount, Some(&it.buy_currency)),
            ],
            _ => Vec::new(),
        }
    }

    fn json(&self) -> Value {
        json!({ "amount": self.amount, "currency": self.currency })
    }
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.amount, self.currency.as_deref().unwrap_or("?"))
    }
}

/// How many ended how.
#[derive(Default)]
pub(super) struct Summary(BTreeMap<&'static str, u64>);

impl Answer for Summary {
    fn json(&self) -> impl Serialize {
        json!({ "event": "summary", "notifications": self.0.values().sum::<u64>(), "by_outcome": self.0 })
    }

    fn text(&self, page: &mut Page) {
        page.say(&texts::ended(&self.0.values().sum::<u64>()));
        let rows: Vec<Vec<String>> =
            self.0.iter().map(|(code, count)| vec![(*code).to_owned(), count.to_string()]).collect();
        if !rows.is_empty() {
            page.table(&[texts::outcome(), texts::count()], &rows);
        }
    }
}

fn to_do(reason: Reason) -> Message {
    match reason {
        Reason::Method => texts::method_to_do(),
        Reason::TooLarge => texts::too_large_to_do(),
        Reason::TooSlow | Reason::Interrupted => texts::too_slow_to_do(),
        Reason::Header => texts::header_to_do(),
        Reason::Encoded => texts::encoded_to_do(),
        Reason::UnknownKey => texts::unknown_key_to_do(),
        Reason::Signature => texts::signature_to_do(),
        Reason::OwnKey => texts::own_key_to_do(),
        Reason::ForeignMerchant => texts::foreign_merchant_to_do(),
        Reason::Unattributed => texts::unattributed_to_do(),
        Reason::Late => texts::late_to_do(),
        Reason::Early => texts::early_to_do(),
        _ => texts::other_to_do(),
    }
}

/// As RFC 3339, in milliseconds.
pub(super) fn moment(at: SystemTime) -> String {
    jiff::Timestamp::try_from(at).map_or_else(|_| "?".to_owned(), |at| format!("{at:.3}"))
}

/// To a tenth.
fn seconds(millis: i64) -> String {
    let sign = if millis < 0 { "-" } else { "" };
    let millis = millis.unsigned_abs();
    format!("{sign}{}.{}", millis / 1_000, millis % 1_000 / 100)
}

fn millis(took: Duration) -> u64 {
    u64::try_from(took.as_millis()).unwrap_or(u64::MAX)
}
