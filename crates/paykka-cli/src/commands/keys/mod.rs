//! `paykka keys`: what happens to keys before there is code: they are made, looked at, brought into another form, and
//! compared.

mod convert;
mod generate;
mod inspect;
mod pair;

use clap::Subcommand;
use paykka_sign::{KeyForm, KeyWrapping};

use crate::frame::{Console, Failure, Format, Status};

#[derive(Debug, Subcommand)]
pub(crate) enum KeysCommand {
    /// Make an RSA key pair: NAME.private.pem, which only you can read, and NAME.public.pem
    #[command(after_help = generate::EXAMPLE)]
    Generate(generate::GenerateArgs),
    /// Say what a key file holds: form, bits, exponent, fingerprint, and whether it is private
    #[command(after_help = inspect::EXAMPLE)]
    Inspect(inspect::InspectArgs),
    /// Write a key in another form
    #[command(after_help = convert::EXAMPLE)]
    Convert(convert::ConvertArgs),
    /// Say whether a private and a public key belong together; status 0 if they do, 1 if not
    #[command(after_help = pair::EXAMPLE)]
    Match(pair::MatchArgs),
}

impl KeysCommand {
    pub(crate) const fn format(&self) -> Format {
        match self {
            Self::Generate(args) => args.format.format,
            Self::Inspect(args) => args.format.format,
            Self::Convert(args) => args.format.format,
            Self::Match(args) => args.format.format,
        }
    }

    pub(crate) fn run(self, console: Console) -> Result<Status, Failure> {
        match self {
            Self::Generate(args) => generate::run(&args, console),
            Self::Inspect(args) => inspect::run(&args, console),
            Self::Convert(args) => convert::run(&args, console),
            Self::Match(args) => pair::run(&args, console),
        }
    }
}

/// For people and programs alike: these are names of formats.
const fn form_name(form: KeyForm) -> &'static str {
    match form {
        KeyForm::Pkcs8 => "PKCS#8",
        KeyForm::EncryptedPkcs8 => "encrypted PKCS#8",
        KeyForm::Pkcs1Private | KeyForm::Pkcs1Public => "PKCS#1",
        KeyForm::Spki => "SPKI",
        KeyForm::Certificate => "X.509 certificate",
    }
}

const fn wrapping_name(wrapping: KeyWrapping) -> &'static str {
    match wrapping {
        KeyWrapping::Pem => "PEM",
        KeyWrapping::Der => "DER",
        KeyWrapping::Base64 => "Base64",
    }
}
