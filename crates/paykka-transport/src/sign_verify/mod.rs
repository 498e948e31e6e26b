//! Signing a request and verifying its answer, in one layer: the answer's signed string needs the request's path and
//! merchant, so two layers would have to be told the same thing twice.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use http_body_util::Full;
//! use paykka_sign::{KeyRing, SigningKey};
//! use paykka_transport::{Call, Error, SentBody, SignVerifyLayer, SignVerifySettings};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # async fn run(key: SigningKey, ring: KeyRing) -> Result<(), Error> {
//! // An answer without a signature proves nothing.
//! let wire = service_fn(|sent: http::Request<SentBody>| async move {
//!     assert!(sent.headers().contains_key("authorization"));
//!     Ok::<_, Error>(http::Response::new(Full::new(bytes::Bytes::from_static(b"{}"))))
//! });
//! let signed = SignVerifyLayer::for_loopback(Arc::new(key), ring, SignVerifySettings::default()).layer(wire);
//! let call = Call::new("/api/v2/merch/pay/apply").merchant("M24061911365700670");
//! let error = signed.oneshot(call.request("{}")?).await.unwrap_err();
//! assert!(error.is_unsigned() && error.outcome_unknown());
//! # Ok(())
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
