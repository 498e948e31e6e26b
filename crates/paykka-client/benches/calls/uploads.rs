//! A file of 100 MiB: read twice, signed and streamed by the client, beside the same file read once and streamed by
//! hyper-util with nothing else.

use std::fs::File;
use std::io::{Read, Write as _};
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Instant;

use bytes::Bytes;
use http::Request;
use http_body::{Body, Frame, SizeHint};
use http_body_util::BodyExt;
use hyper_util::client::legacy::Client as Hyper;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use paykka_client::{Client, FileSource};
use tokio::task::JoinHandle;

use crate::server::{MERCHANT, Server, UPLOAD};
use crate::{Check, median, transport, verdict};

const MIB: usize = 1024 * 1024;
const SIZE: usize = 100 * MIB;
const CHUNK: usize = 64 * 1024;

pub(crate) async fn compared() -> Check {
    const ROUNDS: usize = 5;
    const WANTED: f64 = 0.8;
    let server = Server::start();
    let client = Client::from_transport(transport(&server), Some(MERCHANT.to_owned()));
    let hyper: Hyper<HttpConnector, Plain> = Hyper::builder(TokioExecutor::new()).build_http();
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    for mib in 0..SIZE / MIB {
        file.write_all(&vec![u8::try_from(mib).expect("a byte"); MIB]).expect("room");
    }
    file.flush().expect("room");
    let (mut floors, mut owns) = (Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        plain(&hyper, &server, file.path()).await;
        floors.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let upload = client.files().upload("f", FileSource::path(file.path())).max_len(u64::MAX);
        upload.await.expect("an upload");
        owns.push(start.elapsed().as_secs_f64());
    }
    let (floor, own) = (median(floors), median(owns));
    println!("upload of {} MiB, medians of {ROUNDS}:", SIZE / MIB);
    for (name, seconds) in [("floor (plain hyper-util, read once)", floor), ("client, read twice", own)] {
        println!("  {name:<42} {:>8.0} MiB/s", (SIZE / MIB) as f64 / seconds);
    }
    verdict("ratio", floor / own, WANTED)
}

async fn plain(hyper: &Hyper<HttpConnector, Plain>, server: &Server, path: &Path) {
    let request = Request::post(format!("http://{}{UPLOAD}", server.address))
        .header("x-merch-id", MERCHANT)
        .body(Plain::of(path.to_owned()))
        .expect("a request");
    let response = hyper.request(request).await.expect("an answer");
    drop(response.into_body().collect().await.expect("a body"));
}

/// A file's pieces, read where waiting for a disk holds up nobody, as the client reads them.
struct Plain {
    file: Option<File>,
    left: usize,
    reading: Option<JoinHandle<(File, Vec<u8>)>>,
}

impl Plain {
    fn of(path: PathBuf) -> Self {
        Self { file: Some(File::open(path).expect("a file")), left: SIZE, reading: None }
    }
}

impl Body for Plain {
    type Data = Bytes;
    type Error = std::convert::Infallible;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
        if self.left == 0 {
            return Poll::Ready(None);
        }
        if let Some(mut file) = self.file.take() {
            self.reading = Some(tokio::task::spawn_blocking(move || {
                let mut piece = vec![0; CHUNK];
                let read = file.read(&mut piece).expect("a file");
                piece.truncate(read);
                (file, piece)
            }));
        }
        let Some(reading) = &mut self.reading else { return Poll::Ready(None) };
        let (file, piece) = ready!(Pin::new(reading).poll(cx)).expect("a thread");
        (self.file, self.reading) = (Some(file), None);
        self.left -= piece.len();
        Poll::Ready(Some(Ok(Frame::data(piece.into()))))
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::with_exact(self.left as u64)
    }
}
