//! Listening on a port, loopback's unless told otherwise, plain or over TLS, with limits on how long a peer may dawdle and
//! how many there may be. Public because whoever receives the emulator's notifications needs just such a server. Its own
//! accept loop, because connections must be cut and refused on command, which ready-made servers don't offer.

use std::fmt;
use std::io;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::Body;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::{Semaphore, watch};
use tokio::task::{JoinHandle, JoinSet};
use tokio_rustls::TlsAcceptor;
use tower_service::Service;

use crate::socket::{Killer, Socket};
use crate::{Error, ServerIdentity};

/// A server on `127.0.0.1`. It ends when it is dropped, open connections included.
pub struct LoopbackServer {
    address: SocketAddr,
    doors: watch::Sender<Doors>,
    accepting: JoinHandle<()>,
}

impl LoopbackServer {
    /// Serves `router` over plain HTTP/1.1, on a port that the system chooses. It listens when this returns.
    ///
    /// # Errors
    /// [`Error`] outside a tokio runtime, and when no port can be had.
    pub fn plain(router: Router) -> Result<Self, Error> {
        Self::start(ANY_PORT, |_| router, None, PATIENCE)
    }

    /// Serves `router` as HTTP/1.1 over TLS, under `identity`. Otherwise as [`plain`](Self::plain).
    ///
    /// # Errors
    /// [`Error`] as [`plain`](Self::plain), and when the identity's PEM texts can't be read.
    pub fn tls(router: Router, identity: &ServerIdentity) -> Result<Self, Error> {
        Self::start(ANY_PORT, |_| router, Some(identity), PATIENCE)
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    /// At an address of one's own choice, which may be another than loopback's; port 0 for any. `router` is told where that
    /// is. `patience` is for a handshake, for each request's head, and for a peer that takes nothing of its answers.
    pub(crate) fn start(
        address: SocketAddr,
        router: impl FnOnce(SocketAddr) -> Router,
        identity: Option<&ServerIdentity>,
        patience: Duration,
    ) -> Result<Self, Error> {
        tokio::runtime::Handle::try_current()
            .map_err(|error| Error::new("a server needs a tokio runtime to run in", error))?;
        let acceptor =
            identity.map(tls_config).transpose()?.map(|config| TlsAcceptor::from(Arc::new(config)));
        let no_port = |error| Error::no_port(address, &error);
        let listener = listen(address).map_err(no_port)?;
        let address = listener.local_addr().map_err(no_port)?;
        let serving = Serving { router: router(address), acceptor, patience };
        let (doors, seen) = watch::channel(Doors::Open);
        let accepting = tokio::spawn(accept(listener, seen, serving));
        Ok(Self { address, doors, accepting })
    }

    /// Whether new connections are taken; else the port is closed and the system refuses them.
    pub(crate) fn set_open(&self, is_open: bool) {
        self.doors.send_replace(if is_open { Doors::Open } else { Doors::Closed });
    }

    /// Cuts all connections; when this returns, none is being served any more, and the port is closed.
    pub(crate) async fn stop(&self) {
        self.doors.send_replace(Doors::Ended);
        // The accept loop looks at the doors as long as it lives.
        self.doors.closed().await;
    }
}

impl Drop for LoopbackServer {
    fn drop(&mut self) {
        // The connections are this task's own, and end with it.
        self.accepting.abort();
    }
}

impl fmt::Debug for LoopbackServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoopbackServer").field("address", &self.address).finish_non_exhaustive()
    }
}

/// Whether new connections are taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Doors {
    Open,
    Closed,
    Ended,
}

/// A response with this in its extensions is never sent: the connection is reset instead.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Reset;

/// What each connection is served with.
#[derive(Clone)]
struct Serving {
    router: Router,
    acceptor: Option<TlsAcceptor>,
    patience: Duration,
}

