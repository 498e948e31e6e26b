//! The key pairs of the vectors. Their private halves are committed and public by that, so that everybody can make
//! the same signatures; `vectors/README.md` says it aloud.

use super::json::Json;
use super::openssl;
use crate::generated::Generated;
use crate::process::root;

/// A committed key pair.
#[derive(Debug)]
pub(crate) struct Key {
    pub(crate) key_id: &'static str,
    name: &'static str,
    bits: u64,
}

pub(crate) const RSA_2048: Key = Key { key_id: "VECTOR-2048", name: "rsa-2048", bits: 2048 };
pub(crate) const RSA_3072: Key = Key { key_id: "VECTOR-3072", name: "rsa-3072", bits: 3072 };
pub(crate) const RSA_4096: Key = Key { key_id: "VECTOR-4096", name: "rsa-4096", bits: 4096 };

static ALL: [Key; 3] = [RSA_2048, RSA_3072, RSA_4096];

impl Key {
    pub(crate) fn private_path(&self) -> String {
        format!("vectors/{}", self.private_file())
    }

    fn private_file(&self) -> String {
        format!("keys/{}.private.pem", self.name)
    }

    fn public_file(&self) -> String {
        format!("keys/{}.public.pem", self.name)
    }
}

pub(crate) fn require_all() -> Result<(), String> {
    match missing().next() {
        Some(key) => Err(format!("{} is missing; `cargo xtask vectors` makes a new one", key.private_path())),
        None => Ok(()),
    }
}

pub(crate) fn make_missing() -> Result<(), String> {
    let made = missing()
        .map(|key| Ok(Generated { path: key.private_path(), content: openssl::make_key(key.bits)? }))
        .collect::<Result<Vec<_>, String>>()?;
    Generated::settle(&made, false, "").map(|_| ())
}

fn missing() -> impl Iterator<Item = &'static Key> {
    ALL.iter().filter(|key| !root().join(key.private_path()).exists())
}

pub(crate) fn public_files() -> Result<Vec<Generated>, String> {
    let file = |key: &Key| {
        Ok(Generated {
            path: format!("vectors/{}", key.public_file()),
            content: openssl::converted(&key.private_path(), &["-pubout"])?,
        })
    };
    ALL.iter().map(file).collect()
}

/// The list of keys in `signing.json`, with paths from the folder in which that file stands.
pub(crate) fn listed() -> Json {
    let entry = |key: &Key| {
        Json::Object(vec![
            ("key_id", key.key_id.into()),
            ("bits", Json::Number(key.bits)),
            ("private_key", key.private_file().as_str().into()),
            ("public_key", key.public_file().as_str().into()),
        ])
    };
    Json::List(ALL.iter().map(entry).collect())
}
