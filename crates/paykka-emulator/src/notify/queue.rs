//! What waits to be delivered: a lane for each object and subscriber, in which one follows the other. Nothing here waits or
//! sends; moments come in as numbers.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use bytes::Bytes;
use http::{StatusCode, Uri};
use paykka_model::NotificationKind;
use paykka_sign::Parts;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use tokio::sync::watch;

use super::agenda::{Agenda, Mark};
use super::delivery::{Attempt, Delivery, DeliveryState};
use super::subscriber::Subscriber;
use crate::faults::{Fault, FaultSet};
use crate::service::twist;
use crate::world::{Millis, Notice, Subject};

#[derive(Default)]
pub(super) struct Queue {
    /// By numbers that aren't given twice, since they name lanes.
    subscribers: BTreeMap<usize, Subscriber>,
    last_subscriber: usize,
    deliveries: BTreeMap<u64, Delivery>,
    /// Deliveries that are over, oldest first; the log forgets them in this order.
    over: VecDeque<u64>,
    last: u64,
    lanes: HashMap<Lane, VecDeque<Waiting>>,
    agenda: Agenda,
    /// Of the attempts that were begun since the queue was cleared; each holds a receiver as long as it is under way.
    cut: watch::Sender<()>,
}

/// One object's notifications to one subscriber.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(super) struct Lane {
    pub(super) subscriber: usize,
    subject: Subject,
}

struct Waiting {
    id: u64,
    not_before: Millis,
    /// Whether it lets the next one pass.
    yields: bool,
}

/// An attempt to be made.
pub(crate) struct Ticket {
    lane: Lane,
    id: u64,
    pub(super) url: Uri,
    pub(super) merchant: String,
    pub(super) body: Bytes,
    pub(super) header: Option<String>,
    pub(super) faults: FaultSet,
    pub(super) is_lost: bool,
    cut: watch::Receiver<()>,
}

impl Ticket {
    /// Ends when the attempt is to be broken off.
    pub(crate) fn cut(&self) -> impl Future<Output = ()> + Send + 'static {
        let mut cut = self.cut.clone();
        async move {
            // Without a sender nobody waits for its end, either.
            let _dropped = cut.changed().await;
        }
    }

    pub(super) fn parts(&self) -> Parts<'_> {
        Parts { path: self.url.path(), merchant: Some(&self.merchant), body: &self.body }
    }
}

/// A notification that wasn't accepted yet, as it is saved.
#[derive(Serialize, Deserialize)]
pub(crate) struct SavedNotice {
    operation: String,
    merchant: String,
    object: String,
    url: String,
    body: Value,
}

impl Queue {
    /// Who is there already isn't told twice: a program that subscribes at each of its starts may meet a saved state.
    pub(super) fn subscribe(&mut self, subscriber: Subscriber) {
        if self.subscribers.values().any(|known| *known == subscriber) {
            return;
        }
        self.last_subscriber += 1;
        self.subscribers.insert(self.last_subscriber, subscriber);
    }

    /// Ends the subscribers that are told by their number and themselves, and gives up what waits for them; whether there was
    /// any. Those of the start have the first numbers.
    pub(super) fn unsubscribe(&mut self, is_ended: impl Fn(usize, &Subscriber) -> bool) -> bool {
        let ended = self.subscribers.iter().filter(|(number, subscriber)| is_ended(**number, subscriber));
        let ended: BTreeSet<usize> = ended.map(|(number, _)| *number).collect();
        self.subscribers.retain(|number, _| !ended.contains(number));
        self.agenda.keep(|subscriber| !ended.contains(&subscriber));
        for (_, given_up) in self.lanes.extract_if(|lane, _| ended.contains(&lane.subscriber)) {
            for waiting in given_up {
                if let Some(delivery) = self.deliveries.get_mut(&waiting.id) {
                    delivery.state = DeliveryState::GivenUp;
                    self.over.push_back(waiting.id);
                }
            }
        }
        self.forget();
        !ended.is_empty()
    }

    pub(super) fn subscribers(&self) -> Vec<Subscriber> {
        self.subscribers.values().cloned().collect()
    }

