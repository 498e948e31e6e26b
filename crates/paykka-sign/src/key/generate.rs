//! New key pairs, by the one backend that can make them.

use std::fmt;

use pkcs8::der::zeroize::Zeroizing;

use super::text;
use crate::{Error, backend};

/// Makes an RSA private key of 2048, 3072 or 4096 bits with exponent 65537. It takes from a tenth of a second to some
/// seconds.
///
/// # Errors
/// [`Error::is_key`] for another number of bits; [`Error::is_backend`] without randomness.
pub fn generate_private_key(bits: usize) -> Result<PrivateKeyPem, Error> {
    if !matches!(bits, 2048 | 3072 | 4096) {
        let found = format!("a wish for a key of {bits} bits, where 2048, 3072 or 4096 are made");
        return Err(Error::key_found(found, "ask for one of these"));
    }
    let der = backend::generate(bits).ok_or(Error::backend())?;
    Ok(PrivateKeyPem(text::to_pem("PRIVATE KEY", &der)))
}

/// A private key as PKCS#8 PEM; wiped when dropped, and not shown by `Debug`.
pub struct PrivateKeyPem(Zeroizing<String>);

impl PrivateKeyPem {
    /// The text, to be written to a file that nobody else can read.
    #[must_use]
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for PrivateKeyPem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PrivateKeyPem(..)")
    }
}
