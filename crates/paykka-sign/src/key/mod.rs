//! Keys: parsed once, proven by a trial signature, never printed. The limits are ours, so that they hold for every
//! backend: private 2048, 3072 or 4096 bits, public 2048..8192, exponent 65537..2^33−1.

mod ring;
mod rsa;
mod signing;
mod verifying;

pub use ring::KeyRing;
pub use signing::SigningKey;
pub use verifying::VerifyingKey;
