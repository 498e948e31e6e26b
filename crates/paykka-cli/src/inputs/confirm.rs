//! A person's yes, before money moves: the amount is typed, since a key that was pressed is no decision. Who can't be asked must
//! have said yes beforehand.

use std::io::{self, IsTerminal, Write};

use clap::Args;

use crate::frame::{Console, Failure, Message, Page, Tone};
use crate::texts::calls as texts;

/// The yes that was said beforehand.
#[derive(Debug, Clone, Copy, Args)]
pub(crate) struct YesArg {
    /// Move money without asking; needed where there is no terminal
    #[arg(long)]
    yes: bool,
}

/// What is about to happen.
pub(crate) struct Intent {
    pub(crate) title: Message,
    pub(crate) facts: Vec<(Message, String)>,
    /// What is to be typed; `None` where nobody knows how much it is.
    pub(crate) amount: Option<String>,
}

impl YesArg {
    /// Shows what is about to happen, and asks unless a yes was said.
    pub(crate) fn confirm(self, intent: &Intent, console: Console) -> Result<(), Failure> {
        console.aside(|page| show(intent, page));
        if self.yes {
            return Ok(());
        }
        if !io::stdin().is_terminal() || !io::stderr().is_terminal() {
            return Err(Failure::usage("unconfirmed", texts::unconfirmed(), texts::unconfirmed_to_do()));
        }
        let Some(amount) = &intent.amount else {
            return Err(Failure::input("amount", texts::no_amount(), texts::no_amount_to_do()));
        };
        console.prompt(&texts::type_amount(amount));
        let mut typed = String::new();
        let read = io::stdin().read_line(&mut typed);
        if read.is_ok() && typed.trim() == amount {
            Ok(())
        } else {
            Err(Failure::no("stopped", texts::stopped(), texts::stopped_to_do()))
        }
    }
}

fn show(intent: &Intent, page: &mut Page) {
    page.line(Tone::Doubtful, intent.title.is(page.lang()));
    page.facts(&intent.facts);
}

impl Console {
    /// A question without its answer's line.
    fn prompt(self, question: &Message) {
        let mut out = anstream::stderr();
        // Who doesn't see it won't answer, either.
        let _asked = write!(out, "{} ", question.is(self.lang)).and_then(|()| out.flush());
    }
}
