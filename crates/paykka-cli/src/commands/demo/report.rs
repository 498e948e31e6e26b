//! How steps are shown: to people as short paragraphs, with colour where a terminal takes it; to programs as one JSON
//! object a line.

use std::error::Error as StdError;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use paykka_sign::Timestamp;
use serde_json::{Map, Value, json};

use super::story;
use super::tape::{Event, Tape};
use super::world::World;
use crate::frame::{Console, Failure, Format, Lang, Message, Page, Status, Tone, unheard, with_causes};
use crate::texts::demo as texts;

pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// The story ended early; the report has said why, or has no reader.
#[derive(Debug)]
pub(crate) struct Stopped;

/// What a step has to show, beside what was signed and verified in it.
pub(crate) struct Facts {
    says: Message,
    lines: Vec<(Message, String)>,
    result: Value,
}

impl Facts {
    pub(crate) const fn new(says: Message) -> Self {
        Self { says, lines: Vec::new(), result: Value::Null }
    }

    /// One more line for people.
    pub(crate) fn line(mut self, label: Message, text: String) -> Self {
        self.lines.push((label, text));
        self
    }

    /// What came out of it, for programs.
    pub(crate) fn result(mut self, result: Value) -> Self {
        self.result = result;
        self
    }
}

/// Shows each step as it ends, and the summary.
pub(crate) struct Report {
    console: Console,
    out: Box<dyn Write>,
    started: Instant,
    tape: Tape,
    ok: bool,
    /// Why nobody reads on.
    unheard: Option<io::Error>,
}

impl Report {
    pub(crate) fn new(console: Console, out: Box<dyn Write>) -> Self {
        Self { console, out, started: Instant::now(), tape: Tape::default(), ok: true, unheard: None }
    }

    /// What passes by on this tape belongs to the steps from now on.
    pub(crate) fn listen(&mut self, tape: &Tape) {
        self.tape = tape.clone();
    }

    /// How it went. A reader who has gone, such as `head`, has read enough, and all else that keeps it from being read is a
    /// failure.
    pub(crate) fn heard(self) -> Result<Status, Failure> {
        self.unheard.map_or(Ok(()), |error| unheard(Err(error)))?;
        Ok(Status::of(self.ok))
    }

    pub(crate) const fn is_heard(&self) -> bool {
        self.unheard.is_none()
    }

    /// Runs a step and shows how it went.
    pub(crate) async fn step<T>(
        &mut self,
        name: &'static str,
        run: impl Future<Output = Result<(Facts, T), BoxError>>,
    ) -> Result<T, Stopped> {
        let started = Instant::now();
        match run.await {
            Ok((facts, value)) => {
                self.passed(name, &facts, started.elapsed());
                if self.is_heard() { Ok(value) } else { Err(Stopped) }
            }
            Err(error) => Err(self.failed(name, &*error)),
        }
    }

    pub(crate) fn failed(&mut self, name: &'static str, error: &dyn StdError) -> Stopped {
        self.ok = false;
        let error = with_causes(error);
        let events = self.tape.take();
        match self.console.format {
            Format::Json => {
                let mut line = line(name, false);
                line.insert("error".to_owned(), json!(error));
                self.json(line);
            }
            Format::Text => self.page(|page| {
                page.facts(&shown(&events, page.lang()));
                page.verdict(Tone::Bad, &texts::failed(), &texts::failure(&name, &error));
            }),
        }
        Stopped
    }

    /// Something that is said to people; programs get it as a line with this name.
    pub(crate) fn say(&mut self, name: &'static str, facts: &Facts) {
        match self.console.format {
            Format::Json => {
                let mut line = line(name, true);
                line.insert("result".to_owned(), facts.result.clone());
                self.json(line);
            }
            Format::Text => self.page(|page| {
                page.blank();
                page.say(&facts.says);
                page.facts(&facts.lines);
            }),
        }
    }

    /// Shows the summary.
    pub(crate) async fn end(&mut self, world: &World) {
        // What the summary asks itself is counted, too.
        let balances =
            if self.ok { story::balances(world).await.unwrap_or_default() } else { Default::default() };
        self.ok &= world.emulator.check_ledgers().is_ok();
        let (counts, took, ok) = (self.tape.counts(), self.started.elapsed(), self.ok);
        let requests = world.emulator.requests();
        let again = world.emulator.deliveries();
        let again = again.iter().filter(|delivery| delivery.attempts().len() > 1).count();
        let faults = requests.iter().filter(|request| !request.faults.is_empty()).count();
        match self.console.format {
            Format::Json => {
                let mut line = line("summary", ok);
                let more = json!({
                    "balances": balances,
                    "signatures_made": counts.signed,
                    "answers_verified": counts.answers,
                    "notifications_verified": counts.notifications,
                    "faulty_requests": faults,
                    "notifications_sent_again": again,
                    "recoveries": counts.recoveries,
                    "micros": micros(took),
                });
                if let Value::Object(more) = more {
                    line.extend(more);
                }
                self.json(line);
            }
            Format::Text => self.page(|page| {
                page.blank();
                let rows: Vec<Vec<String>> =
                    balances.iter().map(|(name, amount)| vec![name.clone(), amount.to_string()]).collect();
                page.table(&[texts::currency(), texts::balance()], &rows);
                page.blank();
                let lang = page.lang();
                let row = |label: Message, count: usize| vec![label.is(lang).to_owned(), count.to_string()];
                let number = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
                let mut rows = vec![
                    row(texts::signatures(), number(counts.signed)),
                    row(texts::answers(), number(counts.answers)),
                    row(texts::notifications(), number(counts.notifications)),
                ];
                if world.is_troubled {
                    rows.push(row(texts::faults(), faults));
                    rows.push(row(texts::redelivered(), again));
                    rows.push(row(texts::recoveries(), number(counts.recoveries)));
                }
                page.table(&[texts::what(), texts::count()], &rows);
                page.blank();
                let took = milliseconds(took);
                if ok {
                    page.verdict(Tone::Good, &texts::ok(), &texts::all_verified(&took));
                } else {
                    page.verdict(Tone::Bad, &texts::failed(), &texts::not_all(&took));
                }
            }),
        }
    }

