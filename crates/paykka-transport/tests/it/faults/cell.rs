//! One cell of the table as it happens: one call against one server, and what was seen of it.

use std::time::{Duration, Instant};

use paykka_transport::{Answer, Call, Effect, Error, RetrySettings, Transport};

use super::expected::{Cell, Outcome, Row};
use crate::server::{Fault, Over, Server, merchant, ring};

pub(crate) const PATH: &str = "/api/v2/merch/pay/apply";
pub(crate) const EFFECTS: [Effect; 4] = [Effect::Read, Effect::Spare, Effect::Write, Effect::Money];

/// The call's deadline. A machine under load gets ten times as much the second time.
const DEADLINE: Duration = Duration::from_millis(300);
/// The deadline of an attempt that may be repeated.
pub(crate) const ATTEMPT: Duration = Duration::from_millis(60);

/// What was seen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sight {
    pub(crate) requests: u32,
    pub(crate) attempts: u32,
    pub(crate) class: String,
    pub(crate) unknown: bool,
    pub(crate) took: Duration,
    /// How long after its deadline the call ended.
    pub(crate) overshoot: Duration,
}

/// A transport to a server, in a hurry.
pub(crate) fn transport(server: &Server, slower: u32) -> Transport {
    let deadline = DEADLINE * slower;
    Transport::builder(server.url(), merchant(), ring())
        .timeout(deadline)
        .attempt_timeout(ATTEMPT * slower)
        .retry(RetrySettings::default().pauses(Duration::from_millis(1), Duration::from_millis(2)))
        .size_limits(64 * 1024, 64 * 1024)
        .wire(server.wire())
        .build()
        .unwrap()
}

pub(crate) async fn measured(row: &Row, over: Over, effect: Effect, slower: u32) -> Sight {
    let server = Server::start(row.fault, over).await;
    let transport = transport(&server, slower);
    let call = || Call::new(PATH).merchant("M24061911365700670");
    if matches!(row.fault, Fault::Replays(_)) {
        // The genuine answer that will be replayed; as a call whose attempts have no deadline of their own.
        let first = call().effect(Effect::Money).timeout(Duration::from_secs(10));
        transport.send(first, "{}").await.unwrap();
        server.forget();
    }
    let started = Instant::now();
    let outcome = transport.send(call().effect(effect), r#"{"request_id":"R1"}"#).await;
    let took = started.elapsed();
    let overshoot = took.saturating_sub(DEADLINE * slower);
    let (attempts, unknown) = match &outcome {
        Ok(answer) => (answer.attempts(), answer.outcome_unknown()),
        Err(error) => (error.attempts(), error.outcome_unknown()),
    };
    // A request that was on its way when the call ended has arrived when the connections are gone.
    drop(transport);
    server.is_left_alone().await;
    Sight { requests: server.received(), attempts, class: class(&outcome), unknown, took, overshoot }
}

/// The class of an ending, by what the public interface says of it.
fn class(outcome: &Result<Answer, Error>) -> String {
    let error = match outcome {
        Ok(answer) => return format!("answered {}xx", answer.status().as_u16() / 100),
        Err(error) => error,
    };
    let classes = [
        (error.is_certificate(), "certificate"),
        (error.is_connect(), "connect"),
        (error.is_timeout() && error.to_string().contains("operation's"), "operation deadline"),
        (error.is_timeout(), "attempt deadline"),
        (error.is_interrupted(), "interrupted"),
        (error.is_too_large(), "too large"),
        (error.is_unauthorised(), "unauthorised"),
        (error.is_unsigned(), "unsigned"),
        (error.is_signature(), "wrong signature"),
        (error.is_repeated(), "repeated"),
        (error.is_refused(), "refused"),
    ];
    let class = classes.into_iter().find_map(|(is, class)| is.then_some(class));
    class.map_or_else(|| format!("other: {error}"), str::to_owned)
}

impl Row {
    pub(crate) const fn cell(&self, effect: Effect) -> &Cell {
        match effect {
            Effect::Write => &self.write,
            Effect::Money => &self.money,
            _ => &self.read,
        }
    }

    /// What is wrong with what was seen; nothing where it is as expected.
    pub(crate) fn differs(&self, effect: Effect, seen: &Sight) -> Option<String> {
        let cell = self.cell(effect);
        let unknown = match cell.outcome {
            Outcome::Known => false,
            Outcome::Unknown => true,
            Outcome::ByClass => seen.class != "connect",
        };
        let problems = [
            (self.is_twice(effect, seen), "RECEIVED TWICE"),
            (seen.requests != cell.requests, "requests"),
            (!cell.attempts.contains(&seen.attempts), "attempts"),
            (!cell.classes.contains(&seen.class.as_str()), "class"),
            (seen.unknown != unknown, "outcome"),
            (seen.overshoot > Duration::from_secs(1), "overshoot"),
        ];
        let problems: Vec<_> = problems.iter().filter(|(is, _)| *is).map(|(_, problem)| *problem).collect();
        (!problems.is_empty()).then(|| problems.join(", "))
    }

    /// The rule above all others, apart from the table: what changes something is received once at most, unless the
    /// platform has said in evidence that it did nothing.
    pub(crate) fn is_twice(&self, effect: Effect, seen: &Sight) -> bool {
        matches!(effect, Effect::Write | Effect::Money) && !self.says_not_processed && seen.requests > 1
    }
}
