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
//! The calls stand by domain ([`Client::payments`], [`Client::orders`], …), and by operation ([`Client::call`]); what isn't modelled goes
//! by [`Client::call_raw`]. Files are uploaded by [`Client::files`]. Settings come from code, from the environment
//! ([`Client::from_env`]) or from a profile ([`ClientBuilder::from_profile`]). The guide `docs/client.md` has all of it.
//!
//! # When a payment's answer never comes
//!
//! Leave it to [`Client::money`]: it keeps a journal, finds out what became of each call, and makes none twice; see
//! [`money`]. Who keeps books himself asks [`Error::outcome_unknown`]. If it is `true`, the payment may have been made: call
//! [`Payments::inquiry`] with the same `request_id` until the platform says what became of it, and don't apply again
//! before.
//!
//! # Waiting
//!
//! ```no_run
//! # async fn run(client: paykka_client::Client) -> Result<(), Box<dyn std::error::Error>> {
//! use std::time::Duration;
//! use paykka_model::PaymentInquiryRequest;
//!
//! let payment = PaymentInquiryRequest::new("R1".parse::<paykka_model::RequestId>()?);
//! let state = client.payments().inquiry(&payment).wait_until_final().within(Duration::from_secs(60)).await?;
//! println!("{}", state.value().status);
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | what it makes available |
//! | --- | --- |
//! | `ring` (default) | cryptography by ring |
//! | `aws-lc-rs` | cryptography by aws-lc-rs; with both, aws-lc-rs works |
//! | `bundled-roots` | Mozilla's root certificates inside the program |
//! | `http2` | HTTP/2 where the server offers it |
//! | `metrics` | numbers through the `metrics` facade |

mod calls;
mod client;
mod error;
pub mod journal;
pub mod money;
mod prepared;
mod response;
mod settings;
mod upload;
mod wait;

pub use calls::{Assessment, Balance, Forex, Onboarding, Orders, Payees, Payments, TradeSettle, Va};
pub use client::Client;
pub use error::Error;
pub use paykka_transport::{
    Answer, Effect, PaceLayer, Proxy, RetrySettings, Roots, SharedSigner, SignVerifySettings, SignedRequest,
    WireSettings,
};
pub use prepared::{Prepared, RawCall};
pub use response::Response;
pub use settings::{ClientBuilder, Environment, Setup};
pub use upload::{FileSource, Files, Upload};
pub use wait::{Awaited, Notifier, Waiting};

/// The README's example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