    /// `type` is `MERCH`, as on the platform's own samples (D), so that receivers don't come to lean on a better word; but
    /// for `ASSESSMENT` (T).
    pub(super) fn send(&mut self, notice: Notice, faults: &FaultSet, now: Millis) {
        let Notice { subject, merchant, mut data, .. } = notice;
        let kind = subject.kind;
        let word = if kind == NotificationKind::Assessment { "ASSESSMENT" } else { "MERCH" };
        if let Value::Object(said) = &mut data {
            twist(said, faults, |_, value| value.as_str() == Some(&subject.object));
        }
        let body = Bytes::from(json!({ "type": word, "version": "1.0", "data": data }).to_string());
        let times = if faults.has(Fault::NotifyTwice) { 2 } else { 1 };
        for (number, subscriber) in &self.subscribers {
            if !subscriber.wants(&merchant) {
                continue;
            }
            let lane = Lane { subscriber: *number, subject: in_order_with(subject.clone()) };
            let url = subscriber.url_of(kind);
            for _ in 0..times {
                self.last += 1;
                let delivery = Delivery {
                    id: self.last,
                    operation: kind.info().name,
                    merchant: merchant.clone(),
                    object: subject.object.clone(),
                    url: url.clone(),
                    state: DeliveryState::Waiting,
                    attempts: Vec::new(),
                    replay_of: None,
                    body: body.clone(),
                    header: None,
                    faults: faults.clone(),
                };
                let waiting = waiting(self.last, faults, now);
                enqueue(&mut self.lanes, &mut self.agenda, lane.clone(), waiting, now);
                self.deliveries.insert(self.last, delivery);
            }
        }
    }

    /// When an attempt can be begun, of those that don't wait for the end of another.
    pub(super) fn next_to_begin(&self) -> Option<Millis> {
        self.agenda.next_to_begin()
    }

    pub(super) fn next_from(&self, from: Millis) -> Option<Millis> {
        self.agenda.next_from(from)
    }

    pub(super) const fn mark(&self, now: Millis) -> Mark {
        Mark { now, last: self.last }
    }

    pub(super) fn is_settled(&self, mark: Mark) -> bool {
        self.agenda.is_settled(mark)
    }

    pub(super) fn take_due(&mut self, now: Millis) -> Option<Ticket> {
        loop {
            let (id, lane) = self.agenda.begin(now)?;
            let Some(delivery) = self.deliveries.get(&id) else {
                self.agenda.end(id, &lane);
                continue;
            };
            return Some(Ticket {
                lane,
                id: delivery.id,
                url: delivery.url.clone(),
                merchant: delivery.merchant.clone(),
                body: delivery.body.clone(),
                header: delivery.header.clone(),
                faults: delivery.faults.clone(),
                is_lost: delivery.attempts.is_empty() && delivery.faults.has(Fault::NotifyLost),
                cut: self.cut.subscribe(),
            });
        }
    }

    /// The delivery comes back where it wasn't accepted.
    pub(super) fn finish(
        &mut self,
        ticket: Ticket,
        outcome: Result<StatusCode, &'static str>,
        header: Option<String>,
        now: Millis,
    ) -> Option<Delivery> {
        self.agenda.end(ticket.id, &ticket.lane);
        // What was forgotten meanwhile needs no more.
        let waiting = self.lanes.get_mut(&ticket.lane)?;
        let delivery = self.deliveries.get_mut(&ticket.id)?;
        delivery.attempts.push(Attempt {
            at: now,
            status: outcome.ok().map(|status| status.as_u16()),
            error: outcome.err(),
        });
        delivery.header = delivery.header.take().or(header);
        let tried = u32::try_from(delivery.attempts.len()).unwrap_or(u32::MAX);
        if outcome == Ok(StatusCode::OK) || tried >= MAX_ATTEMPTS {
            let is_accepted = outcome == Ok(StatusCode::OK);
            delivery.state = if is_accepted { DeliveryState::Accepted } else { DeliveryState::GivenUp };
            waiting.retain(|waiting| waiting.id != ticket.id);
            self.over.push_back(ticket.id);
        } else if let Some(waiting) = waiting.iter_mut().find(|waiting| waiting.id == ticket.id) {
            waiting.not_before = now.saturating_add(FIRST_BACK_OFF << tried.saturating_sub(1));
        }
        let refused = (outcome != Ok(StatusCode::OK)).then(|| delivery.clone());
        match waiting.front() {
            Some(next) => self.agenda.plan(next.not_before, next.id, ticket.lane),
            None => drop(self.lanes.remove(&ticket.lane)),
        }
        self.forget();
        refused
    }

    pub(super) fn replay(&mut self, id: u64, now: Millis) -> Option<u64> {
        let first = self.deliveries.get(&id)?.clone();
        let subject = Subject {
            kind: kind_of(first.operation)?,
            merchant: Some(first.merchant.clone()),
            // A lane of its own: it is no part of the object's order.
            object: format!("{}, replay of {id}", first.object),
        };
        self.last += 1;
        let lane = Lane { subscriber: REPLAYS, subject };
        let waiting = Waiting { id: self.last, not_before: now, yields: false };
        enqueue(&mut self.lanes, &mut self.agenda, lane, waiting, now);
        let replay = Delivery {
            id: self.last,
            state: DeliveryState::Waiting,
            attempts: Vec::new(),
            replay_of: Some(id),
            faults: FaultSet::default(),
            ..first
        };
        self.deliveries.insert(self.last, replay);
        Some(self.last)
    }

    pub(super) fn deliveries(&self) -> Vec<Delivery> {
        self.deliveries.values().cloned().collect()
    }

