//! `paykka keys generate`.

use std::path::{Path, PathBuf};

use clap::Args;
use paykka_sign::{KeyFile, KeyWrapping, generate_private_key};
use serde::Serialize;
use serde_json::json;

use crate::frame::{Answer, Console, Failure, FormatArg, Page, Status, Tone};
use crate::inputs::output::{Readers, check_absent, write};
use crate::inputs::{Source, keys, message};
use crate::texts::keys as texts;

pub(super) const EXAMPLE: &str = "Example: paykka keys generate merchant";

#[derive(Debug, Args)]
pub(crate) struct GenerateArgs {
    /// What the files' names begin with; a folder may stand before it
    #[arg(value_name = "NAME")]
    name: PathBuf,
    /// Bits of the modulus
    #[arg(long, default_value = "2048", value_parser = ["2048", "3072", "4096"])]
    bits: String,
    /// Encrypt the private key with the passphrase in this file, or - for standard input
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<Source>,
    /// Overwrite files that are there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    pub(super) format: FormatArg,
}

pub(super) fn run(args: &GenerateArgs, console: Console) -> Result<Status, Failure> {
    check_name(&args.name)?;
    let [private, public] = ["private", "public"].map(|half| with_ending(&args.name, half));
    check_absent(&private, args.force)?;
    check_absent(&public, args.force)?;
    let passphrase = args.new_passphrase_file.as_ref();
    let passphrase = passphrase.map(|file| keys::new_passphrase(file, console)).transpose()?;
    let failed = |error: paykka_sign::Error| {
        Failure::broken("generate", texts::not_made(&args.bits), texts::not_made_to_do()).because(&error)
    };
    let busy = console.busy(&texts::making(&args.bits));
    let pem = generate_private_key(args.bits.parse().unwrap_or_default()).map_err(failed)?;
    drop(busy);
    let key = KeyFile::from_bytes(pem.expose()).map_err(failed)?;
    match passphrase {
        Some(passphrase) => {
            let text =
                key.write_encrypted(KeyWrapping::Pem, passphrase, message::entropy()?).map_err(failed)?;
            write(&private, &text, Readers::Owner, args.force)?;
        }
        None => write(&private, pem.expose().as_bytes(), Readers::Owner, args.force)?,
    }
    write(&public, key.verifying_key().to_pem().as_bytes(), Readers::Everybody, args.force)?;
    console.show(&Made { bits: &args.bits, private, public, key })?;
    Ok(Status::Done)
}

/// Only a folder would make files without a name.
fn check_name(name: &Path) -> Result<(), Failure> {
    let text = name.to_string_lossy();
    let last = text.rsplit(std::path::is_separator).next().unwrap_or_default();
    if matches!(last, "" | "." | "..") {
        return Err(Failure::input("name", texts::no_name(&text), texts::no_name_to_do()));
    }
    Ok(())
}

fn with_ending(name: &Path, half: &str) -> PathBuf {
    let mut name = name.as_os_str().to_owned();
    name.push(format!(".{half}.pem"));
    name.into()
}

struct Made<'a> {
    bits: &'a str,
    private: PathBuf,
    public: PathBuf,
    key: KeyFile,
}

impl Answer for Made<'_> {
    fn json(&self) -> impl Serialize {
        json!({
            "private_key_file": self.private,
            "public_key_file": self.public,
            "bits": self.key.verifying_key().bits(),
            "fingerprint": self.key.verifying_key().fingerprint().to_string(),
        })
    }

    fn text(&self, page: &mut Page) {
        page.verdict(Tone::Good, &texts::made(), &texts::made_pair(&self.bits));
        page.facts(&[
            (texts::private_file(), self.private.display().to_string()),
            (texts::public_file(), self.public.display().to_string()),
            (texts::fingerprint(), self.key.verifying_key().fingerprint().to_string()),
        ]);
        page.say(&texts::keep());
        page.say(&texts::compare());
    }
}
