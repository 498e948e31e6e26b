//! What an upload holds: a file is streamed, so that its size makes no difference. 10 MiB in every run, 100 MiB with
//! `PAYKKA_LONG=1`.
#![allow(
    clippy::unwrap_used,
    clippy::print_stdout,
    reason = "a test that fails by panic says so, and reports"
)]

use std::alloc::System;
use std::convert::Infallible;
use std::env;
use std::io::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::SystemTime;

use bytes::Bytes;
use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use paykka_client::{Client, FileSource};
use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey};
use stats_alloc::{INSTRUMENTED_SYSTEM, StatsAlloc};
use tokio::net::TcpListener;

#[global_allocator]
static ALLOCATOR: &StatsAlloc<System> = &INSTRUMENTED_SYSTEM;

const MERCHANT_PEM: &str = include_str!("../../paykka-sign/testdata/merchant-2048.private.pem");
const PLATFORM_PEM: &str = include_str!("../../paykka-sign/testdata/platform-2048.private.pem");
const PLATFORM_PUBLIC_PEM: &str = include_str!("../../paykka-sign/testdata/platform-2048.public.pem");
const MIB: usize = 1024 * 1024;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_upload_holds_little_whatever_its_size() {
    let mibs = if env::var_os("PAYKKA_LONG").is_some() { 100 } else { 10 };
    let (address, received) = platform().await;
    let client = client(address);
    let mut file = tempfile::NamedTempFile::new().unwrap();
    for mib in 0..mibs {
        file.write_all(&vec![u8::try_from(mib).unwrap(); MIB]).unwrap();
    }
    file.flush().unwrap();
    let upload = |source: FileSource| client.files().upload("f", source).max_len(u64::MAX).into_future();
    // Connections, threads and the runtime's own things are there before.
    upload(FileSource::from(vec![7; 1_000])).await.unwrap();

    let read = tokio::fs::File::open(file.path()).await.unwrap();
    for (name, source) in [("path", FileSource::path(file.path())), ("reader", FileSource::reader(read))] {
        received.store(0, Ordering::SeqCst);
        let peak = peak_while(upload(source)).await;
        assert!(received.load(Ordering::SeqCst) > mibs * MIB, "all of it arrived");
        println!("{mibs} MiB from a {name}: at most {} KiB more than before", peak / 1024);
        assert!(peak <= 8 * MIB, "{name}: {peak} bytes");
    }
}

/// How much more is held at most while `work` is done, client and server together, looked at all the time.
async fn peak_while<T>(work: impl Future<Output = Result<T, paykka_client::Error>> + Send) -> usize {
    let before = held();
    let peak = Arc::new(AtomicUsize::new(0));
    let ends = Arc::new(AtomicUsize::new(0));
    let looking = std::thread::spawn({
        let (peak, ends) = (Arc::clone(&peak), Arc::clone(&ends));
        move || {
            while ends.load(Ordering::SeqCst) == 0 {
                peak.fetch_max(held().saturating_sub(before), Ordering::SeqCst);
                std::thread::sleep(std::time::Duration::from_micros(200));
            }
        }
    });
    let done = work.await;
    ends.store(1, Ordering::SeqCst);
    looking.join().unwrap();
    assert!(done.is_ok(), "{:?}", done.err());
    let peak = peak.load(Ordering::SeqCst);
    assert!(peak > 0, "somebody looked");
    peak
}

fn held() -> usize {
    let stats = ALLOCATOR.stats();
    stats.bytes_allocated.saturating_sub(stats.bytes_deallocated)
}

fn client(address: SocketAddr) -> Client {
    let key = VerifyingKey::from_bytes(PLATFORM_PUBLIC_PEM).unwrap();
    Client::builder(format!("http://{address}"))
        .signing_key(SigningKey::from_bytes("K001", MERCHANT_PEM).unwrap())
        .platform_keys(KeyRing::builder().key("P001", key).for_loopback().build().unwrap())
        .merchant("M1")
        .transport(|transport| transport.size_limits(u64::MAX, 4 * 1024 * 1024))
        .build()
        .unwrap()
}

/// Takes uploads, drops what comes, and counts it.
async fn platform() -> (SocketAddr, Arc<AtomicUsize>) {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let received = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&received);
    tokio::spawn(async move {
        while let Ok((tcp, _)) = listener.accept().await {
            let counted = Arc::clone(&counted);
            let service = service_fn(move |request| answer(request, Arc::clone(&counted)));
            tokio::spawn(
                hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(tcp), service),
            );
        }
    });
    (address, received)
}

async fn answer(
    request: Request<Incoming>,
    received: Arc<AtomicUsize>,
) -> Result<Response<Full<Bytes>>, Infallible> {
    let (head, mut body) = request.into_parts();
    while let Some(frame) = body.frame().await {
        received.fetch_add(frame.unwrap().data_ref().map_or(0, Bytes::len), Ordering::SeqCst);
    }
    let merchant = head.headers.get("x-merch-id").map(|value| value.to_str().unwrap());
    let body: &[u8] = br#"{"file_id":7}"#;
    let parts = Parts { path: head.uri.path(), merchant, body };
    let mut entropy = [0; 16];
    getrandom::fill(&mut entropy).unwrap();
    let now = Timestamp::try_from(SystemTime::now()).unwrap();
    let key = SigningKey::from_bytes("P001", PLATFORM_PEM).unwrap();
    let header = key.sign(&parts, now, &Nonce::from_entropy(entropy)).unwrap().to_header();
    Ok(Response::builder().header("authorization", header).body(Full::from(body)).unwrap())
}
