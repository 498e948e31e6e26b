//! Every request that was read, with what became of it: for people who want to know why. Bounded by count and by bytes.

use std::collections::VecDeque;
use std::fmt;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use bytes::Bytes;
use serde::Serialize;

use crate::faults::Fault;

/// One request as the emulator saw it. What isn't known, since the request was refused before, is `None`.
#[derive(Clone, Serialize)]
#[non_exhaustive]
pub struct LoggedRequest {
    /// Its number, from 1.
    pub id: u64,
    /// When it was read, in Unix milliseconds of the wall clock.
    pub received_at: u64,
    /// The same moment by the business clock.
    pub business_time: u64,
    /// How long the answer took, in milliseconds; `None` while it is under way, or when the caller went away.
    pub took: Option<u64>,
    /// The operation's name; `None` for a path that nothing is served at.
    pub operation: Option<&'static str>,
    /// The path.
    pub path: String,
    /// `X-Merch-Id`, as sent; the first 128 characters.
    pub merchant: Option<String>,
    /// The key that its header names.
    pub key_id: Option<String>,
    /// Why it was refused, as in `X-Emulator-Reason`; `None` where it was let in. A body that was cut is left out.
    pub refused: Option<&'static str>,
    /// What went wrong on command.
    pub faults: Vec<Fault>,
    /// The answer's HTTP status; `None` where the connection was cut.
    pub status: Option<u16>,
    /// Why its signature doesn't verify; `None` where nobody looked.
    pub diagnosis: Option<LoggedDiagnosis>,
    #[serde(skip)]
    pub(crate) signed: Signed,
}

/// Why a signature doesn't verify.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[non_exhaustive]
pub struct LoggedDiagnosis {
    /// For people.
    pub text: String,
    /// For programs: the codes of what was found, likeliest first.
    pub codes: Vec<&'static str>,
}

/// What the string to sign is made of.
#[derive(Clone, Default)]
pub(crate) struct Signed {
    /// The first four lines; `None` where the header can't be read.
    pub(crate) head: Option<String>,
    /// Cut where it is long.
    pub(crate) body: Bytes,
}

impl LoggedRequest {
    /// The string to sign, as the emulator makes it of the request: what isn't UTF-8 is replaced, and of a body longer than
    /// 64 KiB the beginning is there. `None` where the header can't be read.
    #[must_use]
    pub fn string_to_sign(&self) -> Option<String> {
        let head = self.signed.head.as_ref()?;
        let body = String::from_utf8_lossy(&self.signed.body);
        Some(if body.is_empty() { head.clone() } else { format!("{head}\n{body}") })
    }

    fn len(&self) -> usize {
        let texts = [self.merchant.as_ref(), self.key_id.as_ref(), self.signed.head.as_ref()];
        let texts: usize = texts.into_iter().flatten().map(String::len).sum();
        let diagnosis = self.diagnosis.as_ref().map_or(0, LoggedDiagnosis::len);
        let faults = size_of_val(self.faults.as_slice());
        size_of::<Self>() + self.path.len() + texts + faults + self.signed.body.len() + diagnosis
    }
}

impl LoggedDiagnosis {
    fn len(&self) -> usize {
        self.text.len() + size_of_val(self.codes.as_slice())
    }
}

/// The body is left out.
impl fmt::Debug for LoggedRequest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("LoggedRequest")
            .field("id", &self.id)
            .field("operation", &self.operation)
            .field("refused", &self.refused)
            .field("faults", &self.faults)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

#[derive(Default)]
pub(crate) struct RequestLog(Mutex<Kept>);

#[derive(Default)]
struct Kept {
    requests: VecDeque<LoggedRequest>,
    bytes: usize,
    last: u64,
}

impl RequestLog {
    /// Keeps a request; its number.
    pub(crate) fn begin(&self, mut request: LoggedRequest) -> u64 {
        // A copy, since a slice would keep alive all that was read with it.
        let body = &request.signed.body;
        request.signed.body = Bytes::copy_from_slice(body.get(..MAX_BODY).unwrap_or(body));
        let mut kept = self.kept();
        kept.last += 1;
        request.id = kept.last;
        kept.bytes += request.len();
        kept.requests.push_back(request);
        kept.forget();
        kept.last
    }

