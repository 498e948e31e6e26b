//! Signing a request and verifying its answer, in one layer: the answer's signed string needs the request's path and
//! merchant, so two layers would have to be told the same thing twice.
//!
//! ```
//! use std::sync::Arc;
//!
//! use bytes::Bytes;
//! use http_body_util::Full;
//! use paykka_transport::{SignVerifyLayer, SignVerifySettings};
//! use tower::{Layer, service_fn};
//!
//! # fn stack(key: paykka_sign::SigningKey, platform: paykka_sign::KeyRing) {
//! let wire = service_fn(|_: http::Request<Full<Bytes>>| async {
//!     Ok::<_, paykka_transport::Error>(http::Response::new(Full::new(Bytes::new())))
//! });
//! let signed = SignVerifyLayer::new(Arc::new(key), platform, SignVerifySettings::default()).layer(wire);
//! # }
//! ```

mod layer;
mod service;

pub use layer::{SignVerifyLayer, SignVerifySettings};
pub use service::{MERCHANT_HEADER, SignVerify};
