//! A server that counts: connections, and requests whose body it has read to the end.

use std::io;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use http::header::LOCATION;
use http::{Request, Response, StatusCode};
use http_body_util::{BodyExt, Full};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use rustls::ServerConfig;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinHandle;
use tokio_rustls::TlsAcceptor;

/// It ends when it is dropped, connections included.
pub(crate) struct Server {
    pub(crate) address: SocketAddr,
    counts: Arc<Counts>,
    task: JoinHandle<()>,
}

#[derive(Default)]
struct Counts {
    connections: AtomicUsize,
    ended: AtomicUsize,
    over_http2: AtomicUsize,
    requests: AtomicUsize,
}

/// What becomes of a request that was read.
#[derive(Clone)]
pub(crate) enum Reply {
    /// 200 and an object.
    Fine,
    /// As `Fine`, once so many requests have come.
    Together(usize),
    /// 302 to somewhere else.
    Elsewhere(String),
    /// The connection, or with HTTP/2 the stream, ends without an answer.
    Nothing,
}

impl Server {
    pub(crate) async fn plain(reply: Reply) -> Self {
        Self::start(None, reply).await
    }

    pub(crate) async fn tls(config: ServerConfig, reply: Reply) -> Self {
        Self::start(Some(TlsAcceptor::from(Arc::new(config))), reply).await
    }

    pub(crate) fn https_url(&self) -> String {
        format!("https://{}", self.address)
    }

    pub(crate) fn http_url(&self) -> String {
        format!("http://{}", self.address)
    }

    pub(crate) fn connections(&self) -> usize {
        self.counts.connections.load(Ordering::SeqCst)
    }

    #[cfg(feature = "http2")]
    pub(crate) fn http2_connections(&self) -> usize {
        self.counts.over_http2.load(Ordering::SeqCst)
    }

    pub(crate) fn requests(&self) -> usize {
        self.counts.requests.load(Ordering::SeqCst)
    }

    /// Waits until so many connections have ended.
    pub(crate) async fn ended(&self, connections: usize) {
        until(|| self.counts.ended.load(Ordering::SeqCst) >= connections).await;
    }

    async fn start(tls: Option<TlsAcceptor>, reply: Reply) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let counts = Arc::new(Counts::default());
        let task = tokio::spawn(accept(listener, tls, reply, Arc::clone(&counts)));
        Self { address, counts, task }
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.task.abort();
    }
}

/// Looks until it is so; fails after ten seconds.
pub(crate) async fn until(mut is_so: impl FnMut() -> bool) {
    let looking = async {
        while !is_so() {
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
    };
    tokio::time::timeout(Duration::from_secs(10), looking).await.unwrap();
}

async fn accept(listener: TcpListener, tls: Option<TlsAcceptor>, reply: Reply, counts: Arc<Counts>) {
    let mut open = tokio::task::JoinSet::new();
    loop {
        let (stream, _) = listener.accept().await.unwrap();
        counts.connections.fetch_add(1, Ordering::SeqCst);
        let (tls, reply, counts) = (tls.clone(), reply.clone(), Arc::clone(&counts));
        open.spawn(async move {
            // Whatever ends a connection is the client's to tell.
            let _: Option<()> = connection(stream, tls, reply, &counts).await;
            counts.ended.fetch_add(1, Ordering::SeqCst);
        });
    }
}

async fn connection(
    stream: TcpStream,
    tls: Option<TlsAcceptor>,
    reply: Reply,
    counts: &Arc<Counts>,
) -> Option<()> {
    let Some(tls) = tls else { return serve(stream, false, reply, counts).await };
    let stream = tls.accept(stream).await.ok()?;
    let is_http2 = stream.get_ref().1.alpn_protocol() == Some(b"h2");
    serve(stream, is_http2, reply, counts).await
}

async fn serve<S>(stream: S, is_http2: bool, reply: Reply, counts: &Arc<Counts>) -> Option<()>
where
    S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
{
    let answering = Arc::clone(counts);
    let service = service_fn(move |request| answer(request, reply.clone(), Arc::clone(&answering)));
    let stream = TokioIo::new(stream);
    if is_http2 {
        counts.over_http2.fetch_add(1, Ordering::SeqCst);
        #[cfg(feature = "http2")]
        return hyper::server::conn::http2::Builder::new(hyper_util::rt::TokioExecutor::new())
            .serve_connection(stream, service)
            .await
            .ok();
        #[cfg(not(feature = "http2"))]
        panic!("HTTP/2 was chosen without the feature");
    }
    http1::Builder::new().serve_connection(stream, service).await.ok()
}

async fn answer(
    request: Request<Incoming>,
    reply: Reply,
    counts: Arc<Counts>,
) -> Result<Response<Full<Bytes>>, io::Error> {
    request.into_body().collect().await.map_err(io::Error::other)?;
    counts.requests.fetch_add(1, Ordering::SeqCst);
    let answer = Response::builder();
    match reply {
        Reply::Fine => Ok(answer.body(Full::from("{}")).unwrap()),
        Reply::Together(requests) => {
            until(|| counts.requests.load(Ordering::SeqCst) >= requests).await;
            Ok(answer.body(Full::from("{}")).unwrap())
        }
        Reply::Elsewhere(to) => {
            Ok(answer.status(StatusCode::FOUND).header(LOCATION, to).body(Full::default()).unwrap())
        }
        Reply::Nothing => Err(io::Error::other("as the test wants it")),
    }
}
