//! The wire of the PayKKa OpenAPI: requests signed, answers verified, nothing in between.
//!
//! # Is this the crate I need?
//!
//! Take it when you want to send your own JSON to your own path, signed and with a verified answer, or need the
//! signing layer inside a tower stack of your own. For typed calls take `paykka-client`, which stands on this crate.
//!
//! # What it keeps
//!
//! - A body is one [`Bytes`](bytes::Bytes): these bytes are signed, and these are sent.
//! - An answer is verified on the bytes that came, before anybody decodes them, and only then is it an [`Answer`].
//! - Nothing is sent a second time. The connection pool's own hidden retry is off.
//! - Every call ends within its deadline, the answer's body included.
//! - HTTPS only; plain HTTP is taken for addresses of the loopback range, for the emulator's sake.
//!
//! # Example
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use paykka_sign::{KeyRing, SigningKey, VerifyingKey};
//! use paykka_transport::Transport;
//!
//! # async fn run(private_pem: &str, platform_pem: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let key = SigningKey::from_bytes("K001", private_pem)?;
//! let platform = KeyRing::new([("P001", VerifyingKey::from_bytes(platform_pem)?)])?;
//! let transport = Transport::builder("https://open-fat.cb.paykka.com", Arc::new(key), platform).build()?;
//! let answer = transport.send("/api/v2/merch/account/balance", Some("M24061911365700670"), "{}").await?;
//! println!("{} bytes, verified by {}", answer.body().value().len(), answer.body().key_id());
//! # Ok(())
//! # }
//! ```

mod answer;
mod builder;
mod deadline;
mod error;
mod sign_verify;
mod transport;
mod wire;

pub use answer::{Answer, RawAnswer, SignedRequest};
pub use builder::{Roots, TransportBuilder};
pub use deadline::{Deadline, DeadlineLayer};
pub use error::Error;
pub use sign_verify::{MERCHANT_HEADER, SignVerify, SignVerifyLayer, SignVerifySettings};
pub use transport::Transport;
