//! Not asking faster than the platform takes it: an operation's calls are spaced out here, so that they don't come back as 010001.
//! The rate is shared by all clones.
//!
//! ```
//! use std::time::Duration;
//!
//! use paykka_transport::{Answer, Error, PaceLayer, Payload};
//! use tower::{Layer, service_fn};
//!
//! # fn stack() {
//! let inner = service_fn(|_: http::Request<Payload>| std::future::pending::<Result<Answer, Error>>());
//! let paced = PaceLayer::new().operation("payment.inquiry", 5, Duration::from_secs(1)).layer(inner);
//! # }
//! ```

mod layer;
mod service;

pub use layer::PaceLayer;
pub use service::Pace;
