//! The `paykka` command.
//!
//! `paykka demo` runs the whole path on this machine: keys, a signed call with its verified answer, a payment, and the
//! platform's verified notification, over real TLS against the embedded emulator. Nothing leaves this machine.
//!
//! `paykka emulate` runs the emulator until it is told to end, for programs in any language.
//!
//! Exit status: 0 when every step was verified or the emulator was told to end, 1 when something failed, 2 for a command
//! line that isn't one.

mod demo;
mod emulate;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::demo::DemoArgs;
use crate::emulate::EmulateArgs;

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Demo(args) => demo::run(&args),
        Command::Emulate(args) => emulate::run(*args),
    }
}

/// Tools for the PayKKa `OpenAPI`.
#[derive(Debug, Parser)]
#[command(name = "paykka", version, arg_required_else_help = true)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Run one signed payment and its notification, end to end, on the embedded emulator.
    #[command(after_help = "Example: paykka demo --format json")]
    Demo(DemoArgs),
    /// Play the platform on loopback ports until SIGTERM or Ctrl-C; one JSON line says when it is ready.
    #[command(after_help = emulate::EXAMPLE)]
    Emulate(Box<EmulateArgs>),
}
