//! Bounds on what is sent and on what is read, so that nobody on the other side decides how much memory a call takes.
//!
//! ```
//! use http_body_util::Full;
//! use paykka_transport::{Error, SentBody, SizeLimitLayer};
//! use tower::{Layer, service_fn};
//!
//! # fn stack() {
//! let wire = service_fn(|_: http::Request<SentBody>| async {
//!     Ok::<_, Error>(http::Response::new(Full::new(bytes::Bytes::new())))
//! });
//! let bounded = SizeLimitLayer::new(16 * 1024 * 1024, 4 * 1024 * 1024).layer(wire);
//! # }
//! ```

mod body;
mod layer;
mod service;

pub use body::LimitedBody;
pub use layer::SizeLimitLayer;
pub use service::SizeLimit;