    pub(crate) fn end(&self, id: u64, status: Option<u16>, took: Duration) {
        if let Some(request) = self.kept().find(id) {
            request.status = status;
            request.took = Some(crate::clock::millis(took));
        }
    }

    pub(crate) fn diagnosed(&self, id: u64, diagnosis: LoggedDiagnosis) {
        let mut kept = self.kept();
        let len = diagnosis.len();
        if let Some(request) = kept.find(id) {
            request.diagnosis = Some(diagnosis);
            kept.bytes += len;
        }
        kept.forget();
    }

    pub(crate) fn all(&self) -> Vec<LoggedRequest> {
        self.kept().requests.iter().cloned().collect()
    }

    pub(crate) fn one(&self, id: u64) -> Option<LoggedRequest> {
        self.kept().find(id).cloned()
    }

    pub(crate) fn clear(&self) {
        let mut kept = self.kept();
        kept.requests.clear();
        kept.bytes = 0;
    }

    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Kept {
    fn forget(&mut self) {
        while self.requests.len() > MAX_REQUESTS || self.bytes > MAX_BYTES {
            let Some(oldest) = self.requests.pop_front() else { break };
            self.bytes = self.bytes.saturating_sub(oldest.len());
        }
    }

    /// Numbers run without a gap.
    fn find(&mut self, id: u64) -> Option<&mut LoggedRequest> {
        let first = self.requests.front()?.id;
        self.requests.get_mut(usize::try_from(id.checked_sub(first)?).ok()?)
    }
}

/// The longest body of which a copy is kept whole.
const MAX_BODY: usize = 64 * 1024;

const MAX_REQUESTS: usize = 1_000;

const MAX_BYTES: usize = 8 * 1024 * 1024;

#[cfg(test)]
mod tests {
    use super::*;

    fn request(body: &[u8]) -> LoggedRequest {
        LoggedRequest {
            id: 0,
            received_at: 0,
            business_time: 0,
            took: None,
            operation: None,
            path: "/p".to_owned(),
            merchant: None,
            key_id: None,
            refused: None,
            faults: Vec::new(),
            status: None,
            diagnosis: None,
            signed: Signed { head: Some("/p\n1\nn\n".to_owned()), body: Bytes::copy_from_slice(body) },
        }
    }

    #[test]
    fn the_log_is_bounded_by_count_and_by_bytes() {
        let log = RequestLog::default();
        for _ in 0..3_000 {
            log.begin(request(b"{}"));
        }
        let all = log.all();
        assert_eq!((all.len(), all[0].id, all[999].id), (MAX_REQUESTS, 2_001, 3_000));
        assert_eq!(all[0].string_to_sign().as_deref(), Some("/p\n1\nn\n\n{}"));
        for _ in 0..1_000 {
            log.begin(request(&[b'x'; 100_000]));
        }
        assert!(log.0.lock().unwrap().bytes <= MAX_BYTES && (100..200).contains(&log.all().len()));
        log.end(4_000, Some(200), Duration::from_millis(3));
        log.end(1, Some(200), Duration::ZERO);
        let last = log.one(4_000).unwrap();
        assert_eq!((last.status, last.took, log.one(1).is_none()), (Some(200), Some(3), true));
        assert_eq!(last.string_to_sign().unwrap().len(), 8 + MAX_BODY);
    }

    #[test]
    fn everything_that_an_entry_holds_is_counted() {
        let long = || "x".repeat(40_000);
        let fill: [fn(&mut LoggedRequest, String); 3] = [
            |request, long| request.merchant = Some(long),
            |request, long| request.key_id = Some(long),
            |request, long| request.faults = vec![Fault::Gzip; long.len() / size_of::<Fault>()],
        ];
        for fill in fill {
            let log = RequestLog::default();
            for _ in 0..400 {
                let mut full = request(b"");
                fill(&mut full, long());
                log.begin(full);
            }
            assert!((200..210).contains(&log.all().len()), "{}", log.all().len());
        }
        let log = RequestLog::default();
        for _ in 0..400 {
            let id = log.begin(request(b""));
            log.diagnosed(id, LoggedDiagnosis { text: long(), codes: vec!["clock-skew"] });
        }
        assert!((200..210).contains(&log.all().len()), "{}", log.all().len());
    }
}
