//! A book on storage: each record is appended and synced before it counts. Opening reads it back, cuts a torn tail off, and
//! refuses a damaged middle; what was acknowledged is rewritten shorter, into a second file that takes the first one's place.

use std::io;
use std::sync::Arc;

use super::JournalError;
use super::book::{Book, Record};
use super::file::Seal;
use super::line::{self, Chain, Read};
use super::storage::Storage;

pub(super) struct Log<S> {
    storage: S,
    seal: Option<Arc<dyn Seal>>,
    book: Book,
    chain: Chain,
    /// How many records stand in the file, and how many of them a rewrite would save.
    records: usize,
    saved_by_rewrite: usize,
    rewrite_from: usize,
    closed: Option<&'static str>,
}

impl<S: Storage> Log<S> {
    /// Reads it back, or begins it. `rewrite_from`: with fewer records it isn't worth a rewrite.
    pub(super) fn open(
        storage: S,
        seal: Option<Arc<dyn Seal>>,
        rewrite_from: usize,
    ) -> Result<Self, JournalError> {
        let mut log = Self {
            storage,
            seal,
            book: Book::default(),
            chain: Chain::default(),
            records: 0,
            saved_by_rewrite: 0,
            rewrite_from,
            closed: None,
        };
        let bytes = log.step("reading", |storage| storage.read())?;
        let whole = log.read_back(&bytes)?;
        if whole < bytes.len() {
            log.step("cutting a torn record off", |storage| {
                storage.cut(u64::try_from(whole).unwrap_or(u64::MAX))?;
                storage.sync()
            })?;
        }
        if log.records == 0 {
            log.write(HEAD)?;
        } else if whole == bytes.len() {
            // A process that was killed leaves what it hadn't synced: it can be read, and a power cut could still take it away
            // when somebody has been told of it.
            log.step("syncing what was read", Storage::sync)?;
        }
        // So with the name: it may have died between an exchange of files and the folder's sync.
        log.step("syncing the folder", Storage::sync_folder)?;
        log.rewrite_if_worth_it()?;
        Ok(log)
    }

    pub(super) fn book(&self) -> Result<&Book, JournalError> {
        self.closed.map_or(Ok(&self.book), |because| Err(JournalError::closed(because)))
    }

    /// Appends a record; it is durable when this returns.
    pub(super) fn write(&mut self, record: Record) -> Result<(), JournalError> {
        self.book()?;
        let (line, chain) = line::write(&record, self.chain, self.seal.as_deref())?;
        self.step("appending a record", |storage| storage.append(&line))?;
        self.step("syncing a record", Storage::sync)?;
        self.take(record, chain);
        Ok(())
    }

    /// Makes the file shorter where acknowledged claims take most of it.
    pub(super) fn rewrite_if_worth_it(&mut self) -> Result<(), JournalError> {
        if self.records < self.rewrite_from || self.saved_by_rewrite * 2 < self.records {
            return Ok(());
        }
        let mut records = self.book.rewritten();
        records.insert(0, HEAD);
        let (mut bytes, mut chain) = (Vec::new(), Chain::default());
        for record in &records {
            let (line, next) = line::write(record, chain, self.seal.as_deref())?;
            bytes.extend(line);
            chain = next;
        }
        self.step("rewriting", |storage| storage.write_beside(&bytes))?;
        self.step("syncing what was rewritten", Storage::sync_beside)?;
        self.step("exchanging the file for the rewritten one", Storage::take_place)?;
        // Nothing may be appended to a file whose name a power cut could take away again.
        self.step("syncing the folder", Storage::sync_folder)?;
        (self.chain, self.records, self.saved_by_rewrite) = (chain, records.len(), 0);
        Ok(())
    }

    /// Takes in what is whole, and returns how many bytes that is. A line with an end and a wrong checksum is an error also
    /// in the last place: it may have been durable, and what it says may have been paid.
    fn read_back(&mut self, bytes: &[u8]) -> Result<usize, JournalError> {
        let mut at = 0;
        while let Some(rest) = bytes.get(at..).filter(|rest| !rest.is_empty()) {
            let end = rest.iter().position(|byte| *byte == b'\n');
            let line = end.and_then(|end| rest.get(..end)).unwrap_or(rest);
            match (line::read(line, self.chain, at, self.seal.as_deref()), end) {
                (Read::Record(record, chain), Some(end)) => {
                    self.check_head(&record, at)?;
                    if !self.take(record, chain) {
                        return Err(JournalError::damaged(
                            at,
                            "the record doesn't follow from those before it",
                        ));
                    }
                    at += end + 1;
                }
                (Read::Unreadable(error), Some(_)) => return Err(error),
                (Read::WrongSum, Some(_)) => {
                    return Err(JournalError::damaged(at, "the record's checksum is wrong"));
                }
                // Its end never came, so nobody was told that it is there.
                (_, None) if at > 0 || is_begun_head(rest) => break,
                (_, None) => return Err(JournalError::damaged(0, "the file isn't a journal")),
            }
        }
        Ok(at)
    }

    fn check_head(&self, record: &Record, at: usize) -> Result<(), JournalError> {
        match (record, self.records) {
            (Record::Journal { version: VERSION }, 0) => Ok(()),
            (Record::Journal { .. }, 0) => Err(JournalError::damaged(at, "the file is of another version")),
            (Record::Journal { .. }, _) | (_, 0) => {
                Err(JournalError::damaged(at, "the journal's first record stands elsewhere"))
            }
            _ => Ok(()),
        }
    }

    fn take(&mut self, record: Record, chain: Chain) -> bool {
        self.records += 1;
        self.chain = chain;
        if let Record::Acknowledged { id, .. } = &record {
            // The claim, its facts and this become one.
            let facts = self.book.entry(id).map_or(0, |entry| {
                let once = [entry.before.is_some(), entry.in_doubt.is_some(), entry.ending.is_some()];
                entry.attempts.len() * 2 + entry.evidence.len() + once.map(usize::from).iter().sum::<usize>()
            });
            self.saved_by_rewrite += facts + 1;
        }
        self.book.apply(record)
    }

    fn step<T>(
        &mut self,
        doing: &'static str,
        step: impl FnOnce(&mut S) -> io::Result<T>,
    ) -> Result<T, JournalError> {
        step(&mut self.storage).map_err(|error| {
            self.closed = Some(doing);
            JournalError::storage(doing, error)
        })
    }
}

const VERSION: u32 = 1;
const HEAD: Record = Record::Journal { version: VERSION };

/// Whether a file without a whole line is one of ours that was just begun: a file of somebody else's isn't cut.
fn is_begun_head(bytes: &[u8]) -> bool {
    let Ok((head, _)) = line::write(&HEAD, Chain::default(), None) else { return false };
    let text_len = bytes.iter().position(|byte| *byte == 0).unwrap_or(bytes.len());
    let (text, zeros) = bytes.split_at(text_len);
    head.starts_with(text) && zeros.iter().all(|byte| *byte == 0)
}
