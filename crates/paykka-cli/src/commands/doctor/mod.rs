//! `paykka doctor`: whether calls would work from here, found out by making a harmless one. Each finding comes with what to do.

mod answer;
mod checks;
mod proof;

use std::path::PathBuf;

use clap::Args;
use paykka_client::{Client, Error, Setup};
use paykka_model::{BalanceInquiry, BalanceInquiryRequest, Operation};

use self::answer::{Check, Report};
use super::runtime::runtime;
use crate::frame::{Console, Failure, FormatArg, Status};
use crate::inputs::connection::{ConnectionArgs, Origin};
use crate::texts::doctor as texts;

pub(crate) const EXAMPLE: &str = "\
Example: paykka doctor --profile sandbox

It asks for the merchant's balance, which changes nothing. Exit status: 0 if everything is in order, 1 if not.";

#[derive(Debug, Args)]
pub(crate) struct DoctorArgs {
    #[command(flatten)]
    connection: ConnectionArgs,
    /// Prove the inquiries of money calls, and keep the proof in this journal (docs/exactly-once.md)
    #[arg(long, requires = "journal")]
    prove: bool,
    /// Folder of the journal of money calls, or a journal's file (docs/exactly-once.md)
    #[arg(long, value_name = "DIR", requires = "prove")]
    journal: Option<PathBuf>,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &DoctorArgs, console: Console) -> Result<Status, Failure> {
    let (origin, builder) = args.connection.builder()?;
    let mut report = Report::default();
    if let Origin::Profile { file, .. } = &origin {
        report.checks.extend(checks::config_file(file));
    }
    match builder.build() {
        Ok(client) => {
            report.setup = client.setup().map(|setup| (setup.clone(), client.merchant().map(str::to_owned)));
            report.checks.insert(0, checks::settings(&origin));
            let key_file = client.setup().and_then(Setup::own_key_file);
            report.checks.extend(key_file.and_then(checks::key_file));
            let runtime = runtime()?;
            let busy = console.busy(&texts::asking());
            let checks = runtime.block_on(ask(&client, args.journal.as_deref()))?;
            drop(busy);
            report.checks.extend(checks);
        }
        Err(error) => report.checks.insert(0, checks::unusable_settings(&origin, &error)),
    }
    let status = Status::of(report.is_good());
    console.show(&report)?;
    Ok(status)
}

/// One harmless call, and what it tells.
async fn ask(client: &Client, journal: Option<&std::path::Path>) -> Result<Vec<Check>, Failure> {
    let request = BalanceInquiryRequest::new();
    // What is tried again hides what is wrong at first.
    let answer = client.call::<BalanceInquiry>(&request).max_attempts(1).await;
    let told = match &answer {
        Ok(answer) => Ok(answer.headers()),
        Err(error) => Err(error),
    };
    let mut checks = vec![
        checks::proxy(client, told.err()),
        checks::reach(told.err()),
        checks::tls(client, told.err()),
        checks::clock(told.ok().or_else(|| told.err().and_then(Error::headers))),
        checks::inquiry(BalanceInquiry::INFO.name, answer.as_ref().map(|answer| answer.verified().key_id())),
    ];
    if let Some(journal) = journal {
        checks.push(proof::prove(client, journal).await?);
    }
    Ok(checks)
}
