//! Having a proxy open a way, before a byte of TLS is said.

use std::error::Error as StdError;
use std::fmt;
use std::io;

use base64ct::{Base64, Encoding};
use http::{HeaderValue, Uri};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::connect::proxy::{SocksV5, Tunnel};
use hyper_util::rt::TokioIo;
use tokio::net::TcpStream;
use tower::{ServiceExt, service_fn};

use super::address::{Credentials, ProxyAddress, Speaks};
use crate::error::BoxError;

type Stream = TokioIo<TcpStream>;

impl ProxyAddress {
    /// A connection that ends at the target. Bounded by whoever waits for it.
    pub(in crate::wire) async fn open(&self, tcp: HttpConnector, target: Uri) -> Result<Stream, BoxError> {
        // Connected here and not by the handshake, whose errors would leave out why it wasn't.
        let stream = tcp.oneshot(self.uri()).await?;
        let mut stream = Some(stream);
        let once = service_fn(move |_: Uri| {
            std::future::ready(
                stream.take().ok_or_else(|| io::Error::other("a second connection was asked for")),
            )
        });
        match self.speaks {
            Speaks::Connect => {
                let mut tunnel = Tunnel::new(self.uri(), once);
                if let Some(credentials) = &self.credentials {
                    tunnel = tunnel.with_auth(credentials.basic()?);
                }
                Ok(tunnel.oneshot(target).await?)
            }
            Speaks::Socks5 { resolves_here } => {
                let target = if resolves_here { resolved(&target).await? } else { target };
                let mut socks = SocksV5::new(self.uri(), once);
                if let Some(Credentials { user, password }) = &self.credentials {
                    socks = socks.with_auth(user.clone(), password.clone());
                }
                Ok(socks.oneshot(target).await?)
            }
        }
    }

    pub(in crate::wire) fn failed(&self, why: impl Into<BoxError>) -> ProxyFailure {
        ProxyFailure { proxy: self.to_string(), why: why.into() }
    }
}

impl Credentials {
    fn basic(&self) -> Result<HeaderValue, BoxError> {
        let encoded = Base64::encode_string(format!("{}:{}", self.user, self.password).as_bytes());
        let mut value = HeaderValue::try_from(format!("Basic {encoded}"))?;
        value.set_sensitive(true);
        Ok(value)
    }
}

/// By the operating system, on tokio's threads: the handshake's own resolution would stall the runtime.
async fn resolved(target: &Uri) -> Result<Uri, BoxError> {
    let host = target.host().unwrap_or_default();
    let host = host.trim_start_matches('[').trim_end_matches(']');
    let port = target.port_u16().unwrap_or(443);
    let address = tokio::net::lookup_host((host, port)).await?.next();
    let address = address.ok_or_else(|| io::Error::other("the platform's name has no address"))?;
    Ok(format!("https://{address}/").parse()?)
}

/// A proxy opened no way.
#[derive(Debug)]
pub(in crate::wire) struct ProxyFailure {
    /// Without user and password.
    pub(in crate::wire) proxy: String,
    why: BoxError,
}

impl fmt::Display for ProxyFailure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no way was opened by {}", self.proxy)
    }
}

impl StdError for ProxyFailure {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.why)
    }
}
