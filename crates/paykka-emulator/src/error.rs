//! Why the emulator can't start, or can't do what it is told.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::SocketAddr;
use std::path::Path;

/// The emulator can't be set up, or can't do what it is told.
///
/// What to do: `Display` names the part; `source()` holds the cause.
#[derive(Debug)]
pub struct Error {
    what: &'static str,
    kind: Kind,
    source: Box<dyn StdError + Send + Sync>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    NotFound,
    Conflict,
    /// `None`: nobody has said yet which one.
    Port(Option<Port>),
    Other,
}

/// One of the emulator's ports.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub enum Port {
    /// For plain HTTP.
    Http,
    /// For TLS.
    Https,
    /// For control.
    Control,
}

impl Error {
    pub(crate) fn new(what: &'static str, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        Self { what, kind: Kind::Other, source: source.into() }
    }

    /// Whether what was named isn't there.
    #[must_use]
    pub const fn is_not_found(&self) -> bool {
        matches!(self.kind, Kind::NotFound)
    }

    /// Whether it would have been possible, but for what is there already.
    #[must_use]
    pub const fn is_conflict(&self) -> bool {
        matches!(self.kind, Kind::Conflict)
    }

    /// Which port couldn't be had, where it is about one of the emulator's: it is in use, not for this user, or at an address
    /// that isn't this machine's. `source()` says which of these, and the address.
    #[must_use]
    pub const fn port(&self) -> Option<Port> {
        match self.kind {
            Kind::Port(port) => port,
            _ => None,
        }
    }

    /// The port at this address can't be had.
    pub(crate) fn no_port(address: SocketAddr, error: &io::Error) -> Self {
        let error = Self::new("the port can't be had", format!("{address}: {error}"));
        Self { kind: Kind::Port(None), ..error }
    }

    /// Of a port, which one that was to be; another error stays as it is.
    pub(crate) fn of_port(self, port: Port) -> Self {
        if self.kind != Kind::Port(None) {
            return self;
        }
        let what = match port {
            Port::Http => "the port for plain HTTP can't be had",
            Port::Https => "the port for TLS can't be had",
            Port::Control => "the control port can't be had",
        };
        Self { what, kind: Kind::Port(Some(port)), ..self }
    }

    /// What was named isn't there.
    pub(crate) fn not_found(self) -> Self {
        Self { kind: Kind::NotFound, ..self }
    }

    /// What is there already doesn't allow it.
    pub(crate) fn conflict(self) -> Self {
        Self { kind: Kind::Conflict, ..self }
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
