//! The journal in a file: one process at a time, and nothing that returned is lost.

use std::error::Error as StdError;
use std::fmt;
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use super::book::{Hands, Record};
use super::log::Log;
use super::memory::held;
use super::storage::{Disk, beside, folder, for_owner};
use super::{
    ClaimId, Entry, Fact, Held, Hold, Journal, JournalError, Keeps, Moved, NewClaim, Pending, Proof, Shown,
};

/// Keeps claims in a file that grows at its end.
///
/// Each record carries a checksum and is synced before the call returns (assumption A5: storage honours that). The file and
/// its neighbours, `NAME.lock` and, during a rewrite, `NAME.new`, are readable for their owner alone. While it is open the lock file is
/// locked: a second opener gets an error that names the process. A record that was torn by a power cut is cut off on
/// opening; any other damage is an error that names the place. Acknowledged claims are rewritten to their key and outcome.
///
/// Bodies hold payees and amounts: give a [`Seal`] where the storage isn't trusted.
pub struct FileJournal {
    log: Arc<Mutex<Log<Disk>>>,
    hands: Hands,
    path: PathBuf,
    /// Locked as long as it is open.
    _lock: File,
}

impl FileJournal {
    /// Opens the journal, or begins it. Its folder must be there.
    ///
    /// # Errors
    /// [`JournalError::is_owned`], [`JournalError::is_damaged`], or the storage's own.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, JournalError> {
        Self::builder(path).open()
    }

    /// Starts a journal with settings.
    pub fn builder(path: impl Into<PathBuf>) -> FileJournalBuilder {
        FileJournalBuilder { path: path.into(), seal: None, rewrite_from: 1_000 }
    }

    /// All that the file holds, oldest first: acknowledged claims, too, which are rewritten to their key and outcome in time.
    ///
    /// # Errors
    /// [`JournalError::is_closed`], after a write that failed.
    pub fn entries(&self) -> Pending<'_, Vec<Entry>> {
        self.with(|log| Ok(log.book()?.entries()))
    }

    /// Storage blocks, so it is waited for on a thread that may.
    fn with<T: Send + 'static>(
        &self,
        work: impl FnOnce(&mut Log<Disk>) -> Result<T, JournalError> + Send + 'static,
    ) -> Pending<'_, T> {
        let log = Arc::clone(&self.log);
        let work = move || work(&mut log.lock().unwrap_or_else(PoisonError::into_inner));
        Box::pin(async move {
            match tokio::task::spawn_blocking(work).await {
                Ok(result) => result,
                Err(error) => Err(JournalError::storage("working on a thread of its own", error)),
            }
        })
    }
}

impl Journal for FileJournal {
    fn claim(&self, claim: NewClaim) -> Pending<'_, Held> {
        let hands = self.hands.clone();
        self.with(move |log| {
            let id = claim.id.clone();
            let planned = log.book()?.plan_claim(claim)?;
            let hold = hands.take(&id)?;
            planned.map_or(Ok(()), |record| log.write(record))?;
            held(log.book()?, hold)
        })
    }

    fn hold(&self, id: ClaimId) -> Pending<'_, Option<Held>> {
        let hands = self.hands.clone();
        self.with(move |log| {
            let book = log.book()?;
            match book.entry(&id) {
                None => Ok(None),
                Some(_) => held(book, hands.take(&id)?).map(Some),
            }
        })
    }

    fn record<'a>(&'a self, hold: &'a Hold, fact: Fact) -> Pending<'a, ()> {
        let (hands, id, epoch) = (self.hands.clone(), hold.id().clone(), hold.epoch());
        self.with(move |log| {
            // Looked at here, since whoever asked may have gone away meanwhile.
            hands.check(&id, epoch)?;
            log.write(Record::Fact { id, fact })
        })
    }

    fn acknowledge(&self, id: ClaimId, at: u64) -> Pending<'_, ()> {
        let hands = self.hands.clone();
        self.with(move |log| {
            let _hold = hands.take(&id)?;
            match log.book()?.plan_acknowledgement(id, at)? {
                Some(record) => log.write(record).and_then(|()| log.rewrite_if_worth_it()),
                None => Ok(()),
            }
        })
    }

    fn find(&self, id: ClaimId) -> Pending<'_, Option<Entry>> {
        self.with(move |log| Ok(log.book()?.entry(&id).cloned()))
    }

    fn unacknowledged(&self) -> Pending<'_, Vec<ClaimId>> {
        self.with(|log| Ok(log.book()?.unacknowledged()))
    }

    fn moved_since(&self, at: u64) -> Pending<'_, Vec<Moved>> {
        self.with(move |log| Ok(log.book()?.moved_since(at)))
    }

    fn proof(&self, settings: String) -> Pending<'_, Proof> {
        self.with(move |log| Ok(log.book()?.proof(&settings)))
    }

    fn record_proof(&self, settings: String, shown: Shown) -> Pending<'_, ()> {
        self.with(move |log| log.write(Record::Shown { settings, shown }))
    }

    fn keeps(&self) -> Keeps {
        Keeps::OnStorage
    }
}

