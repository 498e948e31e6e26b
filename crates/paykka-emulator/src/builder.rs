//! What the emulator starts with: keys, merchants, accounts, payees, clocks, and where notifications go.

use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::AtomicBool;
use std::time::{Duration, SystemTime};

use paykka_model::Amount;
use paykka_sign::{Signer, VerifyingKey};

use crate::clock::{BusinessClock, WallClock};
use crate::control::ControlSettings;
use crate::emulator::Listening;
use crate::explain::Explainer;
use crate::faults::Faults;
use crate::gate::{Gate, Registry, WINDOW};
use crate::notify::{Former, Notifier, Subscriber};
use crate::platform::{Business, Initial, Platform, check_merchant, is_name};
use crate::server::tls_config;
use crate::service::Intake;
use crate::signing::Signing;
use crate::snapshot::Snapshot;
use crate::state::StateDir;
use crate::world::{Failure, Settings, World};
use crate::{Emulator, Error, FaultPlan, FaultRule, LocalCa, ServerIdentity};

/// Builds an [`Emulator`]; see [`Emulator::builder`].
#[must_use]
pub struct EmulatorBuilder {
    signer: Arc<dyn Signer>,
    stranger: Option<Arc<dyn Signer>>,
    keys: Vec<(Option<String>, String, VerifyingKey)>,
    openings: Vec<Opening>,
    seed: u64,
    settings: Settings,
    clock: Option<BusinessClock>,
    wall: WallClock,
    window: Duration,
    patience: Duration,
    is_strict: bool,
    signs_not_found: bool,
    repeats_bytes: bool,
    ca: Option<LocalCa>,
    identity: Option<ServerIdentity>,
    address: IpAddr,
    http_port: u16,
    https_port: u16,
    control: Option<ControlSettings>,
    notify_to: Vec<String>,
    notify_under: Vec<String>,
    subscribers: Vec<Subscriber>,
    rules: Vec<FaultRule>,
    plan: Option<FaultPlan>,
    snapshot: Option<String>,
    state_dir: Option<PathBuf>,
}

/// What a merchant has from the start.
enum Opening {
    Account { merchant: String, currency: String, balance: Amount },
    Payee { merchant: String, number: String, currency: String },
}

impl EmulatorBuilder {
    pub(crate) fn new(signer: Arc<dyn Signer>) -> Self {
        Self {
            signer,
            stranger: None,
            keys: Vec::new(),
            openings: Vec::new(),
            seed: 0,
            settings: Settings::default(),
            clock: None,
            wall: Arc::new(SystemTime::now),
            window: WINDOW,
            patience: Duration::from_secs(10),
            is_strict: false,
            signs_not_found: false,
            repeats_bytes: false,
            ca: None,
            identity: None,
            address: Ipv4Addr::LOCALHOST.into(),
            http_port: 0,
            https_port: 0,
            control: None,
            notify_to: Vec::new(),
            notify_under: Vec::new(),
            subscribers: Vec::new(),
            rules: Vec::new(),
            plan: None,
            snapshot: None,
            state_dir: None,
        }
    }

    /// Registers a merchant number and the public key that signs for it under `key_id`. A merchant may have several
    /// keys, and a key may sign for several merchants; under one id there is one key, the last that was given.
    pub fn merchant(
        mut self,
        merchant: impl Into<String>,
        key_id: impl Into<String>,
        key: VerifyingKey,
    ) -> Self {
        self.keys.push((Some(merchant.into()), key_id.into(), key));
        self
    }

    /// Registers a key that signs for no merchant yet: it hands in applications, and signs for the merchants that come of
    /// them.
    pub fn key(mut self, key_id: impl Into<String>, key: VerifyingKey) -> Self {
        self.keys.push((None, key_id.into(), key));
        self
    }

    /// Opens a merchant's account in a currency with a balance, in the emulator's unit: minor units (I).
    pub fn account(
        mut self,
        merchant: impl Into<String>,
        currency: impl Into<String>,
        balance: Amount,
    ) -> Self {
        let (merchant, currency) = (merchant.into(), currency.into());
        self.openings.push(Opening::Account { merchant, currency, balance });
        self
    }

    /// Registers a payee of a merchant who has passed, paid in one currency.
    pub fn payee(
        mut self,
        merchant: impl Into<String>,
        beneficiary_id: impl Into<String>,
        currency: impl Into<String>,
    ) -> Self {
        let (merchant, number, currency) = (merchant.into(), beneficiary_id.into(), currency.into());
        self.openings.push(Opening::Payee { merchant, number, currency });
        self
    }

