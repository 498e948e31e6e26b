//! Typed calls to the PayKKa OpenAPI: signed with your key, verified with the platform's, decoded into types.
//!
//! # Is this the crate I need?
//!
//! Take it when you want to call the platform from Rust. For your own JSON on your own paths take
//! `paykka-transport`; for the endpoint that receives notifications `paykka-webhook`; for signatures alone
//! `paykka-sign`.
//!
//! # Example
//!
//! ```no_run
//! use paykka_client::Client;
//! use paykka_model::BalanceInquiryRequest;
//!
//! # async fn run() -> Result<(), paykka_client::Error> {
//! let client = Client::builder("https://open-fat.cb.paykka.com")
//!     .private_key_file("K001", "merchant.private.pem")
//!     .platform_key_file("P001", "platform.public.pem")
//!     .merchant("M24061911365700670")
//!     .build()?;
//! let balance = client.balance().inquiry(&BalanceInquiryRequest::default()).await?;
//! for account in &balance.value().accounts {
//!     println!("{} {}", account.currency, account.available_amount);
//! }
//! # Ok(())
//! # }
//! ```
//!
//! # When a payment's answer never comes
//!
//! Leave it to [`Client::money`]: it keeps a journal, finds out what became of each call, and makes none twice; see
//! [`money`]. Who keeps books himself asks [`Error::outcome_unknown`]. If it is `true`, the payment may have been made: call
//! [`Payments::inquiry`] with the same `request_id` until the platform says what became of it, and don't apply again
//! before.
//!
//! Holds today: `payment.apply`, `payment.inquiry`, `balance.inquiry`.

mod builder;
mod calls;
mod client;
mod error;
pub mod journal;
pub mod money;
mod response;

pub use builder::ClientBuilder;
pub use calls::{Balance, Payments};
pub use client::Client;
pub use error::Error;
pub use paykka_transport::{Roots, SignVerifySettings, SignedRequest};
pub use response::Response;

/// The example in the repository's README, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../README.md")]
struct Readme;
