//! The table: what goes wrong, and what must come of it. Written from the project's money rules, and read by no code of the
//! crate.
//!
//! A cell says how many requests the server may receive in full, how often the call is tried, in which class it ends, and
//! whether it says that its outcome is unknown. Every call may be tried three times.

use std::ops::RangeInclusive;

use super::replies as reply;
use crate::server::{Fault, Over, Part};

/// One fault, and what must come of it by what a second copy of the request would do.
pub(crate) struct Row {
    pub(crate) name: &'static str,
    pub(crate) fault: Fault,
    /// `Effect::Read` and `Effect::Spare`.
    pub(crate) read: Cell,
    pub(crate) write: Cell,
    pub(crate) money: Cell,
    /// The platform says in evidence that it did nothing, so sending again sends nothing twice.
    pub(crate) says_not_processed: bool,
    pub(crate) over: &'static [Over],
}

impl Row {
    /// The kinds of connection that are compiled in.
    pub(crate) fn spoken(&self) -> impl Iterator<Item = Over> {
        self.over.iter().copied().filter(|over| over.is_spoken())
    }
}

#[derive(Debug, Clone)]
pub(crate) struct Cell {
    pub(crate) requests: u32,
    pub(crate) attempts: RangeInclusive<u32>,
    /// One of them.
    pub(crate) classes: &'static [&'static str],
    pub(crate) outcome: Outcome,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    Known,
    Unknown,
    /// A race between the two ends: known exactly where no byte was sent, which is the class `connect`.
    ByClass,
}

/// All three attempts, each received; nothing is unknown.
const fn again(classes: &'static [&'static str]) -> Cell {
    Cell { requests: 3, attempts: 3..=3, classes, outcome: Outcome::Known }
}

/// Received once, and its end is known.
const fn once(classes: &'static [&'static str]) -> Cell {
    Cell { requests: 1, attempts: 1..=1, classes, outcome: Outcome::Known }
}

/// Received once, and nobody knows what became of it.
const fn open(classes: &'static [&'static str]) -> Cell {
    Cell { requests: 1, attempts: 1..=1, classes, outcome: Outcome::Unknown }
}

/// The two ends race: the request may have left, or not, and isn't received.
const RACE: Cell =
    Cell { requests: 0, attempts: 1..=3, classes: &["connect", "interrupted"], outcome: Outcome::ByClass };
/// The same of what changes nothing.
const RACED: Cell = Cell { attempts: 3..=3, outcome: Outcome::Known, ..RACE };

/// Never received in full.
const fn unreceived(cell: Cell) -> Cell {
    Cell { requests: 0, ..cell }
}

const ALL: &[Over] = &[Over::Tcp, Over::Tls, Over::Http2];
/// HTTP/1.1 alone: HTTP/2 has no such thing, or it is over before anybody speaks HTTP.
const BOTH: &[Over] = &[Over::Tcp, Over::Tls];
const HTTP2: &[Over] = &[Over::Http2];
const TCP: &[Over] = &[Over::Tcp];
const TLS: &[Over] = &[Over::Tls];

fn row(name: &'static str, fault: Fault, read: Cell, write: Cell, money: Cell) -> Row {
    Row { name, fault, read, write, money, says_not_processed: false, over: ALL }
}

/// The same for whatever changes something.
fn changing(name: &'static str, fault: Fault, read: Cell, write: fn() -> Cell) -> Row {
    row(name, fault, read, write(), write())
}

pub(crate) fn rows() -> Vec<Row> {
    let mut rows = connections();
    rows.extend(frames());
    rows.extend(answers_of_errors());
    rows.extend(answers_of_success());
    rows
}

