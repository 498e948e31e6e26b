//! Who may use the control port: a program that has the token. A page in a browser could be made to talk to it, by a name
//! that suddenly resolves to 127.0.0.1 (DNS rebinding), so the host that was asked for is checked, and what only browsers
//! send is refused.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use http::HeaderMap;
use http::header::{AUTHORIZATION, HOST, ORIGIN};
use http::uri::Authority;
use ring::hmac;

use super::problem::Problem;
use crate::Error;

pub(super) struct Guard {
    /// A random key, under which tokens are compared by their tags: that takes the same time for every wrong one.
    key: hmac::Key,
    tag: hmac::Tag,
    /// What may be asked for beside the port's own address: names of other machines and containers for this one.
    names: Vec<Authority>,
    /// All that may be asked for, each with its port, in lower case.
    hosts: BTreeSet<String>,
}

impl Guard {
    pub(super) fn new(token: &str, names: Vec<String>) -> Result<Self, Error> {
        let unusable = |why: &str| Error::new("a name of the control port can't be used", why.to_owned());
        let names = names.into_iter().map(|name| {
            let name = Authority::try_from(name).map_err(|error| unusable(&error.to_string()))?;
            let port = name.port().map(|port| format!(":{port}")).unwrap_or_default();
            let is_plain = !name.host().is_empty() && name.as_str() == format!("{}{port}", name.host());
            if is_plain { Ok(name) } else { Err(unusable("say NAME or NAME:PORT")) }
        });
        let names = names.collect::<Result<_, Error>>()?;
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &ring::rand::SystemRandom::new())
            .map_err(|error| Error::new("a control token can't be guarded", error.to_string()))?;
        let tag = hmac::sign(&key, token.as_bytes());
        Ok(Self { key, tag, names, hosts: BTreeSet::new() })
    }

    /// Where it listens: requests must name that, or loopback under the same port, or what else they were told.
    pub(super) fn at(mut self, address: SocketAddr) -> Self {
        let port = address.port();
        // Behind a forwarded port the outer one stands in what is asked for.
        let whole = |name: &Authority| match name.port() {
            Some(_) => name.as_str().to_ascii_lowercase(),
            None => format!("{}:{port}", name.as_str().to_ascii_lowercase()),
        };
        let loopback = ["127.0.0.1", "localhost", "[::1]"].map(|name| format!("{name}:{port}"));
        // All of a machine's addresses are none that anybody asks for.
        let own = (!address.ip().is_unspecified()).then(|| address.to_string());
        self.hosts = loopback.into_iter().chain(own).collect();
        self.hosts.extend(self.names.iter().map(whole));
        // Clients leave out the port that their scheme means anyway; a name's may be forwarded from TLS.
        let bare = |host: &String| host.strip_suffix(":80").map(str::to_owned);
        let bare: Vec<_> = self.hosts.iter().filter_map(bare).collect();
        let by_tls = self.names.iter().filter(|name| name.port_u16() == Some(443));
        let by_tls = by_tls.map(|name| name.host().to_ascii_lowercase());
        self.hosts.extend(bare.into_iter().chain(by_tls));
        self
    }

    fn judge(&self, request: &Request) -> Result<(), Problem> {
        let headers = request.headers();
        if headers.contains_key(ORIGIN) {
            return Err(Problem::forbidden(
                "Origin: a browser's page can't use the control port",
                "call it from a program, without this header",
            ));
        }
        if !self.is_asked_for(headers, request.uri().authority()) {
            let fix = format!(
                "ask for one of {}; further names are given by --control-host at its start",
                self.hosts.iter().map(String::as_str).collect::<Vec<_>>().join(", ")
            );
            return Err(Problem::forbidden("Host: isn't a name and port of this control port", &fix));
        }
        if self.has_token(headers) { Ok(()) } else { Err(Problem::no_token()) }
    }

    fn is_asked_for(&self, headers: &HeaderMap, in_target: Option<&Authority>) -> bool {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let is_ours = |host: &str| self.hosts.iter().any(|ours| ours.eq_ignore_ascii_case(host));
        host.to_str().is_ok_and(is_ours) && in_target.is_none_or(|target| is_ours(target.as_str()))
    }

    fn has_token(&self, headers: &HeaderMap) -> bool {
        let mut values = headers.get_all(AUTHORIZATION).iter();
        let (Some(value), None) = (values.next(), values.next()) else { return false };
        let Some((scheme, token)) = value.to_str().ok().and_then(|value| value.split_once(' ')) else {
            return false;
        };
        scheme.eq_ignore_ascii_case("bearer")
            && hmac::verify(&self.key, token.as_bytes(), self.tag.as_ref()).is_ok()
    }
}

pub(super) async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    match guard.judge(&request) {
        Ok(()) => next.run(request).await,
        Err(problem) => problem.into_response(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_all_addresses_are_listened_at_a_name_must_be_given() {
        let names = || vec!["emulator".to_owned()];
        let hosts = |address: &str| {
            Guard::new("0123456789abcdef", names()).unwrap().at(address.parse().unwrap()).hosts
        };
        let all = ["127.0.0.1:8081", "[::1]:8081", "emulator:8081", "localhost:8081"].map(str::to_owned);
        assert_eq!(hosts("0.0.0.0:8081"), all.clone().into());
        assert_eq!(hosts("[::]:8081"), all.clone().into());
        let mut with_own = BTreeSet::from(all);
        with_own.insert("192.0.2.1:8081".to_owned());
        assert_eq!(hosts("192.0.2.1:8081"), with_own);
    }

    #[test]
    fn a_port_that_the_scheme_means_is_left_out_or_said() {
        let names = ["plain.test:80", "tls.test:443", "bare.test", "other.test:4711"].map(str::to_owned);
        let is_ours = |address: &str, host: &'static str| {
            let guard = Guard::new("0123456789abcdef", names.to_vec()).unwrap().at(address.parse().unwrap());
            let headers = HeaderMap::from_iter([(HOST, http::HeaderValue::from_static(host))]);
            guard.is_asked_for(&headers, None)
        };
        for host in ["127.0.0.1", "localhost:80", "[::1]", "bare.test", "192.0.2.1", "plain.test", "Tls.test"]
        {
            assert!(is_ours("192.0.2.1:80", host), "{host}");
        }
        for host in ["plain.test", "plain.test:80", "tls.test", "tls.test:443", "bare.test:8081"] {
            assert!(is_ours("127.0.0.1:8081", host), "{host}");
        }
        for host in ["127.0.0.1", "localhost", "[::1]", "bare.test", "other.test", "tls.test:80"] {
            assert!(!is_ours("127.0.0.1:8081", host), "{host}");
        }
    }
}
