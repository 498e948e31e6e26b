//! A proxy's URL, read strictly: what it means must be the same to everybody, or it is refused.

use std::fmt;

use http::Uri;
use http::uri::Authority;

/// Where a proxy is, what it speaks, and how we show who we are.
#[derive(Clone)]
pub(in crate::wire) struct ProxyAddress {
    pub(super) speaks: Speaks,
    /// With its port.
    authority: Authority,
    pub(super) credentials: Option<Credentials>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Speaks {
    Connect,
    Socks5 { resolves_here: bool },
}

/// Never printed.
#[derive(Clone)]
pub(super) struct Credentials {
    pub(super) user: String,
    pub(super) password: String,
}

impl ProxyAddress {
    /// The error says what is wrong without any part of the URL.
    pub(super) fn parse(url: &str) -> Result<Self, &'static str> {
        if !url.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Err("it holds characters that a URL can't; percent-encode them");
        }
        let (scheme, rest) = url.split_once("://").unwrap_or(("http", url));
        let (speaks, port) = match scheme.to_ascii_lowercase().as_str() {
            "http" => (Speaks::Connect, 80),
            "socks5" => (Speaks::Socks5 { resolves_here: true }, 1080),
            "socks5h" => (Speaks::Socks5 { resolves_here: false }, 1080),
            "https" => return Err("TLS to the proxy itself (https://) isn't supported"),
            _ => return Err("its scheme is none of http, socks5 and socks5h"),
        };
        let rest = rest.strip_suffix('/').unwrap_or(rest);
        if rest.contains(['/', '?', '#', '\\']) {
            return Err("it has a path or query, or one of /?#\\ in its password that isn't percent-encoded");
        }
        let (credentials, place) = match rest.rsplit_once('@') {
            Some((credentials, place)) => (Some(Credentials::parse(credentials, speaks)?), place),
            None => (None, rest),
        };
        Ok(Self { speaks, authority: authority(place, port)?, credentials })
    }

    /// Where TCP goes.
    pub(super) fn uri(&self) -> Uri {
        let mut parts = http::uri::Parts::default();
        parts.scheme = Some(http::uri::Scheme::HTTP);
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(http::uri::PathAndQuery::from_static("/"));
        // All three are there, so they make a URL.
        Uri::from_parts(parts).unwrap_or_default()
    }
}

impl Speaks {
    const fn scheme(self) -> &'static str {
        match self {
            Self::Connect => "http",
            Self::Socks5 { resolves_here: true } => "socks5",
            Self::Socks5 { resolves_here: false } => "socks5h",
        }
    }
}

/// Without user and password.
impl fmt::Display for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}://{}", self.speaks.scheme(), self.authority)
    }
}

/// Without user and password.
impl fmt::Debug for ProxyAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl Credentials {
    fn parse(text: &str, speaks: Speaks) -> Result<Self, &'static str> {
        let (user, password) = text.split_once(':').unwrap_or((text, ""));
        let (user, password) = (decoded(user)?, decoded(password)?);
        match speaks {
            Speaks::Connect if user.contains(':') => {
                Err("its user name holds a colon, which Basic authentication can't carry")
            }
            Speaks::Socks5 { .. } if user.len() + password.len() > MAX_SOCKS => Err(
                "its user name and password are longer than 149 bytes together, which SOCKS5 can't carry here",
            ),
            _ => Ok(Self { user, password }),
        }
    }
}

/// hyper-util writes its whole handshake into 262 bytes: 13 that are fixed, these, and the platform's name, for which 100 are
/// left.
const MAX_SOCKS: usize = 149;

fn authority(place: &str, default_port: u16) -> Result<Authority, &'static str> {
    const WRONG: &str = "its host or port can't be read";
    let written: Authority = place.parse().map_err(|_| WRONG)?;
    let host = written.host();
    if host.is_empty() {
        return Err(WRONG);
    }
    let port = match (place.strip_prefix(host), written.port_u16()) {
        (Some(""), None) => default_port,
        (Some(_), Some(port)) if port > 0 => port,
        _ => return Err(WRONG),
    };
    format!("{host}:{port}").parse().map_err(|_| WRONG)
}

fn decoded(text: &str) -> Result<String, &'static str> {
    const WRONG: &str =
        "a percent sign in its user name or password isn't followed by two hexadecimal digits";
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        bytes.push(if byte == b'%' {
            let mut digit = || rest.next().and_then(|digit| char::from(digit).to_digit(16)).ok_or(WRONG);
            let value = digit()? * 16 + digit()?;
            u8::try_from(value).map_err(|_| WRONG)?
        } else {
            byte
        });
    }
    match String::from_utf8(bytes) {
        Ok(text) if text.chars().any(char::is_control) => {
            Err("its user name or password holds a control character")
        }
        Ok(text) => Ok(text),
        Err(_) => Err("its user name or password isn't UTF-8"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_form_is_read_and_shown_with_its_port_and_no_password() {
        for (url, shown) in [
            ("http://p", "http://p:80"),
            ("p:3128", "http://p:3128"),
            ("u:p@p:3128/", "http://p:3128"),
            ("HTTP://u@p.example.com:1", "http://p.example.com:1"),
            ("socks5://[::1]", "socks5://[::1]:1080"),
            ("socks5h://u:p@10.0.0.1:9", "socks5h://10.0.0.1:9"),
        ] {
            assert_eq!(ProxyAddress::parse(url).map(|address| address.to_string()), Ok(shown.to_owned()));
        }
    }

    #[test]
    fn the_uri_to_connect_to_is_whole() {
        assert_eq!(ProxyAddress::parse("socks5://u:p@[::1]:9").unwrap().uri(), "http://[::1]:9/");
    }

    #[test]
    fn user_and_password_are_percent_decoded() {
        let credentials = |url| {
            let Credentials { user, password } = ProxyAddress::parse(url).unwrap().credentials.unwrap();
            (user, password)
        };
        assert_eq!(credentials("http://a%40b:c%3Ad%2f%C3%A4@p"), ("a@b".to_owned(), "c:d/ä".to_owned()));
        assert_eq!(credentials("http://a:b:c@p"), ("a".to_owned(), "b:c".to_owned()));
        assert_eq!(credentials("http://a@p"), ("a".to_owned(), String::new()));
        assert!(ProxyAddress::parse("http://p").unwrap().credentials.is_none());
    }

    #[test]
    fn what_is_not_plain_is_refused() {
        for bad in [
            "",
            "http://",
            "http://:80",
            "http://p:",
            "http://p:0",
            "http://p:65536",
            "http://p:x",
            "http://p/path",
            "http://p?q",
            "http://p#f",
            "http://u:a/b@p",
            "http://p q",
            "http://ä",
            "http://::1",
            "http://u:%4@p",
            "http://u:%zz@p",
            "http://u:%ff@p",
            "http://u:%0a@p",
            "http://a%3Ab:c@p",
            "https://p",
            "socks4://p",
            "ftp://p",
            "http:p",
        ] {
            assert!(ProxyAddress::parse(bad).is_err(), "{bad}");
        }
        assert!(ProxyAddress::parse("https://p").unwrap_err().contains("https://"));
        let with = |length| ProxyAddress::parse(&format!("socks5://u:{}@p", "x".repeat(length)));
        assert!(with(148).is_ok() && with(149).is_err());
    }
}
