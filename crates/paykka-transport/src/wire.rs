//! The bottom of the stack: hyper-util's pooled client over rustls, with everything switched off that would send a
//! request again or elsewhere behind the caller's back.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http::uri::{Authority, PathAndQuery, Scheme};
use http::{Request, Response, Uri};
use http_body_util::Full;
use hyper::body::Incoming;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::client::legacy::{Client, Error as HyperError};
use hyper_util::rt::{TokioExecutor, TokioTimer};
use rustls::pki_types::CertificateDer;
use rustls::pki_types::pem::PemObject;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;
use tower::Service;

use crate::builder::Roots;
use crate::{Error, error::BoxError};

/// Sends requests to one base URI. No retries, no redirects, no proxies; connections are kept for 20 seconds.
#[derive(Clone)]
pub(crate) struct Wire {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    scheme: Scheme,
    authority: Authority,
}

impl Wire {
    /// # Errors
    /// [`Error::is_config`] for a base URL with anything beside scheme, host and port, for plain HTTP to anywhere but
    /// a loopback address, and for roots that can't be read.
    pub(crate) fn new(base_url: &str, roots: &Roots, connect_timeout: Duration) -> Result<Self, Error> {
        let (scheme, authority) = parse_base_url(base_url)?;
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_connect_timeout(Some(connect_timeout));
        let https = HttpsConnectorBuilder::new()
            .with_tls_config(tls_config(&scheme, roots)?)
            .https_or_http()
            .enable_http1()
            .wrap_connector(tcp);
        let client = Client::builder(TokioExecutor::new())
            // The pool would otherwise send a request again that a dying connection had swallowed.
            .retry_canceled_requests(false)
            .pool_timer(TokioTimer::new())
            .pool_idle_timeout(Duration::from_secs(20))
            .pool_max_idle_per_host(32)
            .build(https);
        Ok(Self { client, scheme, authority })
    }

    /// Whether the host is an address of the loopback range.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(self.authority.host())
    }
}

impl Service<Request<Full<Bytes>>> for Wire {
    type Response = Response<Incoming>;
    type Error = Error;
    type Future = Pin<Box<dyn Future<Output = Result<Response<Incoming>, Error>> + Send>>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), Error>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, request: Request<Full<Bytes>>) -> Self::Future {
        let (client, scheme, authority) = (self.client.clone(), self.scheme.clone(), self.authority.clone());
        Box::pin(async move {
            let request = address(request, scheme.clone(), authority.clone())?;
            let target = || format!("{scheme}://{authority}");
            client.request(request).await.map_err(|error| classify(error, target))
        })
    }
}

impl fmt::Debug for Wire {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Wire")
            .field("scheme", &self.scheme)
            .field("authority", &self.authority)
            .finish_non_exhaustive()
    }
}

/// The path stays byte for byte what was signed.
fn address(
    request: Request<Full<Bytes>>,
    scheme: Scheme,
    authority: Authority,
) -> Result<Request<Full<Bytes>>, Error> {
    let (mut head, body) = request.into_parts();
    let path = head.uri.path_and_query().cloned().unwrap_or_else(|| PathAndQuery::from_static("/"));
    head.uri =
        Uri::builder().scheme(scheme).authority(authority).path_and_query(path).build().map_err(|error| {
            Error::config_because("base URL and path don't make a URL", "correct the path", error)
        })?;
    Ok(Request::from_parts(head, body))
}

/// hyper-util says "connect" for DNS, TCP and TLS alike, and only then has no byte of the request left.
fn classify(error: HyperError, target: impl FnOnce() -> String) -> Error {
    if !error.is_connect() {
        Error::interrupted(error)
    } else if is_certificate(&error) {
        Error::certificate(target(), error)
    } else {
        Error::connect(target(), error)
    }
}

fn is_certificate(error: &(dyn StdError + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(tls) = error.downcast_ref::<rustls::Error>() {
            return matches!(tls, rustls::Error::InvalidCertificate(_));
        }
        // An io::Error that carries another error leaves that one out of its `source()` chain.
        let carried = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = carried.map(|carried| carried as &(dyn StdError + 'static)).or_else(|| error.source());
    }
    false
}

fn parse_base_url(base_url: &str) -> Result<(Scheme, Authority), Error> {
    let uri: Uri = base_url.parse().map_err(|error| {
        Error::config_because("the base URL isn't a URL", "write https://HOST or https://HOST:PORT", error)
    })?;
    let parts = uri.into_parts();
    let (Some(scheme), Some(authority)) = (parts.scheme, parts.authority) else {
        return Err(Error::config(
            "the base URL has no scheme or no host",
            "write https://HOST or https://HOST:PORT",
        ));
    };
    if parts.path_and_query.is_some_and(|path| path != "/") {
        return Err(Error::config(
            "the base URL has a path or query",
            "leave them out; operations bring their own",
        ));
    }
    if authority.as_str().contains('@') {
        return Err(Error::config("the base URL holds a user name", "leave it out; requests are signed"));
    }
    if scheme == Scheme::HTTPS || (scheme == Scheme::HTTP && is_loopback(authority.host())) {
        Ok((scheme, authority))
    } else {
        Err(Error::config(
            "the base URL isn't HTTPS",
            "write https://; plain http:// is for loopback addresses alone",
        ))
    }
}

/// Addresses only: what a name resolves to is somebody else's word.
fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

fn tls_config(scheme: &Scheme, roots: &Roots) -> Result<ClientConfig, Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider))
        .with_safe_default_protocol_versions()
        .map_err(|error| Error::config_because("TLS can't be set up", "report this", error))?;
    match roots {
        // Nothing will be verified over plain HTTP, and a machine may well have no root certificates.
        _ if *scheme == Scheme::HTTP => {
            Ok(builder.with_root_certificates(RootCertStore::empty()).with_no_client_auth())
        }
        Roots::Platform => {
            let verifier = Verifier::new(provider).map_err(|error| {
                Error::config_because(
                    "this machine's root certificates can't be read",
                    "install them (Debian: ca-certificates) or give your own roots",
                    error,
                )
            })?;
            Ok(builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth())
        }
        Roots::Only(pem) => Ok(builder.with_root_certificates(root_store(pem)?).with_no_client_auth()),
    }
}

fn root_store(pem: &[u8]) -> Result<RootCertStore, Error> {
    let fix = "give one or more PEM certificates (-----BEGIN CERTIFICATE-----)";
    let mut store = RootCertStore::empty();
    for certificate in CertificateDer::pem_slice_iter(pem) {
        certificate
            .map_err(BoxError::from)
            .and_then(|certificate| store.add(certificate).map_err(BoxError::from))
            .map_err(|error| Error::config_because("a root certificate can't be read", fix, error))?;
    }
    if store.is_empty() { Err(Error::config("no root certificate was found", fix)) } else { Ok(store) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_loopback_addresses_are_taken() {
        for good in ["https://h", "https://h:1/", "http://127.0.0.1:1", "http://127.9.9.9", "http://[::1]:1"]
        {
            assert!(parse_base_url(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "h",
            "http://h",
            "http://localhost",
            "http://10.0.0.1",
            "ftp://h",
            "https://h/p",
            "https://u@h",
        ] {
            assert!(parse_base_url(bad).unwrap_err().is_config(), "{bad}");
        }
    }

    #[test]
    fn roots_must_be_certificates() {
        assert!(root_store(b"").unwrap_err().to_string().contains("no root certificate"));
        let key = b"-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        assert!(root_store(key).unwrap_err().to_string().contains("can't be read"));
    }
}