/// No byte sent: everything is tried again, and nothing is unknown. After the first byte: only what changes nothing.
fn connections() -> Vec<Row> {
    const UNSENT: Cell = unreceived(again(&["connect"]));
    let broken = |name, fault| {
        row(name, fault, again(&["interrupted"]), open(&["interrupted"]), open(&["interrupted"]))
    };
    let slow = |name, fault| {
        let late = open(&["operation deadline"]);
        row(name, fault, again(&["attempt deadline"]), late.clone(), late)
    };
    // While it isn't connected nothing is unknown, and attempts that change something have no deadline of their own.
    let unconnected = |name, fault, over| {
        let late = unreceived(once(&["operation deadline"]));
        let read = unreceived(again(&["attempt deadline"]));
        Row { over, ..row(name, fault, read, late.clone(), late) }
    };
    let cut = &["interrupted"];
    vec![
        Row { over: BOTH, ..row("connection refused", Fault::Refuses, UNSENT, UNSENT, UNSENT) },
        unconnected("stall in connect", Fault::StallsInConnect, TCP),
        unconnected("stall in the TLS handshake", Fault::StallsInHandshake, TLS),
        Row { over: TLS, ..row("close in the TLS handshake", Fault::ClosesAtOnce, UNSENT, UNSENT, UNSENT) },
        Row { over: TCP, ..row("close at once", Fault::ClosesAtOnce, RACED, RACE, RACE) },
        row(
            "close mid-request",
            Fault::ClosesMidRequest,
            unreceived(again(cut)),
            unreceived(open(cut)),
            unreceived(open(cut)),
        ),
        broken("close after the request", Fault::ClosesAfterRequest),
        broken("reset after the request", Fault::Resets),
        Row { over: BOTH, ..broken("close mid-head", Fault::ClosesMidHead(reply::paid)) },
        broken("close mid-body", Fault::ClosesMidBody(reply::paid)),
        slow("stall", Fault::Stalls),
        slow("stall mid-body", Fault::StallsMidBody(reply::paid)),
        slow("one byte per second", Fault::Trickles(reply::paid)),
        Row { over: BOTH, ..slow("103 and nothing more", Fault::AnswersAndStalls(reply::early_hints)) },
        changing("endless body", Fault::Endless, once(&["too large"]), || open(&["too large"])),
        changing("body too large", Fault::Answers(reply::too_large), once(&["too large"]), || {
            open(&["too large"])
        }),
    ]
}

/// What only HTTP/2 has. Its words for "this wasn't processed" aren't signed, so they end nothing: whatever changes something is
/// unknown, and isn't sent again.
fn frames() -> Vec<Row> {
    let cut = &["interrupted"];
    let broken = |name, after, fault| {
        let (read, change) = match after {
            Part::Nothing => (RACED, RACE),
            Part::Head => (unreceived(again(cut)), unreceived(open(cut))),
            Part::Request => (again(cut), open(cut)),
        };
        Row { over: HTTP2, ..row(name, fault, read, change.clone(), change) }
    };
    let reset = |name, after, code| broken(name, after, Fault::ResetsStream { after, code });
    let left_out = |name, after| broken(name, after, Fault::GoesAway { after, takes: false, code: NO_ERROR });
    let silent = |name, code| {
        let fault = Fault::GoesAway { after: Part::Request, takes: true, code };
        let late = open(&["operation deadline"]);
        Row { over: HTTP2, ..row(name, fault, again(&["attempt deadline"]), late.clone(), late) }
    };
    let answered = once(&["answered 2xx"]);
    vec![
        left_out("GOAWAY before the request", Part::Nothing),
        left_out("GOAWAY without it, after the head", Part::Head),
        left_out("GOAWAY without it, after it", Part::Request),
        silent("GOAWAY with it, and silence", NO_ERROR),
        silent("GOAWAY INTERNAL_ERROR with it", INTERNAL_ERROR),
        Row {
            over: HTTP2,
            ..row(
                "GOAWAY with it, and the answer",
                Fault::GoesAwayAndAnswers(reply::paid),
                answered.clone(),
                answered.clone(),
                answered,
            )
        },
        reset("REFUSED_STREAM after the head", Part::Head, REFUSED_STREAM),
        reset("REFUSED_STREAM after the request", Part::Request, REFUSED_STREAM),
        reset("INTERNAL_ERROR after the head", Part::Head, INTERNAL_ERROR),
        reset("INTERNAL_ERROR after the request", Part::Request, INTERNAL_ERROR),
        reset("CANCEL after the head", Part::Head, CANCEL),
        reset("CANCEL after the request", Part::Request, CANCEL),
    ]
}

const NO_ERROR: u32 = 0;
const INTERNAL_ERROR: u32 = 2;
const REFUSED_STREAM: u32 = 7;
const CANCEL: u32 = 8;

