//! `paykka sign`: the header for a message, and on request everything that leads to it.

use base64ct::{Base64, Encoding};
use clap::Args;
use paykka_sign::{Authorization, StringToSign, string_to_sign};
use serde_json::json;

use crate::frame::{Console, Failure, Format, FormatArg, Message, Page, Shown, Status, Tone};
use crate::inputs::json;
use crate::inputs::keys::PrivateKeyArgs;
use crate::inputs::message::{PartsArgs, moment, nonce};
use crate::texts::{inputs, signing as texts};

pub(crate) const EXAMPLE: &str = "\
Example: echo -n '{\"currency\":\"USD\"}' | paykka sign --path /api/v2/merch/account/balance --merchant M24061911365700670 \\
           --body-file - --key-id K001 --private-key-file merchant.private.pem --explain";

#[derive(Debug, Args)]
pub(crate) struct SignArgs {
    #[command(flatten)]
    parts: PartsArgs,
    #[command(flatten)]
    key: PrivateKeyArgs,
    /// When it is signed, in Unix milliseconds; now without it
    #[arg(long, value_name = "MILLIS")]
    timestamp: Option<String>,
    /// 6..32 visible characters; random ones without it
    #[arg(long, value_name = "TEXT")]
    nonce: Option<String>,
    /// Show on standard error what is signed, line by line
    #[arg(long)]
    explain: bool,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &SignArgs, console: Console) -> Result<Status, Failure> {
    let key = args.key.load(console)?;
    let body = args.parts.body()?;
    let parts = args.parts.parts(&body);
    let (timestamp, nonce) = (moment(args.timestamp.as_deref())?, nonce(args.nonce.as_deref())?);
    let failed = |error: paykka_sign::Error| {
        Failure::input("field", texts::not_signed(), inputs::refused_field_to_do()).because(&error)
    };
    let string = string_to_sign(&parts, timestamp, nonce.as_str()).map_err(failed)?;
    let authorization = key.sign(&parts, timestamp, &nonce).map_err(failed)?;
    warn_of_json(&args.parts, &body, console);
    if args.explain {
        console.aside(|page| explain(page, &string, &authorization));
    }
    match console.format {
        Format::Text => console.raw(format!("{}\n", authorization.to_header()).as_bytes())?,
        Format::Json => {
            let answer = json!({
                "authorization": authorization.to_header(),
                "string_to_sign_base64": Base64::encode_string(string.as_bytes()),
                "sha256": hex(string.sha256()),
                "signature": authorization.signature_base64(),
            });
            console.raw(format!("{answer}\n").as_bytes())?;
        }
    }
    Ok(Status::Done)
}

/// What is to be signed and what goes over the wire, for people who compare it with what another program does.
pub(crate) fn explain(page: &mut Page, string: &StringToSign, authorization: &Authorization) {
    page.say(&texts::string_to_sign());
    let names: [fn() -> Message; 5] =
        [texts::line_path, texts::line_timestamp, texts::line_nonce, texts::line_merchant, texts::line_body];
    let lines = lines(string.as_bytes());
    let last = lines.len().saturating_sub(1);
    let shown = lines.iter().zip(names).enumerate().map(|(at, (line, name))| {
        let line = Shown(String::from_utf8_lossy(line)).to_string();
        (name(), if at == last { line } else { format!("{line}⏎") })
    });
    page.facts(&shown.collect::<Vec<_>>());
    page.line(Tone::Quiet, texts::no_newline().is(page.lang()));
    page.facts(&[
        (texts::length(), string.as_bytes().len().to_string()),
        (texts::sha256(), hex(string.sha256())),
        (texts::json(), authorization.to_json()),
    ]);
}

/// The four lines that are never broken, and the body, which may hold line feeds of its own.
fn lines(string: &[u8]) -> Vec<&[u8]> {
    string.splitn(5, |byte| *byte == b'\n').collect()
}

/// It is signed as it is; but a body that the platform can't read helps nobody.
fn warn_of_json(parts: &PartsArgs, body: &[u8], console: Console) {
    if body.is_empty() {
        return;
    }
    if let Err(mistake) = json::read(body) {
        console.warn(&inputs::body_not_json(&parts.body_name()));
        console.aside(|page| {
            page.line(Tone::Plain, format_args!("  {}", mistake.message().is(page.lang())));
            mistake.excerpt.iter().for_each(|line| page.line(Tone::Quiet, format_args!("  {line}")));
        });
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
