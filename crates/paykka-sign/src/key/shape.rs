//! What kind of key some DER is, told by its structure alone: labels on PEM blocks are often wrong, and bare Base64 has
//! none.

use pkcs8::der::{Decode, Reader, SliceReader, Tag, Tagged, asn1::AnyRef};

use crate::Error;

/// The structures in which keys come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// `PrivateKeyInfo`, RFC 5208 and 5958.
    Pkcs8,
    /// `RSAPrivateKey`, RFC 8017.
    Pkcs1Private,
    /// `EncryptedPrivateKeyInfo`, RFC 5208.
    EncryptedPkcs8,
    /// `SubjectPublicKeyInfo`, RFC 5280.
    Spki,
    /// `RSAPublicKey`, RFC 8017.
    Pkcs1Public,
    /// X.509 `Certificate`, RFC 5280.
    Certificate,
    /// PKCS#10 `CertificationRequest`, RFC 2986.
    CertificateRequest,
    /// `ECPrivateKey`, RFC 5915.
    EcPrivate,
}

impl Shape {
    /// # Errors
    /// [`Error::is_key`] for DER that is none of these.
    pub(crate) fn of(der: &[u8]) -> Result<Self, Error> {
        let parts = children(der).map_err(|_| UNKNOWN)?;
        let tags: Vec<Tag> = parts.iter().map(Tagged::tag).collect();
        match tags.as_slice() {
            [Tag::Integer, Tag::Sequence, Tag::OctetString, ..] => Ok(Self::Pkcs8),
            [Tag::Integer, Tag::Integer] => Ok(Self::Pkcs1Public),
            [Tag::Integer, Tag::Integer, Tag::Integer, ..] => Ok(Self::Pkcs1Private),
            [Tag::Integer, Tag::OctetString, ..] => Ok(Self::EcPrivate),
            [Tag::Sequence, Tag::OctetString] => Ok(Self::EncryptedPkcs8),
            [Tag::Sequence, Tag::BitString] => Ok(Self::Spki),
            [Tag::Sequence, Tag::Sequence, Tag::BitString] => Ok(of_signed(&parts)),
            _ => Err(UNKNOWN),
        }
    }

    pub(crate) const fn is_private(self) -> bool {
        matches!(self, Self::Pkcs8 | Self::Pkcs1Private | Self::EncryptedPkcs8 | Self::EcPrivate)
    }
}

/// A certificate's content has six elements at least; a request's has four, the last of which some tools leave out.
fn of_signed(parts: &[AnyRef<'_>]) -> Shape {
    let content = parts.first().and_then(|content| elements(content.value()).ok());
    match content {
        Some(elements) if elements.len() <= 4 => Shape::CertificateRequest,
        _ => Shape::Certificate,
    }
}

/// The elements of a sequence.
pub(crate) fn children(sequence: &[u8]) -> pkcs8::der::Result<Vec<AnyRef<'_>>> {
    let outer = AnyRef::from_der(sequence)?;
    outer.tag().assert_eq(Tag::Sequence)?;
    elements(outer.value())
}

/// What stands one behind the other.
pub(crate) fn elements(content: &[u8]) -> pkcs8::der::Result<Vec<AnyRef<'_>>> {
    let mut reader = SliceReader::new(content)?;
    let mut parts = Vec::new();
    while !reader.is_finished() {
        parts.push(AnyRef::decode(&mut reader)?);
    }
    Ok(parts)
}

const UNKNOWN: Error = Error::key(
    "DER that isn't the structure of a key",
    "give a PKCS#8, PKCS#1 or SPKI key, or a certificate",
);
