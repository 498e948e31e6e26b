//! What can be seen of a call from outside: a span for the operation and one for each attempt, with names and outcomes and
//! never a body, a header or a key.
//!
//! | span | fields |
//! | --- | --- |
//! | `paykka.call` (info) | `paykka.operation`, `paykka.request_id`, `paykka.attempts`, `http.status`, `outcome`, `outcome_unknown` |
//! | `paykka.attempt` (debug) | `paykka.attempt`, `http.status`, `outcome` |
//!
//! `outcome` is `answered`, `refused` (an answer that isn't 2xx), `dropped` (nobody waited for the end), or a word for the error, such
//! as `connect`, `unsigned`, `unverifiable`, `operation_deadline`.
//!
//! ```
//! use paykka_transport::{Answer, Call, Error, Payload, SpanLayer};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() {
//! let down = service_fn(|_: http::Request<Payload>| async { Err::<Answer, _>(Error::unsent("no route to host")) });
//! let seen = SpanLayer::operation().layer(down);
//! let call = Call::new("/api/v2/merch/pay/apply").operation("payment.apply").request_id("R1");
//! // A subscriber is told: paykka.call{paykka.operation="payment.apply" paykka.request_id="R1" outcome="unsent" ...}
//! assert!(seen.oneshot(call.request("{}").unwrap()).await.is_err());
//! # }
//! ```

mod layer;
mod service;

pub use layer::SpanLayer;
pub use service::{Traced, TracedFuture};
