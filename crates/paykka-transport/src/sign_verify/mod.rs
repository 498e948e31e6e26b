//! Signing a request and verifying its answer, in one layer: the answer's signed string needs the request's path and
//! merchant, so two layers would have to be told the same thing twice.
//!
//! ```
//! use std::sync::Arc;
//!
//! use http_body_util::Full;
//! use paykka_sign::{KeyRing, SigningKey, VerifyingKey};
//! use paykka_transport::{Call, Error, SentBody, SignVerifyLayer, SignVerifySettings};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! # let own = include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem");
//! # let platform = include_str!("../../../paykka-sign/testdata/platform-2048.public.pem");
//! let key = SigningKey::from_bytes("K001", own).unwrap();
//! let ring = KeyRing::builder().key("P001", VerifyingKey::from_bytes(platform).unwrap());
//! // An answer without a signature proves nothing.
//! let wire = service_fn(|sent: http::Request<SentBody>| async move {
//!     assert!(sent.headers().contains_key("authorization"));
//!     Ok::<_, Error>(http::Response::new(Full::new(bytes::Bytes::from_static(b"{}"))))
//! });
//! let ring = ring.for_loopback().build().unwrap();
//! let signed = SignVerifyLayer::for_loopback(Arc::new(key), ring, SignVerifySettings::default()).layer(wire);
//! let call = Call::new("/api/v2/merch/pay/apply").merchant("M24061911365700670");
//! let error = signed.oneshot(call.request("{}").unwrap()).await.unwrap_err();
//! assert!(error.is_unsigned() && error.outcome_unknown());
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
pub use seen::ReplayGuard;
pub use service::{MERCHANT_HEADER, SignVerify};
pub use settings::{ResponsePolicy, SignVerifySettings};
pub use shared_signer::SharedSigner;
pub use work::RsaWork;
