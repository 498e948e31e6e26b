//! Files that commands write. Nothing is overwritten unless that was asked for, a file is there whole or not at all, and what
//! holds a secret is its owner's alone from the first moment.

use std::fs::Permissions;
use std::io::{self, Write};
use std::path::Path;

use tempfile::Builder;

use crate::frame::Failure;
use crate::texts::inputs as texts;

/// Who may read a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Readers {
    /// Mode 0600.
    Owner,
    /// Mode 0644, less what the umask takes.
    Everybody,
}

pub(crate) fn write(path: &Path, bytes: &[u8], readers: Readers, force: bool) -> Result<(), Failure> {
    place(path, bytes, readers, force).map_err(|error| {
        if error.kind() == io::ErrorKind::AlreadyExists {
            Failure::input("exists", texts::exists(&path.display()), texts::exists_to_do())
        } else {
            let what = texts::unwritable(&path.display());
            Failure::broken("file", what, texts::unwritable_to_do()).because(&error)
        }
    })
}

/// Fails if the file is there, before work is done for it.
pub(crate) fn check_absent(path: &Path, force: bool) -> Result<(), Failure> {
    if !force && path.exists() {
        return Err(Failure::input("exists", texts::exists(&path.display()), texts::exists_to_do()));
    }
    Ok(())
}

fn place(path: &Path, bytes: &[u8], readers: Readers, force: bool) -> io::Result<()> {
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = Builder::new();
    let builder = builder.prefix(".paykka-");
    let mut file = match mode(readers) {
        Some(mode) => builder.permissions(mode).tempfile_in(folder)?,
        None => builder.tempfile_in(folder)?,
    };
    file.write_all(bytes)?;
    file.as_file().sync_all()?;
    if force {
        file.persist(path)?
    } else {
        file.persist_noclobber(path)?
    };
    Ok(())
}

/// A temporary file is its owner's alone unless something else is said.
#[cfg(unix)]
fn mode(readers: Readers) -> Option<Permissions> {
    use std::os::unix::fs::PermissionsExt;
    (readers == Readers::Everybody).then(|| Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn mode(_: Readers) -> Option<Permissions> {
    None
}
