//! What every command stands on: how it speaks, in which language, how it fails and how it ends. A command says what it
//! found; everything about terminals, pipes, colours and statuses is here.

mod console;
mod ending;
mod failure;
mod lang;
mod message;
mod misuse;
mod nearest;
mod page;
mod pretty;
mod status;

pub(crate) use console::{Answer, Console, Format, FormatArg, unheard};
pub(crate) use ending::Ending;
pub(crate) use failure::{Failure, with_causes};
pub(crate) use lang::Lang;
pub(crate) use message::{Message, Shown, texts};
pub(crate) use misuse::{Must, misuse};
pub(crate) use nearest::nearest;
pub(crate) use page::{Page, Tone};
pub(crate) use pretty::pretty;
pub(crate) use status::Status;
