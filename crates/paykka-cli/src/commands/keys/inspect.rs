//! `paykka keys inspect`.

use clap::Args;
use paykka_sign::KeyFile;
use serde::Serialize;
use serde_json::json;

use super::{form_name, wrapping_name};
use crate::frame::{Answer, Console, Failure, FormatArg, Page, Status};
use crate::inputs::Source;
use crate::inputs::keys::{PassphraseArg, is_published, key_file};
use crate::texts::{inputs, keys as texts};

pub(super) const EXAMPLE: &str = "Example: paykka keys inspect merchant.public.pem";

#[derive(Debug, Args)]
pub(crate) struct InspectArgs {
    /// File with a key in any form, or - for standard input
    #[arg(value_name = "FILE")]
    file: Source,
    #[command(flatten)]
    passphrase: PassphraseArg,
    #[command(flatten)]
    pub(super) format: FormatArg,
}

pub(super) fn run(args: &InspectArgs, console: Console) -> Result<Status, Failure> {
    let key = key_file(&args.file, &args.passphrase, console)?;
    let published = is_published(key.verifying_key());
    if published {
        console.warn(&inputs::published_key(&args.file));
    }
    console.show(&Inspected { key, published })?;
    Ok(Status::Done)
}

struct Inspected {
    key: KeyFile,
    published: bool,
}

impl Answer for Inspected {
    fn json(&self) -> impl Serialize {
        let public = self.key.verifying_key();
        json!({
            "private": self.key.is_private(),
            "form": form_name(self.key.form()),
            "wrapping": wrapping_name(self.key.wrapping()),
            "bits": public.bits(),
            "exponent": public.exponent(),
            "fingerprint": public.fingerprint().to_string(),
            "published": self.published,
        })
    }

    fn text(&self, page: &mut Page) {
        let public = self.key.verifying_key();
        let kind = if self.key.is_private() { texts::private() } else { texts::public() };
        page.say(&kind);
        page.facts(&[
            (texts::form(), form_name(self.key.form()).to_owned()),
            (texts::wrapping(), wrapping_name(self.key.wrapping()).to_owned()),
            (texts::bits(), public.bits().to_string()),
            (texts::exponent(), public.exponent().to_string()),
            (texts::fingerprint(), public.fingerprint().to_string()),
        ]);
    }
}
