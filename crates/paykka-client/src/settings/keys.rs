//! Keys as settings name them: ready, as a text, or in a file.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use paykka_sign::{KeyRing, SharedKeyRing, Signer, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

/// Our own key.
pub(super) enum OwnKey {
    With(Arc<dyn Signer>),
    Of { key_id: String, text: KeyText },
}

/// The platform's keys.
pub(super) enum PlatformKeys {
    Ring(SharedKeyRing),
    /// Of a platform whose key id isn't known: answers are verified with this key whatever id they name.
    Only(KeyText),
    Of {
        key_id: String,
        text: KeyText,
    },
}

/// Where a key's text is.
pub(super) enum KeyText {
    Here(Zeroizing<Vec<u8>>),
    File(PathBuf),
}

impl OwnKey {
    pub(super) fn load(self) -> Result<Arc<dyn Signer>, String> {
        match self {
            Self::With(signer) => Ok(signer),
            Self::Of { key_id, text } => {
                let key = SigningKey::from_bytes(key_id, text.read()?);
                key.map(|key| Arc::new(key) as Arc<dyn Signer>).map_err(|error| text.unusable(&error))
            }
        }
    }
}

impl PlatformKeys {
    pub(super) fn load(self) -> Result<SharedKeyRing, String> {
        let (key_id, text) = match self {
            Self::Ring(ring) => return Ok(ring),
            Self::Only(text) => (None, text),
            Self::Of { key_id, text } => (Some(key_id), text),
        };
        let key = VerifyingKey::from_bytes(text.read()?).map_err(|error| text.unusable(&error))?;
        let ring = match key_id {
            Some(key_id) => KeyRing::new([(key_id, key)]),
            None => KeyRing::only(key),
        };
        ring.map(SharedKeyRing::from).map_err(|error| text.unusable(&error))
    }
}

impl KeyText {
    fn read(&self) -> Result<Zeroizing<Vec<u8>>, String> {
        match self {
            Self::Here(text) => Ok(text.clone()),
            Self::File(path) => read(path),
        }
    }

    /// Errors about keys hold nothing of them.
    fn unusable(&self, error: &dyn fmt::Display) -> String {
        match self {
            Self::Here(_) => format!("the key can't be used: {error}"),
            Self::File(path) => format!("the key file `{}` can't be used: {error}", path.display()),
        }
    }
}

pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let read = fs::read(path).map(Zeroizing::new);
    read.map_err(|error| format!("the file `{}` can't be read: {error}", path.display()))
}
