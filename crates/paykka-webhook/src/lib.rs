//! Verify, then parse, then handle once: the notifications that the platform sends.
//!
//! # Is this the crate I need?
//!
//! Take it for the HTTPS endpoint that the platform calls. [`Verifier`] is a function on headers and bytes; [`Receiver`] is the
//! whole way from there to your handler or into an inbox, for any framework; [`WebhookService`] is a tower service for axum,
//! hyper and the like. To make calls take `paykka-client`; to keep notifications durably, `paykka-inbox` beside this crate.
//!
//! # What it keeps
//!
//! - Nothing is parsed before its signature verified, on the bytes that came, and nothing in a request or in the
//!   environment switches that off.
//! - A verifier can't be made without the platform's key and without the merchant numbers that are yours: one platform key
//!   probably signs for all merchants (I), and another merchant could forward its own genuine notification.
//! - The signed path is a setting, since proxies rewrite paths; the request's own path is never believed.
//! - The same delivery is handled once among all who share [`Claims`]; an event that is signed anew is known by what it says.
//!   A status that comes late or contradicts an end says so ([`Turn`]).
//! - Nothing is acknowledged that wasn't handled, or durable in an [inbox]. A handler may see an event twice.
//!
//! # Example
//!
//! ```no_run
//! use paykka_model::{DecodeError, Notification, PaymentNotification};
//! use paykka_sign::{KeyRing, VerifyingKey};
//! use paykka_webhook::{Delivery, MemoryClaims, Merchants, Receiver, Verifier, WebhookService};
//!
//! # fn run(platform_pem: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let platform = KeyRing::new([("P001", VerifyingKey::from_bytes(platform_pem)?)])?;
//! let verifier = Verifier::builder(platform, "/paykka/payments")
//!     .merchants(Merchants::these(["M24061911365700670"]))
//!     .only::<PaymentNotification>()
//!     .build()?;
//! let receiver = Receiver::handling(verifier, MemoryClaims::new(100_000), |delivery: Delivery| async move {
//!     match delivery.received().notification()?.value() {
//!         Notification::Payment(state) => println!("{} is {}", state.request_id, state.status),
//!         _ => println!("{} bytes of another kind", delivery.received().raw().value().body().len()),
//!     }
//!     Ok::<_, DecodeError>(delivery.ack()) // an error is answered 503, so that the platform sends it again (I)
//! });
//! let service = WebhookService::new(receiver); // for axum's `route_service`, or hyper
//! # Ok(())
//! # }
//! ```
//!
//! `examples/axum_receiver.rs` is a whole receiver to start from, and `docs/webhooks.md` the guide: proxies, rotation, many
//! machines, and what to do when all is refused.
//!
//! # Features
//!
//! | feature | what it makes available |
//! | --- | --- |
//! | `ring` (default), `aws-lc-rs` | the cryptography backend of `paykka-sign`; one is needed |
//! | `redis` | `RedisClaims`: claims that several machines share |
//! | `test-util` | the module `testing`: signed notifications for your tests |
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

pub use claims::{
    Claim, Claims, ClaimsError, ClaimsFuture, LastStates, MemoryClaims, Past, SharedStates, Taken, Ticket,
};
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

/// The README's example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
