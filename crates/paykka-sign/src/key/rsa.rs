//! What both kinds of keys share: the RSA algorithm identifier, the public numbers, and the limits on them. The limits
//! are judged here and not by a backend, so that both refuse the same keys with the same words.

use pkcs8::der::asn1::{AnyRef, BitStringRef, Null, UintRef};
use pkcs8::der::{Encode, Header, Length, Tag};
use pkcs8::spki::{AlgorithmIdentifierRef, ObjectIdentifier, SubjectPublicKeyInfoRef};

use super::exponents::{Prime, Private, bits};
use super::shape::children;
use crate::{Error, backend};

/// Modulus and exponent, within the limits.
pub(crate) struct Numbers {
    modulus: Vec<u8>,
    exponent: u64,
}

impl Numbers {
    /// # Errors
    /// [`Error::is_key`] for anything but two integers in a sequence, and outside 2048..8192 bits.
    pub(crate) fn of_public(pkcs1: &[u8]) -> Result<Self, Error> {
        let parts = children(pkcs1).map_err(|_| DAMAGED_PUBLIC)?;
        let [modulus, exponent] = natural_numbers(&parts).ok_or(DAMAGED_PUBLIC)?;
        Self::within_limits(modulus, exponent, |bits| (2048..=8192).contains(&bits), PUBLIC_BITS)
    }

    /// # Errors
    /// [`Error::is_key`] for anything but a two-prime private key of 2048, 3072 or 4096 bits whose exponents fit its
    /// primes.
    pub(crate) fn of_private(pkcs1: &[u8]) -> Result<Self, Error> {
        let parts = children(pkcs1).map_err(|_| DAMAGED_PRIVATE)?;
        if parts.len() > 9 && parts.first().is_some_and(|version| version.value() == [1]) {
            return Err(MULTI_PRIME);
        }
        let [version, modulus, exponent, d, p, q, d_p, d_q, _] =
            natural_numbers(&parts).ok_or(DAMAGED_PRIVATE)?;
        if version != [0] {
            return Err(DAMAGED_PRIVATE);
        }
        let is_taken = |bits| matches!(bits, 2048 | 3072 | 4096);
        let numbers = Self::within_limits(modulus, exponent, is_taken, PRIVATE_BITS)?;
        let primes = [Prime { p, d_mod_p_minus_1: d_p }, Prime { p: q, d_mod_p_minus_1: d_q }];
        let private = Private { d, primes };
        if !private.is_balanced(numbers.bits()) {
            return Err(UNBALANCED);
        }
        if !private.undoes(numbers.exponent, modulus) {
            return Err(EXPONENTS);
        }
        Ok(numbers)
    }

    pub(crate) fn modulus(&self) -> &[u8] {
        &self.modulus
    }

    pub(crate) const fn exponent(&self) -> u64 {
        self.exponent
    }

    /// Bits of the modulus.
    pub(crate) fn bits(&self) -> usize {
        bits(&self.modulus)
    }

    /// `None` for numbers that the backend refuses.
    pub(crate) fn to_backend(&self) -> Option<backend::PublicKey> {
        let exponent = self.exponent.to_be_bytes();
        let exponent = UintRef::new(&exponent).ok()?;
        backend::PublicKey::new(&self.modulus, exponent.as_bytes(), &self.to_pkcs1().ok()?)
    }

    /// `SubjectPublicKeyInfo`, in the one encoding that every tool writes.
    pub(crate) fn to_spki(&self) -> pkcs8::der::Result<Vec<u8>> {
        let pkcs1 = self.to_pkcs1()?;
        let algorithm = rsa_algorithm();
        SubjectPublicKeyInfoRef { algorithm, subject_public_key: BitStringRef::from_bytes(&pkcs1)? }.to_der()
    }

    fn to_pkcs1(&self) -> pkcs8::der::Result<Vec<u8>> {
        let numbers = [UintRef::new(&self.modulus)?.to_der()?, self.exponent.to_der()?].concat();
        let header = Header::new(Tag::Sequence, Length::try_from(numbers.len())?).to_der()?;
        Ok([header, numbers].concat())
    }

    fn within_limits(
        modulus: &[u8],
        exponent: &[u8],
        takes: impl Fn(usize) -> bool,
        (owner, taken, fix): (&str, &str, &'static str),
    ) -> Result<Self, Error> {
        let bits = bits(modulus);
        if !takes(bits) {
            return Err(Error::key_found(format!("{owner} of {bits} bits, where {taken} are taken"), fix));
        }
        if modulus.last().is_none_or(|last| last % 2 == 0) {
            return Err(EVEN);
        }
        let exponent = exponent_within_limits(exponent)?;
        Ok(Self { modulus: modulus.to_vec(), exponent })
    }
}

fn exponent_within_limits(big_endian: &[u8]) -> Result<u64, Error> {
    let refused = |exponent: String| {
        let found = format!("{exponent} as public exponent, where an odd number of 65537..2^33−1 is taken");
        Err(Error::key_found(found, "make a key with the usual exponent 65537, and hand it over anew"))
    };
    if big_endian.len() > 8 {
        return refused(format!("a number of {} bits", bits(big_endian)));
    }
    let exponent = big_endian.iter().fold(0_u64, |value, byte| value << 8 | u64::from(*byte));
    let fits = (65_537..1 << 33).contains(&exponent) && exponent % 2 == 1;
    if fits { Ok(exponent) } else { refused(exponent.to_string()) }
}

/// Exactly `N` numbers, big-endian without leading zeros.
fn natural_numbers<'a, const N: usize>(parts: &[AnyRef<'a>]) -> Option<[&'a [u8]; N]> {
    let numbers: Option<Vec<&[u8]>> =
        parts.iter().map(|part| Some(part.decode_as::<UintRef<'_>>().ok()?.as_bytes())).collect();
    numbers?.try_into().ok()
}

/// As RFC 8017 wants it.
pub(crate) fn rsa_algorithm() -> AlgorithmIdentifierRef<'static> {
    AlgorithmIdentifierRef { oid: RSA, parameters: Some(AnyRef::from(Null)) }
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
/// Whose bits, how many are taken, and what to do.
const PUBLIC_BITS: (&str, &str, &str) =
    ("an RSA public key", "2048 to 8192", "make a key of 2048, 3072 or 4096 bits, and hand it over anew");
const PRIVATE_BITS: (&str, &str, &str) = (
    "an RSA private key",
    "2048, 3072 or 4096",
    "make a key of one of these sizes, and hand its public half over anew",
);
const MULTI_PRIME: Error =
    Error::key("an RSA private key of more than two primes", "make a usual key, with two primes");
const DAMAGED_PUBLIC: Error =
    Error::key("an RSA public key whose numbers can't be read", "the file is damaged; fetch it anew");
const DAMAGED_PRIVATE: Error =
    Error::key("an RSA private key whose numbers can't be read", "the file is damaged; take the original");
const UNBALANCED: Error = Error::key(
    "an RSA private key whose two primes don't have half of the modulus' bits each (the Python package `rsa` makes such keys)",
    "make a usual key, as `openssl genpkey -algorithm RSA` does, and hand its public half over anew",
);
const EXPONENTS: Error = Error::key(
    "an RSA private key whose private exponents don't fit its primes and its public exponent",
    "the file is damaged, or was made by hand; take the original",
);
