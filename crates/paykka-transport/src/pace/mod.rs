//! Not asking faster than the platform takes it: an operation's calls are spaced out here, so that they don't come back as 010001.
//! The rate is shared by all clones.
//!
//! ```
//! use std::time::Duration;
//!
//! use paykka_transport::{Call, Error, PaceLayer, Payload};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let inner = service_fn(|_: http::Request<Payload>| async { Ok::<_, Error>(()) });
//! let paced = PaceLayer::new().operation("payment.inquiry", 2, Duration::from_millis(100)).layer(inner);
//! let start = std::time::Instant::now();
//! for _ in 0..4 {
//!     let call = Call::new("/api/v2/merch/pay/inquiry").operation("payment.inquiry");
//!     paced.clone().oneshot(call.request("{}").unwrap()).await.unwrap();
//! }
//! assert!(start.elapsed() >= Duration::from_millis(100), "two at once, then one each 50 ms");
//! # }
//! ```

mod layer;
mod service;

pub use layer::PaceLayer;
pub use service::{Pace, PaceFuture};
