//! The base URL, a prefix, and headers for every request.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;

use http::header::USER_AGENT;
use http::uri::{Authority, Scheme};
use http::{HeaderMap, HeaderName, HeaderValue, Uri};
use tower::Layer;

use super::service::Base;
use crate::Error;
use crate::call::{check_own_headers, check_prefix};

/// Sends every request to one base URL; see [`Base`].
#[derive(Clone)]
pub struct BaseLayer(pub(super) Arc<Target>);

/// Shared, since stacks are cloned for every call.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) scheme: Scheme,
    pub(super) authority: Authority,
    pub(super) prefix: String,
    pub(super) headers: HeaderMap,
}

impl BaseLayer {
    /// `https://HOST[:PORT]`; `http://` is for peers on this machine alone: the wire looks at the address that it is connected to.
    ///
    /// # Errors
    /// [`Error::is_config`] for a URL with anything beside scheme, host and port, and for plain HTTP to what can't be this
    /// machine: an address that isn't loopback, or a name other than `localhost`.
    pub fn new(base_url: &str) -> Result<Self, Error> {
        let (scheme, authority) = parse(base_url)?;
        let mut headers = HeaderMap::new();
        headers
            .insert(USER_AGENT, HeaderValue::from_static(concat!("paykka-rust/", env!("CARGO_PKG_VERSION"))));
        Ok(Self(Arc::new(Target { scheme, authority, prefix: String::new(), headers })))
    }

    /// What stands before the path on the wire, for an egress proxy that adds one, e.g. `/paykka`. It isn't signed.
    ///
    /// # Errors
    /// [`Error::is_config`] for what isn't a path without trailing slash.
    pub fn prefix(mut self, prefix: impl Into<String>) -> Result<Self, Error> {
        let target = Arc::make_mut(&mut self.0);
        target.prefix = prefix.into();
        check_prefix(&target.prefix)?;
        Ok(self)
    }

    /// A header for every request that doesn't have it already. `User-Agent` is one that is there by default.
    ///
    /// # Errors
    /// [`Error::is_config`] for a header that is the stack's own: those that say how a message is sent and to whom, and those
    /// of the signature.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Result<Self, Error> {
        let target = Arc::make_mut(&mut self.0);
        target.headers.insert(name, value);
        check_own_headers(&target.headers)?;
        Ok(self)
    }

    /// Whether the host is an address of the loopback range, or `localhost`, which is checked when it is connected.
    pub(crate) fn is_loopback(&self) -> bool {
        is_loopback(self.0.authority.host())
    }

    pub(crate) fn is_https(&self) -> bool {
        self.0.scheme == Scheme::HTTPS
    }
}

impl<S> Layer<S> for BaseLayer {
    type Service = Base<S>;

    fn layer(&self, inner: S) -> Base<S> {
        Base::new(inner, self.clone())
    }
}

impl fmt::Debug for BaseLayer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("BaseLayer")
            .field("scheme", &self.0.scheme)
            .field("authority", &self.0.authority)
            .field("prefix", &self.0.prefix)
            .finish_non_exhaustive()
    }
}

fn parse(base_url: &str) -> Result<(Scheme, Authority), Error> {
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
            "leave them out; operations bring their own path, and a prefix is a setting of its own",
        ));
    }
    if authority.as_str().contains('@') {
        return Err(Error::config("the base URL holds a user name", "leave it out; requests are signed"));
    }
    if authority.host().is_empty() {
        return Err(Error::config("the base URL has no host", "write https://HOST or https://HOST:PORT"));
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

pub(crate) fn is_loopback(host: &str) -> bool {
    let host = host.trim_start_matches('[').trim_end_matches(']');
    host.eq_ignore_ascii_case("localhost")
        || host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_or_loopback_is_taken() {
        for good in [
            "https://h",
            "https://h:1/",
            "http://127.0.0.1:1",
            "http://127.9.9.9",
            "http://[::1]:1",
            "http://localhost:1",
        ] {
            assert!(BaseLayer::new(good).is_ok(), "{good}");
        }
        for bad in [
            "",
            "h",
            "http://h",
            "http://localhost.example.com",
            "http://10.0.0.1",
            "ftp://h",
            "https://h/p",
            "https://u@h",
            "https://:1",
        ] {
            assert!(BaseLayer::new(bad).unwrap_err().is_config(), "{bad}");
        }
        assert!(BaseLayer::new("https://h").unwrap().prefix("p").unwrap_err().is_config());
    }
}
