//! The command line: which commands there are, and what clap says about them in another language than it knows.

use std::ffi::OsString;

use clap::{Arg, CommandFactory, Parser, Subcommand};

use crate::commands::call::{self, CallArgs};
use crate::commands::codes::{self, CodesArgs};
use crate::commands::completions::{self, CompletionsArgs};
use crate::commands::demo::{self, DemoArgs};
use crate::commands::diagnose::{self, DiagnoseArgs};
use crate::commands::doctor::{self, DoctorArgs};
use crate::commands::emulate::{self, EmulateArgs};
use crate::commands::journal::JournalCommand;
use crate::commands::keys::KeysCommand;
use crate::commands::listen::{self, ListenArgs};
use crate::commands::operations::{self, OperationsArgs};
use crate::commands::recover::{self, RecoverArgs};
use crate::commands::reference::{self, ReferenceArgs};
use crate::commands::replay::{self, ReplayArgs};
use crate::commands::sign::{self, SignArgs};
use crate::commands::submit::{self, SubmitCommand};
use crate::commands::trigger::{self, TriggerArgs};
use crate::commands::upload::{self, UploadArgs};
use crate::commands::verify::{self, VerifyArgs};
use crate::frame::{Console, Failure, Format, Lang, Status};
use crate::texts::help;

/// Tools for the PayKKa OpenAPI
#[derive(Debug, Parser)]
#[command(name = "paykka", version, arg_required_else_help = true)]
pub(crate) struct Cli {
    /// Language of texts for people; the locale's without it
    #[arg(long, global = true, value_enum, value_name = "LANG")]
    lang: Option<Lang>,
    #[command(subcommand)]
    pub(crate) command: Command,
}

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    /// Run a merchant's whole journey, signed and verified, on the embedded emulator
    #[command(after_help = demo::EXAMPLE)]
    Demo(DemoArgs),
    /// Make, inspect, convert and compare keys
    #[command(subcommand, arg_required_else_help = true)]
    Keys(KeysCommand),
    /// Print the Authorization header for a message
    #[command(after_help = sign::EXAMPLE)]
    Sign(Box<SignArgs>),
    /// Say whether a message is genuine; status 0 if it is, 1 if not
    #[command(after_help = verify::EXAMPLE)]
    Verify(Box<VerifyArgs>),
    /// Say why a signature is refused, likeliest first, with the fix
    #[command(after_help = diagnose::EXAMPLE)]
    Diagnose(Box<DiagnoseArgs>),
    /// Check keys, clock, TLS, proxy and reachability, and ask the platform something harmless
    #[command(after_help = doctor::EXAMPLE)]
    Doctor(Box<DoctorArgs>),
    /// Take notifications, verify and show each, and hand on what is genuine, until SIGTERM or Ctrl-C
    #[command(after_help = listen::EXAMPLE)]
    Listen(Box<ListenArgs>),
    /// Sign a notification as the platform would, post it, and say whether the answer is as it should be
    #[command(after_help = trigger::EXAMPLE)]
    Trigger(Box<TriggerArgs>),
    /// Post recorded notifications again, byte for byte, and say what came back
    #[command(after_help = replay::EXAMPLE)]
    Replay(ReplayArgs),
    /// Make a call, and show its verified answer
    #[command(after_help = call::EXAMPLE)]
    Call(Box<CallArgs>),
    /// Send a file to the platform
    #[command(after_help = upload::EXAMPLE)]
    Upload(UploadArgs),
    /// Make a call that moves money so that it can be run again
    #[command(subcommand, arg_required_else_help = true)]
    Submit(SubmitCommand),
    /// Find out what became of the calls in the journal
    #[command(after_help = recover::EXAMPLE)]
    Recover(Box<RecoverArgs>),
    /// Read and keep the journal of money calls
    #[command(subcommand, arg_required_else_help = true)]
    Journal(JournalCommand),
    /// Play the platform on loopback ports until SIGTERM or Ctrl-C; one JSON line says when it is ready
    #[command(after_help = emulate::EXAMPLE)]
    Emulate(Box<EmulateArgs>),
    /// Show the platform's calls and notifications, with how sure each is; and the fields of one
    #[command(after_help = operations::EXAMPLE)]
    Operations(OperationsArgs),
    /// Look codes up in the platform's tables, with where each row comes from
    #[command(after_help = codes::EXAMPLE)]
    Codes(CodesArgs),
    /// Print a script that completes this command's words in a shell
    #[command(after_help = completions::EXAMPLE)]
    Completions(CompletionsArgs),
    /// Print this reference: docs/cli.md, or man pages
    #[command(hide = true, after_help = reference::EXAMPLE)]
    Reference(ReferenceArgs),
}

impl Command {
    pub(crate) const fn format(&self) -> Format {
        match self {
            Self::Demo(args) => args.format.format,
            Self::Keys(command) => command.format(),
            Self::Sign(args) => args.format.format,
            Self::Verify(args) => args.format.format,
            Self::Diagnose(args) => args.format.format,
            Self::Doctor(args) => args.format.format,
            Self::Listen(args) => args.format.format,
            Self::Trigger(args) => args.format.format,
            Self::Replay(args) => args.format.format,
            Self::Call(args) => args.format.format,
            Self::Upload(args) => args.format.format,
            Self::Submit(SubmitCommand::Payment(args)) => args.format.format,
            Self::Recover(args) => args.format.format,
            Self::Journal(command) => command.format(),
            Self::Operations(args) => args.format.format,
            Self::Codes(args) => args.format.format,
            Self::Completions(args) => args.format.format,
            Self::Emulate(_) | Self::Reference(_) => Format::Text,
        }
    }

