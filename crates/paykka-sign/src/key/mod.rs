//! Keys: parsed once, proven by a trial signature, never printed. The limits are ours, so that they hold for every
//! backend: private 2048, 3072 or 4096 bits, public 2048..8192, exponent 65537..2^33−1.

#[cfg(feature = "encryption")]
mod encrypted;
mod exponents;
#[cfg(feature = "forms")]
mod forms;
#[cfg(feature = "aws-lc-rs")]
mod generate;
mod published;
mod ring;
mod rsa;
mod shape;
mod shared;
mod signing;
mod text;
mod verifying;

#[cfg(feature = "forms")]
pub use forms::{KeyFile, KeyForm, KeyWrapping};
#[cfg(feature = "aws-lc-rs")]
pub use generate::{PrivateKeyPem, generate_private_key};
pub use ring::{KeyRing, KeyRingBuilder};
pub use shared::SharedKeyRing;
pub use signing::SigningKey;
pub use verifying::{Fingerprint, VerifyingKey};
