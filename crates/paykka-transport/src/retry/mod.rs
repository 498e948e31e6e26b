//! Sending again, by the one owner of that decision. What may be sent again depends on what a second copy would do
//! ([`Effect`](crate::Effect)) and on what happened to the first; the table stands in `table.rs`.
//!
//! ```
//! use paykka_transport::{Call, Effect, Error, Payload, RetryLayer, RetrySettings};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let down = service_fn(|_: http::Request<Payload>| async { Err(Error::unsent("no route to host")) });
//! let service = RetryLayer::new(RetrySettings::default()).layer(down);
//! let call = Call::new("/api/v2/merch/account/balance").effect(Effect::Read);
//! let error = service.oneshot(call.request("{}").unwrap()).await.unwrap_err();
//! assert!(error.is_connect() && error.attempts() == 3);
//! # }
//! ```

mod backoff;
mod bucket;
mod layer;
mod service;
mod table;

pub use layer::{RetryLayer, RetrySettings};
pub use service::Retry;
pub(crate) use table::is_open;