/// What isn't 2xx.
fn answers_of_errors() -> Vec<Row> {
    use Fault::Answers;
    // The platform says that it did nothing: everything is sent again.
    let refused_for_now = |name, fault| {
        let cell = || again(&["answered 4xx"]);
        Row { says_not_processed: true, ..row(name, fault, cell(), cell(), cell()) }
    };
    // Unsigned, and passing: only what changes nothing is sent again.
    let passing = |name, fault| changing(name, fault, again(&["unsigned"]), || open(&["unsigned"]));
    // Unsigned, and it proves nothing.
    let unproven = |name, fault| changing(name, fault, once(&["unsigned"]), || open(&["unsigned"]));
    let final_word = |name, fault, class| row(name, fault, once(class), once(class), once(class));
    vec![
        refused_for_now("429 signed, Retry-After: 0", Answers(reply::busy_now)),
        final_word("429 signed, Retry-After: 60", Answers(reply::busy_for_long), &["answered 4xx"]),
        refused_for_now("400 signed, 010001", Answers(reply::rate_limited)),
        passing("429 unsigned, Retry-After: 0", Answers(reply::busy_unsigned)),
        passing("408 unsigned", Answers(reply::timeout)),
        unproven("404 unsigned, HTML", Answers(reply::html_404)),
        unproven("403 unsigned, HTML", Answers(reply::html_403)),
        unproven("401 unsigned, without 010100", Answers(reply::unauthorised_otherwise)),
        final_word("401 unsigned, 010100", Answers(reply::unauthorised), &["unauthorised"]),
        final_word("400 signed, ret_code", Answers(reply::refused), &["answered 4xx"]),
        changing("400 signed, no ret_code", Answers(reply::speechless), once(&["answered 4xx"]), || {
            open(&["answered 4xx"])
        }),
        // The status isn't signed: without 010001 in the body a 429 moves nothing to be sent again.
        changing(
            "genuine 200 under status 429",
            Answers(reply::paid_as_429),
            once(&["answered 4xx"]),
            || open(&["answered 4xx"]),
        ),
        final_word("genuine 400 under status 429", Answers(reply::refused_as_429), &["answered 4xx"]),
        changing("999999 under status 400", Answers(reply::unknown_as_400), again(&["answered 4xx"]), || {
            open(&["answered 4xx"])
        }),
        changing("000000 under status 400", Answers(reply::success_as_400), once(&["answered 4xx"]), || {
            open(&["answered 4xx"])
        }),
        Row { over: BOTH, ..unproven("101 unsigned", Answers(reply::switching)) },
        unproven("302 unsigned", Answers(reply::elsewhere)),
        changing("302 signed", Answers(reply::elsewhere_signed), once(&["answered 3xx"]), || {
            open(&["answered 3xx"])
        }),
        passing("503 unsigned", Answers(reply::down)),
        changing("503 signed", Answers(reply::down_signed), again(&["answered 5xx"]), || {
            open(&["answered 5xx"])
        }),
        changing(
            "genuine 200 under status 500",
            Answers(reply::paid_as_500),
            again(&["answered 5xx"]),
            || open(&["answered 5xx"]),
        ),
    ]
}

/// 2xx: what proves nothing is an error, never sent again, and unknown where it changes something.
fn answers_of_success() -> Vec<Row> {
    use Fault::{Answers, Replays};
    let worthless = |name, fault, class| {
        let unknown = open(class);
        row(name, fault, once(class), unknown.clone(), unknown)
    };
    let answered = |name, fault| {
        let cell = once(&["answered 2xx"]);
        row(name, fault, cell.clone(), cell.clone(), cell)
    };
    vec![
        answered("none", Answers(reply::paid)),
        worthless("200 unsigned", Answers(reply::paid_unsigned), &["unsigned"]),
        worthless("200 of another key", Answers(reply::forged), &["wrong signature"]),
        worthless("200 under an unknown key id", Answers(reply::renamed), &["refused"]),
        worthless("200 of another path", Answers(reply::of_another_path), &["wrong signature"]),
        worthless("200 changed on the way", Answers(reply::changed), &["wrong signature"]),
        worthless("200 signed an hour ago", Answers(reply::stale), &["refused"]),
        worthless("200 replayed", Replays(reply::paid), &["repeated"]),
        worthless("200 gzip", Answers(reply::gzip), &["refused"]),
        // What a genuine answer says, and of which object, is for the caller to read, who knows what was asked.
        answered("200 of another object", Answers(reply::another_object)),
        // A failure there ends nothing (money rules, c).
        changing("200 with ret_code", Answers(reply::failure), once(&["answered 2xx"]), || {
            open(&["answered 2xx"])
        }),
        changing(
            "genuine 400 under status 200",
            Answers(reply::refused_as_200),
            once(&["answered 2xx"]),
            || open(&["answered 2xx"]),
        ),
    ]
}
