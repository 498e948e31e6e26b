//! JSON objects as people give them: on the command line, in a file, on standard input. Every command that takes one reads it
//! here, so a mistake in it is shown in one way.

use std::convert::Infallible;
use std::fmt;
use std::str::FromStr;

use serde_json::Value;

use super::{Source, json};
use crate::frame::Failure;
use crate::texts::inputs as texts;

/// JSON, `@` before a file's name, or `-`.
#[derive(Debug, Clone)]
pub(crate) enum Given {
    Here(String),
    In(Source),
}

impl Given {
    /// The text as it was given, and the object that it is.
    pub(crate) fn object(&self) -> Result<(Vec<u8>, Value), Failure> {
        let text = match self {
            Self::Here(text) => text.clone().into_bytes(),
            Self::In(source) => source.read()?,
        };
        let value = json::read(&text)
            .map_err(|mistake| mistake.failure(&self.to_string(), texts::not_json_to_do()))?;
        json::check_once(&text)
            .map_err(|mistake| mistake.failure(&self.to_string(), texts::field_twice_to_do()))?;
        if !value.is_object() {
            let failure = Failure::input("json", texts::no_object(), texts::no_object_to_do());
            return Err(failure.detail(self.to_string()));
        }
        Ok((text, value))
    }
}

impl FromStr for Given {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        let source = if text == "-" { Some(text) } else { text.strip_prefix('@') };
        let Ok(source) = source.map(Source::from_str).transpose();
        Ok(source.map_or_else(|| Self::Here(text.to_owned()), Self::In))
    }
}

impl fmt::Display for Given {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Here(_) => f.write_str("-d"),
            Self::In(Source::Stdin) => f.write_str("-d -"),
            Self::In(source) => source.fmt(f),
        }
    }
}
