//! `paykka recover`: what became of every call in the journal that nobody has acknowledged. To be run at every start, and after
//! every crash.

use std::collections::BTreeMap;

use clap::Args;
use serde::Serialize;

use super::money::{MoneyArgs, SettledAnswer, failed};
use super::runtime::runtime;
use crate::frame::{Answer, Console, Failure, FormatArg, Page, Status};
use crate::inputs::connection::ConnectionArgs;
use crate::texts::{doctor, money as texts};

pub(crate) const EXAMPLE: &str = "\
Example: paykka recover --journal payments

Nothing is sent but inquiries. Exit status: 0 if it is known what became of each call, 5 if it isn't of one.";

#[derive(Debug, Args)]
pub(crate) struct RecoverArgs {
    #[command(flatten)]
    money: MoneyArgs,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &RecoverArgs, console: Console) -> Result<Status, Failure> {
    let client = args.connection.client(console)?;
    let money = args.money.build_on_existing(&client)?;
    let busy = console.busy(&doctor::asking());
    let recovered = runtime()?.block_on(async {
        money.prove().await?;
        money.recover().await
    });
    drop(busy);
    let recovered = recovered.map_err(|error| failed(&error))?;
    let found = Found(recovered.iter().map(SettledAnswer::of_recovered).collect());
    console.show(&found)?;
    Ok(found.status())
}

struct Found(Vec<SettledAnswer>);

impl Found {
    /// What is unknown matters most.
    fn status(&self) -> Status {
        let any = |status| self.0.iter().any(|found| found.status() == status);
        if any(Status::Unknown) {
            Status::Unknown
        } else if any(Status::Broken) {
            Status::Broken
        } else {
            Status::Done
        }
    }
}

impl Answer for Found {
    fn json(&self) -> impl Serialize {
        // No `json!`, which would read the answers in it anew.
        BTreeMap::from([("recovered", self.0.iter().map(Answer::json).collect::<Vec<_>>())])
    }

    fn text(&self, page: &mut Page) {
        if self.0.is_empty() {
            page.say(&texts::nothing_open());
        }
        for (at, found) in self.0.iter().enumerate() {
            if at > 0 {
                page.blank();
            }
            found.text(page);
        }
    }
}
