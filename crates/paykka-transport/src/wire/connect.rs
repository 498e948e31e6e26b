//! Connecting: TCP by happy eyeballs, and a look at whom we are connected to before a byte is said.

use std::io;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::Service;

use super::settings::WireSettings;
use super::tls;
use crate::error::BoxError;
use crate::{Error, metrics};

/// A connection to the URL's host, within the connect timeout.
#[derive(Clone)]
pub(super) struct Connector {
    tls: HttpsConnector<Checked>,
    timeout: Duration,
}

impl Connector {
    pub(super) fn new(settings: &WireSettings) -> Result<Self, Error> {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        let checked = Checked { tcp, only_loopback: settings.only_loopback };
        let builder = HttpsConnectorBuilder::new().with_tls_config(tls::config(settings)?).https_or_http();
        #[cfg(feature = "http2")]
        let builder = builder.enable_all_versions();
        #[cfg(not(feature = "http2"))]
        let builder = builder.enable_http1();
        Ok(Self { tls: builder.wrap_connector(checked), timeout: settings.connect_timeout })
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<TokioIo<TcpStream>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tls.poll_ready(cx)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let (connecting, limit) = (self.tls.call(uri), self.timeout);
        Box::pin(async move {
            let stream = tokio::time::timeout(limit, connecting).await.map_err(|_| {
                io::Error::new(io::ErrorKind::TimedOut, format!("not connected within {limit:?}"))
            })??;
            metrics::connection_opened();
            Ok(stream)
        })
    }
}

/// TCP, with the peer's address looked at: plain HTTP is for this machine, and what a name resolves to is somebody else's
/// word.
#[derive(Clone)]
struct Checked {
    tcp: HttpConnector,
    only_loopback: bool,
}

impl Service<Uri> for Checked {
    type Response = TokioIo<TcpStream>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, cx: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        self.tcp.poll_ready(cx).map_err(Into::into)
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let must_be_loopback = self.only_loopback || uri.scheme() != Some(&Scheme::HTTPS);
        let connecting = self.tcp.call(uri);
        Box::pin(async move {
            let stream = connecting.await?;
            let peer = stream.inner().peer_addr()?;
            if must_be_loopback && !peer.ip().to_canonical().is_loopback() {
                let why = format!("the host is at {}, which isn't this machine", peer.ip());
                return Err(io::Error::new(io::ErrorKind::PermissionDenied, why).into());
            }
            Ok(stream)
        })
    }
}