    pub(crate) fn run(self, console: Console) -> Result<Status, Failure> {
        match self {
            Self::Demo(args) => demo::run(&args, console),
            Self::Keys(command) => command.run(console),
            Self::Sign(args) => sign::run(&args, console),
            Self::Verify(args) => verify::run(&args, console),
            Self::Diagnose(args) => diagnose::run(&args, console),
            Self::Doctor(args) => doctor::run(&args, console),
            Self::Call(args) => call::run(&args, console),
            Self::Upload(args) => upload::run(&args, console),
            Self::Submit(SubmitCommand::Payment(args)) => submit::run(&args, console),
            Self::Recover(args) => recover::run(&args, console),
            Self::Journal(command) => command.run(console),
            Self::Emulate(args) => Ok(emulate::run(*args, console)),
            Self::Listen(args) => listen::run(&args, console),
            Self::Trigger(args) => trigger::run(&args, console),
            Self::Replay(args) => replay::run(&args, console),
            Self::Operations(args) => operations::run(&args, console),
            Self::Codes(args) => codes::run(&args, console),
            Self::Completions(args) => completions::run(&args, Cli::command(), console),
            Self::Reference(args) => reference::run(&args, console),
        }
    }
}

/// The command line as clap shows it in a language.
pub(crate) fn command(lang: Lang) -> clap::Command {
    let mut command = Cli::command();
    match lang {
        Lang::En => command,
        Lang::Zh => {
            // clap's own `--help` is there only then.
            command.build();
            translated(command)
        }
    }
}

/// The command that was called, as far as there is such a one: `paykka keys generate`.
pub(crate) fn called(command: &clap::Command, words: &[OsString]) -> String {
    let mut name = command.get_name().to_owned();
    let mut command = command;
    for word in words.iter().skip(1) {
        // Options may stand before a command; what comes after the last one isn't one.
        if let Some(inner) = command.find_subcommand(word) {
            name = format!("{name} {}", inner.get_name());
            command = inner;
        }
    }
    name
}

fn translated(command: clap::Command) -> clap::Command {
    let said = |text: String| help::in_chinese(&text).map_or(text, str::to_owned);
    let about = command.get_about().map(|about| said(about.to_string()));
    let after = command.get_after_help().map(|after| help::example_in_chinese(&after.to_string()));
    let argument = |argument: Arg| {
        let heading = if argument.is_positional() { help::ARGUMENTS } else { help::OPTIONS };
        let text = argument.get_help().map(|text| said(text.to_string())).unwrap_or_default();
        argument.help(text).help_heading(heading)
    };
    let mut command = command
        .mut_args(argument)
        .subcommand_help_heading(help::COMMANDS)
        .help_template(help::TEMPLATE)
        .mut_subcommands(translated);
    if let Some(about) = about {
        command = command.about(about);
    }
    match after {
        Some(after) => command.after_help(after),
        None => command,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts_of(command: &clap::Command, found: &mut Vec<String>) {
        found.extend(command.get_about().map(ToString::to_string));
        found.extend(command.get_arguments().filter_map(|argument| Some(argument.get_help()?.to_string())));
        for inner in command.get_subcommands() {
            texts_of(inner, found);
        }
    }

    #[test]
    fn every_help_text_has_its_chinese_words() {
        let mut command = Cli::command();
        command.build();
        let mut texts = Vec::new();
        texts_of(&command, &mut texts);
        let missing: Vec<&String> = texts.iter().filter(|text| help::in_chinese(text).is_none()).collect();
        assert!(missing.is_empty() && texts.len() > 100, "{missing:#?}");
        let stale: Vec<&str> =
            help::english().filter(|text| !texts.iter().any(|found| found == text)).collect();
        assert!(stale.is_empty(), "{stale:#?}");
    }

    #[test]
    fn every_command_has_examples_that_are_understood() {
        fn check(command: &clap::Command, name: &str) {
            let after = command.get_after_help().map(ToString::to_string).unwrap_or_default();
            let examples = after.replace("\\\n", " ");
            let examples: Vec<&str> = examples.lines().filter(|line| line.starts_with("Example: ")).collect();
            let is_leaf = command.get_subcommands().next().is_none();
            assert_eq!(is_leaf, !examples.is_empty(), "{name}");
            for example in examples {
                // What a shell does before and after the command isn't looked at.
                let words = example.split_once("paykka ").unwrap().1.split(" > ").next().unwrap();
                let words = std::iter::once("paykka").chain(words.split_whitespace());
                let parsed = Cli::try_parse_from(words);
                assert!(parsed.is_ok() && example.contains(name), "{example}: {parsed:?}");
            }
            for inner in command.get_subcommands() {
                check(inner, &format!("{name} {}", inner.get_name()));
            }
        }
        check(&Cli::command(), "paykka");
    }

    #[test]
    fn the_command_line_is_sound_in_both_languages() {
        Cli::command().debug_assert();
        command(Lang::Zh).debug_assert();
    }
}
