//! What will be started: the command line with its files read. It is what `--print-config` shows, so secrets stand beside
//! it and never in it.

use std::error::Error as StdError;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use paykka_emulator::{BusinessClock, Emulator, EmulatorBuilder, FaultPlan, ServerIdentity, Subscriber};
use paykka_sign::{SigningKey, VerifyingKey, generate_private_key};
use serde::Serialize;

use super::entries::{Account, Payee};
use super::{EmulateArgs, Log, unstartable};
use crate::frame::{Failure, Message};
use crate::inputs::{Source, json};
use crate::texts::{emulate as texts, inputs};

#[derive(Serialize)]
pub(super) struct Config {
    bind: IpAddr,
    port: u16,
    https_port: u16,
    control_bind: IpAddr,
    control_host: Vec<String>,
    control_port: u16,
    control_token_file: Option<PathBuf>,
    platform_key: Option<PathBuf>,
    platform_key_id: String,
    keys: Vec<Key>,
    accounts: Vec<Account>,
    payees: Vec<Payee>,
    notify: Vec<String>,
    notify_under: Vec<String>,
    seed: u64,
    step_millis: u64,
    quote_millis: u64,
    stopped_clock: bool,
    clock_begin: Option<u64>,
    window_millis: u64,
    max_file: usize,
    repeat_stored_bytes: bool,
    strict: bool,
    state_dir: Option<PathBuf>,
    fault_plan: Option<FaultPlan>,
    pub(super) ca_dir: Option<PathBuf>,
    tls_cert: Option<PathBuf>,
    tls_key: Option<PathBuf>,
    log: Log,
    #[serde(skip)]
    secrets: Secrets,
}

/// A key, and the merchant that it signs for; one that hands in applications signs for none yet.
#[derive(Serialize)]
struct Key {
    merchant: Option<String>,
    key_id: String,
    key_file: PathBuf,
    #[serde(skip)]
    key: VerifyingKey,
}

struct Secrets {
    /// `None`: a new one will be made.
    platform_key: Option<SigningKey>,
    /// `None`: a random one will be made.
    control_token: Option<String>,
    /// `None`: one will be made.
    identity: Option<ServerIdentity>,
}

impl Config {
    /// Reads the files that the command line names.
    pub(super) fn load(args: EmulateArgs) -> Result<Self, Failure> {
        let keys = keys(&args)?;
        check_owners(&args)?;
        let platform_key = args.platform_key.as_deref().map(|file| {
            let key = SigningKey::from_bytes(args.platform_key_id.as_str(), read(file)?);
            key.map_err(|error| unusable("--platform-key", file, texts::key_to_do()).because(&error))
        });
        let control_token = args
            .control_token_file
            .as_deref()
            .map(|file| Ok::<_, Failure>(text("--control-token-file", file)?.trim().to_owned()));
        let secrets = Secrets {
            platform_key: platform_key.transpose()?,
            control_token: control_token.transpose()?,
            identity: identity(args.tls_cert.as_deref(), args.tls_key.as_deref())?,
        };
        let fault_plan = args.fault_plan.as_deref().map(plan).transpose()?;
        Ok(Self {
            bind: args.bind,
            port: args.port,
            https_port: args.https_port,
            control_bind: args.control_bind,
            control_host: args.control_host,
            control_port: args.control_port,
            control_token_file: args.control_token_file,
            platform_key: args.platform_key,
            platform_key_id: args.platform_key_id,
            keys,
            accounts: args.account,
            payees: args.payee,
            notify: urls(&args.notify, Subscriber::at)?,
            notify_under: urls(&args.notify_under, Subscriber::under)?,
            seed: args.seed,
            step_millis: args.step,
            quote_millis: args.quote,
            stopped_clock: args.stopped_clock,
            clock_begin: args.clock_begin,
            window_millis: args.window,
            max_file: args.max_file,
            repeat_stored_bytes: args.repeat_stored_bytes,
            strict: args.strict,
            state_dir: args.state_dir,
            fault_plan,
            ca_dir: args.ca_dir,
            tls_cert: args.tls_cert,
            tls_key: args.tls_key,
            log: args.log,
            secrets,
        })
    }

    pub(super) fn builder(self) -> Result<EmulatorBuilder, Failure> {
        // A key takes a moment to be found; so two are looked for at one time.
        let stranger = thread::spawn(|| new_key("EMU-STRANGER"));
        let key = match self.secrets.platform_key {
            Some(key) => key,
            None => new_key(&self.platform_key_id)?,
        };
        let stranger = stranger.join().map_err(|_| unmade())??;
        let mut builder = Emulator::builder(key)
            .stranger(Arc::new(stranger))
            .bind(self.bind)
            .ports(self.port, self.https_port)
            .control_bind(self.control_bind)
            .control_port(self.control_port)
            .seed(self.seed)
            .step(Duration::from_millis(self.step_millis))
            .quote(Duration::from_millis(self.quote_millis))
            .window(Duration::from_millis(self.window_millis))
            .max_file(self.max_file)
            .repeat_bytes(self.repeat_stored_bytes)
            .strict(self.strict);
        if self.stopped_clock {
            let begin = self.clock_begin.map(|begin| UNIX_EPOCH + Duration::from_millis(begin));
            builder = builder.business_clock(BusinessClock::manual(begin.unwrap_or_else(SystemTime::now)));
        }
        builder = self.control_host.into_iter().fold(builder, EmulatorBuilder::control_host);
        if let Some(token) = self.secrets.control_token {
            builder = builder.control_token(token);
        }
        if let Some(identity) = self.secrets.identity {
            builder = builder.identity(identity);
        }
        if let Some(folder) = self.state_dir {
            builder = builder.state_dir(folder);
        }
        if let Some(plan) = self.fault_plan {
            builder = builder.plan(plan);
        }
        for Key { merchant, key_id, key, .. } in self.keys {
            builder = match merchant {
                Some(merchant) => builder.merchant(merchant, key_id, key),
                None => builder.key(key_id, key),
            };
        }
        for Account { merchant, currency, balance } in self.accounts {
            builder = builder.account(merchant, currency, balance);
        }
        for Payee { merchant, beneficiary_id, currency } in self.payees {
            builder = builder.payee(merchant, beneficiary_id, currency);
        }
        builder = self.notify.into_iter().fold(builder, EmulatorBuilder::notify_to);
        Ok(self.notify_under.into_iter().fold(builder, EmulatorBuilder::notify_under))
    }
}

