//! The journal of money calls, where every command looks for it: in a folder, since it has neighbours, or in a file that a
//! program has begun.

use std::fs::DirBuilder;
use std::io;
use std::path::{Path, PathBuf};

use clap::Args;
use paykka_client::journal::FileJournal;

use crate::frame::Failure;
use crate::texts::{doctor, money as texts};

/// Which journal.
#[derive(Debug, Args)]
pub(crate) struct JournalArg {
    /// Folder of the journal of money calls, or a journal's file (docs/exactly-once.md)
    #[arg(long, value_name = "DIR")]
    journal: PathBuf,
}

impl JournalArg {
    /// Opens the journal, or begins it.
    pub(crate) fn open(&self) -> Result<FileJournal, Failure> {
        open(&self.journal)
    }

    /// Opens the journal, which must be there.
    pub(crate) fn open_existing(&self) -> Result<FileJournal, Failure> {
        let file = file_of(&self.journal);
        if file.is_file() {
            return open(&self.journal);
        }
        Err(Failure::input("journal", texts::no_journal(&file.display()), texts::no_journal_to_do()))
    }
}

/// Opens the journal of a folder, or begins it; or the file that is one.
pub(crate) fn open(journal: &Path) -> Result<FileJournal, Failure> {
    let unusable = |error: &dyn std::error::Error| {
        let what = doctor::journal_unusable(&journal.display());
        Failure::broken("journal", what, doctor::journal_to_do()).because(error)
    };
    if !journal.exists() {
        create(journal).map_err(|error| unusable(&error))?;
    }
    FileJournal::open(file_of(journal)).map_err(|error| unusable(&error))
}

fn file_of(journal: &Path) -> PathBuf {
    if journal.is_file() { journal.to_owned() } else { journal.join(NAME) }
}

const NAME: &str = "payments.journal";

/// For its owner alone.
#[cfg(unix)]
fn create(folder: &Path) -> io::Result<()> {
    use std::os::unix::fs::DirBuilderExt;
    DirBuilder::new().recursive(true).mode(0o700).create(folder)
}

#[cfg(not(unix))]
fn create(folder: &Path) -> io::Result<()> {
    DirBuilder::new().recursive(true).create(folder)
}
