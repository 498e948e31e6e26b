//! Two deadlines: one for the whole operation with all its attempts, one for a single attempt. Both cover the answer's
//! body, since a timeout that ends at the headers is how calls hang for hours.
//!
//! ```
//! use std::time::Duration;
//!
//! use paykka_transport::{Call, DeadlineLayer, Error, Payload};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let never = service_fn(|_: http::Request<Payload>| std::future::pending::<Result<(), Error>>());
//! let service = DeadlineLayer::operation(Duration::from_millis(10)).layer(never);
//! let error = service.oneshot(Call::new("/api/v2/merch/pay/apply").request("{}").unwrap()).await.unwrap_err();
//! assert!(error.is_timeout() && error.to_string().contains("operation"));
//! # }
//! ```

mod future;
mod layer;
mod service;

pub use future::DeadlineFuture;
pub use layer::DeadlineLayer;
pub use service::Deadline;
