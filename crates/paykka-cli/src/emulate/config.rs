//! What will be started: the command line with its files read. It is what `--print-config` shows, so secrets stand beside
//! it and never in it.

use std::error::Error as StdError;
use std::fmt;
use std::fs;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use paykka_emulator::{BusinessClock, Emulator, EmulatorBuilder, FaultPlan, ServerIdentity};
use paykka_sign::{SigningKey, VerifyingKey, generate_private_key};
use serde::Serialize;

use super::entries::{Account, Payee};
use super::{BoxError, EmulateArgs, Log};

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
    merchants: Vec<Merchant>,
    accounts: Vec<Account>,
    payees: Vec<Payee>,
    notify: Vec<String>,
    notify_under: Vec<String>,
    seed: u64,
    step_millis: u64,
    stopped_clock: bool,
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

/// A merchant, and a key that signs for it.
#[derive(Serialize)]
struct Merchant {
    merchant: String,
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
    pub(super) fn load(args: EmulateArgs) -> Result<Self, BoxError> {
        let merchants = merchants(&args)?;
        let platform_key = args.platform_key.as_deref().map(|file| {
            let key = SigningKey::from_bytes(args.platform_key_id.as_str(), read(file)?);
            key.map_err(|error| Failed::boxed("--platform-key", file, error))
        });
        let control_token = args.control_token_file.as_deref().map(|file| {
            let token = String::from_utf8(read(file)?);
            let token =
                token.map_err(|error| Failed::boxed("--control-token-file", file, error.utf8_error()))?;
            Ok::<_, BoxError>(token.trim().to_owned())
        });
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
            merchants,
            accounts: args.account,
            payees: args.payee,
            notify: args.notify,
            notify_under: args.notify_under,
            seed: args.seed,
            step_millis: args.step,
            stopped_clock: args.stopped_clock,
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

    pub(super) fn builder(self) -> Result<EmulatorBuilder, BoxError> {
        let key = match self.secrets.platform_key {
            Some(key) => key,
            None => SigningKey::from_bytes(self.platform_key_id, generate_private_key(BITS)?.expose())?,
        };
        let mut builder = Emulator::builder(key)
            .bind(self.bind)
            .ports(self.port, self.https_port)
            .control_bind(self.control_bind)
            .control_port(self.control_port)
            .seed(self.seed)
            .step(Duration::from_millis(self.step_millis))
            .strict(self.strict);
        if self.stopped_clock {
            builder = builder.business_clock(BusinessClock::manual(SystemTime::now()));
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
        for Merchant { merchant, key_id, key, .. } in self.merchants {
            builder = builder.merchant(merchant, key_id, key);
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

/// Of the platform's own key, where one is made.
const BITS: usize = 2048;

/// Numbers, key ids and files belong together by their order.
fn merchants(args: &EmulateArgs) -> Result<Vec<Merchant>, BoxError> {
    let (numbers, key_ids, files) = (&args.merchant, &args.merchant_key_id, &args.merchant_key);
    if numbers.len() != key_ids.len() || numbers.len() != files.len() {
        return Err("say --merchant, --merchant-key-id and --merchant-key equally often: the first of each \
            belong together, then the second, and so on"
            .into());
    }
    let all = numbers.iter().zip(key_ids).zip(files);
    all.map(|((merchant, key_id), file)| {
        let key = VerifyingKey::from_bytes(read(file)?);
        Ok(Merchant {
            merchant: merchant.clone(),
            key_id: key_id.clone(),
            key_file: file.clone(),
            key: key.map_err(|error| Failed::boxed("--merchant-key", file, error))?,
        })
    })
    .collect()
}

fn plan(file: &Path) -> Result<FaultPlan, BoxError> {
    let plan: FaultPlan =
        serde_json::from_slice(&read(file)?).map_err(|error| Failed::boxed("--fault-plan", file, error))?;
    plan.check().map_err(|error| Failed::boxed("--fault-plan", file, error))?;
    Ok(plan)
}

/// Both or neither, which the command line has seen to.
fn identity(certificate: Option<&Path>, key: Option<&Path>) -> Result<Option<ServerIdentity>, BoxError> {
    let Some((certificate, key)) = certificate.zip(key) else { return Ok(None) };
    let text = |option, file: &Path| {
        let text = String::from_utf8(read(file)?);
        text.map_err(|error| Failed::boxed(option, file, error.utf8_error()))
    };
    Ok(Some(ServerIdentity::from_pem(text("--tls-cert", certificate)?, text("--tls-key", key)?)))
}

fn read(file: &Path) -> Result<Vec<u8>, BoxError> {
    fs::read(file).map_err(|error| format!("{} can't be read: {error}", file.display()).into())
}

/// What is wrong with a file that the command line names.
#[derive(Debug)]
struct Failed {
    what: String,
    source: BoxError,
}

impl Failed {
    fn boxed(option: &str, file: &Path, source: impl Into<BoxError>) -> BoxError {
        let what = format!("{option} {} can't be used", file.display());
        Box::new(Self { what, source: source.into() })
    }
}

impl fmt::Display for Failed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.what)
    }
}

impl StdError for Failed {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        Some(&*self.source)
    }
}
