//! `paykka demo`: the whole path once, with what was signed and verified shown at each step. It is the first thing that
//! a newcomer runs, so it uses the same crates that they would, and real TLS.

mod keys;
mod report;
mod story;
mod world;

use std::io;
use std::process::ExitCode;

use clap::{Args, ValueEnum};
use tokio::runtime::Runtime;

use crate::demo::keys::Keys;
use crate::demo::report::{Report, Stopped};
use crate::demo::world::World;

/// How the demo tells its story.
#[derive(Debug, Args)]
pub(crate) struct DemoArgs {
    /// Text for people, or one JSON object a line for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    format: Format,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    Text,
    Json,
}

/// Runs the demo; the exit status says whether everything was verified.
pub(crate) fn run(args: &DemoArgs) -> ExitCode {
    let mut report = Report::new(args.format, Box::new(anstream::stdout()));
    match tell(&mut report) {
        Ok(()) | Err(Stopped) => {}
    }
    if report.end() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

fn tell(report: &mut Report) -> Result<(), Stopped> {
    let runtime = Runtime::new().map_err(|error: io::Error| report.failed("runtime", &error))?;
    runtime.block_on(async {
        let keys = report.step("keys", async { Keys::generate() }).await?;
        let mut world = report.step("start", World::start(&keys)).await?;
        story::tell(&mut world, report).await
    })
}
