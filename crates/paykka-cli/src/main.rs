//! The `paykka` command.
//!
//! `paykka demo` runs the whole path on this machine: keys, a signed call with its verified answer, a payment, and the
//! platform's verified notification, over real TLS against the embedded emulator. Nothing leaves this machine.
//!
//! Exit status: 0 when every step was verified, 1 when a step failed, 2 for a command line that isn't one.

mod demo;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

use crate::demo::DemoArgs;

fn main() -> ExitCode {
    match Cli::parse().command {
        Command::Demo(args) => demo::run(&args),
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
}
