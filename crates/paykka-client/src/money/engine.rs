//! The way of one call: claim, read, sign, record, send. What follows where its answer is lost stands beside it.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use paykka_sign::Fingerprint;
use paykka_transport::Answer;

use super::builder::Settings;
use super::clock::{MoneyClock, unix_millis};
use super::judge::{Earlier, Judged, judge};
use super::kind::{Kind, Shows};
use super::proofs::Said;
use super::recorder::Recorder;
use super::resolve::Resolution;
use super::work::{Known, Work};
use super::{MoneyError, NotExecuted};
use crate::Client;
use crate::journal::{
    Attempt, AttemptEnd, Body, ClaimId, Ending, Evidence, Fact, Held, How, Journal, JournalError, NewClaim,
    Outcome,
};

pub(super) struct Engine {
    pub(super) client: Client,
    pub(super) merchant: String,
    pub(super) journal: Arc<dyn Journal>,
    pub(super) settings: Settings,
    pub(super) clock: Arc<dyn MoneyClock>,
    /// By which moment an attempt was over: of a claim with so many attempts, when this engine first asked what became of the
    /// last. That is never before the attempt's end, nor before this process's start.
    pub(super) known_over: Mutex<HashMap<ClaimId, (usize, Duration)>>,
    /// The platform's keys by which an answer was verified under this client's settings.
    pub(super) verified_by: Mutex<HashSet<Fingerprint>>,
    /// One claim at a time is measured against the day's ceiling.
    pub(super) day: tokio::sync::Mutex<()>,
}

impl Engine {
    pub(super) fn id(&self, kind: Kind, key: &str) -> Result<ClaimId, MoneyError> {
        Ok(ClaimId::new(&self.merchant, kind.info().name, key)?)
    }

    /// Makes a call, or takes it up again.
    pub(super) async fn submit(&self, kind: Kind, key: &str, body: Bytes) -> Result<Known, MoneyError> {
        let id = self.id(kind, key)?;
        let number = kind
            .own_number(&body)
            .ok_or_else(|| MoneyError::config("the request names no object", "give its number"))?;
        let claim =
            NewClaim { id: id.clone(), request_id: number, body: Body(body), moves: None, at: self.millis() };
        let (held, is_new) = match self.journal.find(id).await? {
            Some(_) => (self.journal.claim(claim).await?, false),
            None => (self.claim(kind, claim).await?, true),
        };
        let mut work = Work::new(kind, held);
        if work.entry.ending.is_some() {
            return Ok(work.known());
        }
        if !work.entry.is_unknown() {
            let is_new = is_new && work.entry.attempts.is_empty();
            if !is_new && let Some(known) = self.look_again(&mut work).await? {
                return Ok(known);
            }
            if !work.entry.is_unknown()
                && let Some(known) = self.first_attempt(&mut work).await?
            {
                return Ok(known);
            }
        }
        let mut done = self.drive(vec![work]).await;
        match done.pop() {
            Some((_, result)) => result,
            None => Err(MoneyError::config("nothing was asked for", "report this")),
        }
    }

    /// A claim that nobody has made before: what it moves is known, and within the ceilings.
    async fn claim(&self, kind: Kind, mut claim: NewClaim) -> Result<Held, MoneyError> {
        self.check_proven()?;
        let before =
            if kind.has_before() { Some(self.read_before(kind, &claim.request_id).await?) } else { None };
        claim.moves = kind.moves(&claim.body.0, before.as_deref());
        let ceilings = &self.settings.ceilings;
        let _one_at_a_time = self.day.lock().await;
        if let Some(moves) = &claim.moves {
            ceilings.check_call(moves)?;
            if ceilings.has_day(&moves.currency) {
                let today = claim.at - claim.at % DAY_MILLIS;
                ceilings.check_day(moves, &self.journal.moved_since(today).await?)?;
            }
        }
        let mut held = self.journal.claim(claim).await?;
        if let (Some(before), None) = (before, &held.entry.before) {
            let fact = Fact::Before(Body(before));
            self.journal.record(&held.hold, fact.clone()).await?;
            held.entry.apply(fact);
        }
        Ok(held)
    }

