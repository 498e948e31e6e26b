//! Where requests go: one base URL, whatever a request says. What a signature is worth depends on nobody else getting it, so
//! credentials leave for the configured host alone.
//!
//! ```
//! use paykka_transport::{BaseLayer, Error, SentBody};
//! use tower::{Layer, ServiceExt, service_fn};
//!
//! # #[tokio::main(flavor = "current_thread")]
//! # async fn main() -> Result<(), Error> {
//! let wire = service_fn(|sent: http::Request<SentBody>| async move { Ok::<_, Error>(sent.uri().to_string()) });
//! let based = BaseLayer::new("https://egress.example.com")?.prefix("/paykka")?.layer(wire);
//! let request = http::Request::post("/api/v2/merch/pay/apply").body(SentBody::from("{}")).unwrap();
//! assert_eq!(based.oneshot(request).await?, "https://egress.example.com/paykka/api/v2/merch/pay/apply");
//! # Ok(())
//! # }
//! ```

mod layer;
mod service;

pub use layer::BaseLayer;
pub(crate) use layer::is_loopback;
pub use service::{Base, BaseFuture};
