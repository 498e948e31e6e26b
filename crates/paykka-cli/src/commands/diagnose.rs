//! `paykka diagnose`: why a signature is refused, likeliest first, with the fix.

use clap::Args;
use paykka_sign::VerifyingKey;
use paykka_sign::diagnose::{Case, Certainty, Diagnosis, Finding};
use serde::Serialize;
use serde_json::{Value, json};

use super::verify::ReceivedArgs;
use crate::frame::{Answer, Console, Failure, FormatArg, Lang, Page, Shown, Status, Tone};
use crate::inputs::Source;
use crate::inputs::keys::{PassphraseArg, key_file};
use crate::texts::findings::in_chinese;
use crate::texts::signing as texts;

pub(crate) const EXAMPLE: &str = "\
Example: paykka diagnose --path /api/v2/merch/pay/apply --merchant M24061911365700670 --body-file body.json \\
           --header-file authorization.txt --public-key-file merchant.public.pem --host open-fat.cb.paykka.com

Exit status: 0 if the message is valid, 1 if it is refused and something was found, 2 if nothing was found.";

#[derive(Debug, Args)]
pub(crate) struct DiagnoseArgs {
    #[command(flatten)]
    message: ReceivedArgs,
    /// File with a key that signs on the receiving side, to see keys that were swapped
    #[arg(long, value_name = "FILE")]
    own_key_file: Vec<Source>,
    #[command(flatten)]
    passphrase: PassphraseArg,
    /// A merchant number that may have been signed instead
    #[arg(long, value_name = "M")]
    other_merchant: Vec<String>,
    /// A path that may have been signed instead, such as the one before a proxy
    #[arg(long, value_name = "PATH")]
    other_path: Vec<String>,
    /// The host that was called, with its port if the address had one
    #[arg(long, value_name = "HOST")]
    host: Option<String>,
    /// The query that was sent, without ?
    #[arg(long, value_name = "QUERY")]
    query: Option<String>,
    /// The HTTP method
    #[arg(long, value_name = "METHOD", default_value = "POST")]
    method: String,
    /// Of an upload: file with the whole multipart body
    #[arg(long, value_name = "FILE")]
    whole_body_file: Option<Source>,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &DiagnoseArgs, console: Console) -> Result<Status, Failure> {
    let message = &args.message;
    let (ring, header, body) = (message.ring(console)?, message.header.value()?, message.parts.body()?);
    let own_keys: Vec<VerifyingKey> = args
        .own_key_file
        .iter()
        .map(|file| Ok(key_file(file, &args.passphrase, console)?.verifying_key().clone()))
        .collect::<Result<_, Failure>>()?;
    let whole_body = args.whole_body_file.as_ref().map(Source::read).transpose()?;
    let merchants: Vec<&str> = args.other_merchant.iter().map(String::as_str).collect();
    let paths: Vec<&str> = args.other_path.iter().map(String::as_str).collect();
    let mut case = Case::new(&header, message.parts.parts(&body), &ring, message.now()?)
        .tolerance(message.tolerance())
        .own_keys(&own_keys)
        .merchants(&merchants)
        .paths(&paths)
        .method(&args.method);
    if let Some(host) = &args.host {
        case = case.host(host);
    }
    if let Some(query) = &args.query {
        case = case.query(query);
    }
    if let Some(whole_body) = &whole_body {
        case = case.whole_body(whole_body);
    }
    let diagnosis = case.diagnose();
    let status = match (diagnosis.is_genuine(), diagnosis.findings()) {
        (true, _) => Status::Done,
        (false, []) => Status::Unexplained,
        (false, _) => Status::No,
    };
    console.show(&Diagnosed(diagnosis))?;
    Ok(status)
}

struct Diagnosed(Diagnosis);

impl Answer for Diagnosed {
    fn json(&self) -> impl Serialize {
        json!({
            "valid": self.0.is_genuine(),
            "explained": self.0.is_explained(),
            "findings": self.0.findings().iter().map(finding_json).collect::<Vec<_>>(),
            "tried": self.0.tried(),
            "exhausted": self.0.is_exhausted(),
        })
    }

    fn text(&self, page: &mut Page) {
        let (diagnosis, findings) = (&self.0, self.0.findings());
        if diagnosis.is_genuine() {
            page.verdict(Tone::Good, &texts::valid(), &texts::genuine_says());
            return;
        }
        if diagnosis.is_explained() {
            page.verdict(Tone::Doubtful, &texts::explained(), &texts::explained_says());
        } else {
            page.verdict(Tone::Bad, &texts::unexplained(), &texts::unexplained_says(&diagnosis.tried()));
            if diagnosis.is_exhausted() {
                page.say(&texts::exhausted());
            }
            // Without a verification, the length alone was looked at.
            if diagnosis.tried() > 0 {
                page.say(&texts::pss());
            }
            if !findings.is_empty() {
                page.say(&texts::besides());
            }
        }
        for (number, finding) in (1..).zip(findings) {
            write_finding(page, number, finding);
        }
        if !diagnosis.is_explained() {
            page.say(&texts::nothing_left());
        }
    }
}

pub(crate) fn finding_json(finding: &Finding) -> Value {
    json!({
        "code": finding.code(),
        "explanation": finding.explanation(),
        "fix": finding.fix(),
        "proven": finding.certainty() == Certainty::Proven,
    })
}

pub(crate) fn write_finding(page: &mut Page, number: u32, finding: &Finding) {
    let code = finding.code();
    match (page.lang(), in_chinese(code)) {
        (Lang::Zh, Some((what, fix))) => {
            page.line(Tone::Strong, format_args!("{number}. {what} [{code}]"));
            page.facts(&[
                (texts::to_do(), fix.to_owned()),
                // It names what was seen, such as the other path.
                (texts::in_english(), finding.explanation().to_owned()),
            ]);
        }
        _ => {
            page.line(Tone::Strong, format_args!("{number}. {} [{code}]", Shown(finding.explanation())));
            page.facts(&[(texts::to_do(), finding.fix().to_owned())]);
        }
    }
}
