//! The one way out for what commands have to say: answers to standard output, everything else to standard error, each as
//! text for people or JSON for programs.

use std::ffi::OsString;
use std::io::{self, Write};

use anstream::adapter::strip_str;
use anstream::{AutoStream, ColorChoice};
use clap::{Args, ValueEnum};
use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use super::lang::said;
use super::pretty::one_line;
use super::{Failure, Lang, Message, Page, Tone};
use crate::texts::frame as texts;

/// For whom an answer is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Format {
    Text,
    Json,
}

impl Format {
    /// As it stands on a command line that may be wrong elsewhere.
    pub(crate) fn of(words: &[OsString]) -> Self {
        let said = said(words, "--format").and_then(|said| Self::from_str(said, true).ok());
        said.unwrap_or(Self::Text)
    }
}

/// `--format`, which every command has.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct FormatArg {
    /// Text for people, or JSON for programs
    #[arg(long, value_enum, default_value_t = Format::Text)]
    pub(crate) format: Format,
}

/// What a command found out. Texts in JSON are English, since programs go by codes.
pub(crate) trait Answer {
    fn json(&self) -> impl Serialize;
    fn text(&self, page: &mut Page);
}

/// Where answers go.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Console {
    pub(crate) lang: Lang,
    pub(crate) format: Format,
}

impl Console {
    /// Writes a command's answer.
    pub(crate) fn show(self, answer: &impl Answer) -> Result<(), Failure> {
        match self.format {
            Format::Json => {
                let line = serde_json::to_string(&answer.json()).map_err(|error| unwritten(&error))?;
                self.raw(format!("{}\n", one_line(&line)).as_bytes())
            }
            Format::Text => {
                let mut page = Page::new(self.lang);
                answer.text(&mut page);
                unheard(anstream::stdout().write_all(page.into_text().as_bytes()))
            }
        }
    }

    /// Writes bytes to standard output as they are: a key, a script.
    pub(crate) fn raw(self, bytes: &[u8]) -> Result<(), Failure> {
        let mut out = io::stdout().lock();
        unheard(out.write_all(bytes).and_then(|()| out.flush()))
    }

    /// Says something beside the answer, to people.
    pub(crate) fn aside(self, write: impl FnOnce(&mut Page)) {
        let mut page = Page::new(self.lang);
        write(&mut page);
        // Nobody needs to hear it.
        let _heard = anstream::stderr().write_all(page.into_text().as_bytes());
    }

    pub(crate) fn warn(self, message: &Message) {
        self.aside(|page| page.verdict(Tone::Doubtful, &texts::warning(), message));
    }

    /// Says why a command ended early.
    pub(crate) fn fail(self, failure: &Failure) {
        let _heard = anstream::stderr().write_all(self.failure(failure).as_bytes());
    }

    /// The same as a text, with colours where standard error takes them.
    pub(crate) fn failure(self, failure: &Failure) -> String {
        match self.format {
            Format::Json => format!("{}\n", one_line(&failure.json().to_string())),
            Format::Text if AutoStream::choice(&io::stderr()) == ColorChoice::Never => {
                strip_str(&failure.text(self.lang)).to_string()
            }
            Format::Text => failure.text(self.lang),
        }
    }

    /// Shows that something takes its time, on a terminal alone; gone when it is dropped.
    pub(crate) fn busy(self, message: &Message) -> Busy {
        let bar = ProgressBar::new_spinner().with_style(ProgressStyle::default_spinner());
        bar.set_message(message.is(self.lang).to_owned());
        bar.enable_steady_tick(std::time::Duration::from_millis(100));
        Busy(bar)
    }
}

/// See [`Console::busy`].
pub(crate) struct Busy(ProgressBar);

impl Drop for Busy {
    fn drop(&mut self) {
        self.0.finish_and_clear();
    }
}

/// What came of writing to standard output. A reader who has gone, such as `head`, has read enough.
pub(crate) fn unheard(written: io::Result<()>) -> Result<(), Failure> {
    match written {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(unwritten(&error)),
        _ => Ok(()),
    }
}

fn unwritten(error: &dyn std::error::Error) -> Failure {
    Failure::broken("output", texts::no_output(), texts::no_output_to_do()).because(error)
}
