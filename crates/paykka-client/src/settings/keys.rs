//! Keys as settings name them: ready, as a text, or in a file.

use std::fmt;
use std::fs;
use std::path::{Path, PathBuf};

use paykka_sign::{KeyRing, SharedKeyRing, SigningKey, VerifyingKey};
use paykka_transport::SharedSigner;
use zeroize::Zeroizing;

/// Our own key.
pub(super) enum OwnKey {
    With(SharedSigner),
    Of {
        key_id: String,
        text: KeyText,
    },
    /// Settings that make none together.
    Wrong(String),
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
    /// Settings that make none together.
    Wrong(String),
}

/// A key's text, and what its source calls the setting.
pub(super) struct KeyText {
    setting: String,
    place: Place,
}

/// Where a key's text is.
enum Place {
    Here(Zeroizing<Vec<u8>>),
    File(PathBuf),
}

impl OwnKey {
    /// Where its text is, if that is a file.
    pub(super) fn file(&self) -> Option<&Path> {
        match self {
            Self::Of { text: KeyText { place: Place::File(path), .. }, .. } => Some(path),
            _ => None,
        }
    }

    pub(super) fn load(self) -> Result<SharedSigner, String> {
        match self {
            Self::With(signer) => Ok(signer),
            Self::Of { key_id, text } => {
                let key = SigningKey::from_bytes(key_id, text.read()?);
                key.map(SharedSigner::from).map_err(|error| text.unusable(&error))
            }
            Self::Wrong(problem) => Err(problem),
        }
    }
}

impl PlatformKeys {
    pub(super) fn load(self) -> Result<SharedKeyRing, String> {
        let (key_id, text) = match self {
            Self::Ring(ring) => return Ok(ring),
            Self::Only(text) => (None, text),
            Self::Of { key_id, text } => (Some(key_id), text),
            Self::Wrong(problem) => return Err(problem),
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
    pub(super) fn here(setting: impl Into<String>, text: &str) -> Self {
        Self { setting: setting.into(), place: Place::Here(Zeroizing::new(text.as_bytes().to_vec())) }
    }

    pub(super) fn file(setting: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        Self { setting: setting.into(), place: Place::File(path.into()) }
    }

    fn read(&self) -> Result<Zeroizing<Vec<u8>>, String> {
        match &self.place {
            Place::Here(text) => Ok(text.clone()),
            Place::File(path) => read(path).map_err(|problem| format!("{}: {problem}", self.setting)),
        }
    }

    /// Errors about keys hold nothing of them.
    fn unusable(&self, error: &dyn fmt::Display) -> String {
        match &self.place {
            Place::Here(_) => format!("{}: the key can't be used: {error}", self.setting),
            Place::File(path) => {
                format!("{}: the key file {} can't be used: {error}", self.setting, shown(path))
            }
        }
    }
}

pub(super) fn read(path: &Path) -> Result<Zeroizing<Vec<u8>>, String> {
    let read = fs::read(path).map(Zeroizing::new);
    read.map_err(|error| format!("the file {} can't be read: {error}", shown(path)))
}

/// A file's name for people. Somebody may have put a key's text where its file's name belongs, which mustn't be shown.
pub(super) fn shown(path: &Path) -> String {
    let text = path.to_string_lossy();
    if text.contains("-----") || text.contains(char::is_control) || text.len() > 512 {
        "(left out, since it looks like a key's text and not like a file's name)".to_owned()
    } else {
        format!("`{text}`")
    }
}
