//! `paykka journal`: the journal of money calls, read and kept by a person. The platform isn't asked; `paykka recover` does that.

mod entries;

use std::time::{SystemTime, UNIX_EPOCH};

use clap::{ArgGroup, Args, Subcommand};
use paykka_client::journal::{Entry, FileJournal, Journal, JournalError};
use paykka_client::money::CheckedWithPlatform;
use paykka_model::{Operation, PaymentApply};

use self::entries::{List, One};
use super::money::{MoneyArgs, failed};
use super::runtime::runtime;
use crate::frame::{Console, Failure, Format, FormatArg, Message, Status, Tone};
use crate::inputs::confirm::{Intent, YesArg};
use crate::inputs::connection::ConnectionArgs;
use crate::inputs::journal::JournalArg;
use crate::texts::{calls, money as texts};

#[derive(Debug, Subcommand)]
pub(crate) enum JournalCommand {
    /// List the calls that nobody has acknowledged, or all
    #[command(after_help = LIST_EXAMPLE)]
    List(ListArgs),
    /// Show all that is known of a call
    #[command(after_help = "Example: paykka journal show invoice-17 --journal payments")]
    Show(ShowArgs),
    /// Acknowledge a call whose outcome stands in your books; its key stays taken
    #[command(after_help = "Example: paykka journal ack invoice-17 --journal payments")]
    Ack(ShowArgs),
    /// Put a call away that stays unknown, by your word for what the platform said of it
    #[command(after_help = PUT_AWAY_EXAMPLE)]
    PutAway(Box<PutAwayArgs>),
}

const LIST_EXAMPLE: &str = "\
Example: paykka journal list --journal payments
Example: paykka journal list --all --journal payments";

const PUT_AWAY_EXAMPLE: &str = "\
Example: paykka journal put-away invoice-17 --not-executed --note asked-support-case-4711 --journal payments

Nobody checks what you vouch for: who says that a payment wasn't made that was, and makes another one, pays twice.";

#[derive(Debug, Args)]
pub(crate) struct ListArgs {
    /// List those that were acknowledged, too
    #[arg(long)]
    all: bool,
    #[command(flatten)]
    journal: JournalArg,
    #[command(flatten)]
    format: FormatArg,
}

#[derive(Debug, Args)]
pub(crate) struct ShowArgs {
    #[command(flatten)]
    which: Which,
    /// The merchant, where several have a call of this key
    #[arg(long, value_name = "M")]
    merchant: Option<String>,
    /// Show the bodies of request and answer, which may name payees
    #[arg(long)]
    bodies: bool,
    #[command(flatten)]
    journal: JournalArg,
    #[command(flatten)]
    format: FormatArg,
}

/// A call in the journal.
#[derive(Debug, Args)]
struct Which {
    /// Your own name for the call
    #[arg(value_name = "KEY")]
    key: String,
    /// The operation that was called
    #[arg(long, value_name = "OPERATION", default_value = PaymentApply::INFO.name)]
    operation: String,
}

#[derive(Debug, Args)]
#[command(group = ArgGroup::new("word").required(true).args(["executed", "not_executed"]))]
pub(crate) struct PutAwayArgs {
    #[command(flatten)]
    which: Which,
    /// The platform said that it was carried out
    #[arg(long)]
    executed: bool,
    /// The platform said that it was not carried out and won't be
    #[arg(long)]
    not_executed: bool,
    /// One line: who asked the platform, when, and what it said
    #[arg(long, value_name = "TEXT")]
    note: String,
    #[command(flatten)]
    yes: YesArg,
    #[command(flatten)]
    money: MoneyArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(flatten)]
    format: FormatArg,
}

impl JournalCommand {
    pub(crate) const fn format(&self) -> Format {
        match self {
            Self::List(args) => args.format.format,
            Self::Show(args) | Self::Ack(args) => args.format.format,
            Self::PutAway(args) => args.format.format,
        }
    }

    pub(crate) fn run(self, console: Console) -> Result<Status, Failure> {
        match self {
            Self::List(args) => list(&args, console),
            Self::Show(args) => show(&args, console),
            Self::Ack(args) => acknowledge(&args, console),
            Self::PutAway(args) => put_away(&args, console),
        }
    }
}

fn list(args: &ListArgs, console: Console) -> Result<Status, Failure> {
    let journal = args.journal.open_existing()?;
    let mut entries = runtime()?.block_on(journal.entries()).map_err(|error| unreadable(&error))?;
    entries.retain(|entry| args.all || entry.acknowledged_at.is_none());
    console.show(&List { entries, all: args.all })?;
    Ok(Status::Done)
}

