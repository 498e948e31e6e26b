//! Why the emulator can't start, or can't do what it is told.

use std::error::Error as StdError;
use std::fmt;
use std::path::Path;

/// The emulator can't be set up, or can't do what it is told.
///
/// What to do: `Display` names the part; `source()` holds the cause.
#[derive(Debug)]
pub struct Error {
    what: &'static str,
    source: Box<dyn StdError + Send + Sync>,
}

impl Error {
    pub(crate) fn new(what: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { what, source: source.into() }
    }

    /// With the file that it is about.
    pub(crate) fn about(self, file: &Path) -> Self {
        Self { source: format!("{}: {}", file.display(), self.source).into(), ..self }
    }

    /// The cause as text, for answers that have one line for it.
    pub(crate) fn cause(&self) -> String {
        self.source.to_string()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.what)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
