//! The client: picks path and merchant from the operation table, sends, and judges the verified answer.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use paykka_model::{ApiError, Effect, MerchantRule, Operation, OperationInfo, decode};
use paykka_transport::{Answer, BeforeSend, Call, Payload, Transport};

use crate::journal::Journal;
use crate::money::MoneyBuilder;
use crate::prepared::Options;
use crate::{ClientBuilder, Error, Prepared, RawCall, Response, Setup};

/// Calls to the platform. Clones are cheap and share connections, keys, and the budget for trying again.
#[derive(Clone)]
pub struct Client {
    transport: Transport,
    merchant: Option<Arc<str>>,
    setup: Option<Arc<Setup>>,
}

impl Client {
    /// Starts a client for `base_url`, e.g. `https://open-fat.cb.paykka.com` (the sandbox, D). The production host is
    /// handed out by the platform.
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new().base_url(base_url)
    }

    /// A client as this process' environment describes it; see [`ClientBuilder::from_env`].
    ///
    /// # Errors
    /// [`Error::is_config`], with all mistakes at once.
    pub fn from_env() -> Result<Self, Error> {
        ClientBuilder::from_env().build()
    }

    /// A client over a transport of your own making, for `merchant`.
    #[must_use]
    pub fn from_transport(transport: Transport, merchant: Option<String>) -> Self {
        Self { transport, merchant: merchant.map(Arc::from), setup: None }
    }

    /// The same client for another merchant: it shares connections, keys and budget. The key must sign for that merchant, too.
    #[must_use]
    pub fn as_merchant(&self, merchant: &str) -> Self {
        Self { merchant: Some(Arc::from(merchant)), ..self.clone() }
    }

    /// The merchant whose calls these are, where one is set.
    #[must_use]
    pub fn merchant(&self) -> Option<&str> {
        self.merchant.as_deref()
    }

    /// What the client was built with, for people; `None` for one [`from_transport`](Self::from_transport).
    #[must_use]
    pub fn setup(&self) -> Option<&Setup> {
        self.setup.as_deref()
    }

    /// Prepares any call of the operation table. Uploads go by [`files`](Self::files).
    pub fn call<'a, O: Operation>(&'a self, request: &'a O::Request) -> Prepared<'a, O> {
        Prepared::new(self, request)
    }

    /// Prepares a call with JSON of your own to a path of your own, for what isn't modelled. It is signed, its answer verified, and
    /// a failure that the answer states is an error; the rest is yours. Until its effect is said, it counts as a call that
    /// moves money.
    pub fn call_raw(&self, path: impl Into<String>, json: impl Into<bytes::Bytes>) -> RawCall<'_> {
        RawCall::new(self, path.into(), Payload::json(json))
    }

    /// Sends an operation's call, for whom and where the table and the options say.
    pub(crate) async fn send_operation(
        &self,
        info: &OperationInfo,
        options: Options,
        body: impl Into<Payload>,
    ) -> Result<Answer, Error> {
        let path = options.path().map(str::to_owned);
        let merchant = self.merchant_for(info, options.merchant())?.map(str::to_owned);
        let call = path.map_or_else(|| Call::new(info.path), Call::new);
        let call = options.apply(call.operation(info.name).effect(effect_of(info)), merchant);
        let answer = self.transport.send(call, body).await;
        answer.map_err(|error| Error::transport(info.name, error))
    }

    /// Sends a call; a failure that its answer states is an error.
    pub(crate) async fn send(
        &self,
        operation: &'static str,
        call: Call,
        body: Payload,
    ) -> Result<Answer, Error> {
        let answer = self.transport.send(call, body).await;
        let answer = answer.map_err(|error| Error::transport(operation, error))?;
        match ApiError::from_body(answer.bytes()) {
            Some(error) => Err(Error::failure(operation, error, answer)),
            None if answer.status().is_success() => Ok(answer),
            None => Err(Error::unexpected_status(operation, answer)),
        }
    }

    /// Calls that move money, made at most once, with a journal of what was asked; see [`money`](crate::money).
    pub fn money(&self, journal: Arc<dyn Journal>) -> MoneyBuilder {
        MoneyBuilder::new(self.clone(), journal)
    }

    /// Sends these very bytes for this client's merchant, and judges nothing: `number` is for spans, and `asked` is asked
    /// before each attempt's first byte.
    pub(crate) async fn send_bytes(
        &self,
        info: &OperationInfo,
        number: String,
        body: Bytes,
        asked: Option<Arc<dyn BeforeSend>>,
    ) -> Result<Answer, paykka_transport::Error> {
        let mut call = Call::new(info.path).operation(info.name).effect(effect_of(info)).request_id(number);
        if let Some(merchant) = self.merchant() {
            call = call.merchant(merchant);
        }
        if let Some(asked) = asked {
            call = call.before_send(asked);
        }
        self.transport.send(call, body).await
    }

    pub(crate) fn with_setup(self, setup: Setup) -> Self {
        Self { setup: Some(Arc::new(setup)), ..self }
    }

    /// See [`Transport::settings`].
    pub(crate) fn transport_settings(&self) -> &str {
        self.transport.settings()
    }

    /// See [`Transport::platform_keys`].
    pub(crate) const fn platform_keys(&self) -> &paykka_sign::SharedKeyRing {
        self.transport.platform_keys()
    }

    pub(crate) fn merchant_for<'a>(
        &'a self,
        info: &OperationInfo,
        asked: Option<&'a str>,
    ) -> Result<Option<&'a str>, Error> {
        let merchant = asked.or(self.merchant());
        match info.merchant {
            MerchantRule::Never if asked.is_some() => Err(Error::config(
                "this call belongs to no merchant, and one is given for it",
                "leave as_merchant out",
            )),
            MerchantRule::Never => Ok(None),
            MerchantRule::Optional => Ok(merchant),
            MerchantRule::Required => merchant.map(Some).ok_or_else(|| {
                Error::config(
                    "this call belongs to a merchant, and none is set",
                    "call ClientBuilder::merchant, or as_merchant",
                )
            }),
        }
    }
}

impl fmt::Debug for Client {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Client").field("merchant", &self.merchant).finish_non_exhaustive()
    }
}

/// What has an effect that we don't know yet is handled as if it moved money.
const fn effect_of(info: &OperationInfo) -> paykka_transport::Effect {
    match info.effect {
        Effect::Read | Effect::Notice => paykka_transport::Effect::Read,
        Effect::Spare => paykka_transport::Effect::Spare,
        Effect::Write { .. } => paykka_transport::Effect::Write,
        _ => paykka_transport::Effect::Money,
    }
}

/// A `ret_code` speaks first: a sister product wraps failures into a 2xx (I).
pub(crate) fn judge<O: Operation>(
    info: &OperationInfo,
    request: &O::Request,
    answer: Answer,
) -> Result<Response<O::Response>, Error> {
    let Some(body) = answer.verified() else { return Err(Error::unverified(info.name, answer)) };
    if let Some(error) = ApiError::from_body(body.value()) {
        return Err(Error::failure(info.name, error, answer));
    }
    if !answer.status().is_success() {
        return Err(Error::unexpected_status(info.name, answer));
    }
    match body.decode(decode::<O::Response>) {
        Ok(value) if O::answers(request, value.value()) => Ok(Response::new(value, answer)),
        Ok(_) => Err(Error::other_object(info.name, answer)),
        Err(error) => Err(Error::decode(info.name, error, answer)),
    }
}
