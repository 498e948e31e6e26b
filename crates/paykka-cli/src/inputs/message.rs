//! A signed message on the command line: the parts that its signature covers, and its header.

use std::time::SystemTime;

use clap::Args;
use paykka_sign::{Nonce, Parts, Timestamp};

use super::Source;
use crate::frame::Failure;
use crate::texts::inputs as texts;

/// The parts that a signature covers, beside its time and nonce.
#[derive(Debug, Args)]
pub(crate) struct PartsArgs {
    /// The path on the wire, from /, without host
    #[arg(long, value_name = "PATH")]
    path: String,
    /// What is sent as X-Merch-Id; left out where that header is
    #[arg(long, value_name = "M")]
    merchant: Option<String>,
    /// File with the body, byte for byte, or - for standard input; of an upload the text of the part meta. No body without it
    #[arg(long, value_name = "FILE")]
    body_file: Option<Source>,
}

impl PartsArgs {
    /// The body, as it is.
    pub(crate) fn body(&self) -> Result<Vec<u8>, Failure> {
        self.body_file.as_ref().map_or_else(|| Ok(Vec::new()), Source::read)
    }

    pub(crate) fn parts<'a>(&'a self, body: &'a [u8]) -> Parts<'a> {
        Parts { path: &self.path, merchant: self.merchant.as_deref(), body }
    }

    pub(crate) fn body_name(&self) -> String {
        self.body_file.as_ref().map(ToString::to_string).unwrap_or_default()
    }
}

/// The header of a message that came in.
#[derive(Debug, Args)]
#[group(required = true, multiple = false)]
pub(crate) struct HeaderArgs {
    /// The value of Authorization, as received; the whole line is taken, too
    #[arg(long, value_name = "VALUE")]
    header: Option<String>,
    /// File with that value, or - for standard input
    #[arg(long, value_name = "FILE")]
    header_file: Option<Source>,
}

impl HeaderArgs {
    pub(crate) fn value(&self) -> Result<Vec<u8>, Failure> {
        let mut value = match (&self.header, &self.header_file) {
            (Some(header), _) => header.clone().into_bytes(),
            (None, Some(file)) => file.read()?,
            (None, None) => Vec::new(),
        };
        // Files end with a line's end, and people copy whole lines.
        while value.last().is_some_and(|last| matches!(last, b'\n' | b'\r')) {
            value.pop();
        }
        let name = b"authorization:";
        if value.get(..name.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(name)) {
            value.drain(..name.len());
            let blanks = value.iter().take_while(|byte| **byte == b' ').count();
            value.drain(..blanks);
        }
        Ok(value)
    }
}

/// A moment in Unix milliseconds; now without one.
pub(crate) fn moment(given: Option<&str>) -> Result<Timestamp, Failure> {
    let moment = match given {
        Some(text) => Timestamp::parse(text),
        None => Timestamp::try_from(SystemTime::now()),
    };
    moment.map_err(|error| refused_field("--timestamp", &error))
}

/// A nonce; a random one without one.
pub(crate) fn nonce(given: Option<&str>) -> Result<Nonce, Failure> {
    match given {
        Some(text) => Nonce::new(text).map_err(|error| refused_field("--nonce", &error)),
        None => Ok(Nonce::from_entropy(entropy()?)),
    }
}

/// Random bytes of the operating system.
pub(crate) fn entropy<const N: usize>() -> Result<[u8; N], Failure> {
    let mut bytes = [0; N];
    getrandom::fill(&mut bytes).map_err(|error| {
        Failure::broken("randomness", texts::no_randomness(), texts::no_randomness_to_do()).because(&error)
    })?;
    Ok(bytes)
}

/// A part that can't be signed.
pub(crate) fn refused_field(name: &str, error: &paykka_sign::Error) -> Failure {
    Failure::input("field", texts::refused_field(&name), texts::refused_field_to_do()).because(error)
}
