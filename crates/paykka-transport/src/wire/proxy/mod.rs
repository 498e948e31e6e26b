//! Which way leads to a host: straight, or through a proxy. What can't be understood is an error and never a straight way:
//! where a proxy was asked for, a connection around it is what nobody wanted.

mod address;
mod bypass;
mod tunnel;

use std::fmt;

use http::Uri;
use http::uri::Scheme;

use self::address::ProxyAddress;
use self::bypass::Bypass;
pub(super) use self::tunnel::ProxyFailure;
use crate::Error;
use crate::base::is_loopback;

/// Whether connections go through a proxy, and which.
///
/// TLS to the platform goes from end to end, so the proxy sees the platform's host and port and nothing else. Plain HTTP
/// and loopback addresses never go through a proxy.
///
/// ```
/// use paykka_transport::{Proxy, WireSettings};
///
/// # fn settings() -> Result<(), paykka_transport::Error> {
/// let proxy = Proxy::from_url("http://user:p%40ss@proxy.example.com:3128")?.no_proxy(".example.com, 10.0.0.0/8");
/// let settings = WireSettings::default().proxy(proxy);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Default)]
pub struct Proxy {
    address: Option<ProxyAddress>,
    bypass: Bypass,
    takes_loopback: bool,
}

impl Proxy {
    /// Straight connections.
    #[must_use]
    pub fn none() -> Self {
        Self::default()
    }

    /// A proxy by its URL, `SCHEME://[USER:PASSWORD@]HOST[:PORT]`:
    ///
    /// | scheme | what the proxy speaks | port, where none is said |
    /// | --- | --- | --- |
    /// | `http` | HTTP `CONNECT`, with Basic authentication; also where there is no scheme | 80 |
    /// | `socks5` | SOCKS5; the platform's name is resolved here, and the first address is taken | 1080 |
    /// | `socks5h` | SOCKS5; the platform's name is resolved by the proxy | 1080 |
    ///
    /// User and password are percent-decoded. `https` (TLS to the proxy itself) isn't supported.
    ///
    /// # Errors
    /// [`Error::is_config`] for anything else; the URL isn't repeated, since it may hold a password.
    pub fn from_url(url: &str) -> Result<Self, Error> {
        Self::from(url, "the proxy's URL")
    }

    /// What this process' environment says: the first of `HTTPS_PROXY`, `https_proxy`, `ALL_PROXY` and `all_proxy` that isn't
    /// empty, and the list in `NO_PROXY` or `no_proxy`. [`Proxy::none`] where none of them is there. `HTTP_PROXY` isn't
    /// looked at: plain HTTP goes through no proxy, and in a CGI program a caller can set it.
    ///
    /// # Errors
    /// As [`from_url`](Self::from_url); the message names the variable.
    pub fn from_env() -> Result<Self, Error> {
        // What isn't Unicode becomes a character that no proxy's URL can hold, and so an error.
        Self::from_variables(|name| std::env::var_os(name).map(|value| value.to_string_lossy().into_owned()))
    }

    /// As [`from_env`](Self::from_env), with the variables from somewhere else.
    ///
    /// # Errors
    /// As [`from_env`](Self::from_env).
    pub fn from_variables(lookup: impl Fn(&str) -> Option<String>) -> Result<Self, Error> {
        let first = |names: &[&'static str]| {
            let filled = |name: &&'static str| {
                lookup(name).filter(|value| !value.trim().is_empty()).map(|value| (*name, value))
            };
            names.iter().find_map(filled)
        };
        let Some((name, url)) = first(&["HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"]) else {
            return Ok(Self::none());
        };
        let proxy = Self::from(url.trim(), name)?;
        Ok(match first(&["NO_PROXY", "no_proxy"]) {
            Some((_, list)) => proxy.no_proxy(&list),
            None => proxy,
        })
    }

    /// Hosts that are connected to straight, as a list with commas: `example.com` or `.example.com` (the host and all below
    /// it), `10.1.2.3`, `10.0.0.0/8`, `2001:db8::/32`, or `*` for all. An address matches where the URL has an address: no name
    /// is resolved for it. Entries of another form match nothing, so their hosts go through the proxy. A later list takes the
    /// place of an earlier one.
    #[must_use]
    pub fn no_proxy(mut self, list: &str) -> Self {
        self.bypass = Bypass::from_list(list);
        self
    }

    /// Sends loopback addresses through the proxy, too. For tests alone, whose servers are all on loopback: a proxy on
    /// another machine would connect to itself.
    #[must_use]
    pub const fn also_for_loopback(mut self) -> Self {
        self.takes_loopback = true;
        self
    }

    /// The proxy that leads to a URL; `None` where the way is straight.
    pub(super) fn way_to(&self, uri: &Uri) -> Option<&ProxyAddress> {
        let host = uri.host().unwrap_or_default();
        let is_straight = uri.scheme() != Some(&Scheme::HTTPS)
            || (is_loopback(host) && !self.takes_loopback)
            || self.bypass.covers(host);
        self.address.as_ref().filter(|_| !is_straight)
    }

    fn from(url: &str, whence: &str) -> Result<Self, Error> {
        let address = ProxyAddress::parse(url).map_err(|why| {
            Error::config_of(
                format!("{whence} can't be used: {why}"),
                "write http://USER:PASSWORD@HOST:PORT, or socks5h:// in the place of http://",
            )
        })?;
        Ok(Self { address: Some(address), ..Self::default() })
    }
}