    /// Forgets everything but the subscribers. What comes back tells the end of the attempts that are under way, and breaks
    /// them off.
    pub(super) fn clear(&mut self) -> watch::Sender<()> {
        let cleared = Self {
            subscribers: std::mem::take(&mut self.subscribers),
            last_subscriber: self.last_subscriber,
            last: self.last,
            ..Self::default()
        };
        std::mem::replace(self, cleared).cut
    }

    pub(super) fn save(&self) -> Vec<SavedNotice> {
        let waiting = self.deliveries.values().filter(|delivery| delivery.state == DeliveryState::Waiting);
        let saved = |delivery: &Delivery| SavedNotice {
            operation: delivery.operation.to_owned(),
            merchant: delivery.merchant.clone(),
            object: delivery.object.clone(),
            url: delivery.url.to_string(),
            body: serde_json::from_slice(&delivery.body).unwrap_or_default(),
        };
        waiting.map(saved).collect()
    }

    /// What is for subscribers that are there no more is dropped.
    pub(super) fn load(&mut self, saved: Vec<SavedNotice>, now: Millis) {
        for notice in saved {
            let Some(kind) = kind_of(&notice.operation) else { continue };
            let found = self.subscribers.iter().find_map(|(number, subscriber)| {
                let url = subscriber.url_of(kind);
                (url == notice.url.as_str()).then_some((*number, url))
            });
            let Some((subscriber, url)) = found else { continue };
            self.last += 1;
            let is_application = matches!(kind, NotificationKind::Onboarding | NotificationKind::Assessment);
            let merchant = (!is_application).then(|| notice.merchant.clone());
            let lane = Lane {
                subscriber,
                subject: in_order_with(Subject { kind, merchant, object: notice.object.clone() }),
            };
            let waiting = Waiting { id: self.last, not_before: now, yields: false };
            enqueue(&mut self.lanes, &mut self.agenda, lane, waiting, now);
            let delivery = Delivery {
                id: self.last,
                operation: kind.info().name,
                merchant: notice.merchant,
                object: notice.object,
                url,
                state: DeliveryState::Waiting,
                attempts: Vec::new(),
                replay_of: None,
                body: Bytes::from(notice.body.to_string()),
                header: None,
                faults: FaultSet::default(),
            };
            self.deliveries.insert(self.last, delivery);
        }
    }

    fn forget(&mut self) {
        while self.deliveries.len() > MAX_DELIVERIES {
            let Some(oldest) = self.over.pop_front() else { return };
            self.deliveries.remove(&oldest);
        }
    }
}

fn waiting(id: u64, faults: &FaultSet, now: Millis) -> Waiting {
    let delay = faults.find(|fault| if let Fault::NotifyDelayed(by) = fault { Some(by) } else { None });
    let yields = faults.has(Fault::NotifyReordered);
    let delay = delay.unwrap_or(0).max(if yields { MAX_YIELD } else { 0 });
    Waiting { id, not_before: now.saturating_add(delay), yields }
}

/// Behind all others of the lane, but before a last one that yields.
fn enqueue(
    lanes: &mut HashMap<Lane, VecDeque<Waiting>>,
    agenda: &mut Agenda,
    lane: Lane,
    waiting: Waiting,
    now: Millis,
) {
    let all = lanes.entry(lane.clone()).or_default();
    let former = all.front();
    // Whether an attempt is under way shows in the absence of an entry.
    let was_due = former.is_some_and(|first| agenda.take_back(first.not_before, first.id, &lane));
    let is_idle = former.is_none() || was_due;
    // One that is being sent can't yield any more.
    let may_pass = is_idle || all.len() > 1;
    match all.back_mut().filter(|last| last.yields && may_pass) {
        Some(last) => {
            last.yields = false;
            last.not_before = now;
            let passing = Waiting { not_before: now, yields: false, ..waiting };
            let place = all.len().saturating_sub(1);
            all.insert(place, passing);
        }
        None => all.push_back(waiting),
    }
    if let Some(first) = all.front().filter(|_| is_idle) {
        agenda.plan(first.not_before, first.id, lane);
    }
}

/// A receipt has notifications of two kinds, which are of one order.
fn in_order_with(subject: Subject) -> Subject {
    match subject.kind {
        NotificationKind::Remittance => Subject { kind: NotificationKind::TradeSettle, ..subject },
        _ => subject,
    }
}

fn kind_of(operation: &str) -> Option<NotificationKind> {
    NotificationKind::ALL.iter().copied().find(|kind| kind.info().name == operation)
}

/// In the place of a subscriber's number.
const REPLAYS: usize = usize::MAX;

/// In milliseconds; doubled after every attempt.
const FIRST_BACK_OFF: Millis = 1_000;

const MAX_ATTEMPTS: u32 = 8;

/// How long one that yields waits for another to pass, in milliseconds.
const MAX_YIELD: Millis = 5_000;

/// Those that wait are never forgotten.
const MAX_DELIVERIES: usize = 10_000;
