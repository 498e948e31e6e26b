//! Why a refused request's signature doesn't verify, found out beside the async threads, since it takes thousands of
//! verifications: few at a time, each with a budget, and none where too many wait.

use std::collections::BTreeSet;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use http::header::{AUTHORIZATION, HOST};
use http::request::Parts as Head;
use paykka_sign::diagnose::{Budget, Case};
use paykka_sign::{KeyRing, Parts, Timestamp, VerifyingKey};
use tokio::sync::{Semaphore, watch};

use crate::gate::sent_merchant;
use crate::log::LoggedDiagnosis;
use crate::platform::Platform;
use crate::reason::Reason;
use crate::service::{Held, Shared};

pub(crate) struct Explainer {
    /// Those that run.
    places: Arc<Semaphore>,
    under_way: watch::Sender<UnderWay>,
}

/// The explanations that run or wait, by their numbers.
#[derive(Default)]
struct UnderWay {
    last: u64,
    numbers: BTreeSet<u64>,
}

impl Default for Explainer {
    fn default() -> Self {
        Self { places: Arc::new(Semaphore::new(AT_ONCE)), under_way: watch::Sender::default() }
    }
}

impl Explainer {
    /// Ends when no explanation is under way any more that is so now.
    pub(crate) fn idle(&self) -> impl Future<Output = ()> + Send + use<> {
        let mut under_way = self.under_way.subscribe();
        let last = under_way.borrow().last;
        async move {
            let is_idle = |now: &UnderWay| now.numbers.first().is_none_or(|first| *first > last);
            // Where the sender has gone, nothing is under way.
            let _closed = under_way.wait_for(is_idle).await;
        }
    }

    /// The number of a new one; `None` where too many are under way.
    fn enter(&self) -> Option<u64> {
        let mut entered = None;
        self.under_way.send_if_modified(|now| {
            if now.numbers.len() < AT_ONCE + WAITING {
                now.last += 1;
                now.numbers.insert(now.last);
                entered = Some(now.last);
            }
            entered.is_some()
        });
        entered
    }

    fn leave(&self, number: u64) {
        self.under_way.send_if_modified(|now| now.numbers.remove(&number));
    }
}

impl Platform {
    /// Looks for what explains a refusal; it will stand in the log.
    pub(crate) fn explain(
        self: &Arc<Self>,
        id: u64,
        reason: Reason,
        head: &Head,
        signed: Bytes,
        held: &Held,
    ) {
        let (Some(ring), Some(now)) = (self.gate.ring(), self.signing.now()) else { return };
        // Here nothing is wrong with the signature.
        if matches!(
            reason,
            Reason::NonceReused
                | Reason::KeyOfAnotherMerchant
                | Reason::ContentEncoding
                | Reason::HeaderTwice
        ) {
            return;
        }
        let Some(number) = self.explainer.enter() else {
            tracing::info!(request = id, "not diagnosed, since too many others are");
            return;
        };
        let case = Owned {
            authorization: head.headers.get(AUTHORIZATION).map(|value| value.as_bytes().to_vec()),
            path: head.uri.path().to_owned(),
            query: head.uri.query().map(str::to_owned),
            host: head.headers.get(HOST).and_then(|value| value.to_str().ok()).map(str::to_owned),
            merchant: sent_merchant(&head.headers).ok().flatten().map(str::to_owned),
            whole_body: (signed.len() != held.bytes.len()).then(|| held.bytes.clone()),
            _share: Shared::clone(&held.share),
            signed,
            ring,
            now,
            window: self.gate.window(),
            own_key: self.signing.signer().verifying_key().clone(),
        };
        let platform = Arc::clone(self);
        tokio::spawn(async move {
            let place = Arc::clone(&platform.explainer.places).acquire_owned().await;
            let diagnosis = tokio::task::spawn_blocking(move || case.diagnose()).await;
            drop(place);
            if let Ok(diagnosis) = diagnosis {
                tracing::info!(request = id, diagnosis = diagnosis.text, "request diagnosed");
                platform.log.diagnosed(id, diagnosis);
            }
            platform.explainer.leave(number);
        });
    }
}

/// What a diagnosis is made of, on a thread of its own.
struct Owned {
    authorization: Option<Vec<u8>>,
    path: String,
    query: Option<String>,
    host: Option<String>,
    merchant: Option<String>,
    signed: Bytes,
    whole_body: Option<Bytes>,
    /// Of the memory, for as long as the bodies wait.
    _share: Shared,
    ring: Arc<KeyRing>,
    now: Timestamp,
    window: Duration,
    own_key: VerifyingKey,
}

impl Owned {
    fn diagnose(&self) -> LoggedDiagnosis {
        let parts = Parts { path: &self.path, merchant: self.merchant.as_deref(), body: &self.signed[..] };
        let own_keys = std::slice::from_ref(&self.own_key);
        let authorization = self.authorization.as_deref().unwrap_or_default();
        let mut case = Case::new(authorization, parts, &self.ring, self.now)
            .tolerance(self.window)
            .own_keys(own_keys)
            .budget(BUDGET);
        if let Some(host) = &self.host {
            case = case.host(host);
        }
        if let Some(query) = &self.query {
            case = case.query(query);
        }
        if let Some(whole_body) = &self.whole_body {
            case = case.whole_body(whole_body);
        }
        let diagnosis = case.diagnose();
        let codes = diagnosis.findings().iter().map(paykka_sign::diagnose::Finding::code).collect();
        LoggedDiagnosis { text: diagnosis.to_string(), codes }
    }
}

const AT_ONCE: usize = 2;

const WAITING: usize = 16;

/// All single mistakes and pairs of an ordinary case; of large bodies the likeliest.
const BUDGET: Budget = Budget::new(6_000, 64 * 1024 * 1024);

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn what_begins_later_is_not_waited_for() {
        let explainer = Explainer::default();
        let first = explainer.enter().unwrap();
        let idle = tokio::spawn(explainer.idle());
        let second = explainer.enter().unwrap();
        explainer.leave(first);
        idle.await.unwrap();
        assert_eq!(explainer.under_way.borrow().numbers, [second].into());
        for _ in 1..AT_ONCE + WAITING {
            explainer.enter().unwrap();
        }
        assert_eq!(explainer.enter(), None);
    }
}
