//! The certificate that clients must trust for the TLS port, as a file: most of them take nothing else.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::frame::Failure;
use crate::texts::inputs as texts;

pub(super) struct CaFile {
    path: PathBuf,
    /// Removed when this is dropped.
    _temporary: Option<TempDir>,
}

impl CaFile {
    /// Writes `ca.pem` into the folder, or into a temporary one.
    pub(super) fn write(folder: Option<PathBuf>, pem: &str) -> Result<Self, Failure> {
        let unwritten = |path: &Path, error: &io::Error| {
            Failure::broken("file", texts::unwritable(&path.display()), texts::unwritable_to_do())
                .because(error)
        };
        let (folder, temporary) = match folder {
            Some(folder) => {
                fs::create_dir_all(&folder).map_err(|error| unwritten(&folder, &error))?;
                (folder, None)
            }
            None => {
                let temporary = tempfile::Builder::new()
                    .prefix("paykka-emulator-")
                    .tempdir()
                    .map_err(|error| unwritten(&std::env::temp_dir(), &error))?;
                (temporary.path().to_owned(), Some(temporary))
            }
        };
        let path = folder.join("ca.pem");
        fs::write(&path, pem).map_err(|error| unwritten(&path, &error))?;
        // Whoever reads the path may be in another folder.
        let path = fs::canonicalize(&path).unwrap_or(path);
        Ok(Self { path, _temporary: temporary })
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }
}