    fn passed(&mut self, name: &'static str, facts: &Facts, took: Duration) {
        let events = self.tape.take();
        match self.console.format {
            Format::Json => {
                let mut line = line(name, true);
                line.insert("says".to_owned(), json!(facts.says.is(Lang::En)));
                let more = json!({
                    "calls": events.iter().filter_map(call).collect::<Vec<_>>(),
                    "notifications": events.iter().filter_map(notification).collect::<Vec<_>>(),
                    "recoveries": events.iter().filter_map(recovery).collect::<Vec<_>>(),
                    "result": facts.result,
                    "micros": micros(took),
                });
                if let Value::Object(more) = more {
                    line.extend(more);
                }
                self.json(line);
            }
            Format::Text => self.page(|page| {
                let (good, strong, quiet) = (Tone::Good.style(), Tone::Strong.style(), Tone::Quiet.style());
                let (says, took) = (facts.says.is(page.lang()), milliseconds(took));
                page.line(
                    Tone::Plain,
                    format_args!(
                        "{good}ok{good:#}  {strong}{name:<13}{strong:#}  {says}  {quiet}{took}{quiet:#}"
                    ),
                );
                let mut lines = shown(&events, page.lang());
                lines.extend(facts.lines.iter().cloned());
                page.facts(&lines);
            }),
        }
    }

    fn page(&mut self, write: impl FnOnce(&mut Page)) {
        let mut page = Page::new(self.console.lang);
        write(&mut page);
        let written = self.out.write_all(page.into_text().as_bytes());
        self.note(written);
    }

    fn json(&mut self, line: Map<String, Value>) {
        let written = writeln!(self.out, "{}", Value::Object(line));
        self.note(written);
    }

    /// A story that nobody can read isn't told on.
    fn note(&mut self, written: io::Result<()>) {
        if let Err(error) = written.and_then(|()| self.out.flush()) {
            self.unheard.get_or_insert(error);
        }
    }
}

fn line(step: &'static str, ok: bool) -> Map<String, Value> {
    Map::from_iter([("step".to_owned(), json!(step)), ("ok".to_owned(), json!(ok))])
}

fn call(event: &Event) -> Option<Value> {
    let Event::Answer { request, body_len, answer, status, attempts } = event else { return None };
    Some(json!({
        "signed": request.json(),
        "body_len": body_len,
        "verified": answer.json(),
        "status": status,
        "attempts": attempts,
    }))
}

fn notification(event: &Event) -> Option<Value> {
    let Event::Notification { kind, from } = event else { return None };
    Some(json!({ "operation": kind, "verified": from.json() }))
}

fn recovery(event: &Event) -> Option<Value> {
    let Event::Recovery(how) = event else { return None };
    Some(json!(how.is(Lang::En)))
}

fn shown(events: &[Event], lang: Lang) -> Vec<(Message, String)> {
    let mut lines = Vec::new();
    let mut push = |label, text: &Message| lines.push((label, text.is(lang).to_owned()));
    for event in events {
        match event {
            Event::Answer { request, body_len, answer, status, attempts } => {
                let merchant = request.merchant.as_deref().unwrap_or("-");
                let (path, when) = (&request.path, clock(request.timestamp));
                push(texts::signed(), &texts::call(path, &merchant, body_len, &request.key_id, &when));
                let when = clock(answer.timestamp);
                push(texts::verified(), &texts::answer(status, &answer.key_id, &when, attempts));
            }
            Event::Notification { kind, from } => {
                let when = clock(from.timestamp);
                push(texts::notified(), &texts::notification(kind, &from.path, &from.key_id, &when));
            }
            Event::Recovery(how) => push(texts::recovered(), how),
        }
    }
    lines
}

fn clock(timestamp: Timestamp) -> String {
    i64::try_from(timestamp.as_unix_millis())
        .ok()
        .and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok())
        .map_or_else(|| timestamp.to_string(), |time| format!("{time:.3}"))
}

fn milliseconds(took: Duration) -> String {
    format!("{}.{} ms", took.as_millis(), took.subsec_micros() % 1000 / 100)
}

fn micros(took: Duration) -> u64 {
    u64::try_from(took.as_micros()).unwrap_or(u64::MAX)
}
