//! Money calls against the emulator's ledger: at most once always, exactly once under the assumptions.

mod at_most_once;
mod crashes;
mod doubts;
mod exactly_once;
mod killed;
mod limits;
mod platform_keys;
mod put_away;
mod rig;
mod settlement;