fn show(args: &ShowArgs, console: Console) -> Result<Status, Failure> {
    let journal = args.journal.open_existing()?;
    let entry = runtime()?.block_on(find(&journal, &args.which, args.merchant.as_deref()))?;
    console.show(&One { entry, bodies: args.bodies })?;
    Ok(Status::Done)
}

fn acknowledge(args: &ShowArgs, console: Console) -> Result<Status, Failure> {
    let journal = args.journal.open_existing()?;
    let runtime = runtime()?;
    let entry = runtime.block_on(find(&journal, &args.which, args.merchant.as_deref()))?;
    let id = entry.claim.id;
    let acknowledged = runtime.block_on(async {
        journal.acknowledge(id.clone(), now()).await?;
        journal.find(id).await
    });
    let entry = acknowledged.map_err(|error| {
        if error.is_without_result() {
            Failure::input("without-result", texts::no_result(&args.which.key), texts::unknown_to_do())
        } else {
            unreadable(&error)
        }
    })?;
    if let Some(entry) = entry {
        console.show(&One { entry, bodies: args.bodies })?;
    }
    Ok(Status::Done)
}

fn put_away(args: &PutAwayArgs, console: Console) -> Result<Status, Failure> {
    let client = args.connection.client(console)?;
    let runtime = runtime()?;
    let merchant = client.merchant();
    let entry = {
        let journal = args.money.journal.open_existing()?;
        runtime.block_on(find(&journal, &args.which, merchant))?
    };
    let checked =
        if args.executed { CheckedWithPlatform::Executed } else { CheckedWithPlatform::NotExecuted };
    args.yes.confirm(&vouches(&entry, checked, &args.note), console)?;
    let money = args.money.build_on_existing(&client)?;
    let put_away = runtime.block_on(money.put_away(&entry.claim.id, checked, &args.note));
    put_away.map_err(|error| failed(&error))?;
    drop(money);
    let journal = args.money.journal.open_existing()?;
    let entry = runtime.block_on(find(&journal, &args.which, merchant))?;
    console.show(&One { entry, bodies: false })?;
    Ok(Status::Done)
}

fn vouches(entry: &Entry, checked: CheckedWithPlatform, note: &str) -> Intent {
    let word: Message = match checked {
        CheckedWithPlatform::Executed => texts::vouch_executed(),
        _ => texts::vouch_not_executed(),
    };
    let amount = entry.claim.moves.as_ref();
    let shown = amount.map_or_else(|| "?".to_owned(), |it| format!("{} {}", it.currency, it.amount));
    let facts = vec![
        (texts::operation(), entry.claim.id.operation().to_owned()),
        (texts::merchant(), entry.claim.id.merchant().to_owned()),
        (texts::key(), entry.claim.id.key().to_owned()),
        (texts::number(), entry.claim.request_id.clone()),
        (calls::amount(), shown),
        (texts::note(), note.to_owned()),
    ];
    Intent { title: word, facts, amount: amount.map(|it| it.amount.clone()) }
}

/// A call by its key; where several merchants have one, of the merchant that is named.
async fn find(journal: &FileJournal, which: &Which, merchant: Option<&str>) -> Result<Entry, Failure> {
    let mut found = journal.entries().await.map_err(|error| unreadable(&error))?;
    found.retain(|Entry { claim, .. }| {
        claim.id.key() == which.key
            && claim.id.operation() == which.operation
            && merchant.is_none_or(|merchant| claim.id.merchant() == merchant)
    });
    match (found.pop(), found.pop()) {
        (Some(entry), None) => Ok(entry),
        (None, _) => Err(Failure::input("key", texts::no_entry(&which.key), texts::no_entry_to_do())),
        (Some(_), Some(_)) => {
            Err(Failure::input("key", texts::many_entries(&which.key), texts::many_entries_to_do()))
        }
    }
}

fn unreadable(error: &JournalError) -> Failure {
    Failure::broken("journal", texts::unreadable(), texts::unreadable_to_do()).because(error)
}

/// In Unix milliseconds.
fn now() -> u64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
}

/// The colour of a state.
const fn tone(state: &str) -> Tone {
    match state.as_bytes() {
        b"accepted" | b"executed" => Tone::Good,
        b"rejected" | b"refused" | b"conflict" | b"unknown" => Tone::Bad,
        _ => Tone::Doubtful,
    }
}
