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
//! use paykka_transport::{Answer, Error, Payload, SpanLayer};
//! use tower::{Layer, service_fn};
//!
//! # fn stack() {
//! let inner = service_fn(|_: http::Request<Payload>| std::future::pending::<Result<Answer, Error>>());
//! let seen = SpanLayer::operation().layer(inner);
//! # }
//! ```

mod layer;
mod service;

pub use layer::SpanLayer;
pub use service::Traced;
