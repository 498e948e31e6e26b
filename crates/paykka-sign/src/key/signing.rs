//! The merchant's (or the emulated platform's) private key, with the id under which the other side knows it.

use std::fmt;

use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::{Decode, Encode, asn1::BitStringRef};
use pkcs8::spki::{AlgorithmIdentifierRef, SubjectPublicKeyInfoRef};

use super::rsa::{Numbers, RSA, check_algorithm};
use super::verifying::VerifyingKey;
use crate::fields::check_key_id;
use crate::{Authorization, Error, Nonce, Parts, Timestamp, backend, pem, string_to_sign};

/// An RSA private key that has proven itself by a signature, and the id that the platform gave it (an opaque text).
pub struct SigningKey {
    key_id: String,
    private: backend::PrivateKey,
    bits: usize,
}

impl SigningKey {
    /// Reads a PKCS#8 private key in PEM text, 2048, 3072 or 4096 bits, and lets it sign and verify once.
    ///
    /// # Errors
    /// [`Error::is_key`] with what was found and what to do; [`Error::is_field`] for a key id that isn't 1..128
    /// visible ASCII characters.
    pub fn from_pkcs8_pem(key_id: impl Into<String>, pem: impl AsRef<[u8]>) -> Result<Self, Error> {
        let key_id = key_id.into();
        check_key_id(&key_id)?;
        let (label, der) = pem::decode(pem.as_ref())?;
        match label {
            "PRIVATE KEY" => Self::from_pkcs8_der(key_id, &der),
            "PUBLIC KEY" | "RSA PUBLIC KEY" => Err(Error::key(
                "a public key where the private key is wanted",
                "give the file that was kept secret when the pair was made",
            )),
            "ENCRYPTED PRIVATE KEY" => Err(Error::key(
                "a private key encrypted with a passphrase",
                "decrypt it with `openssl pkey -in FILE -out DECRYPTED`",
            )),
            "RSA PRIVATE KEY" => Err(Error::key(
                "a private key in PKCS#1 form",
                "convert it with `openssl pkcs8 -topk8 -nocrypt -in FILE -out CONVERTED`",
            )),
            _ => Err(Error::key(
                "PEM text that isn't a private key",
                "give a file that begins with `-----BEGIN PRIVATE KEY-----`",
            )),
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
        let message = string_to_sign(parts, timestamp, nonce.as_str())?;
        let signature = self.private.sign(&message).ok_or(Error::backend())?;
        Ok(Authorization::new(timestamp, nonce, &self.key_id, signature))
    }

    /// The id under which the other side knows this key.
    #[must_use]
    pub fn key_id(&self) -> &str {
        &self.key_id
    }

    /// Bits of the modulus.
    #[must_use]
    pub const fn bits(&self) -> usize {
        self.bits
    }

    /// The public key as SPKI PEM, to hand over to the other side.
    ///
    /// # Errors
    /// [`Error::is_key`] if the backend's own encoding can't be read back, which no key that was loaded shows.
    pub fn public_key_pem(&self) -> Result<String, Error> {
        let spki = SubjectPublicKeyInfoRef {
            algorithm: AlgorithmIdentifierRef { oid: RSA, parameters: Some(pkcs8::der::asn1::Null.into()) },
            subject_public_key: BitStringRef::from_bytes(self.private.public_pkcs1()).map_err(|_| DAMAGED)?,
        };
        Ok(pem::encode("PUBLIC KEY", &spki.to_der().map_err(|_| DAMAGED)?))
    }

    fn from_pkcs8_der(key_id: String, der: &[u8]) -> Result<Self, Error> {
        let info = PrivateKeyInfoRef::from_der(der).map_err(|_| DAMAGED)?;
        check_algorithm(&info.algorithm)?;
        let private = backend::PrivateKey::from_pkcs1(info.private_key.as_bytes()).ok_or(REFUSED)?;
        let numbers = Numbers::from_pkcs1(private.public_pkcs1())?;
        let bits = numbers.bits;
        if !matches!(bits, 2048 | 3072 | 4096) {
            return Err(REFUSED);
        }
        let key = Self { key_id, private, bits };
        key.prove(&VerifyingKey::from_numbers(numbers))?;
        Ok(key)
    }

    /// A damaged private key may load and fail only at its first signature, so the first one is made here.
    fn prove(&self, public: &VerifyingKey) -> Result<(), Error> {
        let proven = self.private.sign(TRIAL).is_some_and(|signature| public.verify(TRIAL, &signature));
        if proven { Ok(()) } else { Err(DAMAGED) }
    }
}

impl fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SigningKey")
            .field("key_id", &self.key_id)
            .field("bits", &self.bits)
            .finish_non_exhaustive()
    }
}

const TRIAL: &[u8] = b"paykka-sign: trial signature at load";

const DAMAGED: Error =
    Error::key("a private key whose numbers don't fit together", "the file is damaged; take the original");
const REFUSED: Error = Error::key(
    "an RSA private key that is damaged or not of 2048, 3072 or 4096 bits with exponent 65537",
    "take the original file, or make a new pair with `openssl genrsa 2048`",
);

#[cfg(test)]
mod tests {
    use super::*;

    const PRIVATE: &str = include_str!("../../testdata/merchant-2048.private.pem");
    const PUBLIC: &str = include_str!("../../testdata/merchant-2048.public.pem");

    #[test]
    fn the_public_half_is_what_openssl_wrote() {
        let key = SigningKey::from_pkcs8_pem("K001", PRIVATE).unwrap();
        assert_eq!(key.public_key_pem().unwrap(), PUBLIC);
        assert_eq!(key.bits(), 2048);
    }

    #[test]
    fn wrong_kinds_are_named() {
        let cases = [
            (PUBLIC.to_owned(), "a public key where the private key is wanted"),
            (PRIVATE.replace("PRIVATE KEY", "RSA PRIVATE KEY"), "PKCS#1 form"),
            (PRIVATE.replace("PRIVATE KEY", "ENCRYPTED PRIVATE KEY"), "encrypted"),
            (PRIVATE.replace("PRIVATE KEY", "CERTIFICATE"), "isn't a private key"),
            (format!("{PRIVATE}{PRIVATE}"), "two PEM blocks"),
            (PRIVATE.replace("-----END", ""), "without its"),
            (PRIVATE.replace("MII", "M*I"), "isn't Base64"),
            ("hello".to_owned(), "isn't PEM"),
        ];
        for (text, expected) in cases {
            let error = SigningKey::from_pkcs8_pem("K001", text).unwrap_err();
            assert!(error.is_key() && error.to_string().contains(expected), "{error}");
        }
        assert!(SigningKey::from_pkcs8_pem("", PRIVATE).unwrap_err().is_field());
    }

    #[test]
    fn damaged_numbers_are_found_at_load() {
        let (_, der) = pem::decode(PRIVATE.as_bytes()).unwrap();
        for index in (0..der.len()).step_by(13) {
            let mut damaged = der.to_vec();
            damaged[index] ^= 0x10;
            // A flip in an unused attribute of the encoding may leave the same key; it must then work.
            if let Ok(key) = SigningKey::from_pkcs8_der("K001".into(), &damaged) {
                assert_eq!(key.public_key_pem().unwrap(), PUBLIC, "byte {index}");
            }
        }
    }

    #[test]
    fn debug_shows_id_and_bits_only() {
        let key = SigningKey::from_pkcs8_pem("K001", PRIVATE).unwrap();
        assert_eq!(format!("{key:?}"), r#"SigningKey { key_id: "K001", bits: 2048, .. }"#);
    }
}
