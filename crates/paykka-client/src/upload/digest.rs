//! SHA-256 by the backend that signs.

#[cfg(feature = "aws-lc-rs")]
use aws_lc_rs::digest;
#[cfg(not(feature = "aws-lc-rs"))]
use ring::digest;

/// A digest under way.
pub(super) struct Sha256(digest::Context);

impl Sha256 {
    pub(super) fn new() -> Self {
        Self(digest::Context::new(&digest::SHA256))
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    /// In lower-case hexadecimal.
    pub(super) fn finish(self) -> String {
        self.0.finish().as_ref().iter().fold(String::with_capacity(64), |mut hex, byte| {
            hex.extend([byte >> 4, byte & 15].map(|digit| char::from_digit(digit.into(), 16).unwrap_or('0')));
            hex
        })
    }
}
