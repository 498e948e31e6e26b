//! The RSA and SHA-256 operations, behind the few lines that the rest of the crate needs, so that no other module names
//! a cryptography library. Exactly one of the two libraries is compiled in: aws-lc-rs where its feature is on.

#[cfg(feature = "aws-lc-rs")]
mod aws_lc_rs;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
mod ring;

#[cfg(feature = "aws-lc-rs")]
pub(crate) use self::aws_lc_rs::*;
#[cfg(all(feature = "ring", not(feature = "aws-lc-rs")))]
pub(crate) use self::ring::*;

/// Ways to sign that the platform does not use and people do; for explaining alone.
#[cfg(feature = "diagnose")]
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) enum Scheme {
    Sha1,
    Sha384,
    Sha512,
    /// PSS with a salt as long as the digest, the only one that both libraries verify.
    PssSha256,
    PssSha384,
    PssSha512,
}

#[cfg(not(any(feature = "ring", feature = "aws-lc-rs")))]
compile_error!(
    "paykka-sign needs a cryptography backend: enable its feature `ring` (the default) or its feature `aws-lc-rs`"
);
