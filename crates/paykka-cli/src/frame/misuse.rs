//! A command line that isn't one, said like every other failure: what is wrong, in the reader's language, and what to do. clap
//! knows the facts, and its words for them are English.

use std::error::Error as StdError;
use std::fmt;

use clap::error::{ContextKind, ContextValue, ErrorKind};

use super::{Failure, Message};
use crate::texts::frame as texts;

/// Why a command line can't be understood; `command` is the one that was called, such as `paykka keys generate`.
pub(crate) fn misuse(error: &clap::Error, command: &str) -> Failure {
    let facts = Facts(error);
    let (argument, value) = (facts.one(ContextKind::InvalidArg), facts.one(ContextKind::InvalidValue));
    let (code, what) = match error.kind() {
        ErrorKind::UnknownArgument if argument.starts_with('-') => {
            ("unknown-option", texts::unknown_option(&argument))
        }
        ErrorKind::UnknownArgument => ("too-many-words", texts::too_many_words(&argument)),
        ErrorKind::InvalidSubcommand => {
            ("unknown-command", texts::unknown_command(&facts.one(ContextKind::InvalidSubcommand)))
        }
        ErrorKind::InvalidValue | ErrorKind::WrongNumberOfValues | ErrorKind::TooFewValues
            if value.is_empty() =>
        {
            ("no-value", texts::no_value(&argument))
        }
        ErrorKind::InvalidValue => {
            let choices = facts.all(ContextKind::ValidValue).join(", ");
            ("value", texts::no_choice(&argument, &value, &choices))
        }
        ErrorKind::ValueValidation => ("value", texts::bad_value(&argument, &value)),
        ErrorKind::MissingRequiredArgument => {
            ("missing", texts::missing(&facts.all(ContextKind::InvalidArg).join(", ")))
        }
        ErrorKind::MissingSubcommand => ("missing", texts::missing(&"<COMMAND>")),
        ErrorKind::ArgumentConflict => {
            let other = facts.all(ContextKind::PriorArg).join(", ");
            let what =
                if other == argument { texts::twice(&argument) } else { texts::conflict(&argument, &other) };
            ("conflict", what)
        }
        _ => ("command-line", texts::bad_command_line()),
    };
    let failure = |to_do| Failure::usage(code, what, to_do);
    if let Some(reason) = error.source() {
        return match reason.downcast_ref::<Must>() {
            Some(Must(to_do)) => failure(to_do.clone()),
            None => failure(texts::see_help(&command)).because(reason),
        };
    }
    let near = [ContextKind::SuggestedArg, ContextKind::SuggestedSubcommand, ContextKind::SuggestedValue];
    // Of several, clap puts the nearest last.
    let near = near.into_iter().flat_map(|kind| facts.all(kind)).last();
    let usage = facts.one(ContextKind::Usage);
    let usage = usage.trim_start_matches("Usage:").trim();
    failure(match (near, usage) {
        (Some(near), _) => texts::did_you_mean(&near, &command),
        (None, "") => texts::see_help(&command),
        (None, usage) => texts::write_so(&usage, &command),
    })
}

/// What to write for a value; the error of parsers of ours.
#[derive(Debug)]
pub(crate) struct Must(pub(crate) Message);

impl fmt::Display for Must {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.is(super::Lang::En))
    }
}

impl StdError for Must {}

/// What clap knows of a mistake.
struct Facts<'a>(&'a clap::Error);

impl Facts<'_> {
    fn all(&self, kind: ContextKind) -> Vec<String> {
        match self.0.get(kind) {
            Some(ContextValue::String(text)) => vec![text.clone()],
            Some(ContextValue::Strings(texts)) => texts.clone(),
            Some(ContextValue::StyledStr(text)) => vec![text.to_string()],
            _ => Vec::new(),
        }
    }

    fn one(&self, kind: ContextKind) -> String {
        self.all(kind).into_iter().next().unwrap_or_default()
    }
}
