//! The folder in which an emulator keeps its state between two runs. A state is written beside the last one and then put
//! in its place, so that a machine that stops in between leaves a whole one; and nobody but the user may read it, since it
//! holds names, account numbers and files.

use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::Mutex;

use crate::Error;
use crate::platform::locked;

pub(crate) struct StateDir {
    folder: PathBuf,
    /// Held as long as this lives: two emulators would overwrite each other's state.
    _lock: File,
    /// Held by who writes.
    writing: Mutex<()>,
}

impl StateDir {
    /// Takes the folder for this emulator alone; it is made where it isn't there.
    pub(crate) fn open(folder: PathBuf) -> Result<Self, Error> {
        let unusable = |error: io::Error| {
            Error::new("the state folder can't be used", format!("{}: {error}", folder.display()))
        };
        make_folder(&folder).map_err(unusable)?;
        let lock = private_file().truncate(false).open(folder.join("lock")).map_err(unusable)?;
        match lock.try_lock() {
            Ok(()) => Ok(Self { folder, _lock: lock, writing: Mutex::default() }),
            Err(TryLockError::WouldBlock) => Err(Error::new(
                "the state folder can't be used",
                format!("{}: another emulator uses it; give each its own", folder.display()),
            )),
            Err(TryLockError::Error(error)) => Err(unusable(error)),
        }
    }

    pub(crate) fn file(&self) -> PathBuf {
        self.folder.join("state.json")
    }

    /// The state that was saved last; `None` where none was.
    pub(crate) fn load(&self) -> Result<Option<String>, Error> {
        match fs::read_to_string(self.file()) {
            Ok(json) => Ok(Some(json)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => {
                let cause = format!("{}: {error}", self.file().display());
                Err(Error::new("the saved state can't be read", cause))
            }
        }
    }

    /// Puts a state in the place of the last one.
    pub(crate) fn save(&self, json: &str) -> Result<(), Error> {
        let _turn = locked(&self.writing);
        let saved = self.replace(json);
        saved.map_err(|error| {
            let cause = format!("{}: {error}", self.file().display());
            Error::new("the state can't be saved", cause)
        })
    }

    fn replace(&self, json: &str) -> io::Result<()> {
        let beside = self.folder.join("state.json.new");
        // What a run that broke off left there.
        match fs::remove_file(&beside) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = private_file().create_new(true).open(&beside)?;
        file.write_all(json.as_bytes())?;
        file.sync_all()?;
        fs::rename(&beside, self.file())?;
        sync_folder(&self.folder)
    }
}

#[cfg(unix)]
fn private_file() -> OpenOptions {
    use std::os::unix::fs::OpenOptionsExt;
    let mut options = OpenOptions::new();
    options.write(true).create(true).mode(0o600);
    options
}

#[cfg(not(unix))]
fn private_file() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.write(true).create(true);
    options
}

#[cfg(unix)]
fn make_folder(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    fs::DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn make_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir_all(folder)
}

/// Without it the new name may be lost with the machine's power, though the bytes are there.
#[cfg(unix)]
fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

#[cfg(not(unix))]
fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}
