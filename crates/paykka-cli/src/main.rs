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
use crate::frame::{Console, Format, Lang, Message, Status, Tone};

fn main() -> ExitCode {
    let words: Vec<OsString> = std::env::args_os().collect();
    let lang = Lang::of(&words, |name| std::env::var_os(name));
    // Before anything else reads the words, since it may repeat them.
    if let Err(failure) = inputs::argv::check(&words) {
        Console { lang, format: Format::Text }.fail(&failure);
        return failure.status().into();
    }
    let parsed =
        cli::command(lang).try_get_matches_from(words).and_then(|found| Cli::from_arg_matches(&found));
    let command = match parsed {
        Ok(cli) => cli.command,
        Err(error) => return explained(&error, lang),
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

/// Help that was asked for, or what is wrong with the command line. clap speaks English, so in another language a line says
/// what follows.
fn explained(error: &clap::Error, lang: Lang) -> ExitCode {
    let is_mistake = error.use_stderr();
    if is_mistake && lang != Lang::En {
        Console { lang, format: Format::Text }.aside(|page| {
            page.verdict(Tone::Bad, &texts::frame::error(), &mistake(error.kind()));
        });
    }
    // Who has gone needn't be told.
    let _told = error.print();
    if is_mistake { Status::Usage.into() } else { Status::Done.into() }
}

fn mistake(kind: ErrorKind) -> Message {
    match kind {
        ErrorKind::UnknownArgument => texts::frame::unknown_argument(),
        ErrorKind::InvalidSubcommand => texts::frame::unknown_command(),
        ErrorKind::InvalidValue | ErrorKind::ValueValidation => texts::frame::bad_value(),
        ErrorKind::MissingRequiredArgument | ErrorKind::MissingSubcommand => texts::frame::missing(),
        ErrorKind::ArgumentConflict => texts::frame::conflict(),
        _ => texts::frame::bad_command_line(),
    }
}
