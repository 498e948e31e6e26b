//! `paykka keys convert`.

use clap::{Args, ValueEnum};
use paykka_sign::{KeyForm, KeyWrapping};
use serde::Serialize;
use serde_json::json;

use super::{form_name, wrapping_name};
use crate::frame::{Answer, Console, Failure, FormatArg, Page, Status, Tone};
use crate::inputs::keys::{self, PassphraseArg, key_file};
use crate::inputs::output::{Readers, write};
use crate::inputs::{Source, message};
use crate::texts::keys as texts;

pub(super) const EXAMPLE: &str = "\
Example: paykka keys convert merchant.private.pem --to spki --as base64
Example: paykka keys convert old.der --to pkcs8 --out merchant.private.pem";

#[derive(Debug, Args)]
pub(crate) struct ConvertArgs {
    /// File with a key in any form, or - for standard input
    #[arg(value_name = "FILE")]
    file: Source,
    /// The form: pkcs8, pkcs1 and encrypted are private, spki and pkcs1-public are public
    #[arg(long, value_enum)]
    to: To,
    /// What is around it
    #[arg(long = "as", value_enum, default_value_t = As::Pem)]
    wrapping: As,
    /// Where to write it; - for standard output, where public keys go without it
    #[arg(long, value_name = "FILE")]
    out: Option<Source>,
    #[command(flatten)]
    passphrase: PassphraseArg,
    /// File with the passphrase of --to encrypted, or - for standard input
    #[arg(long, value_name = "FILE")]
    new_passphrase_file: Option<Source>,
    /// Overwrite a file that is there
    #[arg(long)]
    force: bool,
    #[command(flatten)]
    pub(super) format: FormatArg,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum To {
    Pkcs8,
    Pkcs1,
    Encrypted,
    Spki,
    Pkcs1Public,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum As {
    Pem,
    Der,
    Base64,
}

pub(super) fn run(args: &ConvertArgs, console: Console) -> Result<Status, Failure> {
    let (form, wrapping) = (KeyForm::from(args.to), KeyWrapping::from(args.wrapping));
    let out = match (&args.out, readers(form)) {
        (Some(out), _) => out,
        (None, Readers::Everybody) => &Source::Stdin,
        (None, Readers::Owner) => return Err(Failure::usage("out", texts::no_out(), texts::no_out_to_do())),
    };
    if form != KeyForm::EncryptedPkcs8 && args.new_passphrase_file.is_some() {
        let to_do = texts::idle_passphrase_to_do();
        return Err(Failure::usage("passphrase", texts::idle_passphrase(), to_do));
    }
    let key = key_file(&args.file, &args.passphrase, console)?;
    let failed = |error: paykka_sign::Error| {
        Failure::input("convert", texts::cannot_convert(), texts::cannot_convert_to_do()).because(&error)
    };
    let bytes = if form == KeyForm::EncryptedPkcs8 {
        let Some(file) = &args.new_passphrase_file else {
            let to_do = texts::no_new_passphrase_to_do();
            return Err(Failure::usage("passphrase", texts::no_new_passphrase(), to_do));
        };
        key.write_encrypted(wrapping, keys::new_passphrase(file, console)?, message::entropy()?)
            .map_err(failed)?
    } else {
        key.write(form, wrapping).map_err(failed)?
    };
    match out {
        // As an output, `-` is the other one.
        Source::Stdin => console.raw(&bytes)?,
        Source::File(path) => {
            write(path, &bytes, readers(form), args.force)?;
            console.show(&Written { file: out.to_string(), form, wrapping })?;
        }
    }
    Ok(Status::Done)
}

const fn readers(form: KeyForm) -> Readers {
    match form {
        KeyForm::Spki | KeyForm::Pkcs1Public | KeyForm::Certificate => Readers::Everybody,
        KeyForm::Pkcs8 | KeyForm::EncryptedPkcs8 | KeyForm::Pkcs1Private => Readers::Owner,
    }
}

struct Written {
    file: String,
    form: KeyForm,
    wrapping: KeyWrapping,
}

impl Answer for Written {
    fn json(&self) -> impl Serialize {
        json!({
            "file": self.file,
            "form": form_name(self.form),
            "wrapping": wrapping_name(self.wrapping),
            "private": readers(self.form) == Readers::Owner,
        })
    }

    fn text(&self, page: &mut Page) {
        let (form, wrapping) = (form_name(self.form), wrapping_name(self.wrapping));
        page.verdict(Tone::Good, &texts::written(), &texts::written_as(&self.file, &form, &wrapping));
    }
}

impl From<To> for KeyForm {
    fn from(to: To) -> Self {
        match to {
            To::Pkcs8 => Self::Pkcs8,
            To::Pkcs1 => Self::Pkcs1Private,
            To::Encrypted => Self::EncryptedPkcs8,
            To::Spki => Self::Spki,
            To::Pkcs1Public => Self::Pkcs1Public,
        }
    }
}

impl From<As> for KeyWrapping {
    fn from(wrapping: As) -> Self {
        match wrapping {
            As::Pem => Self::Pem,
            As::Der => Self::Der,
            As::Base64 => Self::Base64,
        }
    }
}
