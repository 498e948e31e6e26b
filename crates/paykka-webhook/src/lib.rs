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
//! - Nothing in a request or in the environment switches verification off.
//!
//! Not kept yet: a notification that comes twice is handed over twice. Handle by `request_id`, and let the
//! inquiry call tell what became of the money.
//!
//! # Example
//!
//! ```no_run
//! use paykka_model::{Notification, PaymentNotification};
//! use paykka_sign::{KeyRing, Verified, VerifyingKey};
//! use paykka_webhook::{Verifier, WebhookService};
//!
//! # fn run(platform_pem: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let platform = KeyRing::new([("P001", VerifyingKey::from_bytes(platform_pem)?)])?;
//! let verifier = Verifier::new(platform, "/paykka/payments", ["M24061911365700670"])?.only::<PaymentNotification>();
//! let service = WebhookService::new(verifier, |event: Verified<Notification>| async move {
//!     if let Notification::Payment(state) = event.value() {
//!         println!("{} is {}", state.request_id, state.status);
//!     }
//!     Ok::<_, std::convert::Infallible>(())
//! });
//! # Ok(())
//! # }
//! ```

mod rejection;
mod service;
mod verifier;

pub use rejection::Rejection;
pub use service::{Handler, WebhookService};
pub use verifier::{ConfigError, Verifier};
