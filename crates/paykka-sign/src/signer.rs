//! Signing somewhere else: in a KMS, an HSM, another process. The trait lets a key stay where it is, at no cost for a key
//! that is here; what comes from elsewhere is verified before anybody sends it.

use std::error::Error as StdError;
use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use crate::fields::check_key_id;
use crate::{
    Authorization, Error, Nonce, Parts, SigningKey, StringToSign, Timestamp, VerifyingKey, string_to_sign,
};

/// Something that signs under one key.
///
/// [`SigningKey`] is one, without allocating for its future. Yours returns [`SignatureFuture::remote`]; one that hands on
/// the future of a `SigningKey` must also hand on that key's id and public key, since such a signature isn't verified.
///
/// ```
/// use paykka_sign::{SignatureFuture, Signer, StringToSign, VerifyingKey};
///
/// struct Kms { public: VerifyingKey }
///
/// impl Signer for Kms {
///     fn key_id(&self) -> &str { "K001" }
///     fn verifying_key(&self) -> &VerifyingKey { &self.public }
///     fn sign_string<'a>(&'a self, string: &'a StringToSign) -> SignatureFuture<'a> {
///         SignatureFuture::remote(async move { ask_kms(string.sha256()).await })
///     }
/// }
///
/// async fn ask_kms(sha256: &[u8; 32]) -> Result<Vec<u8>, Box<dyn std::error::Error + Send + Sync>> {
///     // RSASSA-PKCS1-v1_5 over this digest, by whatever your KMS calls it.
/// #   Err("none".into())
/// }
/// ```
pub trait Signer: Send + Sync {
    /// The id under which the other side knows the key.
    fn key_id(&self) -> &str;

    /// The public half, with which a signature from elsewhere is checked.
    fn verifying_key(&self) -> &VerifyingKey;

    /// The signature of these bytes: RSASSA-PKCS1-v1_5 with SHA-256, as long as the modulus. It may be dropped before
    /// it is done; deadlines are the caller's.
    fn sign_string<'a>(&'a self, string: &'a StringToSign) -> SignatureFuture<'a>;
}

impl Signer for SigningKey {
    fn key_id(&self) -> &str {
        self.key_id()
    }

    fn verifying_key(&self) -> &VerifyingKey {
        self.verifying_key()
    }

    fn sign_string<'a>(&'a self, string: &'a StringToSign) -> SignatureFuture<'a> {
        SignatureFuture(State::Local(Some(self.signature(string))))
    }
}

/// Signs a message with any [`Signer`]; otherwise as [`SigningKey::sign`].
///
/// # Errors
/// [`Error::is_field`] for parts that may not be signed; [`Error::is_signer`] when the signer fails, or gives a
/// signature that its own public key doesn't verify; [`Error::is_backend`] for a local key without randomness.
pub async fn authorize<B: AsRef<[u8]>>(
    signer: &(impl Signer + ?Sized),
    parts: &Parts<'_, B>,
    timestamp: Timestamp,
    nonce: &Nonce,
) -> Result<Authorization, Error> {
    let string = string_to_sign(parts, timestamp, nonce.as_str())?;
    let key_id = signer.key_id().to_owned();
    check_key_id(&key_id)?;
    let signing = signer.sign_string(&string);
    let is_remote = matches!(signing.0, State::Remote(_));
    let signature = signing.await?;
    if is_remote && !signer.verifying_key().verify(string.as_bytes(), b"", &signature) {
        return Err(Error::signer_mismatch());
    }
    Ok(Authorization::new(timestamp, nonce, &key_id, signature))
}

/// A signature that is there or on its way.
pub struct SignatureFuture<'a>(State<'a>);

impl<'a> SignatureFuture<'a> {
    /// A signature made elsewhere. It is verified with the signer's public key before it is used.
    pub fn remote<F>(signing: F) -> Self
    where
        F: Future<Output = Result<Vec<u8>, Box<dyn StdError + Send + Sync>>> + Send + 'a,
    {
        Self(State::Remote(Box::pin(signing)))
    }
}

impl Future for SignatureFuture<'_> {
    type Output = Result<Vec<u8>, Error>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        match &mut self.0 {
            // A future that is polled again after its end may stay pending for ever.
            State::Local(signature) => signature.take().map_or(Poll::Pending, Poll::Ready),
            State::Remote(signing) => signing.as_mut().poll(cx).map_err(Error::signer_failed),
        }
    }
}

impl fmt::Debug for SignatureFuture<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("SignatureFuture").finish_non_exhaustive()
    }
}

type Signing<'a> = dyn Future<Output = Result<Vec<u8>, Box<dyn StdError + Send + Sync>>> + Send + 'a;

enum State<'a> {
    Local(Option<Result<Vec<u8>, Error>>),
    Remote(Pin<Box<Signing<'a>>>),
}