    /// A claim that was made earlier, and of which no attempt is open, is about to be sent. The object may stand otherwise by
    /// now; and where the platform refused a signature, another copy of that request, made by something on the way, may have
    /// been carried out. `None`: nothing speaks against sending, unless it is unknown now.
    pub(super) async fn look_again(&self, work: &mut Work) -> Result<Option<Known>, MoneyError> {
        let was_refused = work.was_refused();
        if !was_refused && work.entry.before.is_none() {
            return Ok(None);
        }
        let name = work.kind.info().name;
        let (answer, shows) = match self.ask(work.kind, &work.entry.claim.request_id).await {
            Ok(Said { answer, shows: Some(shows), .. }) => (answer, shows),
            Ok(_) => return Err(MoneyError::unread(name, None)),
            Err(error) => return Err(MoneyError::unread(name, Some(error))),
        };
        let is_open = match &shows {
            Shows::NotFound => work.kind == Kind::Payment,
            Shows::Found(state) => work.kind.has_before() && work.kind.is_open(state),
        };
        if was_refused {
            let said = [(shows.clone(), false)];
            let ended = match work.kind.resolve(&work.entry, &said) {
                Resolution::Executed(_) => Some(Outcome::Executed),
                Resolution::Refused(_) => Some(Outcome::Refused),
                Resolution::Conflict(..) => Some(Outcome::Conflict),
                Resolution::Undecided { .. } => None,
            };
            if let Some(outcome) = ended {
                return self.end(work, outcome, &answer).await.map(Some);
            }
            if !work.kind.is_untouched(&work.entry, &shows) {
                let evidence = Evidence { at: self.millis(), is_absent: false };
                self.record(work, Fact::Evidence(evidence)).await.map_err(MoneyError::unrecorded)?;
                return Ok(None);
            }
        }
        if !is_open {
            return Err(MoneyError::not_open(name));
        }
        if let Shows::Found(state) = shows {
            self.record(work, Fact::Before(Body(state))).await?;
        }
        Ok(None)
    }

    /// `None`: it isn't known what became of it.
    async fn first_attempt(&self, work: &mut Work) -> Result<Option<Known>, MoneyError> {
        self.check_proven()?;
        if work.kind.has_before() && work.entry.before.is_none() {
            // The process died between the claim and this.
            let before = self.read_before(work.kind, &work.entry.claim.request_id).await?;
            self.record(work, Fact::Before(Body(before))).await?;
        }
        if let Some(moves) = &work.entry.claim.moves {
            self.settings.ceilings.check_call(moves)?;
        }
        self.attempt(work).await
    }

    /// Sends it. `None`: it isn't known what became of it.
    pub(super) async fn attempt(&self, work: &mut Work) -> Result<Option<Known>, MoneyError> {
        let body = work.entry.claim.body.0.clone();
        let recorder = Arc::new(Recorder::new(
            Arc::clone(&self.journal),
            &work.hold,
            Arc::clone(&self.clock),
            work.entry.digest.clone(),
            work.entry.attempts.len(),
        ));
        let (info, number) = (work.kind.info(), work.entry.claim.request_id.clone());
        let (asked, ring) = (Some(Arc::clone(&recorder) as _), self.ring());
        let outcome = self.client.send_bytes(&info, number, body.clone(), asked).await;
        let (facts, failed) = recorder.written().await;
        let own = facts.iter().filter(|fact| matches!(fact, Fact::Attempt(_))).count();
        facts.into_iter().for_each(|fact| work.entry.apply(fact));
        if let Some(failed) = failed {
            // This attempt didn't leave.
            return Err(if work.entry.has_open_attempt() {
                MoneyError::unrecorded(failed)
            } else {
                failed.into()
            });
        }
        let earlier = if own > 0 {
            let before = work.entry.attempts.len().saturating_sub(1);
            Earlier::of(work.entry.attempts.get(..before).unwrap_or_default(), own.saturating_sub(1))
        } else if went_unrecorded(&outcome) {
            self.record_late(work, &outcome).await.map_err(MoneyError::unrecorded)?;
            Earlier::UNKNOWN
        } else if work.entry.has_open_attempt() {
            work.absent = 0;
            return Ok(None);
        } else {
            return match outcome {
                Err(error) if error.is_config() || error.is_held_back() => {
                    Err(MoneyError::invalid(info.name, error))
                }
                _ => Ok(Some(work.not_executed(NotExecuted::NotTaken))),
            };
        };
        match judge(work.kind, &body, outcome, earlier) {
            Judged::Accepted(answer) => {
                let known = self.end(work, Outcome::Accepted, &answer).await?;
                self.prove_by(work.kind, &known.request_id, &ring, &answer).await;
                Ok(Some(known))
            }
            Judged::Rejected(answer) => Ok(Some(self.end(work, Outcome::Rejected, &answer).await?)),
            Judged::Doubted(answer) => {
                // The attempt stays open until the inquiry has been asked.
                let refusal = self.ending(Outcome::Rejected, &answer);
                self.record(work, Fact::RefusalInDoubt(refusal)).await.map_err(MoneyError::unrecorded)?;
                Ok(None)
            }
            Judged::Left(how) => {
                let end = Fact::AttemptEnded(AttemptEnd { at: self.millis(), how });
                self.record(work, end).await.map_err(MoneyError::unrecorded)?;
                work.absent = 0;
                let reason = match how {
                    _ if work.entry.has_open_attempt() => return Ok(None),
                    How::SignatureRefused => NotExecuted::SignatureRefused,
                    How::Unsent | How::NotTaken | How::Unknown => NotExecuted::NotTaken,
                };
                Ok(Some(work.not_executed(reason)))
            }
        }
    }

