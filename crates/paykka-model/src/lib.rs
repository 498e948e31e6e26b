//! Plain serde types and the operation table of the PayKKa OpenAPI.
//!
//! # Is this the crate I need?
//!
//! Take it alone when you have your own transport and want the types, the paths and what is known about them. It does
//! no I/O and knows nothing of signatures; for these see `paykka-sign`, and `paykka-client` for whole calls.
//!
//! # How sure is each fact?
//!
//! The platform's public pages have holes. So every operation, every field, every limit and every known value says where
//! it comes from, as [`Origin`]: documented by the platform (D), seen in a third party's client (T), or inferred by us
//! (I). `docs/coverage.md` lists them all.
//!
//! The appendix tables are open enums. Of their rows only the currencies stand on a page of the platform: [`Currency`].
//! [`Country`] is ISO 3166-1, since the pages ask for country codes and list none; the other tables are guesses out of public standards, and live in
//! [`unconfirmed`]. [`Tables`] reads better ones when a program starts.
//!
//! # Examples
//!
//! Hand in a payee:
//!
//! ```
//! use paykka_model::{
//!     BankAccount, BankAccountFields, Beneficiary, Code, Country, Currency, PayeeCreateRequest, PayeeType, RequestId,
//! };
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let account = BankAccount::new(BankAccountFields {
//!     currency: Currency::Usd,
//!     country_code: Country::Us,
//!     bank_name: "First Example Bank".into(),
//!     account_no: "000123456789".into(),
//!     account_name: "Example Ltd ".into(),
//! });
//! let payee = Beneficiary::new()
//!     .country(Country::Us)
//!     .ent_name("Example Ltd")
//!     .bank_account(account.routing_number("021000021").bank_code(Code::given("102")));
//! let mut request = PayeeCreateRequest::new(RequestId::new("PAYEE-17")?, PayeeType::Company, payee);
//!
//! // All that is wrong, at once, with its path; the value itself is never repeated.
//! let problems = request.validate().into_result().unwrap_err().to_string();
//! assert_eq!(
//!     problems,
//!     "$.beneficiary.bank_account.account_name: begins or ends with white space; trim it (our own rule)",
//! );
//! if let Some(account) = &mut request.beneficiary.bank_account {
//!     account.account_name = "Example Ltd".into();
//! }
//! request.validate().into_result()?;
//! println!("{}", serde_json::to_string(&request)?);
//! # assert!(serde_json::to_string(&request)?.starts_with(r#"{"request_id":"PAYEE-17","type":"COMPANY","#));
//! # Ok(())
//! # }
//! ```
//!
//! Read a notification (verify it first: `paykka-webhook` does both):
//!
//! ```
//! use paykka_model::{Disposition, Notification};
//!
//! # fn main() -> Result<(), paykka_model::DecodeError> {
//! let body = br#"{"type":"MERCH","version":"1.0","data":{"request_id":"PAY-1","status":"SUCCESS","fee_amount":0}}"#;
//! match Notification::from_body(body)? {
//!     Notification::Payment(payment) => {
//!         assert_eq!(payment.status.disposition(), Disposition::Succeeded);
//!         println!("{} is {}", payment.request_id, payment.status);
//!     }
//!     Notification::Unknown(unknown) => println!("keep it: {unknown:?}"),
//!     other => println!("{other:?}"),
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # Money
//!
//! What the wire's amounts count in isn't documented, and a wrong guess pays a hundredfold. So [`Amount`] and
//! [`NumberAmount`] are converted from and to decimals only with an [`AmountUnit`] that the program names.
//!
//! # Features
//!
//! | feature | what it makes available |
//! | --- | --- |
//! | `generate` (default) | [`RequestId::generate`], with the operating system's randomness and clock |

mod decode;
mod domain;
mod error;
mod notification;
mod numbers;
mod open_enum;
mod operation;
mod schema;
mod tables;
pub mod unconfirmed;

pub use decode::{DecodeError, decode};
pub use domain::*;
pub use error::{ApiError, RetCode, UnknownRetCode};
pub use notification::{Envelope, Notification, NotificationKind, UnknownNotification};
pub use numbers::{Amount, AmountError, AmountUnit, Decimal, DecimalError, NumberAmount};
pub use open_enum::Disposition;
pub use operation::*;
pub use schema::{
    Field, JsonType, KnownValue, Limit, Origin, Problem, Schema, Validation, Violation, WireObject,
};
pub use tables::{
    Code, CodeTable, Country, Currency, ParseCodeError, Row, RowOrigin, Table, TableError, Tables,
    UnknownCountry, UnknownCurrency, WireCode,
};

/// The README's example, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
