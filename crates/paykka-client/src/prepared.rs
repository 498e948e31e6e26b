//! A call that is about to be made: what is particular to it is said here, and awaiting it makes it.

use std::fmt;
use std::pin::Pin;
use std::time::Duration;

use bytes::Bytes;
use http::{HeaderName, HeaderValue};
use paykka_model::{Encoding, Operation, WireObject};
use paykka_transport::{Answer, Call, Effect, Payload};

use crate::client::judge;
use crate::{Client, Error, Response, Upload};

/// A typed call; await it to make it.
///
/// Dropping the future before it is done leaves the outcome as unknown as a timeout does.
#[must_use = "a call is made when it is awaited"]
pub struct Prepared<'a, O: Operation> {
    client: &'a Client,
    request: &'a O::Request,
    options: Options,
}

impl<'a, O: Operation> Prepared<'a, O> {
    pub(crate) fn new(client: &'a Client, request: &'a O::Request) -> Self {
        Self { client, request, options: Options::default() }
    }

    pub(crate) const fn with(client: &'a Client, request: &'a O::Request, options: Options) -> Self {
        Self { client, request, options }
    }

    pub(crate) fn into_parts(self) -> (&'a Client, &'a O::Request, Options) {
        (self.client, self.request, self.options)
    }

    async fn send(self) -> Result<Response<O::Response>, Error> {
        let info = O::INFO;
        if info.encoding == Encoding::Multipart {
            return Err(Error::config("an upload isn't sent as JSON", "call it by Client::files"));
        }
        self.request.validate().into_result().map_err(|error| Error::invalid(info.name, error))?;
        let body = serde_json::to_vec(self.request).map_err(|error| Error::encode(info.name, error))?;
        let answer = self.client.send_operation(&info, self.options, Bytes::from(body)).await?;
        judge::<O>(&info, self.request, answer)
    }
}

impl<'a, O: Operation> IntoFuture for Prepared<'a, O>
where
    O::Request: Sync,
    O::Response: Send,
{
    type Output = Result<Response<O::Response>, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

impl<O: Operation> fmt::Debug for Prepared<'_, O> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Prepared").field("operation", &O::INFO.name).finish_non_exhaustive()
    }
}

/// A call to a path that isn't modelled, with JSON of your own; await it to make it. See [`Client::call_raw`].
#[must_use = "a call is made when it is awaited"]
pub struct RawCall<'a> {
    client: &'a Client,
    path: String,
    body: Payload,
    operation: &'static str,
    effect: Effect,
    is_for_nobody: bool,
    options: Options,
}

impl<'a> RawCall<'a> {
    pub(crate) fn new(client: &'a Client, path: String, body: Payload) -> Self {
        Self {
            client,
            path,
            body,
            operation: "raw",
            effect: Effect::Money,
            is_for_nobody: false,
            options: Options::default(),
        }
    }

    /// What a repeat would do. Until something else is said, it counts as a call that moves money.
    pub const fn effect(mut self, effect: Effect) -> Self {
        self.effect = effect;
        self
    }

    /// A name for spans and errors. Default `raw`.
    pub const fn operation(mut self, name: &'static str) -> Self {
        self.operation = name;
        self
    }

    /// For no merchant, whichever the client has.
    pub fn without_merchant(mut self) -> Self {
        self.is_for_nobody = true;
        self
    }

    async fn send(self) -> Result<Answer, Error> {
        let path = self.options.path().map_or(self.path, str::to_owned);
        let call = Call::new(path).operation(self.operation).effect(self.effect);
        let merchant = self.client.merchant().filter(|_| !self.is_for_nobody).map(str::to_owned);
        let call = self.options.apply(call, merchant);
        self.client.send(self.operation, call, self.body).await
    }
}

impl<'a> IntoFuture for RawCall<'a> {
    type Output = Result<Answer, Error>;
    type IntoFuture = Pin<Box<dyn Future<Output = Self::Output> + Send + 'a>>;

    fn into_future(self) -> Self::IntoFuture {
        Box::pin(self.send())
    }
}

/// The body is left out.
impl fmt::Debug for RawCall<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("RawCall").field("path", &self.path).finish_non_exhaustive()
    }
}

/// What is particular to one call.
#[derive(Clone, Default)]
pub(crate) struct Options {
    timeout: Option<Duration>,
    max_attempts: Option<u32>,
    merchant: Option<String>,
    headers: Vec<(HeaderName, HeaderValue)>,
    path: Option<String>,
}

impl Options {
    pub(crate) const fn set_timeout(&mut self, timeout: Duration) {
        self.timeout = Some(timeout);
    }

    pub(crate) const fn timeout(&self) -> Option<Duration> {
        self.timeout
    }

    pub(crate) fn path(&self) -> Option<&str> {
        self.path.as_deref()
    }

    pub(crate) fn merchant(&self) -> Option<&str> {
        self.merchant.as_deref()
    }

    /// Puts them into a call that is otherwise made for `merchant`.
    pub(crate) fn apply(self, mut call: Call, merchant: Option<String>) -> Call {
        if let Some(merchant) = self.merchant.or(merchant) {
            call = call.merchant(merchant);
        }
        if let Some(timeout) = self.timeout {
            call = call.timeout(timeout);
        }
        if let Some(attempts) = self.max_attempts {
            call = call.max_attempts(attempts);
        }
        self.headers.into_iter().fold(call, |call, (name, value)| call.header(name, value))
    }
}

/// What can be said of one call, for all kinds alike.
macro_rules! options {
    ($($(#[$doc:meta])* fn $name:ident($($argument:ident: $type:ty),+) |$options:ident| $set:block)+) => {
        impl<O: Operation> Prepared<'_, O> {
            $($(#[$doc])* pub fn $name(mut self, $($argument: $type),+) -> Self {
                let $options = &mut self.options;
                $set
                self
            })+
        }

        impl RawCall<'_> {
            $($(#[$doc])* pub fn $name(mut self, $($argument: $type),+) -> Self {
                let $options = &mut self.options;
                $set
                self
            })+
        }

        impl Upload<'_> {
            $($(#[$doc])* pub fn $name(mut self, $($argument: $type),+) -> Self {
                let $options = self.options_mut();
                $set
                self
            })+
        }
    };
}

options! {
    /// How long this call may take in all, in the place of the client's timeout.
    fn timeout(timeout: Duration) |options| {
        options.set_timeout(timeout);
    }

    /// How often this call may be tried at most, in the place of the client's number.
    fn max_attempts(attempts: u32) |options| {
        options.max_attempts = Some(attempts);
    }

    /// The merchant that this call is for, in the place of the client's.
    fn as_merchant(merchant: impl Into<String>) |options| {
        options.merchant = Some(merchant.into());
    }

    /// A header to be sent with this call. It isn't signed.
    fn header(name: HeaderName, value: HeaderValue) |options| {
        options.headers.push((name, value));
    }

    /// Another path than the operation's, for one that turned out otherwise than our inference (I). It is signed.
    fn at_path(path: impl Into<String>) |options| {
        options.path = Some(path.into());
    }
}
