//! The way of one call: claim, read, sign, record, send; and, where its answer is lost, inquiry after inquiry until it is known
//! what became of it or patience ends.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use paykka_transport::Answer;

use super::builder::{Resend, Settings};
use super::clock::{MoneyClock, unix_millis};
use super::judge::{Judged, judge};
use super::kind::{Kind, Shows};
use super::recorder::Recorder;
use super::resolve::Resolution;
use super::work::{Known, Work};
use super::{MoneyError, NotExecuted};
use crate::Client;
use crate::journal::{
    Attempt, AttemptEnd, Body, ClaimId, Ending, Evidence, Fact, Held, How, Journal, NewClaim, Outcome, Shown,
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
    /// Whether an answer was verified under this client's settings.
    pub(super) is_proven: AtomicBool,
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
        let held = match self.journal.find(id).await? {
            Some(_) => self.journal.claim(claim).await?,
            None => self.claim(kind, claim).await?,
        };
        let mut work = Work::new(kind, held);
        if work.entry.ending.is_some() {
            return Ok(work.known());
        }
        if !work.entry.has_open_attempt()
            && let Some(known) = self.first_attempt(&mut work).await?
        {
            return Ok(known);
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
    async fn attempt(&self, work: &mut Work) -> Result<Option<Known>, MoneyError> {
        let body = work.entry.claim.body.0.clone();
        let recorder = Arc::new(Recorder::new(
            Arc::clone(&self.journal),
            &work.hold,
            Arc::clone(&self.clock),
            work.entry.digest.clone(),
            work.entry.attempts.len(),
        ));
        let (info, number) = (work.kind.info(), work.entry.claim.request_id.clone());
        let asked = Some(Arc::clone(&recorder) as _);
        let outcome = self.client.send_bytes(&info, number, body.clone(), asked).await;
        let (facts, failed) = recorder.written();
        let was_signed = !facts.is_empty();
        facts.into_iter().for_each(|fact| work.entry.apply(fact));
        let earlier = work.entry.attempts.len().saturating_sub(usize::from(was_signed));
        let has_earlier = work.entry.attempts.iter().take(earlier).any(Attempt::is_open);
        if let Some(failed) = failed {
            // This attempt didn't leave.
            return Err(if work.entry.has_open_attempt() {
                MoneyError::unrecorded(failed)
            } else {
                failed.into()
            });
        }
        if !was_signed && !has_earlier {
            return match outcome {
                Err(error) if error.is_config() || error.is_held_back() => {
                    Err(MoneyError::invalid(info.name, error))
                }
                _ => Ok(Some(work.not_executed(NotExecuted::NotTaken))),
            };
        }
        match judge(work.kind, &body, outcome, has_earlier) {
            Judged::Accepted(answer) => {
                let known = self.end(work, Outcome::Accepted, &answer).await?;
                self.prove_found(work.kind, &known.request_id).await;
                Ok(Some(known))
            }
            Judged::Rejected(answer) => Ok(Some(self.end(work, Outcome::Rejected, &answer).await?)),
            Judged::Left(how) => {
                if was_signed {
                    let end = Fact::AttemptEnded(AttemptEnd { at: self.millis(), how });
                    self.record(work, end).await.map_err(MoneyError::unrecorded)?;
                }
                work.absent = 0;
                let reason = match how {
                    _ if work.entry.has_open_attempt() => return Ok(None),
                    How::SignatureRefused => NotExecuted::SignatureRefused,
                    How::NotTaken | How::Unknown => NotExecuted::NotTaken,
                };
                Ok(Some(work.not_executed(reason)))
            }
        }
    }

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
        if let Ok((answer, Some(shows))) = self.ask(work.kind, &work.entry.claim.request_id).await {
            work.answers.push((shows, is_late));
            match work.kind.resolve(&work.entry, &work.answers) {
                Resolution::Executed(_) => return self.end(work, Outcome::Executed, &answer).await.map(Some),
                Resolution::Refused(_) => return self.end(work, Outcome::Refused, &answer).await.map(Some),
                Resolution::Conflict(..) => {
                    return self.end(work, Outcome::Conflict, &answer).await.map(Some);
                }
                Resolution::Undecided { is_absent } => {
                    let evidence = Evidence { at: self.millis(), is_absent };
                    self.record(work, Fact::Evidence(evidence)).await.map_err(MoneyError::unrecorded)?;
                    work.absent = if is_absent { work.absent.saturating_add(1) } else { 0 };
                    said = Some(is_absent);
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

    /// `said`: whether this step's inquiry said "not found", if it said anything that counts.
    async fn may_resend(&self, work: &Work, said: Option<bool>, is_late: bool) -> Result<bool, MoneyError> {
        // What was seen once is never absent again.
        if work.resends >= MOST_RESENDS || work.entry.was_seen() || self.check_proven().is_err() {
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
        let is_open = matches!(self.settings.resend, Resend::After(_))
            && work.resends < MOST_RESENDS
            && !work.entry.was_seen();
        is_open && (said.is_none() || work.absent < 2) && waited < self.settings.patience().saturating_mul(2)
    }

    /// Reads how an object stands before the call that moves it.
    async fn read_before(&self, kind: Kind, number: &str) -> Result<Bytes, MoneyError> {
        let name = kind.info().name;
        match self.ask(kind, number).await {
            Ok((_, Some(Shows::Found(state)))) if kind.is_open(&state) => Ok(state),
            Ok((_, Some(_))) => Err(MoneyError::not_open(name)),
            Ok((_, None)) => Err(MoneyError::unread(name, None)),
            Err(error) => Err(MoneyError::unread(name, Some(error))),
        }
    }

    pub(super) async fn ask(
        &self,
        kind: Kind,
        number: &str,
    ) -> Result<(Answer, Option<Shows>), paykka_transport::Error> {
        let asked = kind.inquiry_body(number).unwrap_or_default();
        let info = kind.inquiry();
        let answer = self.client.send_bytes(&info, number.to_owned(), asked.clone(), None).await?;
        let shows = kind.shows(&asked, &answer);
        if shows.is_some() {
            self.is_proven.store(true, Ordering::Release);
        }
        Ok((answer, shows))
    }

    /// The first accepted call shows that the inquiry finds what there is. That it can't be shown now is no harm.
    async fn prove_found(&self, kind: Kind, number: &str) {
        let settings = self.proof_settings(kind);
        let is_found = self.journal.proof(settings.clone()).await.is_ok_and(|proof| proof.found);
        if !is_found && let Ok((_, Some(Shows::Found(_)))) = self.ask(kind, number).await {
            drop(self.journal.record_proof(settings, Shown::Found).await);
        }
    }

    async fn is_proven_inquiry(&self, kind: Kind) -> Result<bool, crate::journal::JournalError> {
        Ok(self.journal.proof(self.proof_settings(kind)).await?.is_whole())
    }

    pub(super) fn proof_settings(&self, kind: Kind) -> String {
        let (transport, inquiry) = (self.client.transport_settings(), kind.inquiry());
        format!("{transport} merchant {} {} {}", self.merchant, inquiry.name, inquiry.path)
    }

    fn check_proven(&self) -> Result<(), MoneyError> {
        let is_fine = self.settings.allows_unproven || self.is_proven.load(Ordering::Acquire);
        if is_fine { Ok(()) } else { Err(MoneyError::unproven()) }
    }

    async fn end(&self, work: &mut Work, outcome: Outcome, answer: &Answer) -> Result<Known, MoneyError> {
        let (status, body) = (answer.status().as_u16(), Body(answer.bytes().clone()));
        let ending = Ending { at: self.millis(), outcome, status, body };
        self.record(work, Fact::Ended(ending)).await.map_err(MoneyError::unrecorded)?;
        Ok(work.known())
    }

    async fn record(&self, work: &mut Work, fact: Fact) -> Result<(), crate::journal::JournalError> {
        self.journal.record(&work.hold, fact.clone()).await?;
        work.entry.apply(fact);
        Ok(())
    }

    fn known_over(&self, id: &ClaimId, attempts: usize) -> Duration {
        let mut known = self.known_over.lock().unwrap_or_else(PoisonError::into_inner);
        let (of, over) = known.entry(id.clone()).or_insert_with(|| (attempts, self.clock.now()));
        if *of != attempts {
            (*of, *over) = (attempts, self.clock.now());
        }
        *over
    }

    pub(super) fn millis(&self) -> u64 {
        unix_millis(&*self.clock)
    }
}

const DAY_MILLIS: u64 = 24 * 60 * 60 * 1_000;

/// How often one call of ours, or one `recover`, sends a call of unknown outcome again.
const MOST_RESENDS: u32 = 3;
