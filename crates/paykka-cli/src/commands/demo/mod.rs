//! `paykka demo`: the whole path once, with what was signed and verified shown at each step. It is the first thing that
//! a newcomer runs, so it uses the same crates that they would, and real TLS.

mod keys;
mod report;
mod story;
mod world;

use std::io;

use clap::Args;
use tokio::runtime::Runtime;

use self::keys::Keys;
use self::report::{Report, Stopped};
use self::world::World;
use crate::frame::{Console, FormatArg, Status};

/// How the demo tells its story.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

/// Runs the demo; the status says whether everything was verified.
pub(crate) fn run(console: Console) -> Status {
    let mut report = Report::new(console.format, Box::new(anstream::stdout()));
    match tell(&mut report) {
        Ok(()) | Err(Stopped) => {}
    }
    Status::of(report.end())
}

fn tell(report: &mut Report) -> Result<(), Stopped> {
    let runtime = Runtime::new().map_err(|error: io::Error| report.failed("runtime", &error))?;
    runtime.block_on(async {
        let keys = report.step("keys", async { Keys::generate() }).await?;
        let mut world = report.step("start", World::start(&keys)).await?;
        story::tell(&mut world, report).await
    })
}
