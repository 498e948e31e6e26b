//! `paykka verify`: whether a message is genuine, as the platform or a receiver would judge it.

use std::time::Duration;

use clap::Args;
use paykka_sign::{Authorization, Error, KeyRing, Timestamp, VerifyingKey, Window, string_to_sign};
use serde::Serialize;
use serde_json::json;

use super::sign::explain;
use crate::frame::{Answer, Console, Failure, FormatArg, Message, Page, Shown, Status, Tone};
use crate::inputs::Source;
use crate::inputs::keys::{is_published, public_key};
use crate::inputs::message::{HeaderArgs, PartsArgs, moment, refused_field};
use crate::texts::{inputs, signing as texts};

pub(crate) const EXAMPLE: &str = "\
Example: paykka verify --path /paykka/payments --merchant M24061911365700670 --body-file body.json \\
           --header-file authorization.txt --public-key-file platform.public.pem";

#[derive(Debug, Args)]
pub(crate) struct VerifyArgs {
    #[command(flatten)]
    pub(crate) message: ReceivedArgs,
    /// Show on standard error what was signed, line by line
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

/// A message that came in, and what it is judged by.
#[derive(Debug, Args)]
pub(crate) struct ReceivedArgs {
    #[command(flatten)]
    pub(crate) parts: PartsArgs,
    #[command(flatten)]
    pub(crate) header: HeaderArgs,
    /// File with the public key of who signed, or - for standard input
    #[arg(long, value_name = "FILE")]
    public_key_file: Source,
    /// The key id that the header must name; any without it
    #[arg(long, value_name = "ID")]
    key_id: Option<String>,
    /// The moment at which it is judged, in Unix milliseconds; now without it
    #[arg(long, value_name = "MILLIS")]
    timestamp: Option<String>,
    /// How far the signed time may be from it, in seconds to both sides
    #[arg(long, value_name = "SECONDS", default_value_t = 300)]
    tolerance: u64,
}

impl ReceivedArgs {
    /// The key of who signed, in a ring. A test key of this project is taken at a desk, with a warning.
    pub(crate) fn ring(&self, console: Console) -> Result<KeyRing, Failure> {
        let key = public_key(&self.public_key_file)?;
        if is_published(&key) {
            console.warn(&inputs::published_key(&self.public_key_file));
        }
        self.ring_of(key).map_err(|error| refused_field("--key-id", &error))
    }

    pub(crate) fn now(&self) -> Result<Timestamp, Failure> {
        moment(self.timestamp.as_deref())
    }

    pub(crate) const fn tolerance(&self) -> Duration {
        Duration::from_secs(self.tolerance)
    }

    fn ring_of(&self, key: VerifyingKey) -> Result<KeyRing, Error> {
        let ring = KeyRing::builder().for_loopback();
        match &self.key_id {
            Some(key_id) => ring.key(key_id, key),
            None => ring.only(key),
        }
        .build()
    }
}

pub(crate) fn run(args: &VerifyArgs, console: Console) -> Result<Status, Failure> {
    let message = &args.message;
    let (ring, header, body) = (message.ring(console)?, message.header.value()?, message.parts.body()?);
    let parts = message.parts.parts(&body);
    let window = Window::new(message.now()?, message.tolerance());
    let refusal = ring.verify(&header, parts, &window).err();
    let authorization = Authorization::parse(&header).ok();
    if let (true, Some(authorization)) = (args.explain, &authorization)
        && let Ok(string) = string_to_sign(&parts, authorization.timestamp(), authorization.nonce())
    {
        console.aside(|page| explain(page, &string, authorization));
    }
    let status = Status::of(refusal.is_none());
    console.show(&Judged { refusal, authorization })?;
    Ok(status)
}

struct Judged {
    refusal: Option<Error>,
    authorization: Option<Authorization>,
}

impl Answer for Judged {
    fn json(&self) -> impl Serialize {
        json!({
            "valid": self.refusal.is_none(),
            "reason": self.refusal.as_ref().map(Error::code),
            "key_id": self.authorization.as_ref().map(Authorization::key_id),
        })
    }

    fn text(&self, page: &mut Page) {
        match &self.refusal {
            None => page.verdict(Tone::Good, &texts::valid(), &texts::valid_says()),
            Some(refusal) => page.verdict(Tone::Bad, &texts::refused(), &reason(refusal)),
        }
        let mut facts = Vec::new();
        if let Some(refusal) = &self.refusal {
            facts.push((texts::detail(), refusal.to_string()));
        }
        if let Some(authorization) = &self.authorization {
            facts.push((texts::key_id(), authorization.key_id().to_owned()));
            facts.push((texts::signed_at(), clock(authorization.timestamp())));
        }
        page.facts(&facts);
        if self.refusal.is_some() {
            page.say(&texts::ask_diagnose());
        }
    }
}

fn reason(refusal: &Error) -> Message {
    match refusal.code() {
        "header" => texts::refused_header(),
        "field" => texts::refused_field(),
        "unknown-key" => texts::refused_unknown_key(),
        "signature" => texts::refused_signature(),
        "early" => texts::refused_early(),
        "late" => texts::refused_late(),
        _ => texts::refused_other(),
    }
}

/// As people read it, and as it stands in the header.
pub(crate) fn clock(timestamp: Timestamp) -> String {
    let millis = i64::try_from(timestamp.as_unix_millis()).ok();
    let time = millis.and_then(|millis| jiff::Timestamp::from_millisecond(millis).ok());
    time.map_or_else(|| timestamp.to_string(), |time| format!("{time:.3} ({})", Shown(timestamp)))
}
