//! How a command ends, as a number for scripts. `docs/cli.md` has this list.

use std::process::ExitCode;

/// A command's exit status.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Status {
    Done,
    No,
    Usage,
    /// Of `diagnose` alone.
    Unexplained,
    Input,
    Broken,
    /// Something left, and nobody knows what became of it.
    Unknown,
}

impl Status {
    /// 0 or 1, as an answer to a question.
    pub(crate) const fn of(yes: bool) -> Self {
        if yes { Self::Done } else { Self::No }
    }

    /// Each number with its meaning.
    pub(crate) const MEANINGS: [(u8, &str); 6] = [
        (0, "done; where the command asks a question, the answer is yes"),
        (
            1,
            "the answer is no: `verify` refused, `keys match` found no pair, `diagnose` found why, `doctor` found something wrong; the platform refused a call, or a person stopped it; a receiver's answer to `trigger` or `replay` isn't as it should be; `demo` and `emulate` failed",
        ),
        (
            2,
            "the command line isn't one; of `diagnose` also: refused, and nothing was found that explains it",
        ),
        (3, "something that was given can't be used: a file, a key, a value, a profile; nothing was done"),
        (
            4,
            "something went wrong on the way: a file that can't be written, no randomness, a journal in use, no connection",
        ),
        (
            5,
            "a call was sent, and nobody knows what became of it: it may have been carried out. Ask the inquiry, or `recover`; don't send it again",
        ),
    ];
}

impl From<Status> for ExitCode {
    fn from(status: Status) -> Self {
        Self::from(match status {
            Status::Done => 0_u8,
            Status::No => 1,
            Status::Usage | Status::Unexplained => 2,
            Status::Input => 3,
            Status::Broken => 4,
            Status::Unknown => 5,
        })
    }
}
