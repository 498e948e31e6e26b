//! Storage that loses power. It forgets what wasn't synced, keeps as much of an unsynced end as chance will have it, and fails
//! from the chosen step on; or it is full.

use std::io;
use std::sync::{Arc, Mutex};

use super::storage::Storage;

/// Numbers that are the same in every run of one seed (`SplitMix64`).
#[derive(Debug, Clone)]
pub(super) struct Chance(pub(super) u64);

impl Chance {
    pub(super) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// 0..=most.
    pub(super) fn up_to(&mut self, most: usize) -> usize {
        usize::try_from(self.next() % (u64::try_from(most).unwrap() + 1)).unwrap()
    }
}

/// A machine with one folder. Clones are the same machine.
#[derive(Clone)]
pub(super) struct Machine(Arc<Mutex<State>>);

struct State {
    chance: Chance,
    /// So many steps until the power fails.
    steps_left: Option<u32>,
    failed_in: Option<&'static str>,
    /// How many bytes may still be appended.
    space: Option<usize>,
    files: Vec<Contents>,
    /// Which file has the name now, and which had it when the folder was synced.
    named: usize,
    named_durably: Option<usize>,
    beside: Option<usize>,
}

#[derive(Clone, Default)]
struct Contents {
    now: Vec<u8>,
    durable: Vec<u8>,
}

impl Machine {
    pub(super) fn new(seed: u64) -> Self {
        Self(Arc::new(Mutex::new(State {
            chance: Chance(seed),
            steps_left: None,
            failed_in: None,
            space: None,
            files: vec![Contents::default()],
            named: 0,
            named_durably: None,
            beside: None,
        })))
    }

    pub(super) fn fail_after(&self, steps: u32) {
        self.0.lock().unwrap().steps_left = Some(steps);
    }

    pub(super) fn fill_after(&self, bytes: usize) {
        self.0.lock().unwrap().space = Some(bytes);
    }

    /// In which step the power failed, if it did.
    pub(super) fn failed_in(&self) -> Option<&'static str> {
        self.0.lock().unwrap().failed_in
    }

    /// What is in the file now.
    pub(super) fn contents(&self) -> Vec<u8> {
        let state = self.0.lock().unwrap();
        state.files[state.named].now.clone()
    }

    pub(super) fn put(&self, bytes: Vec<u8>) {
        let mut state = self.0.lock().unwrap();
        let named = state.named;
        state.files[named] = Contents { now: bytes.clone(), durable: bytes };
        state.named_durably = Some(named);
    }

    /// The process that used it died in its last step, and the machine goes on: nothing is lost, and nothing more is durable.
    pub(super) fn kill(&self) {
        let state = &mut *self.0.lock().unwrap();
        state.beside = None;
        (state.steps_left, state.failed_in, state.space) = (None, None, None);
    }

    /// The power is back: what wasn't synced is there in part, wholly or not at all.
    pub(super) fn restart(&self) {
        let state = &mut *self.0.lock().unwrap();
        let kept_name = if state.chance.up_to(1) == 0 { Some(state.named) } else { state.named_durably };
        let mut contents = kept_name.map(|name| state.files[name].clone()).unwrap_or_default();
        if contents.now.starts_with(&contents.durable) {
            let unsynced = contents.now.len() - contents.durable.len();
            let kept = if state.chance.up_to(3) == 0 { unsynced } else { state.chance.up_to(unsynced) };
            let torn = contents.durable.len() + kept;
            let grown = contents.now.len();
            contents.now.truncate(torn);
            // Some file systems make a file longer before they fill it.
            if state.chance.up_to(3) == 0 {
                contents.now.resize(grown, 0);
            }
        } else if state.chance.up_to(1) == 0 {
            contents.now.clone_from(&contents.durable);
        }
        contents.durable.clone_from(&contents.now);
        state.files = vec![contents];
        (state.named, state.named_durably, state.beside) = (0, Some(0), None);
        (state.steps_left, state.failed_in, state.space) = (None, None, None);
    }

    fn step<T>(
        &self,
        name: &'static str,
        run: impl FnOnce(&mut State, bool) -> io::Result<T>,
    ) -> io::Result<T> {
        let mut state = self.0.lock().unwrap();
        if state.failed_in.is_some() {
            return Err(io::Error::other("no power"));
        }
        let fails_now = state.steps_left == Some(0);
        state.steps_left = state.steps_left.map(|left| left.saturating_sub(1));
        let result = run(&mut state, fails_now);
        if fails_now {
            state.failed_in = Some(name);
            return Err(io::Error::other("no power"));
        }
        result
    }
}

impl Storage for Machine {
    fn read(&mut self) -> io::Result<Vec<u8>> {
        self.step("read", |state, _| Ok(state.files[state.named].now.clone()))
    }

    fn cut(&mut self, len: u64) -> io::Result<()> {
        self.step("cut", |state, _| {
            let named = state.named;
            state.files[named].now.truncate(usize::try_from(len).unwrap());
            Ok(())
        })
    }

    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.step("append", |state, fails_now| {
            let named = state.named;
            let some = if fails_now { state.chance.up_to(bytes.len()) } else { bytes.len() };
            let fits = some.min(state.space.unwrap_or(usize::MAX));
            state.files[named].now.extend(&bytes[..fits]);
            state.space = state.space.map(|space| space - fits);
            if fits < some { Err(io::ErrorKind::StorageFull.into()) } else { Ok(()) }
        })
    }

    fn sync(&mut self) -> io::Result<()> {
        self.step("sync", |state, fails_now| {
            let named = state.named;
            if !fails_now {
                state.files[named].durable = state.files[named].now.clone();
            }
            Ok(())
        })
    }

    fn write_beside(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.step("write_beside", |state, _| {
            state.files.push(Contents { now: bytes.to_vec(), durable: Vec::new() });
            state.beside = Some(state.files.len() - 1);
            Ok(())
        })
    }

    fn sync_beside(&mut self) -> io::Result<()> {
        self.step("sync_beside", |state, fails_now| {
            if let (Some(beside), false) = (state.beside, fails_now) {
                state.files[beside].durable = state.files[beside].now.clone();
            }
            Ok(())
        })
    }

    fn take_place(&mut self) -> io::Result<()> {
        self.step("take_place", |state, _| {
            state.named = state.beside.take().unwrap();
            Ok(())
        })
    }

    fn sync_folder(&mut self) -> io::Result<()> {
        self.step("sync_folder", |state, fails_now| {
            if !fails_now {
                state.named_durably = Some(state.named);
            }
            Ok(())
        })
    }
}
