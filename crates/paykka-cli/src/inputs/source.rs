//! Where bytes come from: a file, or standard input, which only one of a command's inputs can be.

use std::convert::Infallible;
use std::fmt;
use std::fs;
use std::io::{self, Read};
use std::path::PathBuf;
use std::str::FromStr;
use std::sync::atomic::{AtomicBool, Ordering};

use crate::frame::Failure;
use crate::texts::inputs as texts;

/// A file, or `-` for standard input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Source {
    File(PathBuf),
    Stdin,
}

impl Source {
    /// All of it, as it is.
    pub(crate) fn read(&self) -> Result<Vec<u8>, Failure> {
        match self {
            Self::File(path) => fs::read(path).map_err(|error| {
                let failure = Failure::input("file", texts::unreadable(self), texts::unreadable_to_do());
                failure.because(&error)
            }),
            Self::Stdin => {
                if STDIN_IS_READ.swap(true, Ordering::Relaxed) {
                    return Err(Failure::usage("stdin", texts::stdin_twice(), texts::stdin_twice_to_do()));
                }
                let mut bytes = Vec::new();
                io::stdin().lock().read_to_end(&mut bytes).map_err(|error| {
                    let failure = Failure::input("stdin", texts::unreadable(self), texts::unreadable_to_do());
                    failure.because(&error)
                })?;
                Ok(bytes)
            }
        }
    }
}

impl FromStr for Source {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "-" { Self::Stdin } else { Self::File(text.into()) })
    }
}

impl fmt::Display for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            // Somebody may have put a key's text where its file's name belongs.
            Self::File(path) if is_no_name(&path.to_string_lossy()) => {
                f.write_str("(a name that looks like a key's text)")
            }
            Self::File(path) => path.display().fmt(f),
            Self::Stdin => f.write_str("-"),
        }
    }
}

fn is_no_name(path: &str) -> bool {
    path.contains("-----") || path.contains('\n') || path.len() > 512
}

static STDIN_IS_READ: AtomicBool = AtomicBool::new(false);
