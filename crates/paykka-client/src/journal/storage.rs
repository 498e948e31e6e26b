//! The few things that a journal does with storage, each apart, so that a test's double can lose power between any two of them.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

/// One file that grows at its end, and can be exchanged for another.
pub(super) trait Storage: Send + 'static {
    fn read(&mut self) -> io::Result<Vec<u8>>;
    /// Cuts the end off.
    fn cut(&mut self, len: u64) -> io::Result<()>;
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;
    /// What was appended and cut is durable afterwards.
    fn sync(&mut self) -> io::Result<()>;
    /// A second file beside the first, with this in it.
    fn write_beside(&mut self, bytes: &[u8]) -> io::Result<()>;
    fn sync_beside(&mut self) -> io::Result<()>;
    /// The second file takes the first one's name and place.
    fn take_place(&mut self) -> io::Result<()>;
    /// That files are there, and under which name, is durable afterwards.
    fn sync_folder(&mut self) -> io::Result<()>;
}

/// A real file.
#[derive(Debug)]
pub(super) struct Disk {
    path: PathBuf,
    file: File,
    beside: Option<File>,
}

impl Disk {
    /// Opens or creates it, for its owner alone.
    pub(super) fn open(path: &Path) -> io::Result<Self> {
        let file = for_owner(OpenOptions::new().read(true).append(true).create(true), path)?;
        Ok(Self { path: path.to_owned(), file, beside: None })
    }

    fn path_beside(&self) -> PathBuf {
        beside(&self.path, ".new")
    }
}

impl Storage for Disk {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        let mut bytes = Vec::new();
        self.file.seek(SeekFrom::Start(0))?;
        self.file.read_to_end(&mut bytes)?;
        Ok(bytes)
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.file.set_len(len)
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.file.write_all(bytes)
    }

    fn sync(&mut self) -> io::Result<()> {
        self.file.sync_all()
    }

    fn write_beside(&mut self, bytes: &[u8]) -> io::Result<()> {
        let path = self.path_beside();
        // What a rewrite left that was cut short.
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = for_owner(OpenOptions::new().read(true).append(true).create_new(true), &path)?;
        file.write_all(bytes)?;
        self.beside = Some(file);
        Ok(())
    }

    fn sync_beside(&mut self) -> io::Result<()> {
        self.beside.as_ref().map_or(Ok(()), File::sync_all)
    }

    fn take_place(&mut self) -> io::Result<()> {
        let Some(file) = self.beside.take() else { return Ok(()) };
        std::fs::rename(self.path_beside(), &self.path)?;
        self.file = file;
        Ok(())
    }

    fn sync_folder(&mut self) -> io::Result<()> {
        // Elsewhere folders can't be opened, and the file system keeps names by itself.
        if cfg!(unix) { File::open(folder(&self.path))?.sync_all() } else { Ok(()) }
    }
}

/// Opens a file that nobody but its owner may read: it tells who was paid.
pub(super) fn for_owner(options: &mut OpenOptions, path: &Path) -> io::Result<File> {
    #[cfg(unix)]
    {
        use std::fs::Permissions;
        use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};

        let file = options.mode(0o600).open(path)?;
        // It may have been there before, with more.
        if file.metadata()?.permissions().mode() & 0o077 != 0 {
            file.set_permissions(Permissions::from_mode(0o600))?;
        }
        Ok(file)
    }
    #[cfg(not(unix))]
    options.open(path)
}

/// The path with something behind its name.
pub(super) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}

/// Where it stands.
pub(super) fn folder(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}
