//! Connecting: TCP by happy eyeballs, straight or through a proxy, a look at whom we are connected to before a byte is said,
//! then TLS. Name resolution, TCP, proxy and TLS share one connect timeout.

use std::io;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use http::Uri;
use http::uri::Scheme;
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::dns::GaiResolver;
use hyper_util::rt::TokioIo;
use rustls::ClientConfig;
use tokio::net::TcpStream;
use tokio::time::Instant;
use tower::{Service, ServiceExt, service_fn};

use super::counted::Counted;
use super::proxy::Proxy;
use super::settings::WireSettings;
use super::tls;
use crate::Error;
use crate::error::BoxError;

/// A connection to the URL's host, within the connect timeout.
#[derive(Clone)]
pub(super) struct Connector {
    route: Route,
    tls: Arc<ClientConfig>,
    timeout: Duration,
}

impl Connector {
    pub(super) fn new(settings: &WireSettings) -> Result<Self, Error> {
        let route = Route {
            tcp: tcp(GaiResolver::new()),
            proxy: settings.proxy.clone(),
            only_loopback: settings.only_loopback,
        };
        Ok(Self { route, tls: Arc::new(tls::config(settings)?), timeout: settings.connect_timeout })
    }
}

impl Service<Uri> for Connector {
    type Response = Counted<MaybeHttpsStream<TokioIo<TcpStream>>>;
    type Error = BoxError;
    type Future = Pin<Box<dyn Future<Output = Result<Self::Response, BoxError>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, uri: Uri) -> Self::Future {
        let Self { route, tls, timeout } = self.clone();
        Box::pin(async move {
            let limit = Limit { timeout, end: Instant::now().checked_add(timeout) };
            let mut stream = Some(route.reach(&uri, limit).await?);
            let reached = service_fn(move |_: Uri| {
                std::future::ready(
                    stream.take().ok_or_else(|| io::Error::other("one connection, one handshake")),
                )
            });
            limit.on(HttpsConnector::from((reached, tls)).oneshot(uri)).await.map(Counted::new)
        })
    }
}

/// The time that all steps of connecting have together.
#[derive(Clone, Copy)]
struct Limit {
    timeout: Duration,
    /// `None` where it is too far off to be a time.
    end: Option<Instant>,
}

impl Limit {
    async fn on<T, E: Into<BoxError>>(self, step: impl Future<Output = Result<T, E>>) -> Result<T, BoxError> {
        let Some(end) = self.end else { return step.await.map_err(Into::into) };
        match tokio::time::timeout_at(end, step).await {
            Ok(done) => done.map_err(Into::into),
            Err(_) => {
                let why = format!("not connected within {:?}", self.timeout);
                Err(io::Error::new(io::ErrorKind::TimedOut, why).into())
            }
        }
    }
}

/// The way to a host: straight, or through a proxy.
#[derive(Clone)]
struct Route {
    tcp: HttpConnector,
    proxy: Proxy,
    only_loopback: bool,
}

impl Route {
    async fn reach(self, uri: &Uri, limit: Limit) -> Result<TokioIo<TcpStream>, BoxError> {
        match self.proxy.way_to(uri) {
            None => limit.on(straight(self.tcp, uri.clone(), self.only_loopback)).await,
            // Whom the proxy connects to can't be looked at.
            Some(proxy) if self.only_loopback => Err(proxy
                .failed("connections are for this machine alone, and a proxy leads elsewhere")
                .into()),
            Some(proxy) => {
                let opened = limit.on(proxy.open(self.tcp, uri.clone())).await;
                opened.map_err(|error| proxy.failed(error).into())
            }
        }
    }
}

/// TCP, with the peer's address looked at: plain HTTP is for this machine, and what a name resolves to is somebody else's
/// word.
async fn straight(tcp: HttpConnector, uri: Uri, only_loopback: bool) -> Result<TokioIo<TcpStream>, BoxError> {
    let must_be_loopback = only_loopback || uri.scheme() != Some(&Scheme::HTTPS);
    let stream = tcp.oneshot(uri).await?;
    let peer = stream.inner().peer_addr()?;
    if must_be_loopback && !peer.ip().to_canonical().is_loopback() {
        let why = format!("the host is at {}, which isn't this machine", peer.ip());
        return Err(io::Error::new(io::ErrorKind::PermissionDenied, why).into());
    }
    Ok(stream)
}

/// Both address families are tried, the second one 300 ms after the first (RFC 8305; hyper-util's default).
fn tcp<R>(resolver: R) -> HttpConnector<R> {
    let mut tcp = HttpConnector::new_with_resolver(resolver);
    tcp.enforce_http(false);
    // Requests are written whole, so there is nothing to wait for.
    tcp.set_nodelay(true);
    tcp
}

#[cfg(test)]
mod tests {
    use std::net::{Ipv4Addr, Ipv6Addr, SocketAddr};

    use hyper_util::client::legacy::connect::dns::Name;
    use tokio::net::TcpListener;

    use super::*;

    /// The order in which a name's addresses come mustn't decide whether it can be reached.
    #[tokio::test]
    async fn the_address_family_that_listens_is_found() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let both = |_: Name| {
            let addresses = [Ipv6Addr::LOCALHOST.into(), Ipv4Addr::LOCALHOST.into()];
            std::future::ready(io::Result::Ok(addresses.map(|ip| SocketAddr::new(ip, 0)).into_iter()))
        };
        let uri = format!("http://both.test:{port}").parse().unwrap();
        let stream = tcp(service_fn(both)).oneshot(uri).await.unwrap();
        assert!(stream.inner().peer_addr().unwrap().is_ipv4());
        assert!(stream.inner().nodelay().unwrap());
    }

    /// An address that swallows everything must not use up the time of the one that answers.
    #[tokio::test]
    async fn an_address_that_stays_silent_is_overtaken() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let both = |_: Name| {
            // RFC 6666: packets to it are thrown away; where there is no route, the next address is tried at once.
            let silent = Ipv6Addr::new(0x100, 0, 0, 0, 0, 0, 0, 1);
            let addresses = [silent.into(), Ipv4Addr::LOCALHOST.into()];
            std::future::ready(io::Result::Ok(addresses.map(|ip| SocketAddr::new(ip, 0)).into_iter()))
        };
        let uri = format!("http://both.test:{port}").parse().unwrap();
        let limit = Duration::from_secs(5);
        let stream = tokio::time::timeout(limit, tcp(service_fn(both)).oneshot(uri)).await.unwrap().unwrap();
        assert!(stream.inner().peer_addr().unwrap().is_ipv4());
    }
}