/// User and password are left out.
impl fmt::Debug for Proxy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Proxy")
            .field("address", &self.address)
            .field("bypass", &self.bypass)
            .field("takes_loopback", &self.takes_loopback)
            .finish()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(variables: &'static [(&str, &str)]) -> Result<Proxy, Error> {
        Proxy::from_variables(move |wanted| {
            variables.iter().find(|(name, _)| *name == wanted).map(|(_, value)| (*value).to_owned())
        })
    }

    fn way(proxy: &Proxy, uri: &str) -> Option<String> {
        proxy.way_to(&uri.parse().unwrap()).map(ToString::to_string)
    }

    #[test]
    fn variables_are_asked_for_in_order_and_empty_ones_are_none() {
        let host = "https://h";
        assert_eq!(way(&of(&[]).unwrap(), host), None);
        assert_eq!(way(&of(&[("HTTPS_PROXY", " "), ("HTTP_PROXY", "http://x")]).unwrap(), host), None);
        let all = of(&[("all_proxy", "socks5h://b"), ("https_proxy", "a:1"), ("HTTPS_PROXY", "")]).unwrap();
        assert_eq!(way(&all, host).as_deref(), Some("http://a:1"));
        let socks = of(&[("ALL_PROXY", "socks5h://b"), ("no_proxy", "x.org,h2")]).unwrap();
        assert_eq!(way(&socks, host).as_deref(), Some("socks5h://b:1080"));
        assert_eq!(way(&socks, "https://h2"), None);
        assert_eq!(way(&socks, "https://a.x.org:8443"), None);
    }

    /// In a process of its own, since a process' environment belongs to all of its tests.
    #[test]
    fn the_environment_itself_is_read() {
        const PROXY: &str = "http://proxy.of.this.test:3128";
        if std::env::var("HTTPS_PROXY").as_deref() == Ok(PROXY) {
            let proxy = Proxy::from_env().unwrap();
            assert_eq!(way(&proxy, "https://h").as_deref(), Some(PROXY));
            assert_eq!(way(&proxy, "https://h.example.com"), None);
            return;
        }
        let mut child = std::process::Command::new(std::env::current_exe().unwrap());
        child.args(["--exact", "wire::proxy::tests::the_environment_itself_is_read"]);
        let done = child.env("HTTPS_PROXY", PROXY).env("NO_PROXY", "example.com").output().unwrap();
        let said = String::from_utf8_lossy(&done.stdout);
        assert!(done.status.success() && said.contains("1 passed"), "{said}");
    }

    #[test]
    fn a_variable_that_cannot_be_used_is_an_error_that_names_it_and_holds_no_password() {
        for url in
            ["https://u:secret@p:1", "http://u:secret@p:x", "http://u:secret\u{fffd}@p", "://u:secret@"]
        {
            let url = url.to_owned();
            let error = Proxy::from_variables(|name| (name == "ALL_PROXY").then(|| url.clone())).unwrap_err();
            assert!(error.is_config(), "{error}");
            assert!(error.to_string().starts_with("ALL_PROXY can't be used"), "{error}");
            assert!(!format!("{error} {error:?}").contains("secret"), "{error:?}");
        }
    }

    #[test]
    fn loopback_and_plain_http_go_straight() {
        let proxy = Proxy::from_url("http://p").unwrap();
        for uri in
            ["https://127.0.0.1:1", "https://[::1]", "https://LOCALHOST", "http://127.0.0.1", "http://h"]
        {
            assert_eq!(way(&proxy, uri), None, "{uri}");
        }
        assert_eq!(way(&proxy, "https://localhost.example.com").as_deref(), Some("http://p:80"));
        let proxy = proxy.also_for_loopback();
        assert_eq!(way(&proxy, "https://127.0.0.1:1").as_deref(), Some("http://p:80"));
        assert_eq!(way(&proxy, "http://127.0.0.1:1"), None);
    }

    #[test]
    fn debug_output_has_no_credentials() {
        let shown = format!("{:?}", Proxy::from_url("http://alice:sesame@p").unwrap());
        assert!(shown.contains("http://p:80"), "{shown}");
        assert!(!shown.contains("alice") && !shown.contains("sesame"), "{shown}");
    }
}
