//! Why a command didn't do what was asked, and what to do about it. There is no error without that second half.

use std::error::Error as StdError;

use serde_json::{Value, json};

use super::{Lang, Message, Page, Shown, Status, Tone};
use crate::texts::frame as texts;

/// Why a command ended without doing its work.
#[derive(Debug)]
pub(crate) struct Failure(Box<Inner>);

#[derive(Debug)]
struct Inner {
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
    pub(crate) fn input(code: &'static str, what: Message, to_do: Message) -> Self {
        Self::new(Status::Input, code, what, to_do)
    }

    /// The command line mustn't be written so.
    pub(crate) fn usage(code: &'static str, what: Message, to_do: Message) -> Self {
        Self::new(Status::Usage, code, what, to_do)
    }

    /// Something went wrong on the way.
    pub(crate) fn broken(code: &'static str, what: Message, to_do: Message) -> Self {
        Self::new(Status::Broken, code, what, to_do)
    }

    /// The platform, or a person, said no.
    pub(crate) fn no(code: &'static str, what: Message, to_do: Message) -> Self {
        Self::new(Status::No, code, what, to_do)
    }

    /// Something left, and nobody knows what became of it.
    pub(crate) fn unknown(code: &'static str, what: Message, to_do: Message) -> Self {
        Self::new(Status::Unknown, code, what, to_do)
    }

    /// One more line below the first.
    pub(crate) fn detail(self, line: impl Into<String>) -> Self {
        self.details([line.into()])
    }

    /// More lines below the first; empty ones are left out.
    pub(crate) fn details(mut self, lines: impl IntoIterator<Item = String>) -> Self {
        self.0.details.extend(lines.into_iter().filter(|line| !line.is_empty()));
        self
    }

    /// What a library says of it, with its causes: lines below the first.
    pub(crate) fn because(mut self, error: &dyn StdError) -> Self {
        self.0.details.extend(with_causes(error).lines().map(str::to_owned));
        self
    }

    pub(crate) fn status(&self) -> Status {
        self.0.status
    }

    pub(crate) fn text(&self, lang: Lang) -> String {
        let mut page = Page::new(lang);
        page.verdict(Tone::Bad, &texts::error(), &self.0.what);
        for detail in &self.0.details {
            page.line(Tone::Plain, format_args!("  {}", Shown(detail)));
        }
        page.verdict(Tone::Strong, &texts::to_do(), &self.0.to_do);
        page.into_text()
    }

    /// In English, since programs go by the code.
    pub(crate) fn json(&self) -> Value {
        json!({
            "error": {
                "code": self.0.code,
                "message": self.0.what.is(Lang::En),
                "details": self.0.details,
                "to_do": self.0.to_do.is(Lang::En),
            }
        })
    }

    fn new(status: Status, code: &'static str, what: Message, to_do: Message) -> Self {
        Self(Box::new(Inner { status, code, what, details: Vec::new(), to_do }))
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
