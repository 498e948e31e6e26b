//! Bounds on what is sent and on what is read, so that nobody on the other side decides how much memory a call takes.
//!
//! ```
//! use http_body_util::{BodyExt, Full};
//! use paykka_transport::{Error, SentBody, SizeLimitLayer};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let wire = service_fn(|_: http::Request<SentBody>| async {
//!     Ok::<_, Error>(http::Response::new(Full::new(bytes::Bytes::from_static(b"an answer of 26 characters"))))
//! });
//! let bounded = SizeLimitLayer::new(16, 25).layer(wire);
//! let request = |body: &'static str| http::Request::post("/p").body(SentBody::from(body)).unwrap();
//! let refused = bounded.clone().oneshot(request("more than sixteen bytes")).await.unwrap_err();
//! assert!(refused.is_too_large() && !refused.may_have_been_executed());
//! let answer = bounded.oneshot(request("{}")).await.unwrap();
//! assert!(answer.into_body().collect().await.is_err());
//! # }
//! ```

mod body;
mod layer;
mod service;

pub use body::LimitedBody;
pub use layer::SizeLimitLayer;
pub use service::{SizeLimit, SizeLimitFuture};
