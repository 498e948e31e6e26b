//! Where a file's bytes come from.

use std::fmt;
use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use tokio::io::{AsyncRead, AsyncReadExt};

use super::digest::Sha256;

/// A file to upload.
pub struct FileSource(Source);

enum Source {
    Bytes(Bytes),
    Path(PathBuf),
    Reader(Pin<Box<dyn AsyncRead + Send>>),
}

impl FileSource {
    /// Bytes that are in memory already.
    pub fn bytes(bytes: impl Into<Bytes>) -> Self {
        Self(Source::Bytes(bytes.into()))
    }

    /// A file on this machine. It is read twice; where it changes in between, the platform refuses it by its digest.
    pub fn path(path: impl Into<PathBuf>) -> Self {
        Self(Source::Path(path.into()))
    }

    /// Whatever can be read once. It is written to a temporary file first, which vanishes by itself, since its digest must
    /// be known before its first byte is sent.
    pub fn reader(reader: impl AsyncRead + Send + 'static) -> Self {
        Self(Source::Reader(Box::pin(reader)))
    }

    /// Reads it once, for its length and digest; no more than `most` bytes.
    pub(super) async fn measure(self, most: u64) -> Result<Measured, Unusable> {
        match self.0 {
            Source::Bytes(bytes) => of_bytes(bytes, most),
            Source::Path(path) => blocking(move || of_file(open(&path)?, most)).await,
            Source::Reader(reader) => {
                let file = spooled(reader, most).await?;
                blocking(move || of_file(file, most)).await
            }
        }
    }
}

impl From<PathBuf> for FileSource {
    fn from(path: PathBuf) -> Self {
        Self::path(path)
    }
}

impl From<&Path> for FileSource {
    fn from(path: &Path) -> Self {
        Self::path(path)
    }
}

impl From<Bytes> for FileSource {
    fn from(bytes: Bytes) -> Self {
        Self::bytes(bytes)
    }
}

impl From<Vec<u8>> for FileSource {
    fn from(bytes: Vec<u8>) -> Self {
        Self::bytes(bytes)
    }
}

/// The content is left out.
impl fmt::Debug for FileSource {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileSource").finish_non_exhaustive()
    }
}

/// Why a file can't be uploaded.
pub(super) enum Unusable {
    TooLarge,
    Unreadable(io::Error),
}

impl From<io::Error> for Unusable {
    fn from(error: io::Error) -> Self {
        Self::Unreadable(error)
    }
}

/// A file of which length and digest are known, to be read again.
#[derive(Clone)]
pub(super) struct Measured {
    pub(super) length: u64,
    pub(super) sha256: String,
    pub(super) content: Content,
}

#[derive(Clone)]
pub(super) enum Content {
    Bytes(Bytes),
    /// Shared by all attempts; each has a place of its own to read at.
    File(Arc<File>),
}

fn of_bytes(bytes: Bytes, most: u64) -> Result<Measured, Unusable> {
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if length > most {
        return Err(Unusable::TooLarge);
    }
    let mut digest = Sha256::new();
    digest.update(&bytes);
    Ok(Measured { length, sha256: digest.finish(), content: Content::Bytes(bytes) })
}

fn of_file(mut file: File, most: u64) -> Result<Measured, Unusable> {
    // Before it is read: a large file isn't worth it.
    if file.metadata()?.len() > most {
        return Err(Unusable::TooLarge);
    }
    file.seek(SeekFrom::Start(0))?;
    let (mut digest, mut length, mut buffer) = (Sha256::new(), 0_u64, vec![0; CHUNK]);
    loop {
        let read = file.read(&mut buffer)?;
        let Some(part) = buffer.get(..read).filter(|part| !part.is_empty()) else { break };
        digest.update(part);
        length = length.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        if length > most {
            return Err(Unusable::TooLarge);
        }
    }
    Ok(Measured { length, sha256: digest.finish(), content: Content::File(Arc::new(file)) })
}

/// How much is read at once, in bytes.
pub(super) const CHUNK: usize = 64 * 1024;

fn open(path: &Path) -> io::Result<File> {
    let file = File::open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::new(io::ErrorKind::InvalidInput, "it isn't a regular file"))
    }
}

async fn spooled(mut reader: Pin<Box<dyn AsyncRead + Send>>, most: u64) -> Result<File, Unusable> {
    let mut file = blocking(|| Ok(tempfile::tempfile()?)).await?;
    let mut length = 0_u64;
    loop {
        let mut buffer = Vec::with_capacity(CHUNK);
        let read = reader.read_buf(&mut buffer).await?;
        if read == 0 {
            return Ok(file);
        }
        length = length.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        if length > most {
            return Err(Unusable::TooLarge);
        }
        file = blocking(move || {
            file.write_all(&buffer)?;
            Ok(file)
        })
        .await?;
    }
}

/// Files are read where waiting for a disk holds up nobody.
pub(super) async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, Unusable> + Send + 'static,
) -> Result<T, Unusable> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|error| Err(io::Error::other(error).into()))
}
