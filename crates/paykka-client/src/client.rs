//! The client: picks path and merchant from the operation table, sends, and judges the verified answer.

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use paykka_model::{ApiError, Effect, MerchantRule, Operation, OperationInfo, decode};
use paykka_transport::{Answer, BeforeSend, Call, Transport};

use crate::journal::Journal;
use crate::money::MoneyBuilder;
use crate::{Balance, ClientBuilder, Error, Payments, Response};

/// Calls to the platform. Clones are cheap and share connections and keys.
#[derive(Clone)]
pub struct Client {
    transport: Transport,
    merchant: Option<Arc<str>>,
}

impl Client {
    /// Starts a client for `base_url`, e.g. `https://open-fat.cb.paykka.com` (the sandbox, D). The production host is
    /// handed out by the platform.
    #[must_use]
    pub fn builder(base_url: impl Into<String>) -> ClientBuilder {
        ClientBuilder::new(base_url.into())
    }

    /// A client over a transport of your own making, for `merchant`.
    #[must_use]
    pub fn from_transport(transport: Transport, merchant: Option<String>) -> Self {
        Self { transport, merchant: merchant.map(Arc::from) }
    }

    /// Calls about the merchant's accounts.
    #[must_use]
    pub const fn balance(&self) -> Balance<'_> {
        Balance::new(self)
    }

    /// Calls about payments to beneficiaries.
    #[must_use]
    pub const fn payments(&self) -> Payments<'_> {
        Payments::new(self)
    }

    /// Makes any call of the operation table.
    ///
    /// Dropping the future before it is done leaves the outcome as unknown as a timeout does.
    ///
    /// # Errors
    /// See [`Error`]. For a call that moves money ask [`Error::outcome_unknown`].
    pub async fn call<O: Operation>(&self, request: &O::Request) -> Result<Response<O::Response>, Error> {
        let info = O::INFO;
        let body = serde_json::to_vec(request).map_err(|error| Error::encode(info.name, error))?;
        let mut call = Call::new(info.path).operation(info.name).effect(effect_of(&info));
        if let Some(merchant) = self.merchant_for(&info)? {
            call = call.merchant(merchant);
        }
        let answer = self.transport.send(call, Bytes::from(body)).await;
        let answer = answer.map_err(|error| Error::transport(&info, error))?;
        judge::<O>(&info, request, answer)
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
        if let Some(merchant) = &self.merchant {
            call = call.merchant(&**merchant);
        }
        if let Some(asked) = asked {
            call = call.before_send(asked);
        }
        self.transport.send(call, body).await
    }

    pub(crate) fn merchant_number(&self) -> Option<&str> {
        self.merchant.as_deref()
    }

    /// See [`Transport::settings`].
    pub(crate) fn transport_settings(&self) -> &str {
        self.transport.settings()
    }

    fn merchant_for(&self, info: &OperationInfo) -> Result<Option<&str>, Error> {
        match info.merchant {
            MerchantRule::Never => Ok(None),
            MerchantRule::Optional => Ok(self.merchant.as_deref()),
            MerchantRule::Required => self.merchant.as_deref().map(Some).ok_or_else(|| {
                Error::config(
                    "this call belongs to a merchant, and none is set",
                    "call ClientBuilder::merchant",
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
fn judge<O: Operation>(
    info: &OperationInfo,
    request: &O::Request,
    answer: Answer,
) -> Result<Response<O::Response>, Error> {
    let Some(body) = answer.verified() else { return Err(Error::unverified(info, answer)) };
    if let Some(error) = ApiError::from_body(body.value()) {
        return Err(Error::failure(info, error, answer));
    }
    if !answer.status().is_success() {
        return Err(Error::unexpected_status(info, answer));
    }
    match body.decode(decode::<O::Response>) {
        Ok(value) if O::answers(request, value.value()) => Ok(Response::new(value, answer)),
        Ok(_) => Err(Error::other_object(info, answer)),
        Err(error) => Err(Error::decode(info, error, answer)),
    }
}
