//! How steps are shown: to people as short paragraphs, with colour where a terminal takes it; to programs as one JSON
//! object a line. Counting what was signed and verified happens here too, so that the summary can't disagree.

use std::error::Error as StdError;
use std::io::{self, Write};
use std::time::{Duration, Instant};

use anstyle::{AnsiColor, Style};
use paykka_client::Response;
use paykka_sign::{Timestamp, Verified};
use serde::Serialize;
use serde_json::{Value, json};

use crate::frame::{Format, with_causes};

pub(crate) type BoxError = Box<dyn StdError + Send + Sync>;

/// The story ended early; the report has said why.
#[derive(Debug)]
pub(crate) struct Stopped;

/// What a step has to show.
pub(crate) struct Facts {
    says: String,
    lines: Vec<(&'static str, String)>,
    signed: Option<Value>,
    verified: Option<Value>,
    result: Option<Value>,
}

impl Facts {
    pub(crate) fn new(says: impl Into<String>) -> Self {
        Self { says: says.into(), lines: Vec::new(), signed: None, verified: None, result: None }
    }

    /// One more line for people.
    pub(crate) fn line(mut self, label: &'static str, text: String) -> Self {
        self.lines.push((label, text));
        self
    }

    /// What came out of it, for programs.
    pub(crate) fn result(mut self, result: Value) -> Self {
        self.result = Some(result);
        self
    }

    /// A call: what was signed and sent, and what its answer's signature said.
    pub(crate) fn exchange<T>(mut self, answer: &Response<T>) -> Self {
        let request = answer.request();
        let with = request.authorization();
        let merchant = request.merchant().unwrap_or("-");
        self.signed = Some(json!({
            "path": request.path(), "merchant": request.merchant(), "body_len": request.body().len(),
            "key_id": with.key_id(), "timestamp": with.timestamp().as_unix_millis(), "nonce": with.nonce(),
        }));
        let what = format!(
            "POST {} for {merchant}, {}-byte body, by {} at {}",
            request.path(),
            request.body().len(),
            with.key_id(),
            clock(with.timestamp())
        );
        self.line("signed", what).verified(answer.verified())
    }

    /// A message whose signature was verified.
    pub(crate) fn verified<T>(mut self, message: &Verified<T>) -> Self {
        self.verified = Some(json!({
            "path": message.path(), "merchant": message.merchant(), "key_id": message.key_id(),
            "timestamp": message.timestamp().as_unix_millis(), "nonce": message.nonce(),
        }));
        let what = format!(
            "genuine, for {}, by {} at {}",
            message.path(),
            message.key_id(),
            clock(message.timestamp())
        );
        self.line("verified", what)
    }
}

/// Shows each step as it ends, and the summary.
pub(crate) struct Report {
    format: Format,
    out: Box<dyn Write>,
    started: Instant,
    signed: u32,
    verified: u32,
    ok: bool,
}

impl Report {
    pub(crate) fn new(format: Format, out: Box<dyn Write>) -> Self {
        Self { format, out, started: Instant::now(), signed: 0, verified: 0, ok: true }
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
                self.passed(name, facts, started.elapsed());
                Ok(value)
            }
            Err(error) => Err(self.failed(name, &*error)),
        }
    }

    pub(crate) fn failed(&mut self, name: &'static str, error: &dyn StdError) -> Stopped {
        self.ok = false;
        let error = with_causes(error);
        let written = match self.format {
            Format::Json => self.json(&Line { error: Some(error), ..Line::new(name, false) }),
            Format::Text => writeln!(self.out, "{BAD}FAILED{BAD:#}  {BOLD}{name}{BOLD:#}  {error}"),
        };
        self.note(&written);
        Stopped
    }

    /// Shows the summary; whether everything was verified, and shown.
    pub(crate) fn end(mut self) -> bool {
        let (signed, verified, took) = (self.signed, self.verified, self.started.elapsed());
        let written = match self.format {
            Format::Json => self.json(&Line {
                calls_signed: Some(signed),
                signatures_verified: Some(verified),
                micros: Some(micros(took)),
                ..Line::new("summary", self.ok)
            }),
            Format::Text => {
                let (style, verdict) = if self.ok { (GOOD, "OK") } else { (BAD, "FAILED") };
                let what = format!("{signed} calls signed, {verified} answers and notifications verified");
                writeln!(self.out, "\n{style}{verdict}{style:#}: {what}, in {}", milliseconds(took))
            }
        };
        self.note(&written);
        let flushed = self.out.flush();
        self.note(&flushed);
        self.ok
    }

    fn passed(&mut self, name: &'static str, facts: Facts, took: Duration) {
        self.signed += u32::from(facts.signed.is_some());
        self.verified += u32::from(facts.verified.is_some());
        let written = match self.format {
            Format::Json => self.json(&Line {
                says: Some(facts.says),
                signed: facts.signed,
                verified: facts.verified,
                result: facts.result,
                micros: Some(micros(took)),
                ..Line::new(name, true)
            }),
            Format::Text => self.text(name, &facts, took),
        };
        self.note(&written);
    }

    fn json(&mut self, line: &Line) -> io::Result<()> {
        serde_json::to_writer(&mut self.out, line)?;
        self.out.write_all(b"\n")
    }

    fn text(&mut self, name: &str, facts: &Facts, took: Duration) -> io::Result<()> {
        writeln!(
            self.out,
            "{GOOD}ok{GOOD:#}  {BOLD}{name:<13}{BOLD:#}  {}  {DIM}{}{DIM:#}",
            facts.says,
            milliseconds(took)
        )?;
        for (label, text) in &facts.lines {
            writeln!(self.out, "      {label:<11}  {DIM}{text}{DIM:#}")?;
        }
        Ok(())
    }

    /// A story that nobody could read wasn't told.
    fn note(&mut self, written: &io::Result<()>) {
        self.ok &= written.is_ok();
    }
}

/// One line for programs; what a step hasn't got is left out.
#[derive(Serialize)]
struct Line {
    step: &'static str,
    ok: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    says: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signed: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    verified: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    result: Option<Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    calls_signed: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    signatures_verified: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    micros: Option<u64>,
}

impl Line {
    const fn new(step: &'static str, ok: bool) -> Self {
        Self {
            step,
            ok,
            says: None,
            error: None,
            signed: None,
            verified: None,
            result: None,
            calls_signed: None,
            signatures_verified: None,
            micros: None,
        }
    }
}

const GOOD: Style = AnsiColor::Green.on_default().bold();
const BAD: Style = AnsiColor::Red.on_default().bold();
const BOLD: Style = Style::new().bold();
const DIM: Style = Style::new().dimmed();

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
