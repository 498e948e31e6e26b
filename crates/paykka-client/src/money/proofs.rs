//! Inquiries, and what they have shown: an answer that was verified at all, before which no money moves, and "found" and "not
//! found", without which no "not found" counts. Both hold as long as the key that signed them is one of the platform's.

use std::sync::{Arc, PoisonError};

use paykka_model::RequestId;
use paykka_sign::{Fingerprint, KeyRing};
use paykka_transport::Answer;

use super::engine::Engine;
use super::kind::{Kind, Shows};
use super::{MoneyError, Proven};
use crate::journal::{JournalError, Outcome, Proof, Shown};

/// What an inquiry said.
pub(super) struct Said {
    pub(super) answer: Answer,
    /// `None` where it is no evidence.
    pub(super) shows: Option<Shows>,
    /// The platform's key that verified it; `None` where the ring was exchanged meanwhile.
    key: Option<Fingerprint>,
}

impl Engine {
    pub(super) async fn ask(&self, kind: Kind, number: &str) -> Result<Said, paykka_transport::Error> {
        let asked = kind.inquiry_body(number).unwrap_or_default();
        let (info, ring) = (kind.inquiry(), self.ring());
        let answer = self.client.send_bytes(&info, number.to_owned(), asked.clone(), None).await?;
        let shows = kind.shows(&asked, &answer);
        let key = self.verified_by(&ring, &answer);
        if let (Some(_), Some(key)) = (&shows, key) {
            self.is_verified_by(key);
        }
        Ok(Said { answer, shows, key })
    }

    pub(super) fn check_proven(&self) -> Result<(), MoneyError> {
        if self.settings.allows_unproven {
            return Ok(());
        }
        let keys = self.verified_by.lock().unwrap_or_else(PoisonError::into_inner);
        let is_proven = self.ring().entries().any(|(_, key)| keys.contains(&key.fingerprint()));
        if is_proven { Ok(()) } else { Err(MoneyError::unproven()) }
    }

    pub(super) async fn prove(&self) -> Result<Proven, MoneyError> {
        let mut proven = Proven { reads: false, inquiries: Vec::new() };
        let accepted = self.accepted().await?;
        for kind in Kind::ALL {
            let key = self.prove_not_found(kind).await?;
            proven.reads |= key.is_some();
            let known = accepted.iter().find(|(of, _)| *of == kind);
            if let Some((_, number)) = known {
                self.prove_found(kind, number, key).await?;
            }
            if self.is_proven_inquiry(kind).await? {
                proven.inquiries.push(kind.inquiry().name);
            }
        }
        Ok(proven)
    }

    /// An accepted call shows that the inquiry finds what there is. That it can't be shown now is no harm.
    pub(super) async fn prove_by(&self, kind: Kind, number: &str, ring: &Arc<KeyRing>, accepted: &Answer) {
        let Some(key) = self.verified_by(ring, accepted) else { return };
        self.is_verified_by(key);
        let Ok(proof) = self.proof(kind, key).await else { return };
        if proof.found {
            return;
        }
        // What was proven by another key is proven anew while that one is still there: the platform has begun to sign with this.
        let is_rotated = !proof.not_found && self.is_proven_inquiry(kind).await.unwrap_or_default();
        drop(self.prove_found(kind, number, Some(key)).await);
        if is_rotated {
            drop(self.prove_not_found(kind).await);
        }
    }

    /// Whether a "not found" of this inquiry counts.
    pub(super) async fn is_proven_inquiry(&self, kind: Kind) -> Result<bool, JournalError> {
        let mut whole = Proof::default();
        for (_, key) in self.ring().entries() {
            let proof = self.proof(kind, key.fingerprint()).await?;
            (whole.found, whole.not_found) = (whole.found | proof.found, whole.not_found | proof.not_found);
        }
        Ok(whole.is_whole())
    }

    pub(super) fn ring(&self) -> Arc<KeyRing> {
        self.client.platform_keys().load()
    }

    /// Asks for a random number. The key that verified the answer, if it is evidence.
    async fn prove_not_found(&self, kind: Kind) -> Result<Option<Fingerprint>, MoneyError> {
        let random = RequestId::generate(&self.settings.prefix)
            .map_err(|error| MoneyError::invalid(kind.inquiry().name, error))?;
        let Ok(Said { shows: Some(shows), key: Some(key), .. }) = self.ask(kind, random.as_str()).await
        else {
            return Ok(None);
        };
        if matches!(shows, Shows::NotFound) {
            self.has_shown(kind, key, Shown::NotFound).await?;
        }
        Ok(Some(key))
    }

    /// Asks for a number that was accepted, unless it was found before: under `key`, where it is known who signs now.
    async fn prove_found(
        &self,
        kind: Kind,
        number: &str,
        key: Option<Fingerprint>,
    ) -> Result<(), JournalError> {
        if let Some(key) = key
            && self.proof(kind, key).await?.found
        {
            return Ok(());
        }
        if let Ok(Said { shows: Some(Shows::Found(_)), key: Some(key), .. }) = self.ask(kind, number).await {
            self.has_shown(kind, key, Shown::Found).await?;
        }
        Ok(())
    }

    async fn has_shown(&self, kind: Kind, key: Fingerprint, shown: Shown) -> Result<(), JournalError> {
        let proof = self.proof(kind, key).await?;
        let is_new = match shown {
            Shown::Found => !proof.found,
            Shown::NotFound => !proof.not_found,
        };
        if is_new { self.journal.record_proof(self.proof_settings(kind, key), shown).await } else { Ok(()) }
    }

    async fn proof(&self, kind: Kind, key: Fingerprint) -> Result<Proof, JournalError> {
        self.journal.proof(self.proof_settings(kind, key)).await
    }

    /// What a proof is bound to.
    fn proof_settings(&self, kind: Kind, key: Fingerprint) -> String {
        let (transport, inquiry) = (self.client.transport_settings(), kind.inquiry());
        format!("{transport} merchant {} {} {} signed by {key}", self.merchant, inquiry.name, inquiry.path)
    }

    fn is_verified_by(&self, key: Fingerprint) {
        self.verified_by.lock().unwrap_or_else(PoisonError::into_inner).insert(key);
    }

    /// `ring`: the platform's keys before the call. Where they were exchanged meanwhile, nobody knows which of them was asked.
    fn verified_by(&self, ring: &Arc<KeyRing>, answer: &Answer) -> Option<Fingerprint> {
        let id = answer.verified()?.key_id();
        let is_same = Arc::ptr_eq(ring, &self.ring());
        let mut keys = ring.entries().filter(|(of, _)| is_same && of.is_none_or(|of| of == id));
        keys.next().map(|(_, key)| key.fingerprint())
    }

    /// Numbers that the platform has accepted.
    async fn accepted(&self) -> Result<Vec<(Kind, String)>, MoneyError> {
        let mut accepted = Vec::new();
        for id in self.journal.unacknowledged().await? {
            let Some(entry) = self.journal.find(id.clone()).await? else { continue };
            let is_accepted = entry.ending.is_some_and(|ending| ending.outcome == Outcome::Accepted);
            let kind = Kind::of(id.operation()).filter(|_| is_accepted && id.merchant() == self.merchant);
            accepted.extend(kind.map(|kind| (kind, entry.claim.request_id)));
        }
        Ok(accepted)
    }
}
