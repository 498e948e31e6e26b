//! Signing a request and verifying its answer, in one layer: the answer's signed string needs the request's path and
//! merchant, so two layers would have to be told the same thing twice.
//!
//! ```
//! use std::sync::Arc;
//!
//! use http_body_util::Full;
//! use paykka_transport::{Error, SentBody, SignVerifyLayer, SignVerifySettings};
//! use tower::{Layer, service_fn};
//!
//! # fn stack(key: paykka_sign::SigningKey, platform: paykka_sign::KeyRing) {
//! let wire = service_fn(|_: http::Request<SentBody>| async {
//!     Ok::<_, Error>(http::Response::new(Full::new(bytes::Bytes::new())))
//! });
//! let signed = SignVerifyLayer::new(Arc::new(key), platform, SignVerifySettings::default()).layer(wire);
//! # }
//! ```

mod layer;
mod seen;
mod service;
mod settings;
mod shared_signer;
mod verdict;
mod work;

pub use layer::SignVerifyLayer;
pub use service::{MERCHANT_HEADER, SignVerify};
pub use settings::{ResponsePolicy, SignVerifySettings};
pub use shared_signer::SharedSigner;
pub use work::RsaWork;
