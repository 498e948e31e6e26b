//! Calls that move money, made at most once always, and exactly once under assumptions that `docs/exactly-once.md` prints.
//!
//! ```no_run
//! use std::sync::Arc;
//!
//! use paykka_client::journal::FileJournal;
//! use paykka_client::money::Outcome;
//! use paykka_client::Client;
//! use paykka_model::PaymentApplyRequest;
//!
//! # async fn run(client: Client, request: PaymentApplyRequest) -> Result<(), Box<dyn std::error::Error>> {
//! let money = client.money(Arc::new(FileJournal::open("payments.journal")?)).prefix("SHOP1").build()?;
//! // At every start: nothing moves before an answer was verified, and nothing is forgotten.
//! money.prove().await?;
//! for found in money.recover().await? {
//!     println!("{}: {:?}", found.id, found.result);
//! }
//! // The key is yours: the invoice's number. The same job, run again, comes to the same payment.
//! let paid = money.payments().submit("invoice 17", &request).await?;
//! match &paid.outcome {
//!     Outcome::Accepted(answer) => println!("{}: {:?}", paid.request_id, answer.status),
//!     other => println!("{}: {other:?}", paid.request_id),
//! }
//! // After it stands in your own books:
//! money.acknowledge(&paid.key).await?;
//! # Ok(())
//! # }
//! ```

mod builder;
mod ceilings;
mod clock;
mod domains;
mod engine;
mod error;
mod judge;
mod kind;
mod outcome;
mod proofs;
mod pursue;
mod put_away;
mod recorder;
mod resolve;
mod work;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use paykka_model::{RequestId, WireObject, decode};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::builder::{MoneyBuilder, Resend, SHORTEST_Q};
pub use self::clock::MoneyClock;
pub use self::domains::{MoneyForex, MoneyPayments, MoneyTradeSettle};
use self::engine::Engine;
pub use self::error::MoneyError;
use self::kind::Kind;
use self::outcome::rejection;
pub use self::outcome::{
    AnySettled, CheckedWithPlatform, NotExecuted, Outcome, Proven, PutAway, Recovered, Rejection, Resume,
    Settled, StillUnknown,
};
use self::work::{Known, Work, reason};
use crate::journal::{self, ClaimId, Ending, hex, sha256};

/// Money calls over one journal; see [`Client::money`](crate::Client::money). Clones are the same.
#[derive(Clone)]
pub struct Money(Arc<Engine>);

