//! The project's build chores behind one command, `cargo xtask`, so that a developer's machine and a CI machine do
//! the same things in the same way, and nobody has to remember which flags they take.
//!
//! This file knows which commands exist and reads the command line; each command lives in a module of its name.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a command-line tool is for")]

use std::process::ExitCode;

mod check;
mod deny;
mod generated;
mod header;
mod process;
mod summary;
mod tally;
mod test;
mod tools;
mod vectors;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into()).collect();
    let Some((name, flags)) = words.split_first() else {
        println!("{}", overview());
        return ExitCode::SUCCESS;
    };
    if is_help(name) {
        println!("{}", overview());
        return ExitCode::SUCCESS;
    }
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => command.start(flags),
        None => misused(&format!("there is no command `{name}`"), &overview()),
    }
}

const COMMANDS: [Subcommand; 4] = [check::COMMAND, test::COMMAND, vectors::COMMAND, header::COMMAND];

/// One word after `cargo xtask`.
struct Subcommand {
    name: &'static str,
    summary: &'static str,
    help: &'static str,
    flags: &'static [&'static str],
    /// Gets the flags that were given, all of them known. `Ok(false)` has been explained already, an `Err` has not.
    run: fn(&[String]) -> Result<bool, String>,
}

impl Subcommand {
    fn start(&self, flags: &[String]) -> ExitCode {
        if flags.iter().any(|flag| is_help(flag)) {
            println!("{}", self.usage());
            return ExitCode::SUCCESS;
        }
        if let Some(unknown) = flags.iter().find(|flag| !self.flags.contains(&flag.as_str())) {
            return misused(&format!("`{}` doesn't know `{unknown}`", self.name), &self.usage());
        }
        match (self.run)(flags) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(problem) => {
                eprintln!("error: {problem}");
                ExitCode::FAILURE
            }
        }
    }

    fn usage(&self) -> String {
        let flags: String = self.flags.iter().map(|flag| format!(" [{flag}]")).collect();
        format!("Usage: cargo xtask {}{flags}\n\n{}", self.name, self.help)
    }
}

fn is_help(word: &str) -> bool {
    matches!(word, "help" | "--help" | "-h")
}

fn overview() -> String {
    let lines: String =
        COMMANDS.iter().map(|command| format!("\n  {:<8} {}", command.name, command.summary)).collect();
    format!("Usage: cargo xtask COMMAND [FLAGS]\n{lines}\n\n`cargo xtask COMMAND --help` says more.")
}

/// 2 is what shells expect for a command line that makes no sense, apart from 1 for work that failed.
fn misused(problem: &str, usage: &str) -> ExitCode {
    eprintln!("error: {problem}\n\n{usage}");
    ExitCode::from(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_command_says_what_it_is_for() {
        for command in &COMMANDS {
            assert!(overview().contains(command.summary));
            assert!(command.usage().starts_with(&format!("Usage: cargo xtask {}", command.name)));
            assert!(command.help.len() > command.summary.len(), "{}", command.name);
        }
    }
}
