//! The merchant's (or the emulated platform's) private key, with the id under which the other side knows it.

use std::fmt;

use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::Decode;

use super::rsa::{EC_KEY, Numbers, check_algorithm};
use super::shape::Shape;
use super::text;
use super::verifying::{Fingerprint, VerifyingKey};
use crate::canonical::head;
use crate::fields::check_key_id;
use crate::{Authorization, Error, Nonce, Parts, StringToSign, Timestamp, backend};

/// An RSA private key that has proven itself by a signature, and the id that the platform gave it (an opaque text).
pub struct SigningKey {
    key_id: String,
    private: backend::PrivateKey,
    public: VerifyingKey,
}

impl SigningKey {
    /// Reads a private key of 2048, 3072 or 4096 bits, PKCS#8 or PKCS#1, as PEM, DER or bare Base64, asks whether its
    /// numbers fit together, and lets it sign and verify once.
    ///
    /// The two primes have half of the bits each; the public exponent is an odd number of 65537..2^33−1. Up to 64 KiB
    /// are read. Taken off are: a UTF-8 byte order mark, CRLF, blanks and blank lines, indentation, any line length, the
    /// literal `\n` of environment variables, also escaped once more, one pair of quotes around all of it, and text before
    /// the PEM block. This crate's own copies are wiped; yours is yours.
    ///
    /// # Errors
    /// [`Error::is_key`] with what was found and what to do; [`Error::is_field`] for a key id that isn't 1..128
    /// visible ASCII characters; [`Error::is_backend`] when the backend has no randomness for blinding.
    pub fn from_bytes(key_id: impl Into<String>, key: impl AsRef<[u8]>) -> Result<Self, Error> {
        let key_id = checked(key_id)?;
        let der = text::unwrap(key.as_ref())?;
        match Shape::of(&der)? {
            Shape::EncryptedPkcs8 => Err(ENCRYPTED),
            shape => Self::from_der(key_id, shape, &der),
        }
    }

    /// As [`from_bytes`](Self::from_bytes), for a key encrypted with a passphrase (PKCS#8 with PBES2, RFC 8018). A key
    /// that isn't encrypted is taken, too. Deriving the key takes tens of milliseconds and more, by intention.
    ///
    /// # Errors
    /// As `from_bytes`; [`Error::is_key`] for a wrong passphrase, an encryption other than PBES2, and one whose
    /// parameters ask for unreasonable work: more than 10,000,000 rounds of PBKDF2, or than 256 MiB of scrypt in all.
    #[cfg(feature = "encryption")]
    pub fn from_encrypted_bytes(
        key_id: impl Into<String>,
        key: impl AsRef<[u8]>,
        passphrase: impl AsRef<[u8]>,
    ) -> Result<Self, Error> {
        let key_id = checked(key_id)?;
        let der = text::unwrap(key.as_ref())?;
        match Shape::of(&der)? {
            Shape::EncryptedPkcs8 => {
                let plain = super::encrypted::decrypt(&der, passphrase.as_ref())?;
                Self::from_der(key_id, Shape::Pkcs8, plain.as_bytes())
            }
            shape => Self::from_der(key_id, shape, &der),
        }
    }

    /// Signs a message. Clock and randomness are the caller's: take a fresh timestamp and a fresh nonce for every
    /// attempt.
    ///
    /// # Errors
    /// [`Error::is_field`] for parts that may not be signed, see [`Parts`]; [`Error::is_backend`] when the backend
    /// has no randomness for blinding.
    pub fn sign<B: AsRef<[u8]>>(
        &self,
        parts: &Parts<'_, B>,
        timestamp: Timestamp,
        nonce: &Nonce,
    ) -> Result<Authorization, Error> {
        let head = head(parts, timestamp, nonce.as_str(), 0)?;
        let signature = self.private.sign(&head, parts.body.as_ref()).ok_or(Error::backend())?;
        Ok(Authorization::new(timestamp, nonce, &self.key_id, signature))
    }

    /// The id under which the other side knows this key.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Bits of the modulus.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.public.bits()
    }

    /// The public key as SPKI PEM, to hand over to the other side.
    #[must_use]
    pub fn public_key(&self) -> String {
        self.public.to_pem()
    }

    /// The public key as this crate's own type.
    #[must_use]
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// SHA-256 of the public key, for two people to compare.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.public.fingerprint()
    }

    pub(crate) fn signature(&self, message: &StringToSign) -> Result<Vec<u8>, Error> {
        self.private.sign(message.as_bytes(), b"").ok_or(Error::backend())
    }

    fn from_der(key_id: String, shape: Shape, der: &[u8]) -> Result<Self, Error> {
        match shape {
            Shape::Pkcs8 => {
                let info = PrivateKeyInfoRef::from_der(der).map_err(|_| DAMAGED)?;
                check_algorithm(&info.algorithm)?;
                Self::from_pkcs1(key_id, info.private_key.as_bytes())
            }
            Shape::Pkcs1Private => Self::from_pkcs1(key_id, der),
            Shape::EcPrivate => Err(EC_KEY),
            Shape::EncryptedPkcs8 => Err(ENCRYPTED),
            Shape::Spki | Shape::Pkcs1Public => Err(PUBLIC),
            Shape::Certificate => Err(CERTIFICATE),
            Shape::CertificateRequest => Err(REQUEST),
        }
    }

    /// A damaged private key may load and fail only at its first signature, so the first one is made here.
    pub(crate) fn from_pkcs1(key_id: String, pkcs1: &[u8]) -> Result<Self, Error> {
        let public = VerifyingKey::from_numbers(&Numbers::of_private(pkcs1)?)?;
        let private = backend::PrivateKey::new(pkcs1).ok_or(DAMAGED)?;
        match private.sign(TRIAL, b"") {
            Some(signature) if public.verify(TRIAL, b"", &signature) => Ok(Self { key_id, private, public }),
            // The backend doesn't say why it gave no signature.
            None if !backend::has_randomness() => Err(Error::backend()),
            _ => Err(DAMAGED),
        }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("key_id", &self.key_id)
            .field("bits", &self.bits())
            .finish_non_exhaustive()
    }
}

const TRIAL: &[u8] = b"paykka-sign: trial signature at load";

fn checked(key_id: impl Into<String>) -> Result<String, Error> {
    let key_id = key_id.into();
    check_key_id(&key_id)?;
    Ok(key_id)
}

const ENCRYPTED: Error = Error::key(
    "a private key encrypted with a passphrase, and no passphrase",
    "give the passphrase (`from_encrypted_bytes`, feature `encryption`), or decrypt it with `openssl pkey -in FILE -out DECRYPTED`",
);
const PUBLIC: Error = Error::key(
    "a public key where the private key is wanted",
    "give the file that was kept secret when the pair was made",
);
const CERTIFICATE: Error = Error::key(
    "a certificate where the private key is wanted",
    "give the file that was kept secret when the certificate was asked for",
);
const REQUEST: Error = Error::key(
    "a certificate request where the private key is wanted",
    "give the file that was kept secret when the request was made",
);
const DAMAGED: Error =
    Error::key("a private key whose numbers don't fit together", "the file is damaged; take the original");
