//! No secret comes by the command line: other users of the machine see it while the command runs, and the shell keeps it
//! afterwards. What looks like one is refused before anything reads the words, and isn't repeated.

use std::ffi::OsString;

use paykka_sign::SigningKey;

use crate::frame::Failure;
use crate::texts::inputs as texts;

/// Refuses words that are, or are said to be, a secret.
pub(crate) fn check(words: &[OsString]) -> Result<(), Failure> {
    for word in words.iter().skip(1) {
        let word = word.to_string_lossy();
        let (name, value) = match word.split_once('=') {
            Some((name, value)) if name.starts_with("--") => (name, value),
            _ => (&*word, &*word),
        };
        if let Some((name, instead)) = SECRETS.iter().find(|(secret, _)| *secret == name) {
            let to_do = texts::secret_flag_to_do(instead);
            return Err(Failure::usage("secret-in-argv", texts::secret_flag(name), to_do));
        }
        if is_private_key(value) {
            return Err(Failure::usage("secret-in-argv", texts::secret_word(), texts::secret_word_to_do()));
        }
    }
    Ok(())
}

/// What somebody may try, and what there is instead.
const SECRETS: &[(&str, &str)] = &[
    ("--private-key", "--private-key-file, PAYKKA_PRIVATE_KEY_FILE, PAYKKA_PRIVATE_KEY"),
    ("--passphrase", "--passphrase-file, PAYKKA_PASSPHRASE"),
    ("--password", "--passphrase-file, PAYKKA_PASSPHRASE"),
    ("--control-token", "--control-token-file"),
];

/// A file's name is shorter than any key.
fn is_private_key(value: &str) -> bool {
    value.contains("PRIVATE KEY-----") || (value.len() > 600 && SigningKey::from_bytes("K", value).is_ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    const PEM: &str = include_str!("../../../paykka-sign/testdata/merchant-2048.private.pem");

    fn checked(words: &[&str]) -> Result<(), Failure> {
        let words: Vec<OsString> =
            std::iter::once("paykka").chain(words.iter().copied()).map(Into::into).collect();
        check(&words)
    }

    #[test]
    fn keys_and_flags_for_secrets_are_refused_and_not_repeated() {
        let bare: String = PEM.lines().filter(|line| !line.starts_with('-')).collect();
        let joined = format!("--private-key-file={bare}");
        for words in [
            &["sign", PEM][..],
            &["sign", &bare],
            &[&joined],
            &["--passphrase", "hunter2"],
            &["--password=hunter2"],
        ] {
            let shown = format!("{:?}", checked(words).unwrap_err());
            assert!(!shown.contains("hunter2") && !shown.contains("MIIE"), "{shown}");
        }
    }

    #[test]
    fn names_of_files_and_public_keys_pass() {
        let public = include_str!("../../../paykka-sign/testdata/merchant-2048.public.pem");
        checked(&[
            "sign",
            "--private-key-file",
            "a/key.pem",
            "--passphrase-file=b",
            public,
            &"x".repeat(5_000),
        ])
        .unwrap();
    }
}
