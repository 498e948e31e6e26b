//! `paykka submit`: a payment that can be run again. What was asked is in a journal before its first byte leaves, and the same
//! key comes to the same payment, whatever happened meanwhile.

use std::collections::BTreeMap;

use clap::{Args, Subcommand};
use paykka_client::Client;
use paykka_client::money::Money;
use paykka_model::{Operation, PaymentApply, PaymentApplyRequest, decode};
use serde_json::value::{RawValue, to_raw_value};

use super::call::intent;
use super::money::{MoneyArgs, SettledAnswer, failed as money_failed};
use super::runtime::runtime;
use crate::frame::{Console, Failure, FormatArg, Status};
use crate::inputs::confirm::YesArg;
use crate::inputs::connection::ConnectionArgs;
use crate::inputs::data::DataArgs;
use crate::texts::{calls, doctor, inputs, money as texts};

pub(crate) const EXAMPLE: &str = "\
Example: paykka submit payment -d @payment.json --key invoice-17 --journal payments

The same key and body, run again, comes to the same payment; the body's request_id is replaced by one made of the key. Exit
status: 0 if the platform took it or carried it out, 1 if it was refused, 5 if nobody knows yet: run it again, or `recover`.";

#[derive(Debug, Subcommand)]
pub(crate) enum SubmitCommand {
    /// Make a payment at most once, with a journal of what was asked
    #[command(after_help = EXAMPLE)]
    Payment(Box<SubmitArgs>),
}

#[derive(Debug, Args)]
pub(crate) struct SubmitArgs {
    #[command(flatten)]
    data: DataArgs,
    /// Your own name for this payment, such as the invoice's number; it is used once and forever
    #[arg(long, value_name = "KEY")]
    key: String,
    #[command(flatten)]
    money: MoneyArgs,
    #[command(flatten)]
    yes: YesArg,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &SubmitArgs, console: Console) -> Result<Status, Failure> {
    let info = PaymentApply::INFO;
    let mut body = args.data.body(info.request)?;
    let client = args.connection.client(console)?;
    let money = args.money.build(&client)?;
    // Shown and checked with the number that it will have.
    let number = money.payments().number(&args.key).map_err(|error| money_failed(&error))?;
    body = with_number(&body, number.as_str())?;
    let request: PaymentApplyRequest = decode(&body).map_err(|error| {
        let to_do = calls::bad_body_to_do(&info.name);
        Failure::input("body", calls::bad_body(&info.name), to_do).because(&error)
    })?;
    runtime()?.block_on(submit(args, &client, &money, &request, &body, console))
}

async fn submit(
    args: &SubmitArgs,
    client: &Client,
    money: &Money,
    request: &PaymentApplyRequest,
    body: &[u8],
    console: Console,
) -> Result<Status, Failure> {
    let mut intent = intent(client, &PaymentApply::INFO, client.merchant(), body).await;
    intent.facts.push((texts::key(), args.key.clone()));
    intent.facts.push((texts::number(), request.request_id.to_string()));
    args.yes.confirm(&intent, console)?;
    let busy = console.busy(&doctor::asking());
    let proven = money.prove().await;
    let outcome = match proven {
        Ok(_) => money.payments().submit(&args.key, request).await,
        Err(error) => Err(error),
    };
    drop(busy);
    let settled = outcome.map_err(|error| money_failed(&error))?;
    let settled = SettledAnswer::of_payment(&settled);
    console.show(&settled)?;
    Ok(settled.status())
}

fn with_number(body: &[u8], number: &str) -> Result<Vec<u8>, Failure> {
    let unreadable = |_| Failure::input("json", inputs::no_object(), inputs::no_object_to_do());
    let mut fields: BTreeMap<String, Box<RawValue>> = serde_json::from_slice(body).map_err(unreadable)?;
    fields.insert("request_id".to_owned(), to_raw_value(number).map_err(unreadable)?);
    serde_json::to_vec(&fields).map_err(unreadable)
}
