//! The platform's bodies, one module a domain, and the values that several of them share.

mod account;
mod assessment;
mod date;
mod file;
mod forex;
mod ids;
mod onboarding;
mod order;
mod payee;
mod payment;
mod remittance;
mod trade_settle;
mod va;

pub use account::{AccountBalance, AccountBalanceFields, BalanceInquiryRequest, BalanceInquiryResponse};
pub use assessment::{
    AssessmentResultRequest, AssessmentState, AssessmentSubmitFields, AssessmentSubmitRequest,
    AssessmentSubmitResponse, AssessmentUpdateFields, AssessmentUpdateRequest, RiskLevel, UnknownRiskLevel,
};
pub use date::{Date, DateError, DateTime};
pub use file::{FileMeta, FileMetaFields, FileUploadResponse};
pub use forex::{
    ForexConfirmRequest, ForexConfirmResponse, ForexInquiryRequest, ForexPreOrderFields,
    ForexPreOrderRequest, ForexPreOrderResponse, ForexPreOrderResponseFields, ForexState, ForexStateFields,
    ForexStatus, UnknownForexStatus,
};
#[cfg(feature = "generate")]
pub use ids::GenerateError;
pub use ids::{FileId, RequestId, RequestIdError};
pub use onboarding::{
    Address, Business, BusinessFields, ContactPerson, ContactPersonFields, DocumentType, IdentityType,
    License, LicenseFields, OnboardingApplyFields, OnboardingApplyRequest, OnboardingApplyResponse,
    OnboardingInquiryRequest, OnboardingState, OnboardingStatus, OnboardingUpdateFields,
    OnboardingUpdateRequest, OnboardingUpdateResponse, Stakeholder, StakeholderFields, UnknownDocumentType,
    UnknownIdentityType, UnknownOnboardingStatus,
};
pub use order::{
    BuyerType, CustomDecInfo, GoodsInfo, LogisticsInfo, LogisticsInfoFields, OrderCreateFields,
    OrderCreateRequest, OrderCreateResponse, OrderInquiryRequest, OrderReview, OrderState, OrderStatus,
    OrderSupplementRequest, OrderSupplementResponse, OrderUpdateFields, OrderUpdateRequest,
    OrderUpdateResponse, ShipStatus, TransactionType, TransportType, UnknownBuyerType, UnknownOrderStatus,
    UnknownShipStatus, UnknownTransactionType, UnknownTransportType,
};
pub use payee::{
    BankAccount, BankAccountFields, Beneficiary, PayeeCreateRequest, PayeeCreateResponse,
    PayeeInquiryRequest, PayeeState, PayeeStatus, PayeeType, PayeeUpdateRequest, PayeeUpdateResponse,
    UnknownPayeeStatus, UnknownPayeeType,
};
pub use payment::{
    PaymentApplyFields, PaymentApplyRequest, PaymentApplyResponse, PaymentInquiryRequest, PaymentState,
    PaymentStatus, UnknownPaymentStatus,
};
pub use remittance::{ReceiptStatus, Remittance, UnknownReceiptStatus};
pub use trade_settle::{
    RelatedOrder, TradeSettleApplyRequest, TradeSettleApplyResponse, TradeSettleInquiryRequest,
    TradeSettleReceipt, TradeSettleState,
};
pub use va::{
    UnknownVaStatus, UnknownVaType, VaApplyRequest, VaApplyResponse, VaInquiryRequest, VaState, VaStatus,
    VaType,
};