    /// Another seed gives other numbers to what comes to be; the same seed and the same calls give the same world.
    /// Default: 0.
    pub const fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// The clock of states, quotes and back-off. Default: one that runs.
    pub fn business_clock(mut self, clock: BusinessClock) -> Self {
        self.clock = Some(clock);
        self
    }

    /// The clock by which signatures are made and judged. Default: the machine's.
    pub fn wall_clock(mut self, clock: impl Fn() -> SystemTime + Send + Sync + 'static) -> Self {
        self.wall = Arc::new(clock);
        self
    }

    /// How far a signed time may be from the wall clock's, to both sides. Default: 5 minutes (I).
    pub const fn window(mut self, window: Duration) -> Self {
        self.window = window;
        self
    }

    /// How long a step of a state takes, by the business clock, in whole milliseconds. Default: 200 ms.
    pub const fn step(mut self, step: Duration) -> Self {
        self.settings.step = step;
        self
    }

    /// How long a quote holds, by the business clock, in whole milliseconds. Default: 30 seconds (I).
    pub const fn quote(mut self, quote: Duration) -> Self {
        self.settings.quote = quote;
        self
    }

    /// The largest file, in bytes. Default: 10 MiB (T).
    pub const fn max_file(mut self, bytes: usize) -> Self {
        self.settings.max_file = bytes;
        self
    }

    /// How long a peer may take over its handshake, over each request's head, over each body, and before it takes more of an
    /// answer. Default: 10 seconds.
    pub const fn patience(mut self, patience: Duration) -> Self {
        self.patience = patience;
        self
    }

    /// Whether rules about `X-Merch-Id` that we only inferred (I) are enforced, too. Default: such deviations are noted.
    pub const fn strict(mut self, is_strict: bool) -> Self {
        self.is_strict = is_strict;
        self
    }

    /// Whether the 404 of a path that nothing is served at is signed, for a request that verifies. Default: it isn't (I).
    pub const fn signed_not_found(mut self, is_signed: bool) -> Self {
        self.signs_not_found = is_signed;
        self
    }

    /// Whether a notification is repeated byte for byte, with the signature of its first attempt. Default: each attempt is
    /// signed afresh (I).
    pub const fn repeat_bytes(mut self, repeats: bool) -> Self {
        self.repeats_bytes = repeats;
        self
    }

    /// A key that isn't the platform's, for answers and notifications that are signed by somebody else.
    pub fn stranger(mut self, signer: Arc<dyn Signer>) -> Self {
        self.stranger = Some(signer);
        self
    }

    /// The authority that vouches for the emulator's server, and that it trusts when it sends notifications. Default:
    /// a new one.
    pub fn ca(mut self, ca: LocalCa) -> Self {
        self.ca = Some(ca);
        self
    }

    /// What the TLS server shows. Default: a new certificate by [`ca`](Self::ca).
    pub fn identity(mut self, identity: ServerIdentity) -> Self {
        self.identity = Some(identity);
        self
    }

    /// The address at which plain HTTP and TLS are served, for a container that others call. At any that isn't loopback's,
    /// keys whose private half is published, such as those of this project's tests, are refused, the platform's own, too; and the TLS server needs an
    /// [`identity`](Self::identity), since [`ca`](Self::ca) vouches for loopback alone. Default: 127.0.0.1.
    pub const fn bind(mut self, address: IpAddr) -> Self {
        self.address = address;
        self
    }

    /// The ports for plain HTTP and for TLS; 0 for any that is free, which is the default.
    pub const fn ports(mut self, http: u16, https: u16) -> Self {
        self.http_port = http;
        self.https_port = https;
        self
    }

    /// Opens a control port beside the two others, on loopback, with a token that is random (128 bits) unless
    /// [`control_token`](Self::control_token) gives one. What it answers stands in `docs/emulator.md`. Default: there is
    /// none.
    pub fn control(mut self) -> Self {
        self.control.get_or_insert_default();
        self
    }

    /// The control port's number; 0 for any that is free, which is the default. It opens the port, too.
    pub fn control_port(mut self, port: u16) -> Self {
        self.control.get_or_insert_default().port = port;
        self
    }

