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
//!
//! # Time
//!
//! The business clock moves states, quotes and the repeats of notifications; [`BusinessClock::manual`] stands still until
//! [`Emulator::advance`], which returns when everything on the way has happened. Signatures are judged by the wall clock.
//!
//! ```no_run
//! # use std::time::{Duration, SystemTime};
//! # use paykka_emulator::{BusinessClock, EmulatorBuilder};
//! # async fn run(builder: EmulatorBuilder) -> Result<(), Box<dyn std::error::Error>> {
//! let emulator = builder.business_clock(BusinessClock::manual(SystemTime::UNIX_EPOCH)).start().await?;
//! // … pay …
//! emulator.advance(Duration::from_secs(1)).await; // by now the payment has ended and its notification was posted
//! # Ok(())
//! # }
//! ```
//!
//! # What goes wrong, and how
//!
//! A [`Fault`] befalls a request that asks for it by the header `X-Emulator-Fault: delay=500, reset-after`, requests for which
//! there is a [`FaultRule`], and those that a seeded [`FaultPlan`] draws. Notifications go wrong, too: those of a call by faults
//! that begin with `notify-`, and any by a rule or plan that names them, such as `payment.notification`.
//!
//! Words in a request's own texts steer what becomes of it (ours, I):
//!
//! | word | where | what becomes of it |
//! | --- | --- | --- |
//! | `EMU-REFUSED`, `EMU-AUTH-FAIL`, `EMU-REJECTED` | the company's English name | the application ends so |
//! | `EMU-RISK-HIGH` | the same | the assessment's risk is high |
//! | `EMU-REJECTED` | a payee's nick name or account name | the payee is sent back |
//! | `EMU-CHECK-REJECTED` | an order's buyer | a receipt related to it is sent back |
//! | `EMU-FAILED`, `EMU-REFUNDED` | a payment's postscript | the payment fails, or comes back after it was paid |
//!
//! # Why was my request refused?
//!
//! A request that doesn't verify is answered 401 `010100` (D) with a reason in `X-Emulator-Reason`; what paykka-sign finds out
//! about its signature stands in [`Emulator::requests`] and in the trace log.
//!
//! # From another process, or another language
//!
//! [`EmulatorBuilder::control`] opens a port on which all that the handle does is asked for as JSON over HTTP; the command
//! `paykka emulate` starts an emulator with it. The guide `docs/emulator.md` has both, the faults, the states, and CI.
//!
//! # Features
//!
//! | feature | what it makes available |
//! | --- | --- |
//! | `ring` (default) | cryptography by ring |
//! | `aws-lc-rs` | cryptography by aws-lc-rs; with both, aws-lc-rs works; `Emulator::builder_with_new_key` |

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
mod reason;
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
pub use error::{Error, Port};
pub use faults::{Chance, Fault, FaultError, FaultPlan, FaultRule};
pub use log::{LoggedDiagnosis, LoggedRequest};
pub use notify::{Attempt, Delivery, DeliveryState, Subscriber};
pub use server::LoopbackServer;
pub use world::{Cause, Entry, Landing};

/// The README's example, compiled.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
