//! Standard error, written by a thread of its own: who started this program may not read it, and neither a full pipe nor a
//! closed one may hold up the emulator. What nobody takes is dropped and counted.

use std::collections::VecDeque;
use std::io::{self, Write};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// Takes whole lines. Clones write to the same place.
#[derive(Clone)]
pub(super) struct Stderr(Arc<Shared>);

#[derive(Default)]
struct Shared {
    lines: Mutex<Lines>,
    changed: Condvar,
}

#[derive(Default)]
struct Lines {
    waiting: VecDeque<Vec<u8>>,
    bytes: usize,
    /// How many found no room since the last that did.
    lost: usize,
    is_writing: bool,
}

impl Stderr {
    pub(super) fn open() -> io::Result<Self> {
        Self::onto(io::stderr())
    }

    fn onto(sink: impl Write + Send + 'static) -> io::Result<Self> {
        let shared = Arc::<Shared>::default();
        let writer = Arc::clone(&shared);
        thread::Builder::new().name("stderr".to_owned()).spawn(move || writer.write_to(sink))?;
        Ok(Self(shared))
    }

    pub(super) fn say(&self, line: &[u8]) {
        let mut lines = self.0.lines();
        if lines.bytes.saturating_add(line.len()) > ROOM {
            lines.lost += 1;
            return;
        }
        if lines.lost > 0 {
            let lost = format!("({} lines are missing here, since nobody read them)\n", lines.lost);
            lines.lost = 0;
            lines.push(lost.into_bytes());
        }
        lines.push(line.to_owned());
        self.0.changed.notify_all();
    }

    /// Returns when all was written, or when nobody takes it.
    pub(super) fn finish(&self) {
        let is_busy = |lines: &mut Lines| lines.is_writing || !lines.waiting.is_empty();
        let waited = self.0.changed.wait_timeout_while(self.0.lines(), PATIENCE, is_busy);
        drop(waited);
    }
}

impl Write for Stderr {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        self.say(line);
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Shared {
    fn lines(&self) -> MutexGuard<'_, Lines> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Ends with the process.
    fn write_to(&self, mut sink: impl Write) {
        let mut lines = self.lines();
        loop {
            let Some(line) = lines.waiting.pop_front() else {
                lines = self.changed.wait(lines).unwrap_or_else(PoisonError::into_inner);
                continue;
            };
            lines.bytes = lines.bytes.saturating_sub(line.len());
            lines.is_writing = true;
            drop(lines);
            // Who has gone isn't told.
            let _told = sink.write_all(&line).and_then(|()| sink.flush());
            lines = self.lines();
            lines.is_writing = false;
            self.changed.notify_all();
        }
    }
}

impl Lines {
    fn push(&mut self, line: Vec<u8>) {
        self.bytes += line.len();
        self.waiting.push_back(line);
    }
}

/// How much may wait, in bytes.
const ROOM: usize = 1024 * 1024;

/// How long the program's end waits for a reader.
const PATIENCE: Duration = Duration::from_secs(1);

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that fails by panic says so")]
mod tests {
    use std::sync::mpsc;

    use super::*;

    /// Hands on what is written, one by one, as they are asked for.
    struct Gate(mpsc::SyncSender<Vec<u8>>);

    impl Write for Gate {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.send(bytes.to_owned()).map_err(|_| io::ErrorKind::BrokenPipe)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn what_nobody_reads_is_dropped_and_counted() {
        let (sender, written) = mpsc::sync_channel(0);
        let stderr = Stderr::onto(Gate(sender)).unwrap();
        let long = vec![b'x'; ROOM / 2];
        for _ in 0..10 {
            stderr.say(&long);
        }
        // One may be on its way already.
        let lost = stderr.0.lines().lost;
        assert!((7..=8).contains(&lost), "{lost}");
        for _ in 0..10 - lost {
            assert_eq!(written.recv().unwrap(), long);
        }
        stderr.say(b"last\n");
        let missing = format!("({lost} lines are missing here, since nobody read them)\n");
        assert_eq!(written.recv().unwrap(), missing.as_bytes());
        assert_eq!(written.recv().unwrap(), b"last\n");

        // Nor does a reader who has gone hold up anybody.
        drop(written);
        stderr.say(b"to nobody\n");
        stderr.finish();
        assert!(stderr.0.lines().waiting.is_empty());
    }
}
