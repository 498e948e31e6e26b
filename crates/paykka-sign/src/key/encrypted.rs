//! Private keys under a passphrase. Only PBES2 is taken: the older schemes are broken, and every tool writes PBES2.

use pkcs8::EncryptedPrivateKeyInfoRef;
use pkcs8::ObjectIdentifier;
use pkcs8::der::SecretDocument;
use pkcs8::pkcs5::{
    self, EncryptionScheme,
    pbes2::{Kdf, PBES2_OID},
};
#[cfg(feature = "forms")]
use pkcs8::{
    PrivateKeyInfoRef,
    der::{Decode, zeroize::Zeroizing},
    pkcs5::pbes2,
};

use super::shape::{Shape, children, elements};
use crate::Error;

/// PKCS#8 DER, wiped when dropped.
///
/// # Errors
/// [`Error::is_key`] for a wrong passphrase, another scheme than PBES2, or parameters that ask for too much work.
pub(crate) fn decrypt(der: &[u8], passphrase: &[u8]) -> Result<SecretDocument, Error> {
    let info = EncryptedPrivateKeyInfoRef::try_from(der)
        .map_err(|_| if is_pbes2(der) { UNSUPPORTED } else { SCHEME })?;
    check_work(&info.encryption_algorithm)?;
    let plain = info.decrypt(passphrase).map_err(|error| match error {
        pkcs8::Error::EncryptedPrivateKey(pkcs5::Error::UnsupportedAlgorithm { .. }) => UNSUPPORTED,
        _ => PASSPHRASE,
    })?;
    // A wrong passphrase leaves plausible padding once in some hundred times, and noise behind it.
    match Shape::of(plain.as_bytes()) {
        Ok(Shape::Pkcs8) => Ok(plain),
        _ => Err(PASSPHRASE),
    }
}

/// PKCS#8 DER under a passphrase; salt and initialisation vector are the halves of `entropy`.
///
/// # Errors
/// [`Error::is_key`] for an empty passphrase.
#[cfg(feature = "forms")]
pub(crate) fn encrypt(
    pkcs8: &[u8],
    passphrase: &[u8],
    entropy: [u8; 32],
) -> Result<Zeroizing<Vec<u8>>, Error> {
    if passphrase.is_empty() {
        return Err(EMPTY_PASSPHRASE);
    }
    let (salt, iv) = entropy.split_at(16);
    let iv = <[u8; 16]>::try_from(iv).map_err(|_| UNSUPPORTED)?;
    let scheme = pbes2::Parameters::generate_pbkdf2_sha256_aes256cbc(ROUNDS, salt, iv);
    let info = PrivateKeyInfoRef::from_der(pkcs8).map_err(|_| UNSUPPORTED)?;
    let document = scheme.ok().and_then(|scheme| info.encrypt_with_params(scheme, passphrase).ok());
    document.map(|document| Zeroizing::new(document.as_bytes().to_vec())).ok_or(UNSUPPORTED)
}

/// What OWASP's cheat sheet on storing passwords asks of PBKDF2-HMAC-SHA256.
#[cfg(feature = "forms")]
const ROUNDS: u32 = 600_000;

/// The library takes no file whose parameters it doesn't know, and doesn't say that it is that.
fn is_pbes2(der: &[u8]) -> bool {
    let parts = children(der).unwrap_or_default();
    let scheme = parts.first().and_then(|scheme| elements(scheme.value()).ok()).unwrap_or_default();
    scheme.first().and_then(|oid| oid.decode_as::<ObjectIdentifier>().ok()) == Some(PBES2_OID)
}

/// A key file mustn't be able to stop the program: scrypt's memory and PBKDF2's rounds are the file's own choice.
fn check_work(scheme: &EncryptionScheme) -> Result<(), Error> {
    let EncryptionScheme::Pbes2(parameters) = scheme else { return Err(SCHEME) };
    let reasonable = match &parameters.kdf {
        Kdf::Pbkdf2(pbkdf2) => (1..=10_000_000).contains(&pbkdf2.iteration_count),
        Kdf::Scrypt(scrypt) => {
            let memory = scrypt.cost_parameter.saturating_mul(u64::from(scrypt.block_size) * 128);
            let work = memory.saturating_mul(scrypt.parallelization.into());
            // The library panics on a cost that isn't a power of two above 1.
            scrypt.cost_parameter >= 2
                && scrypt.cost_parameter.is_power_of_two()
                && scrypt.block_size >= 1
                && scrypt.parallelization >= 1
                && work <= 256 * 1024 * 1024
        }
        _ => false,
    };
    if reasonable { Ok(()) } else { Err(WORK) }
}

#[cfg(feature = "forms")]
const EMPTY_PASSPHRASE: Error = Error::key(
    "an empty passphrase, which keeps nothing secret",
    "give a passphrase, or write the key unencrypted",
);
const PASSPHRASE: Error = Error::key(
    "an encrypted private key that this passphrase doesn't open",
    "check the passphrase and the file",
);
const SCHEME: Error = Error::key(
    "a private key encrypted by another scheme than PBES2",
    "convert it with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out CONVERTED`",
);
const UNSUPPORTED: Error = Error::key(
    "a private key encrypted by PBES2 with a cipher or parameters that aren't supported",
    "convert it with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out CONVERTED`",
);
const WORK: Error = Error::key(
    "an encrypted private key whose parameters ask for unreasonable work",
    "encrypt it anew with `openssl pkcs8 -topk8 -v2 aes-256-cbc -in FILE -out CONVERTED`",
);
