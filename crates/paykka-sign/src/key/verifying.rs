//! The other side's public key. It carries no id: the same key may be known under several.

use std::fmt;
use std::sync::Arc;

use pkcs8::der::{Decode, Reader, SliceReader, Tag, Tagged, asn1::AnyRef};
use pkcs8::spki::SubjectPublicKeyInfoRef;

use super::rsa::{Numbers, check_algorithm};
use super::shape::{Shape, children};
use super::text;
use crate::{Error, backend};

/// An RSA public key of 2048..8192 bits. Clones share it.
#[derive(Clone)]
pub struct VerifyingKey(Arc<Inner>);

impl VerifyingKey {
    /// Reads a public key: SPKI, PKCS#1 or an X.509 certificate, as PEM, DER or bare Base64.
    ///
    /// The modulus has 2048 to 8192 bits, and the exponent is an odd number of 65537..2^33−1. Up to 64 KiB are read. Of a
    /// certificate the key alone is taken: neither its signature, its names nor its dates are looked at.
    ///
    /// # Errors
    /// [`Error::is_key`] with what was found and what to do.
    pub fn from_bytes(key: impl AsRef<[u8]>) -> Result<Self, Error> {
        let der = text::unwrap(key.as_ref())?;
        match Shape::of(&der)? {
            Shape::Spki => Self::from_spki(&der),
            Shape::Pkcs1Public => Numbers::of_public(&der).and_then(|numbers| Self::from_numbers(&numbers)),
            Shape::Certificate => Self::from_spki(spki_of_certificate(&der).ok_or(DAMAGED)?),
            Shape::CertificateRequest => Err(REQUEST),
            shape if shape.is_private() => Err(PRIVATE),
            _ => Err(DAMAGED),
        }
    }

    /// Bits of the modulus.
    #[must_use]
    pub fn bits(&self) -> usize {
        self.0.bits
    }

    /// The public exponent, nearly always 65537.
    #[must_use]
    pub fn exponent(&self) -> u64 {
        self.0.exponent
    }

    /// SHA-256 of the key's SPKI DER, for two people to compare by telephone.
    #[must_use]
    pub fn fingerprint(&self) -> Fingerprint {
        self.0.fingerprint
    }

    /// The key as SPKI PEM, to hand over.
    #[must_use]
    pub fn to_pem(&self) -> String {
        text::to_pem("PUBLIC KEY", &self.0.spki).to_string()
    }

    /// Whether `signature` belongs to these bytes: RSASSA-PKCS1-v1_5 with SHA-256, and nothing of this platform's
    /// scheme. For messages of another form and for tests; messages of the platform are [`KeyRing::verify`]'s, which
    /// also checks their fields and their time and yields [`Verified`].
    ///
    /// # Errors
    /// [`Error::is_signature`] for anything but a signature of the modulus' length that verifies.
    ///
    /// [`KeyRing::verify`]: crate::KeyRing::verify
    /// [`Verified`]: crate::Verified
    pub fn verify_bytes(&self, message: &[u8], signature: &[u8]) -> Result<(), Error> {
        if self.verify(message, b"", signature) { Ok(()) } else { Err(Error::signature()) }
    }

    /// Whether both belong to one pair: whoever has the private half of one can make that of the other, whatever their
    /// exponents.
    #[must_use]
    pub fn has_modulus_of(&self, other: &Self) -> bool {
        self.0.modulus == other.0.modulus
    }

    pub(crate) fn modulus(&self) -> &[u8] {
        &self.0.modulus
    }

    #[cfg(feature = "forms")]
    pub(crate) fn spki(&self) -> &[u8] {
        &self.0.spki
    }

    pub(crate) fn from_numbers(numbers: &Numbers) -> Result<Self, Error> {
        let spki = numbers.to_spki().map_err(|_| DAMAGED)?;
        let public = numbers.to_backend().ok_or(DAMAGED)?;
        let fingerprint = Fingerprint::of(&spki);
        let (bits, exponent, modulus) = (numbers.bits(), numbers.exponent(), numbers.modulus().to_vec());
        Ok(Self(Arc::new(Inner { public, bits, exponent, modulus, spki, fingerprint })))
    }

    /// The message is `head` with `body` behind it.
    pub(crate) fn verify(&self, head: &[u8], body: &[u8], signature: &[u8]) -> bool {
        self.0.public.verify(head, body, signature)
    }

    fn from_spki(spki: &[u8]) -> Result<Self, Error> {
        let info = SubjectPublicKeyInfoRef::from_der(spki).map_err(|_| DAMAGED)?;
        check_algorithm(&info.algorithm)?;
        let pkcs1 = info.subject_public_key.as_bytes().ok_or(DAMAGED)?;
        Numbers::of_public(pkcs1).and_then(|numbers| Self::from_numbers(&numbers))
    }
}

/// Two keys are the same when their numbers are.
impl PartialEq for VerifyingKey {
    fn eq(&self, other: &Self) -> bool {
        self.0.spki == other.0.spki
    }
}

impl Eq for VerifyingKey {}

impl fmt::Debug for VerifyingKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("VerifyingKey").field("bits", &self.0.bits).finish_non_exhaustive()
    }
}

/// SHA-256 of a public key's SPKI DER. Shown as 64 lower-case hexadecimal digits, as
/// `openssl pkey -pubin -outform DER | sha256sum` shows it.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint([u8; 32]);

impl Fingerprint {
    pub(crate) fn of(bytes: &[u8]) -> Self {
        Self(backend::sha256(bytes))
    }

    /// The 32 bytes.
    #[must_use]
    pub const fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }
}

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Fingerprint({self})")
    }
}

struct Inner {
    public: backend::PublicKey,
    bits: usize,
    exponent: u64,
    modulus: Vec<u8>,
    spki: Vec<u8>,
    fingerprint: Fingerprint,
}

/// `TBSCertificate` holds, behind an optional version: serial, algorithm, issuer, validity, subject, key.
fn spki_of_certificate(certificate: &[u8]) -> Option<&[u8]> {
    let whole = children(certificate).ok()?;
    let fields = whole.first()?.value();
    let mut reader = SliceReader::new(fields).ok()?;
    let mut at = 0;
    let mut skip = if fields.first() == Some(&0xa0) { 6 } else { 5 };
    loop {
        let element = AnyRef::decode(&mut reader).ok()?;
        let end = usize::try_from(reader.position()).ok()?;
        if skip == 0 {
            return (element.tag() == Tag::Sequence).then(|| fields.get(at..end))?;
        }
        (at, skip) = (end, skip - 1);
    }
}

const PRIVATE: Error = Error::key(
    "a private key where the public key is wanted",
    "keep it secret and give the public half: `openssl pkey -in FILE -pubout -out PUBLIC`",
);
const REQUEST: Error = Error::key(
    "a certificate request where the public key is wanted",
    "give the public key in it: `openssl req -in FILE -pubkey -noout -out PUBLIC`",
);
const DAMAGED: Error =
    Error::key("a public key whose encoding can't be read", "the file is damaged; fetch it anew");
