//! What the commands around the journal of money calls share: how the engine is set up, and how its outcomes are told.

mod told;

use std::sync::Arc;
use std::time::Duration;

use clap::{Args, value_parser};
use paykka_client::Client;
use paykka_client::money::Money;

pub(crate) use self::told::{SettledAnswer, failed, state_of, word};
use crate::frame::Failure;
use crate::inputs::journal::JournalArg;

/// How money calls are made.
#[derive(Debug, Args)]
pub(crate) struct MoneyArgs {
    #[command(flatten)]
    pub(crate) journal: JournalArg,
    /// How long to ask what became of a call whose answer was lost, in seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 60, value_parser = value_parser!(u64).range(1..=86_400))]
    wait: u64,
    /// What numbers begin with that are made of keys: 1..6 of A..Z and 0..9, another one for each system of the same merchant
    #[arg(long, value_name = "PREFIX", default_value = "DESK")]
    prefix: String,
}

impl MoneyArgs {
    /// The engine over the journal, which is begun where it isn't there.
    pub(crate) fn build(&self, client: &Client) -> Result<Money, Failure> {
        self.over(client, self.journal.open()?)
    }

    /// As [`build`](Self::build), over a journal that must be there.
    pub(crate) fn build_on_existing(&self, client: &Client) -> Result<Money, Failure> {
        self.over(client, self.journal.open_existing()?)
    }

    fn over(&self, client: &Client, journal: paykka_client::journal::FileJournal) -> Result<Money, Failure> {
        let money = client.money(Arc::new(journal)).prefix(self.prefix.clone());
        let money = money.patience(Duration::from_secs(self.wait));
        money.build().map_err(|error| failed(&error))
    }
}