    /// The control port's token: 16..128 visible ASCII characters. It opens the port, too.
    pub fn control_token(mut self, token: impl Into<String>) -> Self {
        self.control.get_or_insert_default().token = Some(token.into());
        self
    }

    /// The address at which the control port listens. Whoever reaches it there and has the token controls the emulator, and
    /// the token isn't encrypted on its way. It opens the port, too. Default: 127.0.0.1.
    pub fn control_bind(mut self, address: IpAddr) -> Self {
        self.control.get_or_insert_default().address = address;
        self
    }

    /// A name by which the control port may be asked for (`Host`), beside its address and those of loopback: `NAME`, or
    /// `NAME:PORT` where another port is forwarded to it. It may be said several times, and opens the port, too.
    pub fn control_host(mut self, name: impl Into<String>) -> Self {
        self.control.get_or_insert_default().hosts.push(name.into());
        self
    }

    /// A URL to which all notifications are posted; see [`Subscriber::at`]. It may be said several times. Default:
    /// nowhere.
    pub fn notify_to(mut self, url: impl Into<String>) -> Self {
        self.notify_to.push(url.into());
        self
    }

    /// A base URL under which each notification is posted to its documented path; see [`Subscriber::under`]. It may be
    /// said several times.
    pub fn notify_under(mut self, base: impl Into<String>) -> Self {
        self.notify_under.push(base.into());
        self
    }

    /// Somebody else who is sent notifications.
    pub fn subscriber(mut self, subscriber: Subscriber) -> Self {
        self.subscribers.push(subscriber);
        self
    }

    /// What goes wrong from the start; see [`Emulator::add_rule`].
    pub fn rule(mut self, rule: FaultRule) -> Self {
        self.rules.push(rule);
        self
    }

    /// What may go wrong from the start; see [`Emulator::set_plan`].
    pub fn plan(mut self, plan: FaultPlan) -> Self {
        self.plan = Some(plan);
        self
    }

    /// Goes on where another emulator was when [`Emulator::snapshot`] was called. Accounts and payees of this builder are
    /// left out then; its keys and merchants are added.
    pub fn snapshot(mut self, json: impl Into<String>) -> Self {
        self.snapshot = Some(json.into());
        self
    }

    /// A folder that keeps the state between two runs: what [`Emulator::save_state`] and [`Emulator::stop`] wrote there is
    /// taken up as a [`snapshot`](Self::snapshot) is. It is made where it isn't there, readable for its user alone, and
    /// serves one emulator at a time. Default: nothing is kept.
    pub fn state_dir(mut self, folder: impl Into<PathBuf>) -> Self {
        self.state_dir = Some(folder.into());
        self
    }

    /// Looks at everything that [`start`](Self::start) would, and opens neither a port nor the state folder.
    ///
    /// # Errors
    /// [`Error`] as [`start`](Self::start), but for ports and the state folder.
    pub fn check(mut self) -> Result<(), Error> {
        self.parts()?;
        self.identity.as_ref().map(tls_config).transpose()?;
        self.control.map(ControlSettings::check).transpose()?;
        self.snapshot.as_deref().map(Snapshot::read).transpose()?;
        Ok(())
    }

    /// Starts the emulator, on loopback unless told otherwise. It listens when this returns. There need be no merchant: keys
    /// may be registered later.
    ///
    /// # Errors
    /// [`Error`] that names the part: a key id or another name, a key that isn't taken, an opening balance, a control port's token or name,
    /// a notification URL or a fault that can't be used, a saved state that is damaged or of another version, a state folder
    /// that can't be used, a port that can't be had, or no tokio runtime.
    pub async fn start(mut self) -> Result<Emulator, Error> {
        let Parts { clock, registry, world, subscribers, faults, signing } = self.parts()?;
        let state = self.state_dir.take().map(StateDir::open).transpose()?;
        let saved = self.saved(state.as_ref())?;
        let ca = self.ca.map_or_else(LocalCa::new, Ok)?;
        let platform = Platform {
            gate: Gate::new(registry.clone(), self.window, self.is_strict),
            signing,
            clock,
            faults: faults.clone().into(),
            log: Default::default(),
            last: Default::default(),
            notifier: Notifier::new(&ca, self.repeats_bytes, subscribers)?,
            explainer: Explainer::default(),
            intake: Intake::new(self.patience),
            wake: Default::default(),
            signs_not_found: AtomicBool::new(self.signs_not_found),
            max_file: self.settings.max_file,
            business: Business::new(world.clone()).into(),
            initial: Initial { world, registry, faults, signs_not_found: self.signs_not_found },
        };
        if let Some(saved) = saved {
            saved.take_up(&platform)?.end().await;
            platform.reset_faults();
            for (merchant, key_id, key) in self.keys {
                platform.register(merchant.as_deref(), &key_id, key)?;
            }
        }
        let identity = self.identity.map_or_else(|| ca.issue_for(self.address), Ok)?;
        let listening = Listening {
            address: self.address,
            http_port: self.http_port,
            https_port: self.https_port,
            identity,
            control: self.control,
            patience: self.patience,
        };
        // The last step, since whoever calls from now on must meet all that was asked for.
        Emulator::start(platform, &ca, listening, state)
    }

