//! The emulator's state as one JSON text, to be kept over a restart: the world, whose keys are known, who was added to be
//! told, and what wasn't delivered yet. Faults and logs belong to a run and aren't kept.

use std::sync::atomic::Ordering;

use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, to_raw_value};

use crate::Error;
use crate::gate::SavedRegistry;
use crate::notify::{Former, SavedNotice, SubscriberForm};
use crate::platform::{Platform, locked};
use crate::service::sha256;
use crate::world::World;

#[derive(Serialize, Deserialize)]
pub(crate) struct Snapshot {
    business_time: u64,
    keys: SavedRegistry,
    /// Those that were added; the first ones are the builder's.
    subscribers: Vec<SubscriberForm>,
    undelivered: Vec<SavedNotice>,
    world: World,
}

/// A state as it is written. Its digest is there since a file with a changed digit may well be a state, of another world.
#[derive(Serialize, Deserialize)]
struct Sealed<'a> {
    version: u32,
    /// Of the state's text, byte for byte.
    sha256: String,
    #[serde(borrow)]
    state: &'a RawValue,
}

/// What tells whether the rest can be read.
#[derive(Deserialize)]
struct Head {
    version: u32,
}

impl Snapshot {
    pub(crate) fn read(json: &str) -> Result<Self, Error> {
        let damaged = |error: serde_json::Error| {
            Error::new("the saved state is damaged", format!("{error}; take another one, or begin anew"))
        };
        let Head { version } = serde_json::from_str(json).map_err(damaged)?;
        if version != VERSION {
            let cause = format!("it has version {version}, this emulator reads {VERSION}; begin anew");
            return Err(Error::new("another version of the emulator wrote the saved state", cause));
        }
        let sealed: Sealed<'_> = serde_json::from_str(json).map_err(damaged)?;
        if sealed.sha256 != sha256(sealed.state.get().as_bytes()) {
            let cause = "its SHA-256 isn't the one that was written beside it, so something has changed it since; take \
                another copy, or begin anew";
            return Err(Error::new("the saved state is damaged", cause));
        }
        serde_json::from_str(sealed.state.get()).map_err(damaged)
    }

    fn write(&self) -> Result<String, Error> {
        let sealed = to_raw_value(self).and_then(|state| {
            let sha256 = sha256(state.get().as_bytes());
            serde_json::to_string(&Sealed { version: VERSION, sha256, state: &state })
        });
        sealed.map_err(|error| Error::new("the state can't be saved", error))
    }
}

impl Platform {
    /// All of one moment: nothing happens between the world and what it has to say.
    pub(crate) fn snapshot(&self) -> Result<String, Error> {
        let snapshot = self.with_world(|world, business_time| Snapshot {
            business_time,
            keys: self.gate.save(),
            subscribers: self.notifier.added().iter().map(SubscriberForm::from).collect(),
            undelivered: self.notifier.save(),
            world: world.clone(),
        });
        snapshot.write()
    }

    /// Business time goes on from where it was, or from a running clock's own time where that is later. How the world behaves
    /// is this emulator's setting.
    pub(crate) fn restore(&self, snapshot: Snapshot) -> Result<Former, Error> {
        let registry = self.initial.registry.load(snapshot.keys)?;
        snapshot.world.check_ledgers().map_err(|account| {
            Error::new("the saved state is damaged", format!("the ledger of {account}"))
        })?;
        let subscribers = snapshot.subscribers.into_iter().map(SubscriberForm::into_subscriber);
        let subscribers = subscribers.collect::<Result<Vec<_>, _>>()?;
        let world = snapshot.world.with_settings_of(&self.initial.world);
        Ok(self.replace(world, || {
            let former = self.forget();
            self.notifier.unsubscribe();
            subscribers.into_iter().for_each(|subscriber| self.notifier.subscribe(subscriber));
            self.gate.replace(registry);
            self.clock.resume(snapshot.business_time);
            self.notifier.load(snapshot.undelivered, self.clock.unix_millis());
            former
        }))
    }

    /// Back to how it was at the start.
    pub(crate) fn reset(&self) -> Former {
        self.replace(self.initial.world.clone(), || {
            let former = self.forget();
            self.notifier.unsubscribe();
            self.signs_not_found.store(self.initial.signs_not_found, Ordering::Relaxed);
            self.gate.replace(self.initial.registry.clone());
            self.reset_faults();
            former
        })
    }

    /// Back to the rules and the plan of the start.
    pub(crate) fn reset_faults(&self) {
        *locked(&self.faults) = self.initial.faults.clone();
    }

    fn forget(&self) -> Former {
        locked(&self.faults).clear();
        self.log.clear();
        self.last.clear();
        self.notifier.clear()
    }
}

const VERSION: u32 = 3;
