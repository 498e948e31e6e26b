//! `paykka completions`: the script that completes this command's words in a shell.

use clap::{Args, Command};
use clap_complete::Shell;

use crate::frame::{Console, Failure, FormatArg, Status};

pub(crate) const EXAMPLE: &str =
    "Example: paykka completions bash > ~/.local/share/bash-completion/completions/paykka";

#[derive(Debug, Args)]
pub(crate) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum, value_name = "SHELL")]
    shell: Shell,
    #[command(flatten)]
    pub(crate) format: FormatArg,
}

pub(crate) fn run(args: &CompletionsArgs, mut command: Command, console: Console) -> Result<Status, Failure> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut command, "paykka", &mut script);
    console.raw(&script)?;
    Ok(Status::Done)
}