async fn accept(listener: TcpListener, mut doors: watch::Receiver<Doors>, serving: Serving) {
    let places = Arc::new(Semaphore::new(MAX_CONNECTIONS));
    let mut connections = JoinSet::new();
    let address = listener.local_addr();
    let mut listening = Some(listener);
    loop {
        while connections.try_join_next().is_some() {}
        let wanted = *doors.borrow_and_update();
        match wanted {
            Doors::Open if listening.is_some() => {}
            Doors::Open => listening = address.as_ref().ok().and_then(|address| listen(*address).ok()),
            Doors::Closed => listening = None,
            Doors::Ended => {
                drop(listening);
                return connections.shutdown().await;
            }
        }
        let accepted = tokio::select! {
            accepted = next_connection(listening.as_ref()) => accepted,
            changed = doors.changed() => if changed.is_ok() { continue } else { return },
            // Somebody else may have taken the port while it was closed.
            () = tokio::time::sleep(REOPENING), if wanted == Doors::Open && listening.is_none() => continue,
        };
        match accepted {
            // Beyond the limit a peer is hung up on, which tells it more than a silence would.
            Ok(tcp) => {
                if let Ok(place) = Arc::clone(&places).try_acquire_owned() {
                    let serving = serving.clone();
                    connections.spawn(async move {
                        serve(tcp, serving).await;
                        drop(place);
                    });
                }
            }
            // Out of file descriptors, or a peer that was gone at once: the next one may fare better.
            Err(error) => {
                tracing::debug!(%error, "a connection wasn't accepted");
                tokio::time::sleep(Duration::from_millis(20)).await;
            }
        }
    }
}

async fn next_connection(listener: Option<&TcpListener>) -> io::Result<TcpStream> {
    match listener {
        Some(listener) => Ok(listener.accept().await?.0),
        None => std::future::pending().await,
    }
}

async fn serve(tcp: TcpStream, serving: Serving) {
    let (socket, killer) = Socket::new(tcp, serving.patience);
    let Some(acceptor) = &serving.acceptor else { return speak(socket, killer, &serving).await };
    if let Ok(Ok(stream)) = tokio::time::timeout(serving.patience, acceptor.accept(socket)).await {
        // Apart, so that a plain connection has no room for TLS.
        Box::pin(speak(stream, killer, &serving)).await;
    }
}

async fn speak(stream: impl AsyncRead + AsyncWrite + Unpin, killer: Killer, serving: &Serving) {
    let service = service_fn(move |request| {
        let (mut router, killer) = (serving.router.clone(), killer.clone());
        async move {
            let Ok(response) = Service::call(&mut router, request).await;
            if response.extensions().get::<Reset>().is_some() {
                killer.kill();
                return Err(io::Error::from(io::ErrorKind::ConnectionReset));
            }
            Ok::<http::Response<Body>, io::Error>(response)
        }
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(serving.patience)
        .max_buf_size(MAX_HEAD)
        .serve_connection(TokioIo::new(stream), service);
    if let Err(error) = connection.await {
        tracing::debug!(%error, "a connection broke off");
    }
}

const ANY_PORT: SocketAddr = SocketAddr::new(IpAddr::V4(Ipv4Addr::LOCALHOST), 0);

/// How long a peer may take over its handshake, over each request's head, and before it takes more of an answer, unless
/// said otherwise.
const PATIENCE: Duration = Duration::from_secs(10);

/// About the longest head of a request (the last read may go beyond it), and the most that is read ahead.
const MAX_HEAD: usize = 64 * 1024;

/// How long until a port that couldn't be reopened is tried again.
const REOPENING: Duration = Duration::from_millis(100);

/// More than any load test needs, and less than would exhaust a machine.
const MAX_CONNECTIONS: usize = 16 * 1024;

fn listen(address: SocketAddr) -> io::Result<TcpListener> {
    let socket = if address.is_ipv4() { TcpSocket::new_v4()? } else { TcpSocket::new_v6()? };
    // Else a port that was just closed couldn't be had again; elsewhere than on Unix it would mean a shared port.
    #[cfg(unix)]
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(WAITING)
}

/// How many connections may wait to be accepted. Who meets a full queue tries again a second later only.
const WAITING: u32 = 4_096;

pub(crate) fn tls_config(identity: &ServerIdentity) -> Result<ServerConfig, Error> {
    let chain: Vec<_> = CertificateDer::pem_slice_iter(identity.certificate_pem().as_bytes())
        .collect::<Result<_, _>>()
        .map_err(|error| Error::new("the server's certificate can't be read", error))?;
    let key = PrivateKeyDer::from_pem_slice(identity.key_pem().as_bytes())
        .map_err(|error| Error::new("the server's key can't be read", error))?;
    let unusable = |error| Error::new("the server's certificate and key can't be used", error);
    let mut config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .map_err(unusable)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(unusable)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(config)
}
