//! The last few answers of each call, for the faults that give an answer a second time or to somebody else.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use http::HeaderValue;

use super::answer::Reply;

/// Bounded: a few answers of each operation.
#[derive(Default)]
pub(crate) struct LastAnswers(Mutex<HashMap<&'static str, VecDeque<Last>>>);

#[derive(Clone)]
pub(super) struct Last {
    pub(super) merchant: Option<String>,
    pub(super) request: Bytes,
    pub(super) reply: Reply,
    pub(super) authorization: Option<HeaderValue>,
}

impl LastAnswers {
    pub(super) fn keep(&self, operation: &'static str, last: Last) {
        if last.request.len() + last.reply.body.len() > MAX_LEN {
            return;
        }
        let mut all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let answers = all.entry(operation).or_default();
        answers.push_back(last);
        while answers.len() > MAX_ANSWERS {
            answers.pop_front();
        }
    }

    /// The merchant's last answer.
    pub(super) fn replay(&self, operation: &'static str, merchant: Option<&str>) -> Option<Last> {
        self.find(operation, |last| last.merchant.as_deref() == merchant)
    }

    /// The merchant's last answer to another request.
    pub(super) fn other(
        &self,
        operation: &'static str,
        merchant: Option<&str>,
        request: &[u8],
    ) -> Option<Last> {
        self.find(operation, |last| last.merchant.as_deref() == merchant && last.request != request)
    }

    pub(crate) fn clear(&self) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clear();
    }

    fn find(&self, operation: &'static str, fits: impl Fn(&Last) -> bool) -> Option<Last> {
        let all = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        all.get(operation)?.iter().rev().find(|last| fits(last)).cloned()
    }
}

const MAX_ANSWERS: usize = 8;

/// Of request and answer together.
const MAX_LEN: usize = 64 * 1024;
