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
//! let paid = money.submit_payment("invoice 17", &request).await?;
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
mod engine;
mod error;
mod judge;
mod kind;
mod outcome;
mod recorder;
mod resolve;
mod work;

use std::fmt;
use std::sync::Arc;

use bytes::Bytes;
use http::StatusCode;
use paykka_model::{
    ApiError, ForexConfirmRequest, ForexConfirmResponse, ForexState, PaymentApplyRequest,
    PaymentApplyResponse, PaymentState, RequestId, TradeSettleApplyRequest, TradeSettleApplyResponse,
    TradeSettleReceipt, WireObject, decode,
};
use serde::Serialize;
use serde::de::DeserializeOwned;

pub use self::builder::{MoneyBuilder, Resend, SHORTEST_Q};
pub use self::clock::MoneyClock;
use self::engine::Engine;
pub use self::error::MoneyError;
use self::kind::{Kind, Shows};
pub use self::outcome::{
    AnySettled, NotExecuted, Outcome, Proven, Recovered, Rejection, Resume, Settled, StillUnknown,
};
use self::work::{Known, Work, reason};
use crate::journal::{self, ClaimId, Shown, hex, sha256};

/// Money calls over one journal; see [`Client::money`](crate::Client::money). Clones are the same.
#[derive(Clone)]
pub struct Money(Arc<Engine>);

impl Money {
    /// `payment.apply` (path and bodies D), under a business key of yours. **Moves money.**
    ///
    /// The request's own `request_id` is replaced by one that is made of the key ([`Settled::request_id`]), so that the same
    /// job, run again, comes to the same payment. The same key with another request is an error.
    ///
    /// # Errors
    /// See [`MoneyError`]. Dropping the future leaves the claim as it stands: call again with the same key.
    pub async fn submit_payment(
        &self,
        key: &str,
        request: &PaymentApplyRequest,
    ) -> Result<Settled<PaymentApplyResponse, PaymentState>, MoneyError> {
        let mut request = request.clone();
        request.request_id = self.request_id(&self.0.id(Kind::Payment, key)?)?;
        settled(self.submit(Kind::Payment, key, &request).await?)
    }

    /// `forex.confirm` (path and bodies I), under a business key of yours. **Moves money.** The quote is read beforehand and
    /// must be open; nothing is ever quoted again.
    ///
    /// # Errors
    /// See [`MoneyError`].
    pub async fn confirm_forex(
        &self,
        key: &str,
        request: &ForexConfirmRequest,
    ) -> Result<Settled<ForexConfirmResponse, ForexState>, MoneyError> {
        settled(self.submit(Kind::Forex, key, request).await?)
    }

    /// `trade_settle.apply` (path and bodies D), under a business key of yours. **Moves money.** The receipt is read
    /// beforehand and must be waiting to be related.
    ///
    /// # Errors
    /// See [`MoneyError`].
    pub async fn apply_trade_settle(
        &self,
        key: &str,
        request: &TradeSettleApplyRequest,
    ) -> Result<Settled<TradeSettleApplyResponse, TradeSettleReceipt>, MoneyError> {
        settled(self.submit(Kind::TradeSettle, key, request).await?)
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
            let work = match self.0.journal.hold(id.clone()).await {
                Ok(Some(held)) => Work::new(kind, held),
                Ok(None) => continue,
                Err(error) => {
                    recovered.push(Recovered { id, result: Err(error.into()) });
                    continue;
                }
            };
            if work.entry.ending.is_none() && work.entry.has_open_attempt() {
                works.push(work);
                continue;
            }
            let known = match work.entry.ending {
                Some(_) => work.known(),
                None => work.not_executed(reason(&work.entry.attempts)),
            };
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
        let mut proven = Proven { reads: false, inquiries: Vec::new() };
        let accepted = self.accepted().await?;
        for kind in Kind::ALL {
            let settings = self.0.proof_settings(kind);
            let random = RequestId::generate(&self.0.settings.prefix)
                .map_err(|error| MoneyError::invalid(kind.inquiry().name, error))?;
            if let Ok((_, Some(shows))) = self.0.ask(kind, random.as_str()).await {
                proven.reads = true;
                if matches!(shows, Shows::NotFound) {
                    self.0.journal.record_proof(settings.clone(), Shown::NotFound).await?;
                }
            }
            let known = accepted.iter().find(|(of, _)| *of == kind);
            let is_found = self.0.journal.proof(settings.clone()).await?.found;
            if let (false, Some((_, number))) = (is_found, known)
                && let Ok((_, Some(Shows::Found(_)))) = self.0.ask(kind, number).await
            {
                self.0.journal.record_proof(settings.clone(), Shown::Found).await?;
            }
            if self.0.journal.proof(settings).await?.is_whole() {
                proven.inquiries.push(kind.inquiry().name);
            }
        }
        Ok(proven)
    }

    /// Puts a result away that stands in your own books now. Its key stays taken.
    ///
    /// # Errors
    /// The journal's; of a call without a result
    /// [`JournalError::is_without_result`](crate::journal::JournalError::is_without_result).
    pub async fn acknowledge(&self, id: &ClaimId) -> Result<(), MoneyError> {
        Ok(self.0.journal.acknowledge(id.clone(), self.0.millis()).await?)
    }

    /// The number under which a payment of this key is, or would be, known to the platform.
    ///
    /// # Errors
    /// For a key that can't be used.
    pub fn payment_number(&self, key: &str) -> Result<RequestId, MoneyError> {
        self.request_id(&self.0.id(Kind::Payment, key)?)
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

    /// Numbers that the platform has accepted.
    async fn accepted(&self) -> Result<Vec<(Kind, String)>, MoneyError> {
        let mut accepted = Vec::new();
        for id in self.0.journal.unacknowledged().await? {
            let Some(entry) = self.0.journal.find(id.clone()).await? else { continue };
            let is_accepted = entry.ending.is_some_and(|ending| ending.outcome == journal::Outcome::Accepted);
            let kind = Kind::of(id.operation()).filter(|_| is_accepted && id.merchant() == self.0.merchant);
            accepted.extend(kind.map(|kind| (kind, entry.claim.request_id)));
        }
        Ok(accepted)
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
    let raw = ending.body.0;
    let outcome = match ending.outcome {
        journal::Outcome::Accepted => Outcome::Accepted(decode(&raw).map_err(unreadable)?),
        journal::Outcome::Executed => Outcome::Executed(decode(&raw).map_err(unreadable)?),
        journal::Outcome::Refused => Outcome::Refused(decode(&raw).map_err(unreadable)?),
        journal::Outcome::Conflict => Outcome::Conflict(decode(&raw).map_err(unreadable)?),
        journal::Outcome::Rejected => {
            let error = ApiError::from_body(&raw).ok_or_else(|| {
                MoneyError::config("the recorded refusal can't be read", "look at the journal")
            })?;
            let status = StatusCode::from_u16(ending.status).unwrap_or(StatusCode::BAD_REQUEST);
            Outcome::Rejected(Rejection { status, error })
        }
    };
    Ok(Settled { key, request_id, outcome, raw })
}

/// The guide, compiled.
#[cfg(doctest)]
#[doc = include_str!("../../../../docs/exactly-once.md")]
struct Guide;