impl fmt::Debug for FileJournal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileJournal").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Settings of a [`FileJournal`]; see [`FileJournal::builder`].
#[must_use]
pub struct FileJournalBuilder {
    path: PathBuf,
    seal: Option<Arc<dyn Seal>>,
    rewrite_from: usize,
}

impl FileJournalBuilder {
    /// Encrypts records before they are written.
    pub fn seal(mut self, seal: Arc<dyn Seal>) -> Self {
        self.seal = Some(seal);
        self
    }

    /// From how many records on the file is rewritten when acknowledged claims take most of it. Default: 1,000.
    pub const fn rewrite_from(mut self, records: usize) -> Self {
        self.rewrite_from = records;
        self
    }

    /// Opens the journal, or begins it.
    ///
    /// # Errors
    /// As [`FileJournal::open`]; and where a record can't be unsealed.
    pub fn open(self) -> Result<FileJournal, JournalError> {
        let failed = |error| JournalError::storage("opening the file", error);
        let path = real(&self.path).map_err(failed)?;
        let lock = lock(&path)?;
        let disk = Disk::open(&path).map_err(failed)?;
        let log = Log::open(disk, self.seal, self.rewrite_from)?;
        let log = Arc::new(Mutex::new(log));
        Ok(FileJournal { log, hands: Hands::default(), path, _lock: lock })
    }
}

impl fmt::Debug for FileJournalBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("FileJournalBuilder").field("path", &self.path).finish_non_exhaustive()
    }
}

/// Encrypts and authenticates what is written, with a key of yours. Checksums and the file's kind stay readable.
pub trait Seal: Send + Sync {
    /// Seals a record.
    ///
    /// # Errors
    /// Nothing is written then, and nothing sent.
    fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>>;

    /// Opens what [`seal`](Self::seal) sealed.
    ///
    /// # Errors
    /// The journal isn't opened then.
    fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>>;
}

/// The file behind all links: under another name it would have another lock, and a rewrite would take the link's place.
fn real(path: &Path) -> io::Result<PathBuf> {
    match path.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound => match path.read_link() {
            // A link that leads to a file that is yet to be begun.
            Ok(to) => real(&folder(path).join(to)),
            Err(_) => {
                let name = path.file_name().ok_or(error)?;
                Ok(folder(path).canonicalize()?.join(name))
            }
        },
        real => real,
    }
}

/// A file of its own is locked, since a rewrite exchanges the journal's. It says whose it is.
fn lock(path: &Path) -> Result<File, JournalError> {
    let failed = |error| JournalError::storage("locking", error);
    let lock_path = beside(path, ".lock");
    let mut file =
        for_owner(OpenOptions::new().read(true).write(true).create(true).truncate(false), &lock_path)
            .map_err(failed)?;
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => {
            let mut holder = String::new();
            // Where it can't be read, the error is the same without the name.
            let read = file.read_to_string(&mut holder);
            let holder = read.ok().map(|_| holder.trim().to_owned()).filter(|name| !name.is_empty());
            let holder = holder.unwrap_or_else(|| "which hasn't said its name".to_owned());
            return Err(JournalError::owned(path.to_owned(), holder));
        }
        Err(TryLockError::Error(error)) => return Err(failed(error)),
    }
    let name = format!("process {} on {}\n", std::process::id(), host());
    let written = file.set_len(0).and_then(|()| file.seek(SeekFrom::Start(0)));
    written.and_then(|_| file.write_all(name.as_bytes())).and_then(|()| file.sync_all()).map_err(failed)?;
    Ok(file)
}

