//! The project's build chores behind one command, `cargo xtask`, so that a developer's machine and a CI machine do
//! the same things in the same way, and nobody has to remember which flags they take.
//!
//! This file knows which commands exist and reads the command line; each command lives in a module of its name.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "printing is what a command-line tool is for")]

use std::process::ExitCode;

mod api;
mod bench;
mod check;
mod codegen;
mod dist;
mod docs;
mod extent;
mod faults;
mod fuzz;
mod generated;
mod header;
mod helpers;
mod long;
mod node;
mod packages;
mod process;
mod python;
mod release;
mod summary;
mod tables;
mod tally;
mod test;
mod tools;
mod vectors;

fn main() -> ExitCode {
    let words: Vec<String> = std::env::args_os().skip(1).map(|word| word.to_string_lossy().into()).collect();
    let Some((name, rest)) = words.split_first() else {
        println!("{}", overview());
        return ExitCode::SUCCESS;
    };
    if is_help(name) {
        println!("{}", overview());
        return ExitCode::SUCCESS;
    }
    match COMMANDS.iter().find(|command| command.name == name) {
        Some(command) => command.start(rest),
        None => misused(&format!("there is no command `{name}`"), &overview()),
    }
}

const COMMANDS: [Subcommand; 14] = [
    check::COMMAND,
    test::COMMAND,
    faults::COMMAND,
    fuzz::COMMAND,
    codegen::COMMAND,
    tables::COMMAND,
    vectors::COMMAND,
    header::COMMAND,
    api::COMMAND,
    dist::COMMAND,
    release::COMMAND,
    docs::COMMAND,
    packages::COMMAND,
    bench::COMMAND,
];

/// One word after `cargo xtask`.
struct Subcommand {
    name: &'static str,
    /// What may stand behind the name, for people.
    arguments: &'static str,
    summary: &'static str,
    help: &'static str,
    /// Gets the words behind the name. `Ok(false)` has been explained already, an `Err` has not.
    run: fn(&[String]) -> Result<bool, Failure>,
}

/// Why a command came to no result.
#[derive(Debug)]
enum Failure {
    /// The command line makes no sense.
    Misused(String),
    Broke(String),
}

impl From<String> for Failure {
    fn from(problem: String) -> Self {
        Self::Broke(problem)
    }
}

impl Subcommand {
    fn start(&self, words: &[String]) -> ExitCode {
        if words.iter().any(|word| is_help(word)) {
            println!("{}", self.usage());
            return ExitCode::SUCCESS;
        }
        match (self.run)(words) {
            Ok(true) => ExitCode::SUCCESS,
            Ok(false) => ExitCode::FAILURE,
            Err(Failure::Misused(problem)) => misused(&problem, &self.usage()),
            Err(Failure::Broke(problem)) => {
                eprintln!("error: {problem}");
                ExitCode::FAILURE
            }
        }
    }

    fn usage(&self) -> String {
        let line = format!("Usage: cargo xtask {} {}", self.name, self.arguments);
        format!("{}\n\n{}", line.trim_end(), self.help)
    }
}

/// For a command that takes no words.
fn nothing_more(words: &[String]) -> Result<(), Failure> {
    words.first().map_or(Ok(()), |word| Err(Failure::Misused(format!("`{word}` isn't understood"))))
}

/// For a command whose only word is `--check`.
fn is_checking(words: &[String]) -> Result<bool, Failure> {
    match words.split_first() {
        Some((word, rest)) if word == "--check" => nothing_more(rest).map(|()| true),
        _ => nothing_more(words).map(|()| false),
    }
}

fn is_help(word: &str) -> bool {
    matches!(word, "help" | "--help" | "-h")
}

fn overview() -> String {
    let lines: String =
        COMMANDS.iter().map(|command| format!("\n  {:<8} {}", command.name, command.summary)).collect();
    format!("Usage: cargo xtask COMMAND [ARGUMENTS]\n{lines}\n\n`cargo xtask COMMAND --help` says more.")
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
