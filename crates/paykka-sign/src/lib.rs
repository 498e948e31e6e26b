//! Keys, string to sign, `Authorization` header, signing and verifying for the PayKKa OpenAPI.
//!
//! # Is this the crate I need?
//!
//! Take it alone when you have your own HTTP client or server and want only the signatures to be right: it
//! returns what to send and judges what came in, and touches no request, no socket, no clock and no global.
//! For typed calls take `paykka-client`; for a notification endpoint `paykka-webhook`; both stand on this crate.
//!
//! # Example
//!
//! The merchant signs a call; the other side, which knows the merchant's public key, verifies it.
//!
//! ```
//! use std::time::Duration;
//! use paykka_sign::{KeyRing, Nonce, Parts, SigningKey, Timestamp, VerifyingKey, Window};
//!
//! # fn main() -> Result<(), paykka_sign::Error> {
//! # let private_pem = include_bytes!("../testdata/merchant-2048.private.pem");
//! # let public_pem = include_bytes!("../testdata/merchant-2048.public.pem");
//! let key = SigningKey::from_bytes("K001", private_pem)?;
//! let call = Parts {
//!     path: "/api/v2/merch/account/balance",
//!     merchant: Some("M24061911365700670"),
//!     body: br#"{"currency":"USD"}"#,
//! };
//! let now = Timestamp::from_unix_millis(1_701_732_359_000)?;
//! let nonce = Nonce::from_entropy(*b"16 random bytes!");
//! let header = key.sign(&call, now, &nonce)?.to_header(); // the value of `Authorization`
//!
//! let ring = KeyRing::builder().key("K001", VerifyingKey::from_bytes(public_pem)?)
//! #     .for_loopback() // the keys of this example are published
//!     .build()?;
//! let window = Window::new(now, Duration::from_secs(300));
//! let verified = ring.verify(header.as_bytes(), call, &window)?;
//! assert_eq!(verified.key_id(), "K001");
//! # Ok(())
//! # }
//! ```
//!
//! # Features
//!
//! | feature | what it makes available |
//! | --- | --- |
//! | `ring` (default) | cryptography by ring |
//! | `aws-lc-rs` | cryptography by aws-lc-rs: the same signatures, faster on recent CPUs; `generate_private_key` |
//! | `diagnose` | the module `diagnose`: why is this signature refused? |
//! | `encryption` | `SigningKey::from_encrypted_bytes`: PKCS#8 under a passphrase |
//! | `forms` | `KeyFile`: which form a key file has, and the same key in the other forms |
//!
//! One of the two backends is needed; with both, aws-lc-rs works.
//!
//! # Where the facts come from
//!
//! Marks in these docs: **D** is documented by the platform, **T** was seen in a third party's client, **I** is our
//! inference. The scheme itself (five lines, SHA256withRSA, header JSON) is D; what fields may hold beyond that,
//! and the tolerance of clocks, is I.
#![cfg_attr(docsrs, feature(doc_cfg))]

mod authorization;
mod backend;
mod canonical;
#[cfg(feature = "diagnose")]
#[cfg_attr(docsrs, doc(cfg(feature = "diagnose")))]
pub mod diagnose;
mod error;
mod fields;
mod key;
mod percent;
mod signer;
mod verify;

pub use authorization::{Authorization, SIGN_TYPE};
pub use canonical::{Parts, StringToSign, string_to_sign};
pub use error::Error;
pub use fields::{Nonce, Timestamp};
pub use key::{Fingerprint, KeyRing, KeyRingBuilder, SharedKeyRing, SigningKey, VerifyingKey};
#[cfg(feature = "forms")]
#[cfg_attr(docsrs, doc(cfg(feature = "forms")))]
pub use key::{KeyFile, KeyForm, KeyWrapping};
#[cfg(feature = "aws-lc-rs")]
pub use key::{PrivateKeyPem, generate_private_key};
pub use signer::{SignatureFuture, Signer, authorize};
pub use verify::{Verified, Window};

/// SHA-256, of whichever backend is compiled in: for those who name bytes by their digest and needn't choose a library again.
#[must_use]
pub fn sha256(bytes: &[u8]) -> [u8; 32] {
    backend::sha256(bytes)
}

/// The README's example, compiled and run.
#[cfg(doctest)]
#[doc = include_str!("../README.md")]
struct Readme;
