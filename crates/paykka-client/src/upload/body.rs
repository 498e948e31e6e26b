//! The multipart body of one attempt, with its length known beforehand: the description, then the file piece by piece.

use std::fs::File;
use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};
use tokio::task::JoinHandle;

use super::source::{CHUNK, Content};

/// Told how many bytes of how many of the file were handed to the connection.
pub(super) type Progress = Arc<dyn Fn(u64, u64) + Send + Sync>;

pub(super) struct MultipartBody {
    head: Option<Bytes>,
    content: Reading,
    tail: Option<Bytes>,
    /// Bytes of all three that are still to come.
    left: u64,
    /// Of the file.
    sent: u64,
    length: u64,
    progress: Option<Progress>,
}

enum Reading {
    Bytes(Bytes),
    File { file: Arc<File>, at: u64, read: Option<JoinHandle<io::Result<Vec<u8>>>> },
}

impl MultipartBody {
    pub(super) fn new(
        head: Bytes,
        content: Content,
        length: u64,
        tail: Bytes,
        progress: Option<Progress>,
    ) -> Self {
        let around = u64::try_from(head.len().saturating_add(tail.len())).unwrap_or(u64::MAX);
        let content = match content {
            Content::Bytes(bytes) => Reading::Bytes(bytes),
            Content::File(file) => Reading::File { file, at: 0, read: None },
        };
        Self {
            head: Some(head),
            content,
            tail: Some(tail),
            left: around.saturating_add(length),
            sent: 0,
            length,
            progress,
        }
    }

    /// The next piece of the file; nothing at its end.
    fn poll_content(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Option<Bytes>>> {
        match &mut self.content {
            Reading::Bytes(bytes) if bytes.is_empty() => Poll::Ready(Ok(None)),
            // In pieces, too, so that progress can be told of; nothing is copied.
            Reading::Bytes(bytes) => Poll::Ready(Ok(Some(bytes.split_to(bytes.len().min(CHUNK))))),
            Reading::File { .. } if self.sent >= self.length => Poll::Ready(Ok(None)),
            Reading::File { file, at, read } => {
                let piece = ready!(Pin::new(read.get_or_insert_with(|| begin(file, *at))).poll(cx));
                *read = None;
                let piece = piece.map_err(io::Error::other)??;
                *at = at.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
                if piece.is_empty() {
                    let why = "the file has become shorter since it was measured";
                    return Poll::Ready(Err(io::Error::new(io::ErrorKind::UnexpectedEof, why)));
                }
                // The next one is read while this one is on its way.
                *read = (*at < self.length).then(|| begin(file, *at));
                Poll::Ready(Ok(Some(piece.into())))
            }
        }
    }

    fn hand_over(&mut self, piece: Bytes) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.left = self.left.saturating_sub(u64::try_from(piece.len()).unwrap_or(u64::MAX));
        Poll::Ready(Some(Ok(Frame::data(piece))))
    }
}

impl Body for MultipartBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        if let Some(head) = self.head.take() {
            return self.hand_over(head);
        }
        if let Some(piece) = ready!(self.poll_content(cx))? {
            // What has grown since it was measured is cut: more than was announced can't be sent.
            let room = usize::try_from(self.length.saturating_sub(self.sent)).unwrap_or(usize::MAX);
            let piece = piece.slice(..piece.len().min(room));
            self.sent = self.sent.saturating_add(u64::try_from(piece.len()).unwrap_or(u64::MAX));
            if let Some(progress) = &self.progress {
                progress(self.sent, self.length);
            }
            return self.hand_over(piece);
        }
        match self.tail.take() {
            Some(tail) => self.hand_over(tail),
            None => Poll::Ready(None),
        }
    }

    fn is_end_stream(&self) -> bool {
        self.left == 0
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left)
    }
}

fn begin(file: &Arc<File>, at: u64) -> JoinHandle<io::Result<Vec<u8>>> {
    let file = Arc::clone(file);
    tokio::task::spawn_blocking(move || read_at(&file, at))
}

/// A piece from there on.
fn read_at(file: &File, at: u64) -> io::Result<Vec<u8>> {
    let mut buffer = vec![0; CHUNK];
    #[cfg(unix)]
    let read = std::os::unix::fs::FileExt::read_at(file, &mut buffer, at)?;
    #[cfg(windows)]
    let read = std::os::windows::fs::FileExt::seek_read(file, &mut buffer, at)?;
    buffer.truncate(read);
    Ok(buffer)
}
