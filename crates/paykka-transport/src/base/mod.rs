//! Where requests go: one base URL, whatever a request says. What a signature is worth depends on nobody else getting it, so
//! credentials leave for the configured host alone.
//!
//! ```
//! use paykka_transport::{BaseLayer, Error, SentBody};
//! use tower::{Layer, service_fn};
//!
//! # fn stack() -> Result<(), Error> {
//! let wire = service_fn(|_: http::Request<SentBody>| std::future::pending::<Result<(), Error>>());
//! let based = BaseLayer::new("https://egress.example.com")?.prefix("/paykka")?.layer(wire);
//! # Ok(())
//! # }
//! ```

mod layer;
mod service;

pub use layer::BaseLayer;
pub(crate) use layer::is_loopback;
pub use service::Base;
