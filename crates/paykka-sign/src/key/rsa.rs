//! What both kinds of keys share: the RSA algorithm identifier, the numbers of a public key, and the limits on them.

use pkcs8::der::{Decode, Reader, SliceReader, asn1::UintRef};
use pkcs8::spki::{AlgorithmIdentifierRef, ObjectIdentifier};

use crate::Error;
use crate::backend::PublicKey;

/// rsaEncryption, RFC 8017 appendix A.1.
pub(crate) const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");

const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

/// Modulus and exponent, read from PKCS#1 `RSAPublicKey` DER and found within the limits.
pub(crate) struct Numbers {
    pub(crate) modulus: Vec<u8>,
    pub(crate) exponent: Vec<u8>,
    pub(crate) bits: usize,
}

impl Numbers {
    /// # Errors
    /// [`Error::is_key`] for anything but two integers in a sequence, or outside the limits.
    pub(crate) fn from_pkcs1(der: &[u8]) -> Result<Self, Error> {
        let (modulus, exponent) = read_pkcs1(der).map_err(|_| DAMAGED)?;
        let bits = modulus.first().map_or(0, |first| modulus.len() * 8 - first.leading_zeros() as usize);
        if !(2048..=8192).contains(&bits) {
            return Err(Error::key(
                "an RSA key outside 2048..8192 bits",
                "make a key of 2048, 3072 or 4096 bits",
            ));
        }
        if !exponent_fits(&exponent) {
            return Err(Error::key(
                "an RSA key whose public exponent is outside 65537..2^33−1",
                "make a key with exponent 65537",
            ));
        }
        Ok(Self { modulus, exponent, bits })
    }

    pub(crate) fn into_public_key(self) -> PublicKey {
        PublicKey::new(self.modulus, self.exponent)
    }
}

/// # Errors
/// [`Error::is_key`] naming the algorithm that was found instead of RSA.
pub(crate) fn check_algorithm(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<(), Error> {
    let found = match algorithm.oid {
        RSA => return Ok(()),
        RSA_PSS => "a key restricted to RSA-PSS",
        EC => "an elliptic-curve key",
        _ => "a key of another algorithm than RSA",
    };
    Err(Error::key(found, "the platform takes RSA keys alone; make one with `openssl genrsa`"))
}

fn read_pkcs1(der: &[u8]) -> pkcs8::der::Result<(Vec<u8>, Vec<u8>)> {
    let mut reader = SliceReader::new(der)?;
    let numbers = reader.sequence(|inner| {
        let modulus = UintRef::decode(inner)?.as_bytes().to_vec();
        let exponent = UintRef::decode(inner)?.as_bytes().to_vec();
        Ok::<_, pkcs8::der::Error>((modulus, exponent))
    })?;
    reader.finish()?;
    Ok(numbers)
}

/// Odd, and within 65537..2^33−1.
fn exponent_fits(exponent: &[u8]) -> bool {
    exponent.len() <= 8 && {
        let value = exponent.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        (65_537..1 << 33).contains(&value) && value % 2 == 1
    }
}

const DAMAGED: Error =
    Error::key("an RSA public key whose numbers can't be read", "the file is damaged; fetch it anew");
