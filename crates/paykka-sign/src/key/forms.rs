//! A key file as a thing of its own: which form it has, and the same key in every other form. Who only signs and verifies
//! needs none of this, since every form is read there.

use std::fmt;

use base64ct::{Base64, Encoding};
use pkcs8::PrivateKeyInfoRef;
use pkcs8::der::asn1::OctetStringRef;
use pkcs8::der::zeroize::Zeroizing;
use pkcs8::der::{Decode, Encode};
use pkcs8::spki::SubjectPublicKeyInfoRef;

use super::rsa::{check_algorithm, rsa_algorithm};
use super::shape::Shape;
use super::text;
use super::{SigningKey, VerifyingKey};
use crate::Error;

/// An RSA key read from a file, and what the file looked like.
///
/// ```
/// use paykka_sign::{KeyFile, KeyForm, KeyWrapping};
///
/// # fn main() -> Result<(), paykka_sign::Error> {
/// # let pem = include_bytes!("../../testdata/merchant-2048.private.pem");
/// let file = KeyFile::from_bytes(pem)?;
/// assert_eq!((file.form(), file.wrapping()), (KeyForm::Pkcs8, KeyWrapping::Pem));
/// // The public half in the form that Java programs are given.
/// let public = file.write(KeyForm::Spki, KeyWrapping::Base64)?;
/// assert!(public.starts_with(b"MIIBIjANBg"));
/// # Ok(())
/// # }
/// ```
pub struct KeyFile {
    form: KeyForm,
    wrapping: KeyWrapping,
    public: VerifyingKey,
    /// PKCS#1 DER.
    private: Option<Zeroizing<Vec<u8>>>,
}

/// The structure of a key's DER. Closed: these are all that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyForm {
    /// A private key, `PrivateKeyInfo` (RFC 5958).
    Pkcs8,
    /// A private key under a passphrase, `EncryptedPrivateKeyInfo` (RFC 5958).
    EncryptedPkcs8,
    /// A private key, `RSAPrivateKey` (RFC 8017).
    Pkcs1Private,
    /// A public key, `SubjectPublicKeyInfo` (RFC 5280).
    Spki,
    /// A public key, `RSAPublicKey` (RFC 8017).
    Pkcs1Public,
    /// An X.509 certificate (RFC 5280), of which the public key alone is taken.
    Certificate,
}

/// What is around a key's DER. Closed: these are all that are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyWrapping {
    /// Lines of Base64 between `-----BEGIN …-----` and `-----END …-----`.
    Pem,
    /// Nothing.
    Der,
    /// Base64 alone, as Java programs keep keys. Written as one line.
    Base64,
}

impl KeyFile {
    /// Reads a key, private or public, in any form that [`SigningKey::from_bytes`] or [`VerifyingKey::from_bytes`] reads,
    /// under their limits. A private key proves itself by a signature.
    ///
    /// # Errors
    /// [`Error::is_key`] with what was found and what to do; [`Error::is_backend`] when the backend has no randomness for
    /// blinding.
    pub fn from_bytes(file: impl AsRef<[u8]>) -> Result<Self, Error> {
        let file = file.as_ref();
        let der = text::unwrap(file)?;
        let (wrapping, shape) = (wrapping_of(file), Shape::of(&der)?);
        match shape {
            Shape::Pkcs8 => Self::private(KeyForm::Pkcs8, wrapping, pkcs1_of(&der)?),
            Shape::Pkcs1Private => Self::private(KeyForm::Pkcs1Private, wrapping, der),
            Shape::Spki => Self::public(KeyForm::Spki, wrapping, &der),
            Shape::Pkcs1Public => Self::public(KeyForm::Pkcs1Public, wrapping, &der),
            Shape::Certificate => Self::public(KeyForm::Certificate, wrapping, &der),
            // Refused with the words that signing has for it.
            Shape::EncryptedPkcs8 | Shape::EcPrivate => Err(refused(SigningKey::from_bytes(SOME_ID, &der))),
            Shape::CertificateRequest => Err(refused(VerifyingKey::from_bytes(&der))),
        }
    }

    /// As [`from_bytes`](Self::from_bytes), for a private key under a passphrase. One that isn't encrypted is taken, too.
    ///
    /// # Errors
    /// As `from_bytes`, and [`Error::is_key`] as [`SigningKey::from_encrypted_bytes`].
    #[cfg(feature = "encryption")]
    #[cfg_attr(docsrs, doc(cfg(feature = "encryption")))]
    pub fn from_encrypted_bytes(file: impl AsRef<[u8]>, passphrase: impl AsRef<[u8]>) -> Result<Self, Error> {
        let file = file.as_ref();
        let der = text::unwrap(file)?;
        if Shape::of(&der)? != Shape::EncryptedPkcs8 {
            return Self::from_bytes(file);
        }
        let plain = super::encrypted::decrypt(&der, passphrase.as_ref())?;
        Self::private(KeyForm::EncryptedPkcs8, wrapping_of(file), pkcs1_of(plain.as_bytes())?)
    }

    /// The structure that the file had.
    #[must_use]
    pub const fn form(&self) -> KeyForm {
        self.form
    }

    /// What was around it.
    #[must_use]
    pub const fn wrapping(&self) -> KeyWrapping {
        self.wrapping
    }

    /// Whether the file holds the private half, so that it must be kept secret.
    #[must_use]
    pub const fn is_private(&self) -> bool {
        self.private.is_some()
    }

    /// The public half.
    #[must_use]
    pub const fn verifying_key(&self) -> &VerifyingKey {
        &self.public
    }