impl Money {
    /// Payments: [`submit`](MoneyPayments::submit).
    #[must_use]
    pub const fn payments(&self) -> MoneyPayments<'_> {
        MoneyPayments(self)
    }

    /// Exchanges: [`confirm`](MoneyForex::confirm).
    #[must_use]
    pub const fn forex(&self) -> MoneyForex<'_> {
        MoneyForex(self)
    }

    /// Settlements: [`apply`](MoneyTradeSettle::apply).
    #[must_use]
    pub const fn trade_settle(&self) -> MoneyTradeSettle<'_> {
        MoneyTradeSettle(self)
    }

    /// Hands over every result that wasn't acknowledged, and finds out what became of the calls whose outcome is unknown: of
    /// this merchant, oldest first. To be called at every start. What another task has in hand is left to it, and handed over
    /// as [`JournalError::is_in_hand`](crate::journal::JournalError::is_in_hand).
    ///
    /// # Errors
    /// The journal's.
    pub async fn recover(&self) -> Result<Vec<Recovered>, MoneyError> {
        let (mut recovered, mut works) = (Vec::new(), Vec::new());
        for id in self.0.journal.unacknowledged().await? {
            let Some(kind) = Kind::of(id.operation()).filter(|_| id.merchant() == self.0.merchant) else {
                continue;
            };
            let mut work = match self.0.journal.hold(id.clone()).await {
                Ok(Some(held)) => Work::new(kind, held),
                Ok(None) => continue,
                Err(error) => {
                    recovered.push(Recovered { id, result: Err(error.into()) });
                    continue;
                }
            };
            let mut known = None;
            if work.entry.ending.is_none() && !work.entry.is_unknown() && work.was_refused() {
                known = match self.0.look_again(&mut work).await {
                    Ok(known) => known,
                    // What was found and couldn't be written down mustn't be told otherwise.
                    Err(error) if error.journal().is_some() => {
                        recovered.push(Recovered { id, result: Err(error) });
                        continue;
                    }
                    // Where the inquiry can't be asked it stands as it is, and is asked before anything is sent.
                    Err(_) => None,
                };
            }
            if work.entry.is_unknown() {
                works.push(work);
                continue;
            }
            let known = known.unwrap_or_else(|| match work.entry.ending {
                Some(_) => work.known(),
                None => work.not_executed(reason(&work.entry.attempts)),
            });
            recovered.push(Recovered { id, result: any_settled(kind, known) });
        }
        for (id, result) in self.0.drive(works).await {
            let kind = Kind::of(id.operation()).unwrap_or(Kind::Payment);
            let result = result.and_then(|known| any_settled(kind, known));
            recovered.push(Recovered { id, result });
        }
        Ok(recovered)
    }

    /// Verifies an answer under this client's settings, before which no money moves; and shows which inquiries tell "not found"
    /// from "found", without which no "not found" counts. Nothing is changed at the platform. What it finds is kept in the
    /// journal.
    ///
    /// # Errors
    /// The journal's. That nothing could be shown is no error: look at [`Proven`].
    pub async fn prove(&self) -> Result<Proven, MoneyError> {
        self.0.prove().await
    }

    /// Puts a result away that stands in your own books now. Its key stays taken.
    ///
    /// # Errors
    /// The journal's; of a call without a result
    /// [`JournalError::is_without_result`](crate::journal::JournalError::is_without_result).
    pub async fn acknowledge(&self, id: &ClaimId) -> Result<(), MoneyError> {
        Ok(self.0.journal.acknowledge(id.clone(), self.0.millis()).await?)
    }

    /// Puts a call away that stays unknown, by a person's word: the platform was asked about it in another way than by its
    /// inquiry, and has said what became of it. Nothing is sent. The word is kept in the journal, with the `note` (one line: who
    /// asked, when, and what the answer was) and the time, and is handed over as [`Outcome::PutAway`] from then on.
    ///
    /// **What you vouch for isn't checked.** Who says [`CheckedWithPlatform::NotExecuted`] of a payment that was made, and makes
    /// another one under another key, pays twice.
    ///
    /// # Errors
    /// [`MoneyError::is_under_way`] for a call that somebody has in hand, or whose last attempt was signed less than Q (15
    /// minutes, or what [`Resend::After`] says) ago; [`MoneyError::is_config`] for one that isn't unknown, and for a note that
    /// can't be used; the journal's.
    pub async fn put_away(
        &self,
        id: &ClaimId,
        checked: CheckedWithPlatform,
        note: &str,
    ) -> Result<(), MoneyError> {
        self.0.put_away(id, checked, note).await
    }

    /// Made of the claim alone: at least 104 bits of its digest behind the prefix.
    fn request_id(&self, id: &ClaimId) -> Result<RequestId, MoneyError> {
        let parts = [id.merchant(), id.operation(), id.key()];
        let parts = parts.map(|part| format!("{}:{part}", part.len()));
        let digest = hex(&sha256(&[parts.concat().as_bytes()])).to_ascii_uppercase();
        let text: String =
            self.0.settings.prefix.chars().chain(digest.chars()).take(RequestId::MAX_LEN).collect();
        RequestId::new(text).map_err(|error| MoneyError::invalid(Kind::Payment.info().name, error))
    }

    async fn submit<R: WireObject + Serialize>(
        &self,
        kind: Kind,
        key: &str,
        request: &R,
    ) -> Result<Known, MoneyError> {
        let name = kind.info().name;
        request.validate().into_result().map_err(|found| MoneyError::invalid(name, found))?;
        let body = serde_json::to_vec(request).map_err(|error| MoneyError::invalid(name, error))?;
        self.0.submit(kind, key, body.into()).await
    }
}

impl fmt::Debug for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Money").field("settings", &self.0.settings).finish_non_exhaustive()
    }
}

fn any_settled(kind: Kind, known: Known) -> Result<AnySettled, MoneyError> {
    match kind {
        Kind::Payment => settled(known).map(AnySettled::Payment),
        Kind::Forex => settled(known).map(AnySettled::Forex),
        Kind::TradeSettle => settled(known).map(AnySettled::TradeSettle),
    }
}

/// What was decoded before it was recorded decodes again, unless the types have changed since.
fn settled<A: DeserializeOwned, S: DeserializeOwned>(known: Known) -> Result<Settled<A, S>, MoneyError> {
    let unreadable = |error| MoneyError::invalid("the recorded answer", error);
    let Known { id: key, request_id, result } = known;
    let ending = match result {
        Ok(ending) => ending,
        Err(reason) => {
            let outcome = Outcome::NotExecuted(reason);
            return Ok(Settled { key, request_id, outcome, raw: Bytes::new() });
        }
    };
    let raw = ending.body.0.clone();
    let outcome = match ending.outcome {
        journal::Outcome::Accepted => Outcome::Accepted(decode(&raw).map_err(unreadable)?),
        journal::Outcome::Executed => Outcome::Executed(decode(&raw).map_err(unreadable)?),
        journal::Outcome::Refused => Outcome::Refused(decode(&raw).map_err(unreadable)?),
        journal::Outcome::Conflict => Outcome::Conflict(decode(&raw).map_err(unreadable)?),
        journal::Outcome::Rejected => {
            let known = rejection(&Ending { body: journal::Body(raw.clone()), ..ending });
            Outcome::Rejected(known.ok_or_else(|| {
                MoneyError::config("the recorded refusal can't be read", "look at the journal")
            })?)
        }
        journal::Outcome::VouchedExecuted => put_away(CheckedWithPlatform::Executed, ending),
        journal::Outcome::VouchedNotExecuted => put_away(CheckedWithPlatform::NotExecuted, ending),
    };
    Ok(Settled { key, request_id, outcome, raw })
}

fn put_away<A, S>(checked: CheckedWithPlatform, ending: Ending) -> Outcome<A, S> {
    Outcome::PutAway(PutAway { checked, note: ending.note.unwrap_or_default(), at: ending.at })
}
