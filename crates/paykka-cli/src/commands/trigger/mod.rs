//! `paykka trigger`: signs a notification as the platform would, or wrongly on purpose, posts it, and says whether the answer is
//! the one that a receiver should give.

mod data;
mod tamper;

use clap::{Args, value_parser};
use paykka_model::NotificationKind;
use paykka_webhook::testing::MERCHANT;
use serde::Serialize;
use serde_json::{Value, json};

use self::tamper::{Order, Tamper};
use super::runtime::runtime;
use crate::frame::{Answer, Console, Failure, FormatArg, Page, Status, Tone, nearest};
use crate::inputs::keys::{PassphraseArg, signing_key};
use crate::inputs::{Given, Source};
use crate::notices::{Answered, Target, TrustArgs, Unanswered, Verdict, shown, verdict_json};
use crate::texts::{notices, trigger as texts};

pub(crate) const EXAMPLE: &str = "\
Example: paykka trigger payment --to http://127.0.0.1:3000/hooks --private-key-file platform.private.pem
Example: paykka trigger remittance --to http://127.0.0.1:3000/hooks --private-key-file platform.private.pem --tamper body

The key is one of your own that plays the platform's: the receiver must have its public half, under the same id. What is
tampered with must be refused. Exit status: 0 if each answer is as it should be, 1 if not.";

#[derive(Debug, Args)]
pub(crate) struct TriggerArgs {
    /// The kind, such as payment.notification or payment; `paykka operations` lists them
    #[arg(value_name = "NOTIFICATION")]
    kind: String,
    /// The receiver's URL
    #[arg(long, value_name = "URL")]
    to: String,
    #[command(flatten)]
    trust: TrustArgs,
    /// Id under which the platform signs
    #[arg(long, value_name = "ID", default_value = "EMU-PLATFORM-1")]
    key_id: String,
    /// File with the private key that plays the platform's, or - for standard input
    #[arg(long, value_name = "FILE")]
    private_key_file: Source,
    #[command(flatten)]
    passphrase: PassphraseArg,
    /// The notification's data: JSON, @FILE, or - for standard input; an example's without it. A whole body, with type and data, is sent as it is
    #[arg(short, long, value_name = "DATA")]
    data: Option<Given>,
    /// The path that is signed; the URL's without it
    #[arg(long, value_name = "PATH")]
    path: Option<String>,
    /// The merchant whom it is for
    #[arg(long, value_name = "M", default_value = MERCHANT)]
    merchant: String,
    /// How often it is posted in all, byte for byte the same
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = value_parser!(u32).range(1..=1_000))]
    repeat: u32,
    /// Sign it anew each time, as the platform may when it comes again
    #[arg(long)]
    anew: bool,
    /// Make it wrong, so that a receiver must refuse it
    #[arg(long, value_enum, value_name = "KIND")]
    tamper: Option<Tamper>,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &TriggerArgs, console: Console) -> Result<Status, Failure> {
    let kind = kind(&args.kind)?;
    let target = args.trust.target("--to", &args.to)?;
    let key = signing_key(&args.key_id, &args.private_key_file, &args.passphrase, console)?;
    let order = Order {
        key: &key,
        path: args.path.as_deref().unwrap_or_else(|| target.path()),
        merchant: &args.merchant,
        body: data::body(kind, args.data.as_ref(), &args.merchant)?,
        tamper: args.tamper,
    };
    let first = order.message()?;
    let runtime = runtime()?;
    let mut triggered = Triggered { kind, tamper: args.tamper, target: &target, posts: Vec::new() };
    let busy = console.busy(&texts::posting());
    for number in 0..args.repeat {
        let message = if args.anew && number > 0 { order.message()? } else { first.clone() };
        let answer = runtime.block_on(target.post("", &message.headers, message.body));
        let verdict = Verdict::of(order.due(), &answer);
        let is_over = answer.is_err();
        triggered.posts.push((answer, verdict));
        // The rest would come to the same.
        if is_over {
            break;
        }
    }
    drop(busy);
    let status = Status::of(triggered.is_right());
    console.show(&triggered)?;
    Ok(status)
}

/// By its operation's name, with or without what all end with.
fn kind(name: &str) -> Result<NotificationKind, Failure> {
    let short = |kind: &NotificationKind| kind.info().name.trim_end_matches(ENDING);
    let found = NotificationKind::ALL.iter().find(|kind| short(kind) == name.trim_end_matches(ENDING));
    found.copied().ok_or_else(|| {
        let names = NotificationKind::ALL.iter().map(|kind| kind.info().name);
        let to_do = match nearest(name, names.clone()) {
            Some(near) => crate::texts::tables::did_you_mean(&near),
            None => texts::no_kind_to_do(&names.collect::<Vec<_>>().join(", ")),
        };
        Failure::input("notification", texts::no_kind(&name), to_do)
    })
}

const ENDING: &str = ".notification";

struct Triggered<'a> {
    kind: NotificationKind,
    tamper: Option<Tamper>,
    target: &'a Target,
    posts: Vec<(Result<Answered, Unanswered>, Verdict)>,
}

impl Triggered<'_> {
    fn is_right(&self) -> bool {
        self.posts.iter().all(|(_, verdict)| verdict.is_right)
    }
}

impl Answer for Triggered<'_> {
    fn json(&self) -> impl Serialize {
        let posts: Vec<Value> =
            self.posts.iter().map(|(answer, verdict)| verdict_json(answer, verdict)).collect();
        json!({
            "notification": self.kind.info().name,
            "url": self.target.url(""),
            "tampered": self.tamper.map(Tamper::name),
            "as_it_should_be": self.is_right(),
            "answers": posts,
        })
    }

    fn text(&self, page: &mut Page) {
        let lang = page.lang();
        let (name, url) = (self.kind.info().name, self.target.url(""));
        page.line(Tone::Plain, texts::posted(&name, &url).is(lang));
        if let Some(tamper) = self.tamper {
            page.line(Tone::Quiet, tamper.says().is(lang));
        }
        for (number, (answer, verdict)) in (1..).zip(&self.posts) {
            shown(page, &notices::number(&number), answer, verdict);
        }
    }
}
