//! The call.

use std::fmt;
use std::pin::Pin;
use std::sync::Arc;

use bytes::Bytes;
use http::HeaderValue;
use paykka_model::{FileMeta, FileMetaFields, FileUpload, FileUploadResponse, Operation};
use paykka_transport::Payload;

use super::body::{MultipartBody, Progress};
use super::source::{FileSource, Measured, Unusable};
use crate::client::judge;
use crate::prepared::Options;
use crate::{Client, Error, Response};

/// Calls about files; see [`Client::files`].
#[derive(Debug, Clone, Copy)]
pub struct Files<'a>(&'a Client);

/// Uploads.
impl Client {
    /// Calls about files.
    #[must_use]
    pub const fn files(&self) -> Files<'_> {
        Files(self)
    }
}

impl<'a> Files<'a> {
    /// `file.upload`, `POST /api/file/upload` (path T, form D, part names I). A repeat leaves a harmless second object. The
    /// number in the answer is for the fields whose names end in `file_id`.
    ///
    /// `filename` is what the platform is told; it needn't be the file's name here.
    ///
    /// # Errors
    /// See [`Error`]; a file that is too large, or can't be read, is found before anything is sent.
    pub fn upload(self, filename: impl Into<String>, source: impl Into<FileSource>) -> Upload<'a> {
        Upload {
            client: self.0,
            filename: filename.into(),
            source: source.into(),
            most: MOST,
            progress: None,
            options: Options::default(),
        }
    }
}

/// The largest file that the platform takes (10 MiB, T).
const MOST: u64 = 10 * 1024 * 1024;

/// An upload that is about to be made; await it to make it.
#[must_use = "an upload is made when it is awaited"]
pub struct Upload<'a> {
    client: &'a Client,
    filename: String,
    source: FileSource,
    most: u64,
    progress: Option<Progress>,
    options: Options,
}

impl<'a> Upload<'a> {
    /// The largest file that is sent, in bytes. Default 10 MiB (T). The transport has a limit of its own, on the whole body
    /// ([`TransportBuilder::size_limits`](paykka_transport::TransportBuilder::size_limits)).
    pub const fn max_len(mut self, bytes: u64) -> Self {
        self.most = bytes;
        self
    }

    /// Is told how many bytes of the file were handed to the connection, and how many there are; from the start with each
    /// attempt. It must not wait.
    pub fn on_progress(mut self, progress: impl Fn(u64, u64) + Send + Sync + 'static) -> Self {
        self.progress = Some(Arc::new(progress));
        self
    }

    pub(crate) const fn options_mut(&mut self) -> &mut Options {
        &mut self.options
    }

    async fn send(self) -> Result<Response<FileUploadResponse>, Error> {
        let info = FileUpload::INFO;
        let measured = self.source.measure(self.most).await.map_err(|unusable| match unusable {
            Unusable::TooLarge => Error::config(
                "the file is larger than the platform takes",
                "send a smaller one; the limit is Upload::max_len",
            ),
            Unusable::Unreadable(error) => Error::unreadable(info.name, error),
        })?;
        let meta = FileMeta::new(FileMetaFields {
            filename: self.filename.clone(),
            sha256: measured.sha256.clone(),
        });
        meta.validate().into_result().map_err(|error| Error::invalid(info.name, error))?;
        let signed = serde_json::to_vec(&meta).map_err(|error| Error::encode(info.name, error))?;
        let payload = payload(signed.into(), &self.filename, measured, self.progress)?;
        let answer = self.client.send_operation(&info, self.options, payload).await?;
        judge::<FileUpload>(&info, &meta, answer)
    }
}

impl<'a> IntoFuture for Upload<'a> {
    type Output = Result<Response<FileUploadResponse>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl fmt::Debug for Upload<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Upload").field("most", &self.most).finish_non_exhaustive()
    }
}

/// `meta` comes first, so that the platform can judge it before it reads the file.
fn payload(
    meta: Bytes,
    filename: &str,
    measured: Measured,
    progress: Option<Progress>,
) -> Result<Payload, Error> {
    let boundary = boundary()?;
    let content_type = HeaderValue::try_from(format!("multipart/form-data; boundary={boundary}"))
        .map_err(|_| Error::config("the upload's boundary doesn't fit a header", "report this"))?;
    let before = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"meta\"\r\nContent-Type: application/json\r\n\r\n"
    );
    let between = format!(
        "\r\n--{boundary}\r\nContent-Disposition: form-data; name=\"file\"; filename=\"{}\"\r\nContent-Type: application/octet-stream\r\n\r\n",
        quoted(filename)
    );
    let head = Bytes::from([before.as_bytes(), &meta, between.as_bytes()].concat());
    let tail = Bytes::from(format!("\r\n--{boundary}--\r\n"));
    Ok(Payload::streamed(meta, content_type, true, move || {
        let content = measured.content.clone();
        Ok(MultipartBody::new(head.clone(), content, measured.length, tail.clone(), progress.clone()))
    }))
}

/// Random, so that no file holds it by chance or on purpose.
fn boundary() -> Result<String, Error> {
    let mut random = [0; 16];
    getrandom::fill(&mut random).map_err(|_| {
        Error::config("the operating system gives no randomness for an upload's boundary", "try again")
    })?;
    Ok(random.iter().fold(String::from("paykka-"), |text, byte| format!("{text}{byte:02x}")))
}

/// As browsers write it.
fn quoted(filename: &str) -> String {
    filename.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}
