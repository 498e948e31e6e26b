//! Plain serde types and the operation table of the PayKKa OpenAPI.
//!
//! # Is this the crate I need?
//!
//! Take it alone when you have your own transport and want the types, the paths and what is known about them. It does
//! no I/O and knows nothing of signatures; for these see `paykka-sign`, and `paykka-client` for whole calls.
//!
//! # How sure is each fact?
//!
//! The platform's public pages have holes. So every operation says where its path and its bodies come from, as
//! [`Origin`]: documented, seen in a third party's client, or inferred by us.
//!
//! The appendix tables are open enums: [`Country`] and [`Currency`] here, the others in [`unconfirmed`], since nobody
//! saw their rows on a page of the platform. [`Tables`] reads better ones when a program starts.
//!
//! # Example
//!
//! ```
//! use paykka_model::{Amount, Operation, Origin, PaymentApply, PaymentApplyRequest};
//!
//! let request = PaymentApplyRequest {
//!     request_id: "PAY-2026-0001".into(),
//!     beneficiary_id: "B0001".into(),
//!     currency: "USD".into(),
//!     amount: Amount::from_wire(125_000),
//!     postscript: "INV 17".into(),
//! };
//! assert_eq!(PaymentApply::INFO.path, "/api/v2/merch/pay/apply");
//! assert_eq!(PaymentApply::INFO.origin.path, Origin::Documented);
//! assert_eq!(serde_json::to_value(&request).unwrap()["amount"], 125_000);
//! ```
//!
//! Holds today: `payment.apply`, `payment.inquiry`, `balance.inquiry`, `payment.notification`.

mod amount;
mod balance;
mod decode;
mod error;
mod notification;
mod open_enum;
mod operation;
mod payment;
mod tables;
pub mod unconfirmed;

pub use amount::Amount;
pub use balance::{AccountBalance, BalanceInquiryRequest, BalanceInquiryResponse};
pub use decode::{DecodeError, decode};
pub use error::{ApiError, RetCode};
pub use notification::{Envelope, Notification};
pub use operation::{
    BalanceInquiry, Effect, Event, MerchantRule, OPERATIONS, Operation, OperationInfo, Origin, Origins,
    PaymentApply, PaymentInquiry, PaymentNotification, Role,
};
pub use payment::{
    PaymentApplyRequest, PaymentApplyResponse, PaymentInquiryRequest, PaymentState, PaymentStatus,
};
pub use tables::{
    Code, CodeTable, Country, Currency, ParseCodeError, Row, RowOrigin, Table, TableError, Tables,
    UnknownCountry, UnknownCurrency, WireCode,
};
