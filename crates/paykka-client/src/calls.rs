//! The calls by domain, so that an editor's completion shows what there is.

use paykka_model::{
    BalanceInquiry, BalanceInquiryRequest, BalanceInquiryResponse, PaymentApply, PaymentApplyRequest,
    PaymentApplyResponse, PaymentInquiry, PaymentInquiryRequest, PaymentState,
};

use crate::{Client, Error, Response};

/// Calls about the merchant's accounts; see [`Client::balance`].
#[derive(Debug, Clone, Copy)]
pub struct Balance<'a>(&'a Client);

impl<'a> Balance<'a> {
    /// `balance.inquiry`, `POST /api/v2/merch/account/balance` (path and bodies I). Reads only.
    ///
    /// # Errors
    /// See [`Error`].
    pub async fn inquiry(
        self,
        request: &BalanceInquiryRequest,
    ) -> Result<Response<BalanceInquiryResponse>, Error> {
        self.0.call::<BalanceInquiry>(request).await
    }

    pub(crate) const fn new(client: &'a Client) -> Self {
        Self(client)
    }
}

/// Calls about payments to beneficiaries; see [`Client::payments`].
#[derive(Debug, Clone, Copy)]
pub struct Payments<'a>(&'a Client);

impl<'a> Payments<'a> {
    /// `payment.apply`, `POST /api/v2/merch/pay/apply` (path and bodies D). **Moves money.** It is sent once; nothing
    /// here sends it again.
    ///
    /// # Errors
    /// See [`Error`]. Where [`Error::outcome_unknown`] is `true`, ask [`inquiry`](Self::inquiry) before anything else.
    pub async fn apply(self, request: &PaymentApplyRequest) -> Result<Response<PaymentApplyResponse>, Error> {
        self.0.call::<PaymentApply>(request).await
    }

    /// `payment.inquiry`, `POST /api/v2/merch/pay/inquiry` (path and bodies I). Reads only.
    ///
    /// # Errors
    /// See [`Error`]; [`Error::is_not_found`] where the platform knows no such payment.
    pub async fn inquiry(self, request: &PaymentInquiryRequest) -> Result<Response<PaymentState>, Error> {
        self.0.call::<PaymentInquiry>(request).await
    }

    pub(crate) const fn new(client: &'a Client) -> Self {
        Self(client)
    }
}
