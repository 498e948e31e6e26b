//! Listening on a free loopback port, plain or over TLS, with a limit on how long a peer may dawdle over handshake and
//! headers. Public because whoever receives the emulator's notifications needs just such a server.

use std::fmt;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum_server::Handle;
use axum_server::tls_rustls::{RustlsAcceptor, RustlsConfig};
use rustls::ServerConfig;
use rustls::pki_types::pem::PemObject;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};

use crate::{Error, ServerIdentity};

/// A server on `127.0.0.1`, on a port that the system chose. It ends when it is dropped, open connections included.
pub struct LoopbackServer {
    address: SocketAddr,
    handle: Handle<SocketAddr>,
}

impl LoopbackServer {
    /// Serves `router` over plain HTTP/1.1. It listens when this returns.
    ///
    /// # Errors
    /// [`Error`] outside a tokio runtime, and when no port can be had.
    pub fn plain(router: Router) -> Result<Self, Error> {
        let (server, this) = Self::listen()?;
        tokio::spawn(server.serve(router.into_make_service()));
        Ok(this)
    }

    /// Serves `router` as HTTP/1.1 over TLS, under `identity`. Otherwise as [`plain`](Self::plain).
    ///
    /// # Errors
    /// [`Error`] as [`plain`](Self::plain), and when the identity's PEM texts can't be read.
    pub fn tls(router: Router, identity: &ServerIdentity) -> Result<Self, Error> {
        let config = RustlsConfig::from_config(Arc::new(tls_config(identity)?));
        let (server, this) = Self::listen()?;
        let acceptor = RustlsAcceptor::new(config).handshake_timeout(PATIENCE);
        tokio::spawn(server.acceptor(acceptor).serve(router.into_make_service()));
        Ok(this)
    }

    /// Where it listens.
    #[must_use]
    pub const fn address(&self) -> SocketAddr {
        self.address
    }

    fn listen() -> Result<(axum_server::Server<SocketAddr>, Self), Error> {
        tokio::runtime::Handle::try_current()
            .map_err(|error| Error::new("a server needs a tokio runtime to run in", error))?;
        let no_port = |error| Error::new("no loopback port can be had", error);
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).map_err(no_port)?;
        let address = listener.local_addr().map_err(no_port)?;
        let handle = Handle::new();
        let mut server = axum_server::from_tcp(listener)
            .map_err(no_port)?
            .handle(handle.clone())
            .http1_only()
            .first_request_timeout(PATIENCE);
        server.http_builder().http1().header_read_timeout(PATIENCE);
        Ok((server, Self { address, handle }))
    }
}

impl Drop for LoopbackServer {
    fn drop(&mut self) {
        self.handle.shutdown();
    }
}

impl fmt::Debug for LoopbackServer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoopbackServer").field("address", &self.address).finish_non_exhaustive()
    }
}

/// How long a peer may take over its handshake, and over each request's headers.
const PATIENCE: Duration = Duration::from_secs(10);

fn tls_config(identity: &ServerIdentity) -> Result<ServerConfig, Error> {
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