fn new_key(key_id: &str) -> Result<SigningKey, Failure> {
    let pem = generate_private_key(BITS).map_err(|error| unmade().because(&error))?;
    SigningKey::from_bytes(key_id, pem.expose()).map_err(|error| unmade().because(&error))
}

fn unmade() -> Failure {
    Failure::broken("generate", texts::no_key(), inputs::no_randomness_to_do())
}

/// Of keys that are made here.
const BITS: usize = 2048;

/// Merchants' numbers, key ids and files belong together by their order.
fn keys(args: &EmulateArgs) -> Result<Vec<Key>, Failure> {
    let (numbers, key_ids, files) = (&args.merchant, &args.merchant_key_id, &args.merchant_key);
    if numbers.len() != key_ids.len() || numbers.len() != files.len() {
        let what = texts::uneven(&numbers.len(), &key_ids.len(), &files.len());
        return Err(Failure::input("merchant", what, texts::uneven_to_do()));
    }
    let key = |option, merchant: Option<&String>, key_id: &String, file: &Path| {
        let key = VerifyingKey::from_bytes(read(file)?);
        Ok(Key {
            merchant: merchant.cloned(),
            key_id: key_id.clone(),
            key_file: file.to_owned(),
            key: key.map_err(|error| unusable(option, file, texts::key_to_do()).because(&error))?,
        })
    };
    let of_merchants = numbers.iter().zip(key_ids).zip(files);
    let of_merchants =
        of_merchants.map(|((merchant, key_id), file)| key("--merchant-key", Some(merchant), key_id, file));
    let (pairs, _) = args.key.as_chunks();
    let of_nobody = pairs.iter().map(|[key_id, file]| key("--key", None, key_id, Path::new(file)));
    of_merchants.chain(of_nobody).collect()
}

/// An account of somebody whom no key signs for is a slip of the pen.
fn check_owners(args: &EmulateArgs) -> Result<(), Failure> {
    let of_accounts = args.account.iter().map(|account| ("--account", &account.merchant));
    let mut owners = of_accounts.chain(args.payee.iter().map(|payee| ("--payee", &payee.merchant)));
    match owners.find(|(_, owner)| !args.merchant.contains(owner)) {
        Some((option, owner)) => {
            Err(Failure::input("merchant", texts::nobody(&option, owner), texts::nobody_to_do()))
        }
        None => Ok(()),
    }
}

/// As they were understood.
fn urls(
    given: &[String],
    understand: fn(&str) -> Result<Subscriber, paykka_emulator::Error>,
) -> Result<Vec<String>, Failure> {
    given.iter().map(|url| understand(url).map(|it| it.url()).map_err(|error| unstartable(&error))).collect()
}

fn plan(file: &Path) -> Result<FaultPlan, Failure> {
    let unusable = |error: &dyn StdError| unusable("--fault-plan", file, texts::plan_to_do()).because(error);
    let text = read(file)?;
    json::read(&text).map_err(|mistake| {
        mistake.failure(&format!("--fault-plan {}", file.display()), texts::plan_to_do())
    })?;
    let plan: FaultPlan = serde_json::from_slice(&text).map_err(|error| unusable(&error))?;
    plan.check().map_err(|error| unusable(&error))?;
    Ok(plan)
}

/// Both or neither, which the command line has seen to.
fn identity(certificate: Option<&Path>, key: Option<&Path>) -> Result<Option<ServerIdentity>, Failure> {
    let Some((certificate, key)) = certificate.zip(key) else { return Ok(None) };
    Ok(Some(ServerIdentity::from_pem(text("--tls-cert", certificate)?, text("--tls-key", key)?)))
}

fn text(option: &str, file: &Path) -> Result<String, Failure> {
    let text = String::from_utf8(read(file)?);
    text.map_err(|error| unusable(option, file, texts::text_to_do()).because(&error.utf8_error()))
}

fn read(file: &Path) -> Result<Vec<u8>, Failure> {
    Source::File(file.to_owned()).read()
}

/// What is wrong with a file that the command line names.
fn unusable(option: &str, file: &Path, to_do: Message) -> Failure {
    Failure::input("file", texts::unusable(&option, &file.display()), to_do)
}
