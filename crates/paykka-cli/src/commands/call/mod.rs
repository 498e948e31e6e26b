//! `paykka call`: any call, made by hand, with its answer verified. What is sent is what was given, byte for byte; the schema
//! only advises.

mod answer;
mod headers;
mod movement;
mod told;
mod typed;

use std::io::{self, IsTerminal};
use std::time::Instant;

use clap::Args;
use paykka_client::{Client, Effect as TransportEffect};
use paykka_model::{Effect, Encoding, MerchantRule, OperationInfo, Role};

use self::answer::{Answered, Unsent};
pub(crate) use self::movement::intent;
pub(crate) use self::told::failed;
use super::operations::{self, Template};
use super::runtime::runtime;
use crate::frame::{Console, Failure, Format, FormatArg, Status};
use crate::inputs::confirm::YesArg;
use crate::inputs::connection::ConnectionArgs;
use crate::inputs::data::DataArgs;
use crate::texts::{calls as texts, doctor};

pub(crate) const EXAMPLE: &str = "\
Example: paykka call balance.inquiry --profile sandbox
Example: paykka call payment.inquiry --set request_id=R1 --show-headers
Example: paykka call payment.apply -d @payment.json --dry-run
Example: paykka call payment.apply --template
Example: paykka call --list

A call that moves money asks for the amount before it is sent; `paykka submit` makes a payment that can be run again. Exit
status: 0 if the answer is verified and says yes, 1 if the platform refuses, 5 if nobody knows what became of the call.";

#[derive(Debug, Args)]
pub(crate) struct CallArgs {
    /// The call, such as balance.inquiry
    #[arg(value_name = "OPERATION", required_unless_present = "list")]
    operation: Option<String>,
    /// List the calls
    #[arg(long, conflicts_with_all = ["operation", "data", "fields", "template"])]
    list: bool,
    /// Print a request body to begin with: all fields, with limits and marks as comments, or as plain JSON with --format json
    #[arg(long, conflicts_with_all = ["data", "fields"])]
    template: bool,
    #[command(flatten)]
    data: DataArgs,
    /// Show what would be sent, and send nothing
    #[arg(long)]
    dry_run: bool,
    /// Send also what the schema says can't be right
    #[arg(long)]
    unchecked: bool,
    /// Show the headers of request and answer, with signatures masked
    #[arg(long)]
    show_headers: bool,
    /// Show signatures whole; whoever sees one can repeat the message while its time holds
    #[arg(long, requires = "show_headers")]
    show_signatures: bool,
    /// Print the answer's body byte for byte; escaped on a terminal
    #[arg(long)]
    raw: bool,
    #[command(flatten)]
    yes: YesArg,
    #[command(flatten)]
    connection: ConnectionArgs,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &CallArgs, console: Console) -> Result<Status, Failure> {
    let Some(name) = &args.operation else {
        console.show(&operations::All { only_calls: true })?;
        return Ok(Status::Done);
    };
    let info = operations::find(name)?;
    if info.role != Role::Call {
        return Err(Failure::input(
            "operation",
            texts::no_call(&info.name),
            texts::no_call_to_do(&info.name),
        ));
    }
    if args.template {
        console.show(&Template(info))?;
        return Ok(Status::Done);
    }
    if info.encoding == Encoding::Multipart {
        return Err(Failure::input("operation", texts::is_upload(&info.name), texts::is_upload_to_do()));
    }
    let body = args.data.body(info.request)?;
    let advice = typed::advise(info, &body);
    if advice.stops && !args.unchecked && !args.dry_run {
        let failure = Failure::input("body", texts::bad_body(&info.name), texts::bad_body_to_do(&info.name));
        return Err(failure.details(advice.lines));
    }
    advice.lines.iter().for_each(|line| console.warn(&texts::advice(line)));
    let client = args.connection.client(console)?;
    let merchant = merchant(info, args, &client)?;
    let call = Call { info, merchant, body, client };
    if args.dry_run {
        console.show(&Unsent { call: &call, advice: &advice.lines })?;
        return Ok(Status::Done);
    }
    runtime()?.block_on(make(&call, args, console))
}

/// A call that could be made.
struct Call {
    info: &'static OperationInfo,
    merchant: Option<String>,
    body: Vec<u8>,
    client: Client,
}

async fn make(call: &Call, args: &CallArgs, console: Console) -> Result<Status, Failure> {
    if matches!(call.info.effect, Effect::Money { .. }) {
        let intent = intent(&call.client, call.info, call.merchant.as_deref(), &call.body).await;
        args.yes.confirm(&intent, console)?;
    }
    let busy = console.busy(&doctor::asking());
    let began = Instant::now();
    let mut raw = call.client.call_raw(call.info.path, call.body.clone());
    raw = raw.operation(call.info.name).effect(transport_effect(call.info.effect));
    raw = if call.merchant.is_some() { raw } else { raw.without_merchant() };
    let answer = raw.await;
    let took = began.elapsed();
    drop(busy);
    let answer = match answer {
        Ok(answer) => answer,
        Err(error) => {
            if args.show_headers
                && let Some(found) = error.headers()
            {
                console.aside(|page| headers::answer(page, found, args.show_signatures));
            }
            return Err(failed(call.info, &call.body, &error));
        }
    };
    let doubt = typed::judge(call.info, &call.body, answer.bytes());
    let answered = Answered { call, answer: &answer, took, args, doubt: doubt.as_ref() };
    if console.format == Format::Json {
        console.show(&answered)?;
    } else {
        console.aside(|page| answered.aside(page));
        if args.raw && !io::stdout().is_terminal() {
            console.raw(answer.bytes())?;
        } else {
            console.show(&answered)?;
        }
    }
    Ok(match doubt {
        Some(doubt) if answer.changes_something() => {
            console.warn(&doubt);
            console.warn(&told::unknown_to_do(call.info, &call.body));
            Status::Unknown
        }
        Some(doubt) => {
            console.warn(&doubt);
            Status::Done
        }
        None => Status::Done,
    })
}

fn merchant(info: &OperationInfo, args: &CallArgs, client: &Client) -> Result<Option<String>, Failure> {
    match (info.merchant, client.merchant()) {
        (MerchantRule::Never, _) if args.connection.names_merchant() => {
            Err(Failure::input("merchant", texts::of_nobody(&info.name), texts::of_nobody_to_do()))
        }
        (MerchantRule::Never, _) | (MerchantRule::Optional, None) => Ok(None),
        (_, Some(merchant)) => Ok(Some(merchant.to_owned())),
        (MerchantRule::Required, None) => {
            Err(Failure::input("merchant", texts::no_merchant(&info.name), texts::no_merchant_to_do()))
        }
    }
}

/// What has an effect that isn't known here is handled as if it moved money.
const fn transport_effect(effect: Effect) -> TransportEffect {
    match effect {
        Effect::Read | Effect::Notice => TransportEffect::Read,
        Effect::Spare => TransportEffect::Spare,
        Effect::Write { .. } => TransportEffect::Write,
        _ => TransportEffect::Money,
    }
}
