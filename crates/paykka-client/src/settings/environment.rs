//! Which of the platform's worlds settings are for, and that no key lives in two of them: a key that leaked from a
//! test would sign real payments.

use std::fmt;
use std::path::Path;
use std::str::FromStr;

use paykka_sign::{SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::keys::read;

/// Which of the platform's worlds a client talks to. Closed: there are these, and somebody who adds one must think about
/// each place that tells them apart.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Environment {
    /// The platform's sandbox: no money moves.
    Sandbox,
    /// Real money.
    Production,
    /// This project's emulator.
    Emulator,
}

impl Environment {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Sandbox, Self::Production, Self::Emulator];

    /// As it stands in settings: `sandbox`, `production` or `emulator`.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Sandbox => "sandbox",
            Self::Production => "production",
            Self::Emulator => "emulator",
        }
    }

    pub(super) fn read(value: &str) -> Result<Self, String> {
        let found = Self::ALL.into_iter().find(|known| known.as_str() == value);
        found.ok_or_else(|| "must be `sandbox`, `production` or `emulator`".to_owned())
    }
}

impl fmt::Display for Environment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

impl FromStr for Environment {
    type Err = crate::Error;

    /// # Errors
    /// [`Error::is_config`](crate::Error::is_config) for another word.
    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Self::read(text).map_err(|problem| crate::Error::settings(vec![format!("environment: {problem}")]))
    }
}

/// What is wrong where a profile's key is also that of a profile in another environment. A profile without an environment
/// is compared with none, and a key that can't be read is somebody else's error.
pub(super) fn key_of_two(file: &toml::Table, profile: &str) -> Option<String> {
    let (environment, keys) = environment_and_keys(file.get(profile)?)?;
    let others = file.iter().filter(|(name, _)| *name != profile);
    let others = others.filter_map(|(name, table)| Some((name, environment_and_keys(table)?)));
    let mut elsewhere = others.filter(|(_, (other, _))| *other != environment);
    let (name, other, setting, key) = elsewhere.find_map(|(name, (other, theirs))| {
        let is_theirs = |key: &VerifyingKey| theirs.iter().any(|(_, their)| their.has_modulus_of(key));
        let (setting, key) = keys.iter().find(|(_, key)| is_theirs(key))?;
        Some((name, other, *setting, key))
    })?;
    Some(format!(
        "{setting}: the key {} is used in {environment} here and in {other} in the profile `{name}`; make a pair for each environment",
        key.fingerprint()
    ))
}

fn environment_and_keys(table: &toml::Value) -> Option<(Environment, Vec<(&'static str, VerifyingKey)>)> {
    let value = |name: &str| table.get(name)?.as_str();
    let environment = Environment::read(value("environment")?).ok()?;
    let text = |here: &'static str, file: &'static str| match (value(here), value(file)) {
        (Some(text), None) => Some((here, Zeroizing::new(text.as_bytes().to_vec()))),
        (None, Some(path)) => Some((file, read(Path::new(path)).ok()?)),
        _ => None,
    };
    let own = text("private_key", "private_key_file").and_then(|(setting, text)| {
        Some((setting, SigningKey::from_bytes("K", text).ok()?.verifying_key().clone()))
    });
    let platform = text("platform_key", "platform_key_file")
        .and_then(|(setting, text)| Some((setting, VerifyingKey::from_bytes(text).ok()?)));
    Some((environment, own.into_iter().chain(platform).collect()))
}
