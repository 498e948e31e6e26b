//! Files that hold secrets: who else could read them is said, and nothing more. `ssh` refuses such a key; but whoever mounts
//! secrets into a container often can't choose their mode, so a call isn't kept from being made.

use std::path::Path;

use super::Source;
use crate::frame::Console;
use crate::texts::inputs as texts;

/// Warns where a file is open to others; standard input isn't.
pub(crate) fn warn_if_open(file: &Source, console: Console) {
    if let Source::File(path) = file
        && is_open(path)
    {
        console.warn(&texts::open_secret(file));
    }
}

/// Whether other users of this machine may read or change the file.
#[cfg(unix)]
pub(crate) fn is_open(file: &Path) -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata(file).is_ok_and(|found| {
        // A group that root chose may read, which is how secrets are handed to a service.
        let granted = if found.uid() == 0 { 0o040 } else { 0 };
        found.is_file() && found.mode() & 0o077 & !granted != 0
    })
}

#[cfg(not(unix))]
pub(crate) fn is_open(_: &Path) -> bool {
    false
}
