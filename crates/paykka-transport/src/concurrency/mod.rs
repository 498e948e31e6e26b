//! How many calls may be under way at once. This is tower's own layer: its limit is shared by all clones, and who waits for a
//! place waits in line. Put the operation's deadline outside, which covers the wait.
//!
//! ```
//! use std::time::Duration;
//!
//! use paykka_transport::{Call, ConcurrencyLimitLayer, DeadlineLayer, Error, Payload};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let never = service_fn(|_: http::Request<Payload>| std::future::pending::<Result<(), Error>>());
//! let limited = ConcurrencyLimitLayer::new(1).layer(never);
//! let service = DeadlineLayer::operation(Duration::from_millis(10)).layer(limited);
//! let call = || Call::new("/api/v2/merch/account/balance").request("{}").unwrap();
//! let (first, second) = tokio::join!(service.clone().oneshot(call()), service.oneshot(call()));
//! assert!(first.unwrap_err().is_timeout() && second.unwrap_err().is_timeout());
//! # }
//! ```

pub use tower::limit::{ConcurrencyLimit, GlobalConcurrencyLimitLayer as ConcurrencyLimitLayer};
