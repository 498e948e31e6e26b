//! A file of 100 MiB: read twice, signed and streamed by the client, beside the same file read once and streamed by
//! hyper-util with nothing else, and beside its SHA-256 alone. The signature covers the digest and stands in the head, so the
//! digest's time comes before the first byte, whatever the client does: plain upload and digest together are the floor.

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
    const WANTED: f64 = 0.9;
    const WANTED_OF_PLAIN: f64 = 0.8;
    let server = Server::start();
    let client = Client::from_transport(transport(&server), Some(MERCHANT.to_owned()));
    let hyper: Hyper<HttpConnector, Plain> = Hyper::builder(TokioExecutor::new()).build_http();
    let mut file = tempfile::NamedTempFile::new().expect("a file");
    for mib in 0..SIZE / MIB {
        file.write_all(&vec![u8::try_from(mib).expect("a byte"); MIB]).expect("room");
    }
    file.flush().expect("room");
    let (mut floors, mut digests, mut owns) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..ROUNDS {
        let start = Instant::now();
        plain(&hyper, &server, file.path()).await;
        floors.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        digest(file.path());
        digests.push(start.elapsed().as_secs_f64());
        let start = Instant::now();
        let upload = client.files().upload("f", FileSource::path(file.path())).max_len(u64::MAX);
        upload.await.expect("an upload");
        owns.push(start.elapsed().as_secs_f64());
    }
    let (plain, digest, own) = (median(floors), median(digests), median(owns));
    println!("upload of {} MiB, medians of {ROUNDS}:", SIZE / MIB);
    for (name, seconds) in [
        ("plain hyper-util, read once", plain),
        ("SHA-256 of the file alone", digest),
        ("floor (both, one after the other)", plain + digest),
        ("client, read twice", own),
    ] {
        println!("  {name:<42} {:>8.0} MiB/s", (SIZE / MIB) as f64 / seconds);
    }
    let most = plain / (plain + digest);
    println!(
        "  {:<42} {:>8.3} (wanted: {WANTED_OF_PLAIN}; the digest leaves {most:.3})",
        "ratio to plain",
        plain / own
    );
    verdict("ratio to the floor", (plain + digest) / own, WANTED)
}

/// Read and hashed in pieces.
fn digest(path: &Path) {
    let mut file = File::open(path).expect("a file");
    let (mut context, mut piece) = (ring::digest::Context::new(&ring::digest::SHA256), vec![0; CHUNK]);
    loop {
        let read = file.read(&mut piece).expect("a file");
        if read == 0 {
            break;
        }
        context.update(&piece[..read]);
    }
    std::hint::black_box(context.finish());
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
