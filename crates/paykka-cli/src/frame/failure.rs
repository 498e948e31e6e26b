//! Why a command didn't do what was asked, and what to do about it. There is no error without that second half.

use std::error::Error as StdError;

use serde_json::{Value, json};

use super::{Lang, Message, Page, Shown, Status, Tone};
use crate::texts::frame as texts;

/// Why a command ended without doing its work.
#[derive(Debug)]
pub(crate) struct Failure {
    status: Status,
    /// Stable, for programs.
    code: &'static str,
    what: Message,
    /// More lines, such as what a library says of it; in its own words.
    details: Vec<String>,
    to_do: Message,
}

impl Failure {
    /// Something that was given can't be used; nothing was done.
    pub(crate) const fn input(code: &'static str, what: Message, to_do: Message) -> Self {
        Self { status: Status::Input, code, what, details: Vec::new(), to_do }
    }

    /// The command line mustn't be written so.
    pub(crate) const fn usage(code: &'static str, what: Message, to_do: Message) -> Self {
        Self { status: Status::Usage, code, what, details: Vec::new(), to_do }
    }

    /// Something went wrong on the way.
    pub(crate) const fn broken(code: &'static str, what: Message, to_do: Message) -> Self {
        Self { status: Status::Broken, code, what, details: Vec::new(), to_do }
    }

    /// What a library says of it, with its causes: lines below the first.
    pub(crate) fn because(mut self, error: &dyn StdError) -> Self {
        self.details.extend(with_causes(error).lines().map(str::to_owned));
        self
    }

    pub(crate) const fn status(&self) -> Status {
        self.status
    }

    pub(crate) fn text(&self, lang: Lang) -> String {
        let mut page = Page::new(lang);
        page.verdict(Tone::Bad, &texts::error(), &self.what);
        for detail in &self.details {
            page.line(Tone::Plain, format_args!("  {}", Shown(detail)));
        }
        page.verdict(Tone::Strong, &texts::to_do(), &self.to_do);
        page.into_text()
    }

    /// In English, since programs go by the code.
    pub(crate) fn json(&self) -> Value {
        json!({
            "error": {
                "code": self.code,
                "message": self.what.is(Lang::En),
                "details": self.details,
                "to_do": self.to_do.is(Lang::En),
            }
        })
    }
}

pub(crate) fn with_causes(error: &dyn StdError) -> String {
    let mut text = error.to_string();
    let mut cause = error.source();
    while let Some(error) = cause {
        text.push_str(": ");
        text.push_str(&error.to_string());
        cause = error.source();
    }
    text
}