    /// What it is made of, as far as nothing else is looked at for it.
    fn parts(&mut self) -> Result<Parts, Error> {
        let clock = self.clock.take().unwrap_or_else(BusinessClock::running);
        let mut registry = Registry::new(self.address.is_loopback());
        for (merchant, key_id, key) in &self.keys {
            merchant.as_deref().map_or(Ok(()), check_merchant)?;
            registry.register(merchant.as_deref(), key_id, key.clone())?;
        }
        let world = self.world(clock.unix_millis())?;
        let subscribers = self.all_subscribers()?;
        let mut faults = Faults::default();
        std::mem::take(&mut self.rules).into_iter().try_for_each(|rule| faults.add(rule))?;
        faults.set_plan(self.plan.take())?;
        let (signer, stranger) = (Arc::clone(&self.signer), self.stranger.take());
        let signing = Signing::new(signer, stranger, Arc::clone(&self.wall), self.address.is_loopback())?;
        Ok(Parts { clock, registry, world, subscribers, faults, signing })
    }

    /// What the state folder has, or else what was given.
    fn saved(&self, state: Option<&StateDir>) -> Result<Option<Saved>, Error> {
        if let Some(state) = state
            && let Some(json) = state.load()?
        {
            return Ok(Some(Saved { json, file: Some(state.file()) }));
        }
        Ok(self.snapshot.clone().map(|json| Saved { json, file: None }))
    }

    fn world(&self, now: u64) -> Result<World, Error> {
        let mut world = World::new(self.seed, self.settings.clone());
        self.keys
            .iter()
            .filter_map(|(merchant, ..)| merchant.as_deref())
            .for_each(|merchant| world.open_merchant(merchant));
        for opening in &self.openings {
            match opening {
                Opening::Account { merchant, currency, balance } => {
                    check_merchant(merchant)?;
                    let unusable = |failure: Failure| {
                        Error::new("an account can't be opened with this balance", failure.ret_msg)
                    };
                    world.open_account(now, merchant, currency, *balance).map_err(unusable)?;
                }
                Opening::Payee { merchant, number, currency } => {
                    check_merchant(merchant)?;
                    if !is_name(number) {
                        let rule = format!("{number:?} isn't 1..128 visible ASCII characters");
                        return Err(Error::new("a payee's number can't be used", rule));
                    }
                    world.add_payee(now, merchant, number, currency);
                }
            }
        }
        Ok(world)
    }

    fn all_subscribers(&mut self) -> Result<Vec<Subscriber>, Error> {
        let mut all = std::mem::take(&mut self.subscribers);
        for url in &self.notify_to {
            all.push(Subscriber::at(url)?);
        }
        for base in &self.notify_under {
            all.push(Subscriber::under(base)?);
        }
        Ok(all)
    }
}

struct Parts {
    clock: BusinessClock,
    registry: Registry,
    world: World,
    subscribers: Vec<Subscriber>,
    faults: Faults,
    signing: Signing,
}

/// A state to go on with, and the file that it is from.
struct Saved {
    json: String,
    file: Option<PathBuf>,
}

impl Saved {
    fn take_up(self, platform: &Platform) -> Result<Former, Error> {
        let taken_up = Snapshot::read(&self.json).and_then(|snapshot| platform.restore(snapshot));
        taken_up.map_err(|error| match &self.file {
            Some(file) => error.about(file),
            None => error,
        })
    }
}

impl fmt::Debug for EmulatorBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EmulatorBuilder")
            .field("key_id", &self.signer.key_id())
            .field("seed", &self.seed)
            .field("notify_to", &self.notify_to)
            .finish_non_exhaustive()
    }
}
