//! One call as the stack sees it: where it goes, what it would do if it arrived twice, and how far it has come. The
//! layers read this from the request's extensions, so that each of them works alone, and a call that says nothing of
//! itself is handled as one that moves money.

mod before_send;
mod context;
mod headers;
mod path;
mod payload;

use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, HeaderName, HeaderValue, Method, Request};

pub use self::before_send::{BeforeSend, MayLeave};
pub use self::context::CallContext;
use self::context::Facts;
pub(crate) use self::context::{Reach, Reached};
pub(crate) use self::headers::{check_headers, check_own_headers};
use self::path::uri_of;
pub(crate) use self::path::{check_path, check_prefix};
pub(crate) use self::payload::Mark;
pub use self::payload::{Payload, SentBody};
use crate::Error;
use crate::sign_verify::MERCHANT_HEADER;

/// What the platform would do with a second copy of a request; only this decides what is sent again by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
#[non_exhaustive]
pub enum Effect {
    /// Changes nothing.
    Read,
    /// A repeat leaves a harmless second object: a quote, an upload.
    Spare,
    /// Changes something, and nobody says that the platform takes a repeat for one.
    Write,
    /// Moves money or settles it; also whatever says nothing of itself.
    #[default]
    Money,
}

/// A call to one path: built here, sent by [`Transport::send`](crate::Transport::send), or made into a request for a stack
/// of your own by [`request`](Self::request).
#[derive(Clone)]
#[must_use]
pub struct Call {
    path: Cow<'static, str>,
    merchant: Option<String>,
    headers: HeaderMap,
    facts: Facts,
}

impl Call {
    /// A call to an absolute path without query, e.g. `/api/v2/merch/pay/apply`. Until something else is said, it counts
    /// as one that moves money: it is never sent again once a byte of it has left, unless the platform has said under its
    /// signature that it did nothing (`010001`).
    pub fn new(path: impl Into<Cow<'static, str>>) -> Self {
        Self { path: path.into(), merchant: None, headers: HeaderMap::new(), facts: Facts::default() }
    }

    /// The operation's name, for spans, metrics, pacing and response policies, e.g. `payment.apply`.
    pub fn operation(mut self, name: &'static str) -> Self {
        self.facts.operation = name;
        self
    }

    /// What a repeat of it would do.
    pub const fn effect(mut self, effect: Effect) -> Self {
        self.facts.effect = effect;
        self
    }

    /// The merchant number, sent and signed as `X-Merch-Id`.
    pub fn merchant(mut self, merchant: impl Into<String>) -> Self {
        self.merchant = Some(merchant.into());
        self
    }

    /// The number by which people will look for the call, shown in spans; it isn't sent.
    pub fn request_id(mut self, request_id: impl Into<String>) -> Self {
        self.facts.request_id = Some(request_id.into());
        self
    }

    /// How long this call may take in all, in the place of the stack's operation deadline.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.facts.timeout = Some(timeout);
        self
    }

    /// How often this call may be tried at most, in the place of the stack's number; at least once.
    pub const fn max_attempts(mut self, attempts: u32) -> Self {
        self.facts.max_attempts = Some(attempts);
        self
    }

    /// Who is asked before each attempt's first byte, once it is signed.
    pub fn before_send(mut self, asked: Arc<dyn BeforeSend>) -> Self {
        self.facts.before_send = Some(asked);
        self
    }

    /// A header to be sent beside the stack's own. It isn't signed.
    pub fn header(mut self, name: HeaderName, value: HeaderValue) -> Self {
        self.headers.append(name, value);
        self
    }

    /// The request with this call's body, as the layers take it.
    ///
    /// # Errors
    /// [`Error::is_config`] for a path that can't be sent as it stands, a merchant number that doesn't fit a header, and
    /// headers that the stack writes itself.
    pub fn request(self, body: impl Into<Payload>) -> Result<Request<Payload>, Error> {
        let uri = uri_of(&self.path)?;
        let mut request = Request::new(body.into());
        *request.method_mut() = Method::POST;
        *request.uri_mut() = uri;
        check_own_headers(&self.headers)?;
        *request.headers_mut() = self.headers;
        if let Some(merchant) = self.merchant {
            let value = HeaderValue::try_from(merchant).map_err(|error| {
                Error::config_because(
                    "the merchant number doesn't fit a header",
                    "give visible ASCII alone",
                    error,
                )
            })?;
            request.headers_mut().insert(MERCHANT_HEADER, value);
        }
        request.extensions_mut().insert(CallContext::new(self.facts));
        Ok(request)
    }
}

/// Headers are left out.
impl fmt::Debug for Call {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Call")
            .field("path", &self.path)
            .field("merchant", &self.merchant)
            .field("facts", &self.facts)
            .finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_says_nothing_of_itself_moves_money() {
        let request = Call::new("/p").request("{}").unwrap();
        assert_eq!(CallContext::of(&request).effect(), Effect::Money);
        assert_eq!(CallContext::of(&Request::new(())).effect(), Effect::Money);
    }

    #[test]
    fn headers_of_the_stack_cant_be_given() {
        for name in [http::header::AUTHORIZATION, http::header::HOST] {
            let call = Call::new("/p").header(name, HeaderValue::from_static("x"));
            assert!(call.request("{}").unwrap_err().is_config());
        }
        let call = Call::new("/p").header(HeaderName::from_static("x-a"), HeaderValue::from_static("x"));
        assert!(call.request("{}").unwrap().headers().contains_key("x-a"));
        assert!(Call::new("/p").merchant("M\n1").request("{}").unwrap_err().is_config());
    }
}