/// This machine's name, as far as it is known without asking a library.
fn host() -> String {
    let from_kernel = std::fs::read_to_string("/proc/sys/kernel/hostname").ok();
    let named =
        from_kernel.or_else(|| std::env::var("HOSTNAME").ok()).or_else(|| std::env::var("COMPUTERNAME").ok());
    named
        .map(|name| name.trim().to_owned())
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| "this machine".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::journal::{Body, MemoryJournal, Outcome};

    fn claim(key: &str, body: &str) -> NewClaim {
        let id = ClaimId::new("M1", "payment.apply", key).unwrap();
        let moves = Some(Moved { currency: "USD".to_owned(), amount: "5".to_owned() });
        NewClaim { id, request_id: "R1".to_owned(), body: Body(body.to_owned().into()), moves, at: 7 }
    }

    fn ended() -> Fact {
        let body = Body(r#"{"status":"SECRET"}"#.into());
        Fact::Ended(super::super::Ending { at: 8, outcome: Outcome::Accepted, status: 200, body, note: None })
    }

    /// What holds of every journal.
    async fn keeps_its_word(journal: &dyn Journal) {
        let held = journal.claim(claim("k", "{}")).await.unwrap();
        assert!(journal.claim(claim("k", "{}")).await.unwrap_err().is_in_hand());
        assert!(journal.claim(claim("k", "{1}")).await.unwrap_err().is_other_body());
        assert!(journal.hold(held.hold.id().clone()).await.unwrap_err().is_in_hand());
        assert!(journal.acknowledge(held.hold.id().clone(), 9).await.unwrap_err().is_in_hand());
        let id = held.hold.id().clone();
        let stale = Hold::new(id.clone(), held.hold.epoch(), || {});
        drop(held);

        let held = journal.hold(id.clone()).await.unwrap().unwrap();
        assert!(held.hold.epoch() > stale.epoch());
        assert!(journal.record(&stale, ended()).await.unwrap_err().is_overtaken());
        let attempt = super::super::Attempt {
            number: 1,
            timestamp: "1".to_owned(),
            nonce: "n".to_owned(),
            digest: held.entry.digest.clone(),
            ended: None,
        };
        journal.record(&held.hold, Fact::Attempt(attempt)).await.unwrap();
        drop(held);
        assert!(journal.acknowledge(id.clone(), 9).await.unwrap_err().is_without_result());
        let held = journal.claim(claim("k", "{}")).await.unwrap();
        assert!(held.entry.has_open_attempt());
        journal.record(&held.hold, ended()).await.unwrap();
        drop(held);
        assert_eq!(journal.unacknowledged().await.unwrap(), std::slice::from_ref(&id));
        assert_eq!(
            (journal.moved_since(7).await.unwrap().len(), journal.moved_since(8).await.unwrap().len()),
            (1, 0)
        );

        journal.acknowledge(id.clone(), 9).await.unwrap();
        journal.acknowledge(id.clone(), 9).await.unwrap();
        assert!(journal.unacknowledged().await.unwrap().is_empty());
        assert!(journal.claim(claim("k", "{}")).await.unwrap_err().is_acknowledged());
        assert_eq!(
            journal.moved_since(7).await.unwrap().len(),
            1,
            "what was acknowledged has moved all the same"
        );
        let unknown = ClaimId::new("M1", "payment.apply", "other").unwrap();
        assert!(journal.hold(unknown.clone()).await.unwrap().is_none());
        assert!(journal.acknowledge(unknown, 9).await.unwrap_err().is_without_result());

        journal.record_proof("s".to_owned(), Shown::Found).await.unwrap();
        assert!(!journal.proof("s".to_owned()).await.unwrap().is_whole());
        journal.record_proof("s".to_owned(), Shown::NotFound).await.unwrap();
        assert!(journal.proof("s".to_owned()).await.unwrap().is_whole());
        assert_eq!(journal.proof("t".to_owned()).await.unwrap(), Proof::default());
    }

    #[tokio::test]
    async fn journals_keep_their_word_and_say_for_how_long() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("payments");
        let file = FileJournal::open(&path).unwrap();
        keeps_its_word(&file).await;
        assert_eq!(file.keeps(), Keeps::OnStorage);
        drop(file);
        let file = FileJournal::open(&path).unwrap();
        assert!(file.claim(claim("k", "{}")).await.unwrap_err().is_acknowledged());
        let kept = file.entries().await.unwrap();
        let kept: Vec<_> = kept.iter().map(|entry| (entry.claim.id.key(), entry.acknowledged_at)).collect();
        assert_eq!(kept, [("k", Some(9))], "what was acknowledged stays readable");
        assert!(file.proof("s".to_owned()).await.unwrap().is_whole());

        let memory = MemoryJournal::new();
        keeps_its_word(&memory).await;
        assert_eq!(memory.keeps(), Keeps::UntilExit);
    }

    #[cfg(unix)]
    #[test]
    fn its_files_are_for_their_owner_alone() {
        use std::os::unix::fs::PermissionsExt as _;
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("payments");
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        drop(FileJournal::open(&path).unwrap());
        assert_eq!((mode(&path), mode(&beside(&path, ".lock"))), (0o600, 0o600));
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        drop(FileJournal::open(&path).unwrap());
        assert_eq!(mode(&path), 0o600);
    }

    #[test]
    fn a_second_opener_is_told_who_has_it() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("payments");
        let first = FileJournal::open(&path).unwrap();
        let error = FileJournal::open(&path).unwrap_err();
        assert!(error.is_owned(), "{error}");
        let holder = format!("process {} on {}", std::process::id(), host());
        assert!(error.to_string().contains(&holder), "{error}");
        drop(first);
        FileJournal::open(&path).unwrap();
    }

    #[cfg(unix)]
    #[test]
    fn a_journal_has_one_owner_under_all_its_names() {
        use std::os::unix::fs::symlink;
        let folder = tempfile::tempdir().unwrap();
        let path = |name: &str| folder.path().join(name);
        std::fs::create_dir(path("real")).unwrap();
        symlink(path("real"), path("linked")).unwrap();
        // One that leads to a file that isn't there yet, and one to that.
        symlink("real/payments", path("link")).unwrap();
        symlink("link", path("link to a link")).unwrap();
        let names = ["link to a link", "link", "real/payments", "linked/payments", "real/../linked/payments"];
        for first in names {
            let journal = FileJournal::builder(path(first)).rewrite_from(0).open().unwrap();
            for second in names {
                assert!(FileJournal::open(path(second)).unwrap_err().is_owned(), "{first}, then {second}");
            }
            drop(journal);
        }
        assert!(path("link").is_symlink());
        let mut real: Vec<_> =
            std::fs::read_dir(path("real")).unwrap().map(|it| it.unwrap().file_name()).collect();
        real.sort();
        assert_eq!(real, ["payments", "payments.lock"]);
        symlink("round", path("round")).unwrap();
        FileJournal::open(path("round")).unwrap_err();
    }

    #[tokio::test]
    async fn a_rewritten_file_stays_locked_and_goes_on() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("payments");
        let journal = FileJournal::builder(&path).rewrite_from(4).open().unwrap();
        for key in 0..9 {
            let held = journal.claim(claim(&format!("k{key}"), "{}")).await.unwrap();
            journal.record(&held.hold, ended()).await.unwrap();
            let id = held.hold.id().clone();
            drop(held);
            journal.acknowledge(id, 9).await.unwrap();
        }
        let lines = std::fs::read_to_string(&path).unwrap().lines().count();
        assert!(lines < 20, "{lines}: 28 were written");
        assert!(!beside(&path, ".new").exists());
        assert!(FileJournal::open(&path).unwrap_err().is_owned());
        drop(journal);
        let journal = FileJournal::open(&path).unwrap();
        assert!(journal.claim(claim("k8", "{}")).await.unwrap_err().is_acknowledged());
    }

    /// Not encryption: enough to see what passes through the hook.
    struct Turned;

    impl Seal for Turned {
        fn seal(&self, plain: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
            Ok(plain.iter().map(|byte| byte ^ 0x55).collect())
        }

        fn open(&self, sealed: &[u8]) -> Result<Vec<u8>, Box<dyn StdError + Send + Sync>> {
            self.seal(sealed)
        }
    }

    #[tokio::test]
    async fn what_is_sealed_isnt_readable_and_is_read_back_with_the_seal_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("payments");
        let journal = FileJournal::builder(&path).seal(Arc::new(Turned)).open().unwrap();
        let held = journal.claim(claim("the key", "the body")).await.unwrap();
        journal.record(&held.hold, ended()).await.unwrap();
        drop((held, journal));
        let text = std::fs::read_to_string(&path).unwrap();
        use base64ct::{Base64, Encoding as _};
        for secret in ["the key", "the body", &Base64::encode_string(b"the body"), "payment.apply"] {
            assert!(!text.contains(secret), "{secret}");
        }
        let error = FileJournal::open(&path).unwrap_err();
        assert!(error.to_string().contains("no seal is set"), "{error}");
        let journal = FileJournal::builder(&path).seal(Arc::new(Turned)).open().unwrap();
        let held = journal.claim(claim("the key", "the body")).await.unwrap();
        assert_eq!(held.entry.ending.unwrap().outcome, Outcome::Accepted);
    }

    #[test]
    fn keys_have_limits_and_what_is_shown_has_no_body() {
        for bad in ["", "a\nb", &"x".repeat(201)] {
            assert!(ClaimId::new("M1", "payment.apply", bad).unwrap_err().is_key());
        }
        let shown = format!("{:?}", claim("k", "the body"));
        assert!(!shown.contains("the body") && shown.contains("8 bytes"), "{shown}");
    }
}
