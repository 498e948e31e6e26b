//! Settings of the wire, each default with its reason.

use std::fmt;
use std::time::Duration;

use super::proxy::Proxy;
use super::tls::{ClientIdentity, Roots};

/// Settings of a [`Wire`](crate::Wire).
#[derive(Clone)]
pub struct WireSettings {
    pub(super) roots: Roots,
    pub(super) identity: Option<ClientIdentity>,
    pub(super) proxy: Proxy,
    pub(super) connect_timeout: Duration,
    pub(super) idle_timeout: Duration,
    pub(super) max_idle: usize,
    pub(super) fresh_for_money: bool,
    #[cfg(feature = "http2")]
    pub(super) http2: bool,
    pub(super) only_loopback: bool,
    pub(super) has_tls: bool,
}

impl WireSettings {
    /// Which certificate authorities are trusted. Default: this machine's.
    #[must_use]
    pub fn roots(mut self, roots: Roots) -> Self {
        self.roots = roots;
        self
    }

    /// The certificate by which this client shows who it is (mTLS). Default: none.
    #[must_use]
    pub fn identity(mut self, identity: ClientIdentity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// Whether connections go through a proxy. Default: none, whatever the environment says, since a variable that somebody
    /// set for another program would otherwise decide which way payments go; and a proxy that is needed and isn't set shows
    /// at the first call. Programs that follow the environment say so with [`Proxy::from_env`].
    #[must_use]
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.proxy = proxy;
        self
    }

    /// How long name resolution, TCP, a proxy and TLS may take together. Default 10 seconds: a host that doesn't answer in this time
    /// won't answer a payment either.
    #[must_use]
    pub const fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.connect_timeout = timeout;
        self
    }

    /// How long an unused connection is kept, and how many of them. Default 20 seconds, less than most servers and proxies
    /// keep theirs, and 32.
    #[must_use]
    pub const fn idle(mut self, timeout: Duration, connections: usize) -> Self {
        (self.idle_timeout, self.max_idle) = (timeout, connections);
        self
    }

    /// Whether each call that moves money gets a connection of its own. Default yes: it costs a handshake, and a pooled
    /// connection that the server has just closed would turn a routine event into an unknown payment.
    #[must_use]
    pub const fn fresh_for_money(mut self, fresh: bool) -> Self {
        self.fresh_for_money = fresh;
        self
    }

    /// Whether HTTP/2 is spoken where the server offers it. Default no: a feature that somebody turns on mustn't change how
    /// payments are sent.
    #[cfg(feature = "http2")]
    #[must_use]
    pub const fn http2(mut self, http2: bool) -> Self {
        self.http2 = http2;
        self
    }

    /// Takes connections to this machine alone, whatever a name resolves to; what would go through a proxy is refused, since
    /// nobody here sees where that leads. Default no; a transport says yes for a key ring that was built for loopback.
    #[must_use]
    pub const fn only_loopback(mut self, only: bool) -> Self {
        self.only_loopback = only;
        self
    }

    /// The proxy through which `base_url` is reached, without user and password; `None` where the way is straight. For people
    /// who want to see it.
    #[must_use]
    pub fn proxy_to(&self, base_url: &str) -> Option<String> {
        let uri = base_url.parse().ok()?;
        self.proxy.way_to(&uri).map(ToString::to_string)
    }

    /// For a wire that plain HTTP alone goes over, so to this machine: no root certificates are looked for, since a machine may
    /// well have none. A server over TLS is refused then, as one that nobody vouches for.
    #[must_use]
    pub const fn without_tls(mut self) -> Self {
        self.has_tls = false;
        self
    }
}

impl Default for WireSettings {
    fn default() -> Self {
        Self {
            roots: Roots::default(),
            identity: None,
            proxy: Proxy::none(),
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(20),
            max_idle: 32,
            fresh_for_money: true,
            #[cfg(feature = "http2")]
            http2: false,
            only_loopback: false,
            has_tls: true,
        }
    }
}

impl fmt::Debug for WireSettings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WireSettings")
            .field("roots", &self.roots)
            .field("identity", &self.identity)
            .field("proxy", &self.proxy)
            .field("connect_timeout", &self.connect_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("max_idle", &self.max_idle)
            .field("fresh_for_money", &self.fresh_for_money)
            .field("only_loopback", &self.only_loopback)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
impl WireSettings {
    /// As the guide writes them.
    pub(crate) fn defaults(&self) -> Vec<(&'static str, String)> {
        assert!(self.identity.is_none() && !self.only_loopback && self.has_tls);
        let fresh = if self.fresh_for_money { "yes" } else { "no" };
        vec![
            ("connect timeout", format!("{} s", self.connect_timeout.as_secs())),
            ("idle connections", format!("{} s, {}", self.idle_timeout.as_secs(), self.max_idle)),
            ("money on a connection of its own", fresh.to_owned()),
        ]
    }
}
