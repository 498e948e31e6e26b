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
//! - An answer is verified on the bytes that came, before anybody decodes them, and only then is it evidence.
//! - What moves money is executed at most once: it is never sent again once a byte of it has left, unless the platform has said
//!   under its signature that it did nothing (`010001`).
//! - Every call ends within its deadline, the answer's body included, and says whether its outcome is known.
//! - HTTPS only; plain HTTP is for peers on this machine, for the emulator's sake.
//!
//! # Example
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use paykka_sign::{KeyRing, SigningKey, VerifyingKey};
//! use paykka_transport::{Call, Effect, Transport};
//!
//! # async fn run(private_pem: &str, platform_pem: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let key = SigningKey::from_bytes("K001", private_pem)?;
//! let platform = KeyRing::new([("P001", VerifyingKey::from_bytes(platform_pem)?)])?;
//! let transport = Transport::builder("https://open-fat.cb.paykka.com", Arc::new(key), platform).build()?;
//! let call = Call::new("/api/v2/merch/account/balance").effect(Effect::Read).merchant("M24061911365700670");
//! let answer = transport.send(call, "{}").await?;
//! println!("{} bytes, evidence: {}", answer.bytes().len(), answer.is_evidence());
//! # Ok(())
//! # }
//! ```

mod answer;
mod base;
mod begun;
mod builder;
mod call;
mod concurrency;
mod deadline;
mod error;
mod metrics;
mod pace;
mod ret_code;
mod retry;
mod services;
mod sign_verify;
mod size_limit;
mod span;
mod transport;
mod wire;

pub use answer::{Answer, RawAnswer, SignedRequest};
pub use base::{Base, BaseFuture, BaseLayer};
pub use builder::{StackExt, TransportBuilder};
pub use call::{BeforeSend, Call, CallContext, Effect, MayLeave, Payload, SentBody};
pub use concurrency::{ConcurrencyLimit, ConcurrencyLimitLayer};
pub use deadline::{Deadline, DeadlineFuture, DeadlineLayer};
pub use error::Error;
pub use pace::{Pace, PaceFuture, PaceLayer};
pub use retry::{Retry, RetryLayer, RetrySettings};
pub use services::{CallFuture, CallService, WireService, WireServiceFuture};
pub use sign_verify::{
    MERCHANT_HEADER, ReplayGuard, ResponsePolicy, RsaWork, SharedSigner, SignVerify, SignVerifyLayer,
    SignVerifySettings,
};
pub use size_limit::{LimitedBody, SizeLimit, SizeLimitFuture, SizeLimitLayer};
pub use span::{SpanLayer, Traced, TracedFuture};
pub use transport::Transport;
pub use wire::{ClientIdentity, Proxy, ReceivedBody, Roots, Wire, WireFuture, WireSettings};

/// The README's example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
