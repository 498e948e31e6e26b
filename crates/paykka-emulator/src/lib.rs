//! The PayKKa platform, played on this machine's loopback.
//!
//! # Is this the crate I need?
//!
//! Take it for tests and demos: a platform that verifies your signatures strictly, signs its answers, keeps balances
//! and payments, and sends signed notifications, over plain HTTP and over TLS with a certificate made at start. How it
//! behaves where the platform's pages are silent is our inference (I).
//!
//! It plays all 24 calls and 9 notifications. It is stateful, deterministic from a seed and a clock, and hostile on demand:
//! see [`Fault`].
//!
//! # Example
//!
//! ```no_run
//! use paykka_emulator::Emulator;
//! use paykka_model::Amount;
//! use paykka_sign::{SigningKey, VerifyingKey};
//!
//! # async fn run(platform_pem: &str, merchant_pem: &str) -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = Emulator::builder(SigningKey::from_bytes("P001", platform_pem)?)
//!     .merchant("M1", "K001", VerifyingKey::from_bytes(merchant_pem)?)
//!     .account("M1", "USD", Amount::from_wire(1_000_000))
//!     .payee("M1", "B0001", "USD")
//!     .start()
//!     .await?;
//! println!("{} with the CA {}", emulator.https_url(), emulator.ca_pem());
//! # Ok(())
//! # }
//! ```

mod builder;
mod ca;
mod clock;
mod control;
mod emulator;
mod error;
mod explain;
mod faults;
mod gate;
mod log;
mod notify;
mod platform;
mod runner;
mod server;
mod service;
mod signing;
mod snapshot;
mod socket;
mod state;
mod world;

pub use builder::EmulatorBuilder;
pub use ca::{LocalCa, ServerIdentity};
pub use clock::BusinessClock;
pub use emulator::Emulator;
pub use error::Error;
pub use faults::{Chance, Fault, FaultError, FaultPlan, FaultRule};
pub use log::{LoggedDiagnosis, LoggedRequest};
pub use notify::{Attempt, Delivery, DeliveryState, Subscriber};
pub use server::LoopbackServer;
pub use world::{Cause, Entry, Landing};
