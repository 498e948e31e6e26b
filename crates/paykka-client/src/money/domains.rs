//! The three calls by domain, under the names that the client has for them.

use paykka_model::{
    ForexConfirmRequest, ForexConfirmResponse, ForexState, PaymentApplyRequest, PaymentApplyResponse,
    PaymentState, RequestId, TradeSettleApplyRequest, TradeSettleApplyResponse, TradeSettleReceipt,
};

use super::kind::Kind;
use super::{Money, MoneyError, Settled, settled};

/// Payments; see [`Money::payments`].
#[derive(Debug, Clone, Copy)]
pub struct MoneyPayments<'a>(pub(super) &'a Money);

impl MoneyPayments<'_> {
    /// `payment.apply` (path and bodies D), under a business key of yours. **Moves money.**
    ///
    /// The request's own `request_id` is replaced by one that is made of the key ([`Settled::request_id`]), so that the same
    /// job, run again, comes to the same payment. The same key with another request is an error.
    ///
    /// # Errors
    /// See [`MoneyError`]. Dropping the future leaves the claim as it stands: call again with the same key.
    pub async fn submit(
        self,
        key: &str,
        request: &PaymentApplyRequest,
    ) -> Result<Settled<PaymentApplyResponse, PaymentState>, MoneyError> {
        let mut request = request.clone();
        request.request_id = self.number(key)?;
        settled(self.0.submit(Kind::Payment, key, &request).await?)
    }

    /// The number under which a payment of this key is, or would be, known to the platform.
    ///
    /// # Errors
    /// For a key that can't be used.
    pub fn number(self, key: &str) -> Result<RequestId, MoneyError> {
        self.0.request_id(&self.0.0.id(Kind::Payment, key)?)
    }
}

/// Exchanges; see [`Money::forex`].
#[derive(Debug, Clone, Copy)]
pub struct MoneyForex<'a>(pub(super) &'a Money);

impl MoneyForex<'_> {
    /// `forex.confirm` (path and bodies I), under a business key of yours. **Moves money.** The quote is read beforehand and
    /// must be open; nothing is ever quoted again.
    ///
    /// # Errors
    /// See [`MoneyError`].
    pub async fn confirm(
        self,
        key: &str,
        request: &ForexConfirmRequest,
    ) -> Result<Settled<ForexConfirmResponse, ForexState>, MoneyError> {
        settled(self.0.submit(Kind::Forex, key, request).await?)
    }
}

/// Settlements; see [`Money::trade_settle`].
#[derive(Debug, Clone, Copy)]
pub struct MoneyTradeSettle<'a>(pub(super) &'a Money);

impl MoneyTradeSettle<'_> {
    /// `trade_settle.apply` (path and bodies D), under a business key of yours. **Moves money.** The receipt is read
    /// beforehand and must be waiting to be related.
    ///
    /// # Errors
    /// See [`MoneyError`].
    pub async fn apply(
        self,
        key: &str,
        request: &TradeSettleApplyRequest,
    ) -> Result<Settled<TradeSettleApplyResponse, TradeSettleReceipt>, MoneyError> {
        settled(self.0.submit(Kind::TradeSettle, key, request).await?)
    }
}
