//! What passes by: each answer and notification whose signature was verified, each signature that was made, each recovery.
//! Layers write it down, so that the summary can't claim what didn't happen.

use std::sync::{Arc, Mutex, PoisonError};
use std::task::{Context, Poll};

use paykka_client::Answer;
use paykka_model::Notification;
use paykka_sign::{Timestamp, Verified};
use serde_json::{Value, json};
use tower::{Layer, Service};

use crate::frame::Message;
use crate::texts::demo as texts;

/// Shared by all who write.
#[derive(Clone, Default)]
pub(crate) struct Tape(Arc<Mutex<Recorded>>);

#[derive(Default)]
struct Recorded {
    counts: Counts,
    /// Since it was last looked at.
    entries: Vec<Event>,
}

/// How often what happened.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Counts {
    /// Requests that were signed and sent, each attempt.
    pub(crate) signed: u32,
    pub(crate) answers: u32,
    pub(crate) notifications: u32,
    pub(crate) recoveries: u32,
}

/// One thing that happened.
pub(crate) enum Event {
    Answer { request: Side, body_len: usize, answer: Side, status: u16, attempts: u32 },
    Notification { kind: &'static str, from: Side },
    Recovery(Message),
}

/// What one side signed.
pub(crate) struct Side {
    pub(crate) path: String,
    pub(crate) merchant: Option<String>,
    pub(crate) key_id: String,
    pub(crate) nonce: String,
    pub(crate) timestamp: Timestamp,
}

impl Side {
    fn of<T>(verified: &Verified<T>) -> Self {
        Self {
            path: verified.path().to_owned(),
            merchant: verified.merchant().map(str::to_owned),
            key_id: verified.key_id().to_owned(),
            nonce: verified.nonce().to_owned(),
            timestamp: verified.timestamp(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        json!({
            "path": self.path,
            "merchant": self.merchant,
            "key_id": self.key_id,
            "timestamp": self.timestamp.as_unix_millis(),
            "nonce": self.nonce,
        })
    }
}

impl Tape {
    /// A call's answer, as a layer around whole calls sees it.
    pub(crate) fn answer(&self, answer: &Answer) {
        let Some(verified) = answer.verified() else { return };
        let request = answer.request();
        let authorization = request.authorization();
        let event = Event::Answer {
            request: Side {
                path: request.path().to_owned(),
                merchant: request.merchant().map(str::to_owned),
                key_id: authorization.key_id().to_owned(),
                nonce: authorization.nonce().to_owned(),
                timestamp: authorization.timestamp(),
            },
            body_len: request.body().len(),
            answer: Side::of(verified),
            status: answer.status().as_u16(),
            attempts: answer.attempts(),
        };
        self.with(|recorded| {
            recorded.counts.answers += 1;
            recorded.entries.push(event);
        });
        if answer.attempts() > 1 {
            self.recovered(texts::tried(&request.path(), &answer.attempts()));
        }
    }

    pub(crate) fn notification(&self, notification: &Verified<Notification>) {
        let kind = notification.value().kind().map_or("?", |kind| kind.info().name);
        let from = Side::of(notification);
        self.with(|recorded| {
            recorded.counts.notifications += 1;
            recorded.entries.push(Event::Notification { kind, from });
        });
    }

    pub(crate) fn recovered(&self, how: Message) {
        self.with(|recorded| {
            recorded.counts.recoveries += 1;
            recorded.entries.push(Event::Recovery(how));
        });
    }

    pub(crate) fn counts(&self) -> Counts {
        self.with(|recorded| recorded.counts)
    }

    pub(crate) fn take(&self) -> Vec<Event> {
        self.with(|recorded| std::mem::take(&mut recorded.entries))
    }

    /// A layer just above the wire, which each signed request passes.
    pub(crate) fn signatures(&self) -> CountSigned {
        CountSigned(self.clone())
    }

    fn with<T>(&self, work: impl FnOnce(&mut Recorded) -> T) -> T {
        // Nothing in here can be half done.
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// See [`Tape::signatures`].
pub(crate) struct CountSigned(Tape);

impl<S> Layer<S> for CountSigned {
    type Service = Counting<S>;

    fn layer(&self, inner: S) -> Counting<S> {
        Counting { tape: self.0.clone(), inner }
    }
}

#[derive(Clone)]
pub(crate) struct Counting<S> {
    tape: Tape,
    inner: S,
}

impl<S: Service<R>, R> Service<R> for Counting<S> {
    type Response = S::Response;
    type Error = S::Error;
    type Future = S::Future;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), S::Error>> {
        self.inner.poll_ready(cx)
    }

    fn call(&mut self, request: R) -> S::Future {
        self.tape.with(|recorded| recorded.counts.signed += 1);
        self.inner.call(request)
    }
}
