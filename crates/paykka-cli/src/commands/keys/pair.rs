//! `paykka keys match`.

use clap::Args;
use paykka_sign::{Fingerprint, KeyFile};
use serde::Serialize;
use serde_json::json;

use crate::frame::{Answer, Console, Failure, FormatArg, Page, Status, Tone};
use crate::inputs::Source;
use crate::inputs::keys::{PassphraseArg, key_file};
use crate::texts::keys as texts;

pub(super) const EXAMPLE: &str = "Example: paykka keys match merchant.private.pem merchant.public.pem";

#[derive(Debug, Args)]
pub(crate) struct MatchArgs {
    /// File with the private key, or - for standard input
    #[arg(value_name = "PRIVATE")]
    private: Source,
    /// File with the public key, or - for standard input
    #[arg(value_name = "PUBLIC")]
    public: Source,
    #[command(flatten)]
    passphrase: PassphraseArg,
    #[command(flatten)]
    pub(super) format: FormatArg,
}

pub(super) fn run(args: &MatchArgs, console: Console) -> Result<Status, Failure> {
    let wrong = |what| Err(Failure::input("key", what, texts::match_to_do()));
    let private = key_file(&args.private, &args.passphrase, console)?;
    if !private.is_private() {
        return wrong(texts::not_private(&args.private));
    }
    let public = key_file(&args.public, &args.passphrase, console)?;
    if public.is_private() {
        return wrong(texts::not_public(&args.public));
    }
    let fingerprint = |key: &KeyFile| key.verifying_key().fingerprint();
    let compared = Compared {
        is_pair: private.verifying_key().has_modulus_of(public.verifying_key()),
        fingerprints: [fingerprint(&private), fingerprint(&public)],
    };
    console.show(&compared)?;
    Ok(Status::of(compared.is_pair))
}

struct Compared {
    is_pair: bool,
    fingerprints: [Fingerprint; 2],
}

impl Answer for Compared {
    fn json(&self) -> impl Serialize {
        json!({ "match": self.is_pair, "fingerprints": self.fingerprints.map(|print| print.to_string()) })
    }

    fn text(&self, page: &mut Page) {
        if self.is_pair {
            page.verdict(Tone::Good, &texts::pair(), &texts::pair_says());
        } else {
            page.verdict(Tone::Bad, &texts::no_pair(), &texts::no_pair_says());
        }
        let [first, second] = self.fingerprints.map(|print| print.to_string());
        page.facts(&[(texts::first(), first), (texts::second(), second)]);
    }
}