    /// Something between the transport and its stack sent it, or may have, and the recorder was never asked. So it stands in the
    /// journal from now on, and the inquiry must speak.
    async fn record_late(
        &self,
        work: &mut Work,
        outcome: &Result<Answer, paykka_transport::Error>,
    ) -> Result<(), JournalError> {
        let signed = outcome.as_ref().ok().map(|answer| answer.request().authorization());
        let attempt = Attempt {
            number: u32::try_from(work.entry.attempts.len()).unwrap_or(u32::MAX).saturating_add(1),
            timestamp: signed.map_or_else(|| self.millis().to_string(), |it| it.timestamp().to_string()),
            nonce: signed.map(|it| it.nonce().to_owned()).unwrap_or_default(),
            digest: work.entry.digest.clone(),
            ended: None,
        };
        self.record(work, Fact::Attempt(attempt)).await
    }

    /// Reads how an object stands before the call that moves it.
    async fn read_before(&self, kind: Kind, number: &str) -> Result<Bytes, MoneyError> {
        let name = kind.info().name;
        match self.ask(kind, number).await {
            Ok(Said { shows: Some(Shows::Found(state)), .. }) if kind.is_open(&state) => Ok(state),
            Ok(Said { shows: Some(_), .. }) => Err(MoneyError::not_open(name)),
            Ok(Said { shows: None, .. }) => Err(MoneyError::unread(name, None)),
            Err(error) => Err(MoneyError::unread(name, Some(error))),
        }
    }

    pub(super) async fn end(
        &self,
        work: &mut Work,
        outcome: Outcome,
        answer: &Answer,
    ) -> Result<Known, MoneyError> {
        let ending = self.ending(outcome, answer);
        self.record(work, Fact::Ended(ending)).await.map_err(MoneyError::unrecorded)?;
        Ok(work.known())
    }

    fn ending(&self, outcome: Outcome, answer: &Answer) -> Ending {
        let (status, body) = (answer.status().as_u16(), Body(answer.bytes().clone()));
        Ending { at: self.millis(), outcome, status, body, note: None }
    }

    pub(super) async fn record(&self, work: &mut Work, fact: Fact) -> Result<(), JournalError> {
        self.journal.record(&work.hold, fact.clone()).await?;
        work.entry.apply(fact);
        Ok(())
    }

    pub(super) fn millis(&self) -> u64 {
        unix_millis(&*self.clock)
    }
}

const DAY_MILLIS: u64 = 24 * 60 * 60 * 1_000;

/// Whether an attempt that the recorder was never asked about may have been sent: only an error can say that it wasn't. An answer
/// says that it was, a refused signature included.
fn went_unrecorded(outcome: &Result<Answer, paykka_transport::Error>) -> bool {
    match outcome {
        Ok(_) => true,
        Err(error) => error.may_have_been_executed() || error.raw().is_some(),
    }
}
