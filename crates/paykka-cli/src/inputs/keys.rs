//! Keys, as every command takes them: files in any form, private ones also from the environment, and passphrases never from
//! the command line.

use clap::Args;
use paykka_sign::{KeyFile, KeyRing, SigningKey, VerifyingKey};
use zeroize::Zeroizing;

use super::Source;
use super::secrets::warn_if_open;
use crate::frame::{Console, Failure};
use crate::texts::inputs as texts;

/// A private key for signing.
#[allow(clippy::doc_markdown, reason = "these words are shown on a terminal")]
#[derive(Debug, Args)]
pub(crate) struct PrivateKeyArgs {
    /// The id that the platform gave your key; without it PAYKKA_KEY_ID
    #[arg(long, value_name = "ID")]
    key_id: Option<String>,
    /// File with your private key, or - for standard input; without it PAYKKA_PRIVATE_KEY_FILE, or the text in PAYKKA_PRIVATE_KEY
    #[arg(long, value_name = "FILE")]
    private_key_file: Option<Source>,
    #[command(flatten)]
    passphrase: PassphraseArg,
}

impl PrivateKeyArgs {
    pub(crate) fn load(&self, console: Console) -> Result<SigningKey, Failure> {
        let key_id = self.key_id.clone().or_else(|| variable("PAYKKA_KEY_ID"));
        let key_id =
            key_id.ok_or_else(|| Failure::input("key-id", texts::no_key_id(), texts::no_key_id_to_do()))?;
        let (file, text) = self.text()?;
        parsed(key_id, file.as_ref(), &text, &self.passphrase, console)
    }

    /// The key's text, and the file that it comes from, if it is one.
    fn text(&self) -> Result<(Option<Source>, Zeroizing<Vec<u8>>), Failure> {
        let in_file = |file: Source| {
            let text = Zeroizing::new(file.read()?);
            Ok((Some(file), text))
        };
        if let Some(file) = &self.private_key_file {
            return in_file(file.clone());
        }
        let file = variable("PAYKKA_PRIVATE_KEY_FILE").map(|file| Source::File(file.into()));
        match (file, variable("PAYKKA_PRIVATE_KEY")) {
            (Some(_), Some(_)) => {
                let to_do = texts::two_private_keys_to_do();
                Err(Failure::input("private-key", texts::two_private_keys(), to_do))
            }
            (Some(file), None) => in_file(file),
            (None, Some(text)) => Ok((None, Zeroizing::new(text.into_bytes()))),
            (None, None) => {
                Err(Failure::input("private-key", texts::no_private_key(), texts::no_private_key_to_do()))
            }
        }
    }
}

/// The passphrase of a key that has one.
#[allow(clippy::doc_markdown, reason = "these words are shown on a terminal")]
#[derive(Debug, Args)]
pub(crate) struct PassphraseArg {
    /// File with the private key's passphrase, or - for standard input; without it PAYKKA_PASSPHRASE
    #[arg(long, value_name = "FILE")]
    passphrase_file: Option<Source>,
}

impl PassphraseArg {
    /// `None`: none was given.
    pub(crate) fn read(&self, console: Console) -> Result<Option<Zeroizing<Vec<u8>>>, Failure> {
        match &self.passphrase_file {
            Some(file) => passphrase(file, console).map(Some),
            None => Ok(variable("PAYKKA_PASSPHRASE").map(|text| Zeroizing::new(text.into_bytes()))),
        }
    }
}

/// The private key in a file.
pub(crate) fn signing_key(
    key_id: &str,
    file: &Source,
    passphrase: &PassphraseArg,
    console: Console,
) -> Result<SigningKey, Failure> {
    let text = Zeroizing::new(file.read()?);
    parsed(key_id.to_owned(), Some(file), &text, passphrase, console)
}

fn parsed(
    key_id: String,
    file: Option<&Source>,
    text: &[u8],
    passphrase: &PassphraseArg,
    console: Console,
) -> Result<SigningKey, Failure> {
    let passphrase = passphrase.read(console)?;
    let key = match &passphrase {
        Some(passphrase) => SigningKey::from_encrypted_bytes(key_id, text, passphrase),
        None => SigningKey::from_bytes(key_id, text),
    };
    let named = || file.map_or_else(|| "PAYKKA_PRIVATE_KEY".to_owned(), Source::to_string);
    let key = key.map_err(|error| unusable(&named(), &error))?;
    if let Some(file) = file {
        warn_if_open(file, console);
    }
    Ok(key)
}

/// A file's first line without its end.
fn passphrase(file: &Source, console: Console) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let text = Zeroizing::new(file.read()?);
    warn_if_open(file, console);
    let line = text.split(|byte| matches!(byte, b'\n' | b'\r')).next().unwrap_or_default();
    Ok(Zeroizing::new(line.to_vec()))
}

/// One under which a key is to be written.
pub(crate) fn new_passphrase(file: &Source, console: Console) -> Result<Zeroizing<Vec<u8>>, Failure> {
    let passphrase = passphrase(file, console)?;
    if passphrase.is_empty() {
        let what = texts::empty_passphrase(file);
        return Err(Failure::input("passphrase", what, texts::empty_passphrase_to_do()));
    }
    Ok(passphrase)
}

/// Any key, private or public.
pub(crate) fn key_file(
    file: &Source,
    passphrase: &PassphraseArg,
    console: Console,
) -> Result<KeyFile, Failure> {
    let text = Zeroizing::new(file.read()?);
    let key = match passphrase.read(console)? {
        Some(passphrase) => KeyFile::from_encrypted_bytes(&*text, &*passphrase),
        None => KeyFile::from_bytes(&*text),
    };
    let key = key.map_err(|error| unusable(&file.to_string(), &error))?;
    if key.is_private() {
        warn_if_open(file, console);
    }
    Ok(key)
}

pub(crate) fn public_key(file: &Source) -> Result<VerifyingKey, Failure> {
    let key = VerifyingKey::from_bytes(file.read()?);
    key.map_err(|error| unusable(&file.to_string(), &error))
}

/// Whether everybody knows the key's private half, since it is a test key of this project.
pub(crate) fn is_published(key: &VerifyingKey) -> bool {
    KeyRing::only(key.clone()).is_err()
}

/// What a library says of a key holds nothing of the key.
fn unusable(name: &str, error: &paykka_sign::Error) -> Failure {
    Failure::input("key", texts::unusable_key(&name), texts::unusable_key_to_do()).because(error)
}

/// A variable that is empty counts as absent.
pub(crate) fn variable(name: &str) -> Option<String> {
    std::env::var(name).ok().filter(|value| !value.is_empty())
}
