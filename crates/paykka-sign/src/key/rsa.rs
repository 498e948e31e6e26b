//! What both kinds of keys share: the RSA algorithm identifier, the public numbers, and the limits on them. The limits
//! are judged here and not by a backend, so that both refuse the same keys with the same words.

use pkcs8::der::asn1::{AnyRef, BitStringRef, Null, UintRef};
use pkcs8::der::{Encode, Header, Length, Tag};
use pkcs8::spki::{AlgorithmIdentifierRef, ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::shape::children;
use crate::{Error, backend};

/// Modulus and exponent, within the limits.
pub(crate) struct Numbers {
    modulus: Vec<u8>,
    exponent: Vec<u8>,
}

impl Numbers {
    /// # Errors
    /// [`Error::is_key`] for anything but two integers in a sequence, and outside 2048..8192 bits.
    pub(crate) fn of_public(pkcs1: &[u8]) -> Result<Self, Error> {
        match children(pkcs1).as_deref() {
            Ok([modulus, exponent]) => Self::read(*modulus, *exponent).ok_or(DAMAGED_PUBLIC)?.within_limits(),
            _ => Err(DAMAGED_PUBLIC),
        }
    }

    /// # Errors
    /// [`Error::is_key`] for anything but a two-prime private key of 2048, 3072 or 4096 bits.
    pub(crate) fn of_private(pkcs1: &[u8]) -> Result<Self, Error> {
        let parts = children(pkcs1).map_err(|_| DAMAGED_PRIVATE)?;
        let [version, modulus, exponent, _, _, _, _, _, _] = parts.as_slice() else {
            let multi_prime = parts.first().is_some_and(|version| version.value() == [1]);
            return Err(if multi_prime { MULTI_PRIME } else { DAMAGED_PRIVATE });
        };
        if version.value() != [0] {
            return Err(DAMAGED_PRIVATE);
        }
        let numbers = Self::read(*modulus, *exponent).ok_or(DAMAGED_PRIVATE)?.within_limits()?;
        if matches!(numbers.bits(), 2048 | 3072 | 4096) { Ok(numbers) } else { Err(PRIVATE_BITS) }
    }

    pub(crate) fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    /// Bits of the modulus.
    pub(crate) fn bits(&self) -> usize {
        self.modulus.first().map_or(0, |first| self.modulus.len() * 8 - first.leading_zeros() as usize)
    }

    /// `None` for numbers that the backend refuses.
    pub(crate) fn to_backend(&self) -> Option<backend::PublicKey> {
        backend::PublicKey::new(&self.modulus, &self.exponent, &self.to_pkcs1().ok()?)
    }

    /// `SubjectPublicKeyInfo`, in the one encoding that every tool writes.
    pub(crate) fn to_spki(&self) -> pkcs8::der::Result<Vec<u8>> {
        let pkcs1 = self.to_pkcs1()?;
        let algorithm = AlgorithmIdentifierRef { oid: RSA, parameters: Some(AnyRef::from(Null)) };
        SubjectPublicKeyInfoRef { algorithm, subject_public_key: BitStringRef::from_bytes(&pkcs1)? }.to_der()
    }

    fn to_pkcs1(&self) -> pkcs8::der::Result<Vec<u8>> {
        let numbers =
            [UintRef::new(&self.modulus)?.to_der()?, UintRef::new(&self.exponent)?.to_der()?].concat();
        let header = Header::new(Tag::Sequence, Length::try_from(numbers.len())?).to_der()?;
        Ok([header, numbers].concat())
    }

    fn read(modulus: AnyRef<'_>, exponent: AnyRef<'_>) -> Option<Self> {
        let number = |any: AnyRef<'_>| any.decode_as::<UintRef<'_>>().ok().map(|n| n.as_bytes().to_vec());
        Some(Self { modulus: number(modulus)?, exponent: number(exponent)? })
    }

    fn within_limits(self) -> Result<Self, Error> {
        if !(2048..=8192).contains(&self.bits()) {
            return Err(BITS);
        }
        if self.modulus.last().is_none_or(|last| last % 2 == 0) {
            return Err(EVEN);
        }
        if self.exponent.len() > 8 {
            return Err(EXPONENT);
        }
        let exponent = self.exponent.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
        let fits = (65_537..1 << 33).contains(&exponent) && exponent % 2 == 1;
        if fits { Ok(self) } else { Err(EXPONENT) }
    }
}

/// # Errors
/// [`Error::is_key`] naming the algorithm that was found instead of RSA.
pub(crate) fn check_algorithm(algorithm: &AlgorithmIdentifierRef<'_>) -> Result<(), Error> {
    match algorithm.oid {
        // RFC 8017 wants NULL; some old tools leave it out.
        RSA if algorithm.parameters.is_none_or(AnyRef::is_null) => Ok(()),
        RSA => Err(PARAMETERS),
        RSA_PSS => Err(RSA_PSS_KEY),
        EC => Err(EC_KEY),
        _ => Err(OTHER_ALGORITHM),
    }
}

/// rsaEncryption, RFC 8017 appendix A.1.
const RSA: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.1");
const RSA_PSS: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.113549.1.1.10");
const EC: ObjectIdentifier = ObjectIdentifier::new_unwrap("1.2.840.10045.2.1");

const MAKE_RSA: &str = "the platform takes RSA keys alone; make one with `openssl genpkey -algorithm RSA -pkeyopt rsa_keygen_bits:2048`";

pub(crate) const EC_KEY: Error = Error::key("an elliptic-curve key", MAKE_RSA);
const RSA_PSS_KEY: Error = Error::key("a key restricted to RSA-PSS", MAKE_RSA);
const OTHER_ALGORITHM: Error = Error::key("a key of another algorithm than RSA", MAKE_RSA);
const PARAMETERS: Error = Error::key(
    "an RSA key whose algorithm carries parameters, which RSA has none of",
    "the file is damaged; take the original",
);
const EVEN: Error = Error::key(
    "an RSA key whose modulus is even, which no product of two primes is",
    "the file is damaged; fetch it anew",
);
const BITS: Error = Error::key(
    "an RSA key outside 2048..8192 bits",
    "make a key of 2048, 3072 or 4096 bits, and hand it over anew",
);
const PRIVATE_BITS: Error = Error::key(
    "an RSA private key that has neither 2048, 3072 nor 4096 bits",
    "make a key of one of these sizes, and hand its public half over anew",
);
const EXPONENT: Error = Error::key(
    "an RSA key whose public exponent is outside 65537..2^33−1",
    "make a key with the usual exponent 65537, and hand it over anew",
);
const MULTI_PRIME: Error =
    Error::key("an RSA private key of more than two primes", "make a usual key, with two primes");
const DAMAGED_PUBLIC: Error =
    Error::key("an RSA public key whose numbers can't be read", "the file is damaged; fetch it anew");
const DAMAGED_PRIVATE: Error =
    Error::key("an RSA private key whose numbers can't be read", "the file is damaged; take the original");
