//! Who may use the control port: a program on this machine that has the token. A page in a browser could be made to talk
//! to loopback ports, by a name that suddenly resolves to 127.0.0.1 (DNS rebinding), so the host that was asked for is
//! checked, and what only browsers send is refused.

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
    port: u16,
}

impl Guard {
    pub(super) fn new(token: &str) -> Result<Self, Error> {
        let key = hmac::Key::generate(hmac::HMAC_SHA256, &ring::rand::SystemRandom::new())
            .map_err(|error| Error::new("a control token can't be guarded", error.to_string()))?;
        let tag = hmac::sign(&key, token.as_bytes());
        Ok(Self { key, tag, port: 0 })
    }

    /// The port that requests must name as their host's.
    pub(super) fn at(self, port: u16) -> Self {
        Self { port, ..self }
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
            let fix = format!("ask for 127.0.0.1:{0}, localhost:{0} or [::1]:{0}", self.port);
            return Err(Problem::forbidden("Host: isn't this machine's loopback and this port", &fix));
        }
        if self.has_token(headers) { Ok(()) } else { Err(Problem::no_token()) }
    }

    fn is_asked_for(&self, headers: &HeaderMap, in_target: Option<&Authority>) -> bool {
        let mut hosts = headers.get_all(HOST).iter();
        let (Some(host), None) = (hosts.next(), hosts.next()) else { return false };
        let is_ours = |host: &str| {
            host.rsplit_once(':').is_some_and(|(name, port)| {
                let is_loopback =
                    ["127.0.0.1", "[::1]"].contains(&name) || name.eq_ignore_ascii_case("localhost");
                is_loopback && port == self.port.to_string()
            })
        };
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
