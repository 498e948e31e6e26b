//! `paykka listen`: the merchant's endpoint at a desk. It verifies what comes, shows it, keeps it on request, and hands on what
//! is genuine.

mod judge;
mod notice;
mod serve;

use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::thread;

use clap::Args;
use tokio::runtime::Runtime;
use tokio::sync::mpsc;

use self::judge::JudgeArgs;
use self::notice::{Event, Ready, Show};
use self::serve::Desk;
use crate::frame::{Console, Ending, Failure, FormatArg, Status};
use crate::notices::{Recorder, TrustArgs};
use crate::texts::{doctor, listen as texts};

pub(crate) const EXAMPLE: &str = "\
Example: paykka listen --profile sandbox --port 8080 --path /paykka/notifications --forward-to http://127.0.0.1:3000/hooks
Example: paykka listen --public-key-file platform.public.pem --merchant M24061911365700670 --record deliveries.jsonl

What is genuine and in time is handed on, byte for byte and with the headers that came, and the status of the answer is handed
back; 503 if there is none. Without --forward-to it is answered 200. All else is shown, recorded, refused, and goes nowhere.
It runs until Ctrl-C or SIGTERM, and then says how many came, by reason.";

#[derive(Debug, Args)]
pub(crate) struct ListenArgs {
    #[command(flatten)]
    judge: JudgeArgs,
    /// Hand on what is genuine to this URL; what comes to the address of one kind goes to that path below it
    #[arg(long, value_name = "URL")]
    forward_to: Option<String>,
    #[command(flatten)]
    trust: TrustArgs,
    /// Append each delivery to this file, to be posted again by `paykka replay`
    #[arg(long, value_name = "FILE")]
    record: Option<PathBuf>,
    /// Address at which notifications are taken; other than loopback's alone it must be said, and refuses published test keys
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,
    /// Port for plain HTTP; 0 for any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &ListenArgs, console: Console) -> Result<Status, Failure> {
    let judge = args.judge.judge(args.bind, console)?;
    let target = args.forward_to.as_deref().map(|url| args.trust.target("--forward-to", url)).transpose()?;
    let recorder = args.record.as_deref().map(|file| Recorder::open(file, console)).transpose()?;
    if judge.is_production() && target.is_none() && recorder.is_none() {
        console.warn(&texts::production());
    }
    let no_thread = |error: std::io::Error| {
        Failure::broken("runtime", doctor::no_runtime(), doctor::no_runtime_to_do()).because(&error)
    };
    let runtime = Runtime::new().map_err(no_thread)?;
    // Looking for what is wrong with a signature takes its time, so it is done where it holds up nobody.
    let (events, shown) = mpsc::channel(64);
    let show = Show::new(judge.clone(), console);
    let served = runtime.block_on(async {
        // Before anybody can know that it is there.
        let ending = Ending::listen().map_err(no_thread)?;
        let address = SocketAddr::new(args.bind, args.port);
        let listener = serve::bind(address).await?;
        let address = listener.local_addr().unwrap_or(address);
        let forward_to = target.as_ref().map(|target| target.url(""));
        console.show(&Ready { url: format!("http://{address}{}", judge.path()), forward_to })?;
        let printer = thread::Builder::new().name("notices".to_owned()).spawn(move || show.all(shown));
        let printer = printer.map_err(no_thread)?;
        let desk = Desk::new(judge, target, recorder, events);
        desk.serve(listener, ending).await;
        Ok::<_, Failure>(printer)
    })?;
    // All that was under way has ended, so nothing more comes.
    match served.join() {
        Ok(summary) => console.show(&summary?)?,
        Err(panic) => std::panic::resume_unwind(panic),
    }
    Ok(Status::Done)
}

type Events = mpsc::Sender<Event>;
