//! `paykka demo`: a merchant's whole journey once, with what was signed and verified shown at each step. It is the first thing
//! that a newcomer runs, so it uses the same crates that they would, and real TLS.

mod keep;
mod keys;
mod report;
mod requests;
mod story;
mod tape;
mod trouble;
mod world;

use std::io;

use clap::Args;
use tokio::runtime::Runtime;

use self::keys::Keys;
use self::report::{Report, Stopped};
use self::world::World;
use crate::frame::{Console, Failure, FormatArg, Status};

pub(crate) const EXAMPLE: &str = "\
Example: paykka demo
Example: paykka demo --faults --seed 7
Example: paykka demo --keep";

/// How the demo tells its story.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Let things go wrong on the way: lost answers, cut connections, lost and doubled notifications; and show the recoveries
    #[arg(long)]
    faults: bool,
    /// Which things go wrong when; another seed is another run
    #[arg(long, default_value_t = 1, requires = "faults")]
    seed: u64,
    /// Leave the emulator running until SIGTERM or Ctrl-C, and print how to go on
    #[arg(long)]
    keep: bool,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

/// Runs the demo; the status says whether everything was verified, as far as somebody read it.
pub(crate) fn run(args: &DemoArgs, console: Console) -> Result<Status, Failure> {
    let mut report = Report::new(console, Box::new(anstream::stdout()));
    match tell(args, &mut report) {
        Ok(()) | Err(Stopped) => {}
    }
    report.heard()
}

fn tell(args: &DemoArgs, report: &mut Report) -> Result<(), Stopped> {
    let runtime = Runtime::new().map_err(|error: io::Error| report.failed("runtime", &error))?;
    runtime.block_on(async {
        let keys = report.step("keys", async { Keys::generate() }).await?;
        let seed = args.faults.then_some(args.seed);
        let mut world = report.step("start", World::start(&keys, seed)).await?;
        report.listen(&world.tape);
        let told = story::tell(&mut world, report).await;
        report.end(&world).await;
        told?;
        if args.keep {
            keep::keep(&world, &keys, report).await?;
        }
        Ok(())
    })
}
