//! Verify, then parse, the notifications that the platform sends.
//!
//! # Is this the crate I need?
//!
//! Take it for the HTTPS endpoint that the platform calls. [`Verifier`] is a function on headers and bytes, for any
//! framework; [`WebhookService`] is a tower service for axum, hyper and the like. To make calls take `paykka-client`.
//!
//! # What it keeps
//!
//! - Nothing is parsed before its signature verified, on the bytes that came.
//! - A verifier can't be made without the platform's key and without the merchant numbers that are yours: one
//!   platform key probably signs for all merchants, and another merchant could forward its own genuine notification.
//! - The signed path is a setting, since proxies rewrite paths; the request's own path is never believed.
//! - Nothing in a request or in the environment switches verification off, and a ring of published test keys is refused.
//!
//! Not kept yet: a notification that comes twice is handed over twice. Handle by `request_id`, and let the
//! inquiry call tell what became of the money.
//!
//! # Example
//!
//! ```no_run
//! use paykka_model::{DecodeError, Notification, PaymentNotification};
//! use paykka_sign::{KeyRing, VerifyingKey};
//! use paykka_webhook::{Received, Verifier, WebhookService};
//!
//! # fn run(platform_pem: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let platform = KeyRing::new([("P001", VerifyingKey::from_bytes(platform_pem)?)])?;
//! let verifier = Verifier::new(platform, "/paykka/payments", ["M24061911365700670"])?.only::<PaymentNotification>();
//! let service = WebhookService::new(verifier, |received: Received| async move {
//!     match received.notification()?.value() {
//!         Notification::Payment(state) => println!("{} is {}", state.request_id, state.status),
//!         _ => println!("{} bytes of another kind", received.raw().value().len()),
//!     }
//!     Ok::<_, DecodeError>(()) // an error is answered 503, so that the platform sends it again
//! });
//! # Ok(())
//! # }
//! ```

#![cfg_attr(docsrs, feature(doc_cfg))]

mod claims;
mod confirm;
mod delivery;
mod identity;
pub mod inbox;
mod order;
mod raw;
mod reason;
mod received;
mod receiver;
mod rejection;
mod service;
#[cfg(feature = "test-util")]
#[cfg_attr(docsrs, doc(cfg(feature = "test-util")))]
pub mod testing;
mod verifier;

pub use claims::{Claim, Claims, ClaimsError, ClaimsFuture, MemoryClaims, Ticket};
#[cfg(feature = "redis")]
#[cfg_attr(docsrs, doc(cfg(feature = "redis")))]
pub use claims::{RedisClaims, RedisClaimsBuilder};
pub use confirm::{ConfirmByInquiry, confirm_by_inquiry};
pub use delivery::{Ack, Delivery, Handler};
pub use identity::{Content, DeliveryId, DeliveryIdError, ObjectKey};
pub use order::{Last, Status, Turn, judge};
pub use raw::{Parse, RawNotification};
pub use reason::{Counters, Reason};
pub use received::{Attribution, Received};
pub use receiver::Receiver;
pub use rejection::{Late, Rejection};
pub use service::{WebhookLayer, WebhookService};
pub use verifier::{ConfigError, Headers, Merchants, Verifier, VerifierBuilder};
