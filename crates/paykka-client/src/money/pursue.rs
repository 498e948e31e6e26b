//! What became of calls of unknown outcome: inquiry after inquiry until it is known, or patience ends.

use std::sync::PoisonError;
use std::time::Duration;

use super::MoneyError;
use super::builder::Resend;
use super::engine::Engine;
use super::kind::Shows;
use super::proofs::Said;
use super::resolve::Resolution;
use super::work::{Known, Work};
use crate::journal::{ClaimId, Ending, Evidence, Fact, Outcome};

/// How often one call of ours, or one `recover`, sends a call of unknown outcome again.
const MOST_RESENDS: u32 = 3;

impl Engine {
    /// Asks for each until it is known what became of it, or patience ends. One inquiry after the other, with growing pauses.
    pub(super) async fn drive(&self, mut works: Vec<Work>) -> Vec<(ClaimId, Result<Known, MoneyError>)> {
        let mut done = Vec::with_capacity(works.len());
        let shortest = Duration::from_millis(100);
        let mut pause = self.settings.first_pause.max(shortest);
        while !works.is_empty() {
            let mut open = Vec::with_capacity(works.len());
            for mut work in works {
                match self.step(&mut work).await {
                    Ok(None) => open.push(work),
                    Ok(Some(known)) => done.push((work.entry.claim.id.clone(), Ok(known))),
                    Err(error) => done.push((work.entry.claim.id.clone(), Err(error))),
                }
            }
            works = open;
            if !works.is_empty() {
                self.clock.sleep(pause).await;
                pause = pause.saturating_mul(2).min(self.settings.longest_pause.max(shortest));
            }
        }
        done
    }

    /// One inquiry, and what follows. `None`: ask again.
    async fn step(&self, work: &mut Work) -> Result<Option<Known>, MoneyError> {
        let over = self.known_over(&work.entry.claim.id, work.entry.attempts.len());
        let waited = self.clock.now().saturating_sub(over);
        let is_late = waited >= self.settings.q();
        let mut said = None;
        if let Ok(Said { answer, shows: Some(shows), .. }) =
            self.ask(work.kind, &work.entry.claim.request_id).await
        {
            work.answers.push((shows.clone(), is_late));
            match work.kind.resolve(&work.entry, &work.answers) {
                Resolution::Executed(_) => return self.end(work, Outcome::Executed, &answer).await.map(Some),
                Resolution::Refused(_) => return self.end(work, Outcome::Refused, &answer).await.map(Some),
                Resolution::Conflict(..) => {
                    return self.end(work, Outcome::Conflict, &answer).await.map(Some);
                }
                Resolution::Undecided { is_absent } => {
                    let agreed = self.agreed_refusal(work, &shows).await?;
                    if let Agreed::Rejected(known) = agreed {
                        return Ok(Some(known));
                    }
                    let evidence = Evidence { at: self.millis(), is_absent };
                    self.record(work, Fact::Evidence(evidence)).await.map_err(MoneyError::unrecorded)?;
                    work.absent = if is_absent { work.absent.saturating_add(1) } else { 0 };
                    said = Some(is_absent);
                    if matches!(agreed, Agreed::Unproven) {
                        // Waiting won't make it count.
                        return Err(MoneyError::still_unknown_yet(work.still_unknown(false)));
                    }
                }
            }
        }
        if self.may_resend(work, said, is_late).await? {
            work.resends = work.resends.saturating_add(1);
            return self.attempt(work).await;
        }
        if waited >= self.settings.patience() && !self.is_about_to_resend(work, said, waited) {
            let is_proven = self.is_proven_inquiry(work.kind).await.map_err(MoneyError::unrecorded)?;
            return Err(MoneyError::still_unknown_yet(work.still_unknown(is_proven)));
        }
        Ok(None)
    }

    /// The refusal that was in doubt, where the inquiry doesn't show that the call had been made before.
    async fn agreed_refusal(&self, work: &mut Work, shows: &Shows) -> Result<Agreed, MoneyError> {
        let is_untouched = !work.entry.was_seen() && work.kind.is_untouched(&work.entry, shows);
        let Some(refusal) = work.entry.in_doubt.clone().filter(|_| is_untouched) else {
            return Ok(Agreed::Not);
        };
        let counts = match shows {
            Shows::Found(_) => true,
            Shows::NotFound => self.is_proven_inquiry(work.kind).await.map_err(MoneyError::unrecorded)?,
        };
        if !counts {
            return Ok(Agreed::Unproven);
        }
        let ending = Ending { at: self.millis(), ..refusal };
        self.record(work, Fact::Ended(ending)).await.map_err(MoneyError::unrecorded)?;
        Ok(Agreed::Rejected(work.known()))
    }

    /// `said`: whether this step's inquiry said "not found", if it said anything that counts.
    async fn may_resend(&self, work: &Work, said: Option<bool>, is_late: bool) -> Result<bool, MoneyError> {
        if !self.is_resendable(work) || self.check_proven().is_err() {
            return Ok(false);
        }
        match self.settings.resend {
            Resend::Never => Ok(false),
            Resend::PlatformDeduplicates => Ok(true),
            Resend::After(_) => {
                let is_absent = said == Some(true) && is_late && work.absent >= 2;
                Ok(is_absent && self.is_proven_inquiry(work.kind).await.map_err(MoneyError::unrecorded)?)
            }
        }
    }

    /// Whether the inquiry has yet to be answered after Q: patience is doubled for that, once.
    fn is_about_to_resend(&self, work: &Work, said: Option<bool>, waited: Duration) -> bool {
        let is_open = matches!(self.settings.resend, Resend::After(_)) && self.is_resendable(work);
        is_open && (said.is_none() || work.absent < 2) && waited < self.settings.patience().saturating_mul(2)
    }

    /// What was seen once is never absent again, and what the platform refused, if in doubt, isn't asked of it again.
    fn is_resendable(&self, work: &Work) -> bool {
        work.resends < MOST_RESENDS && !work.entry.was_seen() && work.entry.in_doubt.is_none()
    }

    fn known_over(&self, id: &ClaimId, attempts: usize) -> Duration {
        let mut known = self.known_over.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, over) = known.entry(id.clone()).or_insert_with(|| (attempts, self.clock.now()));
        if *of != attempts {
            (*of, *over) = (attempts, self.clock.now());
        }
        *over
    }
}

/// Whether the inquiry agrees with a refusal that was in doubt.
enum Agreed {
    Rejected(Known),
    /// It says "not found", and nothing shows yet that this inquiry finds what there is.
    Unproven,
    /// There is no such refusal, or it doesn't.
    Not,
}
