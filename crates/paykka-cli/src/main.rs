//! The `paykka` command: what an integrator does at a desk. `docs/cli.md` is its reference, and lists the exit statuses.

mod cli;
mod commands;
mod frame;
mod inputs;
mod notices;
mod texts;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::FromArgMatches;
use clap::error::ErrorKind;

use crate::cli::Cli;
use crate::frame::{Console, Format, Lang, Status, misuse, unheard};

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let lang = Lang::of(&words, |name| std::env::var_os(name));
    let console = Console { lang, format: Format::of(&words) };
    // Before anything else reads the words, since it may repeat them.
    if let Err(failure) = inputs::argv::check(&words) {
        console.fail(&failure);
        return failure.status().into();
    }
    let mut command = cli::command(lang);
    let parsed = command.try_get_matches_from_mut(&words).and_then(|found| Cli::from_arg_matches(&found));
    let command = match parsed {
        Ok(cli) => cli.command,
        Err(error) if is_help(&error) => return helped(&error, console),
        Err(error) => {
            let failure = misuse(&error, &cli::called(&command, &words));
            console.fail(&failure);
            return failure.status().into();
        }
    };
    let console = Console { lang, format: command.format() };
    match command.run(console) {
        Ok(status) => status.into(),
        Err(failure) => {
            console.fail(&failure);
            failure.status().into()
        }
    }
}

/// Whether it is no mistake, or one that help answers best: a command alone that has others below it.
fn is_help(error: &clap::Error) -> bool {
    !error.use_stderr() || error.kind() == ErrorKind::DisplayHelpOnMissingArgumentOrSubcommand
}

fn helped(error: &clap::Error, console: Console) -> ExitCode {
    let told = error.print();
    if error.use_stderr() {
        return Status::Usage.into();
    }
    match unheard(told) {
        Ok(()) => Status::Done.into(),
        Err(failure) => {
            console.fail(&failure);
            failure.status().into()
        }
    }
}
