//! `paykka replay`: posts what `listen` recorded once more, byte for byte, and says of each what came back.

use std::time::{Duration, SystemTime};

use clap::Args;
use http::header;
use paykka_sign::{Authorization, Timestamp, Window};
use serde::Serialize;
use serde_json::{Value, json};

use super::runtime::runtime;
use crate::frame::{Answer, Console, Failure, FormatArg, Message, Page, Shown, Status, Tone};
use crate::inputs::Source;
use crate::notices::{
    Answered, Due, Recorded, TrustArgs, Unanswered, VERIFIED, Verdict, shown, verdict_json,
};
use crate::texts::replay as texts;

pub(crate) const EXAMPLE: &str = "\
Example: paykka replay deliveries.jsonl --to http://127.0.0.1:3000/hooks

Deliveries keep the signatures that they came with, so those that are older than the receiver allows are refused, which is as it
should be. Exit status: 0 if each answer is as it should be, 1 if not.";

#[derive(Debug, Args)]
pub(crate) struct ReplayArgs {
    /// File with deliveries, as `paykka listen --record` writes it, or - for standard input
    #[arg(value_name = "FILE")]
    file: Source,
    /// The receiver's URL
    #[arg(long, value_name = "URL")]
    to: String,
    /// Post each to the path that it came to, below the URL
    #[arg(long)]
    recorded_paths: bool,
    #[command(flatten)]
    trust: TrustArgs,
    /// How far the receiver lets a signed time be from now, in seconds to both sides
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    tolerance: u64,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &ReplayArgs, console: Console) -> Result<Status, Failure> {
    let target = args.trust.target("--to", &args.to)?;
    let deliveries = Recorded::read(&args.file, console)?;
    if deliveries.is_empty() {
        return Err(Failure::input("record", texts::empty(&args.file), texts::empty_to_do()));
    }
    let runtime = runtime()?;
    let tolerance = Duration::from_secs(args.tolerance);
    let mut ended = Ended { right: 0, wrong: 0, left: deliveries.len() };
    for (number, delivery) in (1..).zip(deliveries) {
        let signed = signed_at(&delivery);
        let suffix = if args.recorded_paths { delivery.path.as_str() } else { "" };
        let due = due(&delivery, signed, tolerance);
        let answer = runtime.block_on(target.post(suffix, &delivery.headers, delivery.body.clone()));
        let verdict = Verdict::of(due, &answer);
        let is_over = answer.is_err();
        ended.left -= 1;
        *(if verdict.is_right { &mut ended.right } else { &mut ended.wrong }) += 1;
        console.show(&Replayed { number, delivery: &delivery, signed, due, answer, verdict })?;
        // The others would meet the same, and their order is part of what is replayed.
        if is_over {
            break;
        }
    }
    console.show(&ended)?;
    Ok(Status::of(ended.wrong == 0))
}

/// By the header's word; nobody vouches for it here.
fn signed_at(delivery: &Recorded) -> Option<Timestamp> {
    let header = delivery.headers.get(header::AUTHORIZATION)?;
    Some(Authorization::parse(header.as_bytes()).ok()?.timestamp())
}

fn due(delivery: &Recorded, signed: Option<Timestamp>, tolerance: Duration) -> Due {
    let was_refused_for_its_time = matches!(delivery.reason.as_str(), "late" | "early");
    if delivery.reason != VERIFIED && !was_refused_for_its_time {
        return Due::Refused;
    }
    let is_in_time = |signed: Timestamp| {
        let now = Timestamp::try_from(SystemTime::now()).ok()?;
        Window::new(now, tolerance).check(signed).ok()
    };
    if signed.and_then(is_in_time).is_some() { Due::Acknowledged } else { Due::RefusedForItsTime }
}

struct Replayed<'a> {
    number: usize,
    delivery: &'a Recorded,
    signed: Option<Timestamp>,
    due: Due,
    answer: Result<Answered, Unanswered>,
    verdict: Verdict,
}

impl Replayed<'_> {
    /// In which state it is posted.
    fn state(&self) -> (&'static str, Message) {
        match self.due {
            Due::Acknowledged => ("in-time", texts::in_time()),
            Due::RefusedForItsTime => ("out-of-time", texts::out_of_time()),
            Due::Refused => ("was-refused", texts::was_refused(&self.delivery.reason)),
        }
    }
}

impl Answer for Replayed<'_> {
    fn json(&self) -> impl Serialize {
        let mut said = verdict_json(&self.answer, &self.verdict);
        if let Value::Object(said) = &mut said {
            said.insert("event".to_owned(), "delivery".into());
            said.insert("number".to_owned(), self.number.into());
            said.insert("path".to_owned(), self.delivery.path.as_str().into());
            said.insert("recorded".to_owned(), self.delivery.reason.as_str().into());
            said.insert("received_at".to_owned(), self.delivery.received_at.as_str().into());
            said.insert("signed_at".to_owned(), self.signed.map(Timestamp::as_unix_millis).into());
            said.insert("state".to_owned(), self.state().0.into());
        }
        said
    }

    fn text(&self, page: &mut Page) {
        let Recorded { received_at, path, .. } = self.delivery;
        shown(page, &texts::delivery(&self.number, received_at, path), &self.answer, &self.verdict);
        let state = self.state().1;
        page.line(Tone::Quiet, format_args!("  {}", Shown(state.is(page.lang()))));
    }
}

struct Ended {
    right: usize,
    wrong: usize,
    left: usize,
}

impl Answer for Ended {
    fn json(&self) -> impl Serialize {
        json!({ "event": "summary", "as_they_should_be": self.right, "otherwise": self.wrong, "not_posted": self.left })
    }

    fn text(&self, page: &mut Page) {
        page.say(&texts::ended(&self.right, &self.wrong, &self.left));
    }
}
