//! `--prove`: what money calls need before they count on an inquiry. The proof is kept where they look for it.

use std::path::Path;
use std::sync::Arc;

use paykka_client::Client;

use super::answer::{Check, State};
use crate::frame::{Failure, with_causes};
use crate::inputs::journal;
use crate::texts::doctor as texts;

pub(super) async fn prove(client: &Client, folder: &Path) -> Result<Check, Failure> {
    let check = |state, says| Check::new("proof", texts::proof(), state, says);
    let file = journal::open(folder)?;
    let money = client.money(Arc::new(file)).build();
    let proven = match money {
        Ok(money) => money.prove().await,
        Err(error) => Err(error),
    };
    Ok(match proven {
        Ok(proven) if !proven.inquiries.is_empty() => {
            check(State::Good, texts::proof_good(&proven.inquiries.join(", ")))
        }
        Ok(proven) if proven.reads => {
            check(State::Doubtful, texts::proof_part()).mend(texts::proof_part_to_do())
        }
        Ok(_) => check(State::Bad, texts::proof_bad()).mend(texts::proof_bad_to_do()),
        Err(error) => {
            check(State::Bad, texts::proof_bad()).details(&with_causes(&error)).mend(texts::proof_bad_to_do())
        }
    })
}
