//! The other side's public key. It carries no id: the same key may be known under several.

use std::fmt;

use pkcs8::der::Decode;
use pkcs8::spki::SubjectPublicKeyInfoRef;

use super::rsa::{Numbers, check_algorithm};
use crate::{Error, backend, pem};

/// An RSA public key of 2048..8192 bits.
pub struct VerifyingKey {
    public: backend::PublicKey,
    bits: usize,
}

impl VerifyingKey {
    /// Reads an SPKI public key in PEM text (`-----BEGIN PUBLIC KEY-----`).
    ///
    /// # Errors
    /// [`Error::is_key`] with what was found and what to do.
    pub fn from_spki_pem(pem: impl AsRef<[u8]>) -> Result<Self, Error> {
        let (label, der) = pem::decode(pem.as_ref())?;
        match label {
            "PUBLIC KEY" => Self::from_spki_der(&der),
            "RSA PUBLIC KEY" => Err(Error::key(
                "a public key in PKCS#1 form",
                "convert it with `openssl rsa -RSAPublicKey_in -in FILE -pubout -out CONVERTED`",
            )),
            label if label.ends_with("PRIVATE KEY") => Err(Error::key(
                "a private key where the public key is wanted",
                "keep it secret and give the public half: `openssl pkey -in FILE -pubout -out PUBLIC`",
            )),
            _ => Err(Error::key(
                "PEM text that isn't a public key",
                "give a file that begins with `-----BEGIN PUBLIC KEY-----`",
            )),
        }
    }

    /// Bits of the modulus.
    #[must_use]
    pub const fn bits(&self) -> usize {
        self.bits
    }

    pub(crate) fn from_numbers(numbers: Numbers) -> Self {
        let bits = numbers.bits;
        Self { public: numbers.into_public_key(), bits }
    }

    pub(crate) fn verify(&self, message: &[u8], signature: &[u8]) -> bool {
        self.public.verify(message, signature)
    }

    fn from_spki_der(der: &[u8]) -> Result<Self, Error> {
        let info = SubjectPublicKeyInfoRef::from_der(der).map_err(|_| DAMAGED)?;
        check_algorithm(&info.algorithm)?;
        let pkcs1 = info.subject_public_key.as_bytes().ok_or(DAMAGED)?;
        Numbers::from_pkcs1(pkcs1).map(Self::from_numbers)
    }
}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").field("bits", &self.bits).finish_non_exhaustive()
    }
}

const DAMAGED: Error =
    Error::key("a public key whose encoding can't be read", "the file is damaged; fetch it anew");

#[cfg(test)]
mod tests {
    use super::*;

    const PRIVATE: &str = include_str!("../../testdata/merchant-2048.private.pem");
    const PUBLIC: &str = include_str!("../../testdata/merchant-2048.public.pem");

    #[test]
    fn wrong_kinds_are_named() {
        assert_eq!(VerifyingKey::from_spki_pem(PUBLIC).unwrap().bits(), 2048);
        let cases = [
            (PRIVATE.to_owned(), "a private key where the public key is wanted"),
            (PUBLIC.replace("PUBLIC KEY", "RSA PUBLIC KEY"), "PKCS#1 form"),
            (PUBLIC.replace("PUBLIC KEY", "CERTIFICATE"), "isn't a public key"),
            (include_str!("../../testdata/ec.public.pem").to_owned(), "an elliptic-curve key"),
            (include_str!("../../testdata/rsa-1024.public.pem").to_owned(), "outside 2048..8192 bits"),
            (include_str!("../../testdata/rsa-2048-e3.public.pem").to_owned(), "exponent"),
            (String::new(), "isn't PEM"),
        ];
        for (text, expected) in cases {
            let error = VerifyingKey::from_spki_pem(text).unwrap_err();
            assert!(error.is_key() && error.to_string().contains(expected), "{error}");
        }
    }
}