    /// The key in another form; wiped when dropped. [`KeyForm::EncryptedPkcs8`] goes by
    /// [`write_encrypted`](Self::write_encrypted).
    ///
    /// # Errors
    /// [`Error::is_key`] for a private form of a public key, for an encrypted one, and for a certificate, which only its
    /// authority makes.
    pub fn write(&self, form: KeyForm, wrapping: KeyWrapping) -> Result<Zeroizing<Vec<u8>>, Error> {
        let (label, der) = match form {
            KeyForm::Pkcs8 => ("PRIVATE KEY", self.to_pkcs8()?),
            KeyForm::Pkcs1Private => ("RSA PRIVATE KEY", self.pkcs1()?.clone()),
            KeyForm::Spki => ("PUBLIC KEY", Zeroizing::new(self.public.spki().to_vec())),
            KeyForm::Pkcs1Public => ("RSA PUBLIC KEY", Zeroizing::new(self.to_pkcs1_public()?)),
            KeyForm::EncryptedPkcs8 => return Err(NO_PASSPHRASE),
            KeyForm::Certificate => return Err(NO_AUTHORITY),
        };
        Ok(wrapped(label, der, wrapping))
    }

    /// The private key under a passphrase: PKCS#8 with PBES2, PBKDF2-HMAC-SHA256 with 600,000 rounds, AES-256-CBC. Salt and
    /// initialisation vector are made of `entropy`, which the caller takes from the operating system, anew for each file.
    ///
    /// # Errors
    /// [`Error::is_key`] for a public key, and for an empty passphrase.
    #[cfg(feature = "encryption")]
    #[cfg_attr(docsrs, doc(cfg(feature = "encryption")))]
    pub fn write_encrypted(
        &self,
        wrapping: KeyWrapping,
        passphrase: impl AsRef<[u8]>,
        entropy: [u8; 32],
    ) -> Result<Zeroizing<Vec<u8>>, Error> {
        let der = super::encrypted::encrypt(&self.to_pkcs8()?, passphrase.as_ref(), entropy)?;
        Ok(wrapped("ENCRYPTED PRIVATE KEY", der, wrapping))
    }

    fn private(form: KeyForm, wrapping: KeyWrapping, pkcs1: Zeroizing<Vec<u8>>) -> Result<Self, Error> {
        let public = SigningKey::from_pkcs1(SOME_ID.to_owned(), &pkcs1)?.verifying_key().clone();
        Ok(Self { form, wrapping, public, private: Some(pkcs1) })
    }

    fn public(form: KeyForm, wrapping: KeyWrapping, der: &[u8]) -> Result<Self, Error> {
        Ok(Self { form, wrapping, public: VerifyingKey::from_bytes(der)?, private: None })
    }

    fn pkcs1(&self) -> Result<&Zeroizing<Vec<u8>>, Error> {
        self.private.as_ref().ok_or(NO_PRIVATE_HALF)
    }

    fn to_pkcs8(&self) -> Result<Zeroizing<Vec<u8>>, Error> {
        let pkcs1 = self.pkcs1()?;
        let key = OctetStringRef::new(pkcs1).map_err(|_| UNWRITABLE)?;
        let info = PrivateKeyInfoRef::new(rsa_algorithm(), key);
        info.to_der().map(Zeroizing::new).map_err(|_| UNWRITABLE)
    }

    fn to_pkcs1_public(&self) -> Result<Vec<u8>, Error> {
        let spki = SubjectPublicKeyInfoRef::from_der(self.public.spki()).map_err(|_| UNWRITABLE)?;
        spki.subject_public_key.as_bytes().map(<[u8]>::to_vec).ok_or(UNWRITABLE)
    }
}

/// The key is left out.
impl fmt::Debug for KeyFile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("KeyFile")
            .field("form", &self.form)
            .field("wrapping", &self.wrapping)
            .finish_non_exhaustive()
    }
}

/// A key file has no id; the platform gives it one.
const SOME_ID: &str = "file";

fn pkcs1_of(pkcs8: &[u8]) -> Result<Zeroizing<Vec<u8>>, Error> {
    match PrivateKeyInfoRef::from_der(pkcs8) {
        Ok(info) if check_algorithm(&info.algorithm).is_ok() => {
            Ok(Zeroizing::new(info.private_key.as_bytes().to_vec()))
        }
        _ => Err(refused(SigningKey::from_bytes(SOME_ID, pkcs8))),
    }
}

/// What one reader refuses, the other mustn't take.
fn refused<T>(read: Result<T, Error>) -> Error {
    read.err().unwrap_or(UNWRITABLE)
}

/// Of a text that [`text::unwrap`] has taken.
fn wrapping_of(file: &[u8]) -> KeyWrapping {
    match file {
        _ if text::has_pem_block(file) => KeyWrapping::Pem,
        [0x30, ..] => KeyWrapping::Der,
        _ => KeyWrapping::Base64,
    }
}

fn wrapped(label: &str, der: Zeroizing<Vec<u8>>, wrapping: KeyWrapping) -> Zeroizing<Vec<u8>> {
    match wrapping {
        KeyWrapping::Pem => Zeroizing::new(text::to_pem(label, &der).as_bytes().to_vec()),
        KeyWrapping::Der => der,
        KeyWrapping::Base64 => Zeroizing::new((Base64::encode_string(&der) + "\n").into_bytes()),
    }
}

const NO_PRIVATE_HALF: Error = Error::key(
    "a public key where a private form was asked for",
    "give the file that was kept secret when the pair was made",
);
const NO_PASSPHRASE: Error =
    Error::key("a wish for an encrypted key without a passphrase", "give the passphrase");
const NO_AUTHORITY: Error =
    Error::key("a wish for a certificate, which only its authority makes", "ask for the form SPKI");
const UNWRITABLE: Error = Error::key("a key that can't be written anew", "take the original file");
