//! `paykka emulate`: the emulator as a program, so that tests in any language can start it, learn from one line where it
//! is, and end it.

mod ca_file;
mod config;
mod entries;
mod stderr;

use std::error::Error as StdError;
use std::io::{self, Write};
use std::net::IpAddr;
use std::path::PathBuf;

use clap::{Args, ValueEnum, value_parser};
use paykka_emulator::{Emulator, Port};
use serde::Serialize;
use serde_json::json;
use tracing_subscriber::filter::LevelFilter;

use self::ca_file::CaFile;
use self::config::Config;
use self::entries::{Account, Payee};
use self::stderr::Stderr;
use super::runtime::runtime;
use crate::frame::{Console, Ending, Failure, Status};
use crate::texts::{emulate as texts, frame};

pub(crate) const EXAMPLE: &str = "\
Example: paykka emulate --merchant M1 --merchant-key-id K1 --merchant-key merchant.public.pem \\
           --account M1:USD:1000000 --payee M1:B1:USD --notify http://127.0.0.1:8080/hooks

When it is ready it prints one JSON line to standard output, and nothing more: `http`, `https`, `control`,
`control_token`, `key_id`, `public_key_pem`, `ca_pem_file`. Its log goes to standard error. docs/emulator.md
says what the control port answers.";

/// What the emulator starts with.
#[derive(Debug, Args)]
pub(crate) struct EmulateArgs {
    /// Address at which HTTP and TLS are served; other than loopback's alone it must be said, and refuses published test keys
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    bind: IpAddr,
    /// Port for plain HTTP; 0 for any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    port: u16,
    /// Port for TLS; 0 for any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    https_port: u16,
    /// Address of the control port; who reaches it and has the token controls the emulator
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1")]
    control_bind: IpAddr,
    /// A further name by which the control port may be asked for, such as a container's: NAME or NAME:PORT
    #[arg(long, value_name = "NAME")]
    control_host: Vec<String>,
    /// Port for control; 0 for any that is free
    #[arg(long, value_name = "PORT", default_value_t = 0)]
    control_port: u16,
    /// File with the control port's token, 16..128 visible characters; a random one without it
    #[arg(long, value_name = "FILE")]
    control_token_file: Option<PathBuf>,
    /// File with the platform's RSA private key; a new one without it
    #[arg(long, value_name = "FILE")]
    platform_key: Option<PathBuf>,
    /// Id under which the platform signs
    #[arg(long, value_name = "ID", default_value = "EMU-PLATFORM-1")]
    platform_key_id: String,
    /// Let a key hand in applications, which signs for no merchant yet: its id, and a file with the public key
    #[arg(long, num_args = 2, value_names = ["ID", "FILE"])]
    key: Vec<String>,
    /// A merchant's number; each comes with a key id and a key, in the same order
    #[arg(long, value_name = "M")]
    merchant: Vec<String>,
    /// Id of the merchant's key
    #[arg(long, value_name = "ID")]
    merchant_key_id: Vec<String>,
    /// File with the merchant's public key
    #[arg(long, value_name = "FILE")]
    merchant_key: Vec<PathBuf>,
    /// An account with its balance in minor units, such as M1:USD:1000000
    #[arg(long, value_name = "M:CURRENCY:BALANCE")]
    account: Vec<Account>,
    /// A payee who has passed, such as M1:B1:USD
    #[arg(long, value_name = "M:PAYEE:CURRENCY")]
    payee: Vec<Payee>,
    /// Post all notifications to this URL
    #[arg(long, value_name = "URL")]
    notify: Vec<String>,
    /// Post each notification to its documented path under this URL
    #[arg(long, value_name = "URL")]
    notify_under: Vec<String>,
    /// Another seed gives other numbers
    #[arg(long, default_value_t = 0)]
    seed: u64,
    /// How long each step of a state takes, in milliseconds of the business clock
    #[arg(long, value_name = "MILLIS", default_value_t = 200)]
    step: u64,
    /// How long a quote holds, in milliseconds of the business clock
    #[arg(long, value_name = "MILLIS", default_value_t = 30_000)]
    quote: u64,
    /// Let the business clock stand still; only the control port moves it
    #[arg(long)]
    stopped_clock: bool,
    /// Where it stands at a first start, in Unix milliseconds; at the machine's time without it
    #[arg(long, value_name = "MILLIS", requires = "stopped_clock", value_parser = value_parser!(u64).range(..=LAST_BEGIN))]
    clock_begin: Option<u64>,
    /// How far a signed time may be from the machine's, in milliseconds to both sides
    #[arg(long, value_name = "MILLIS", default_value_t = 300_000)]
    window: u64,
    /// The largest file of an upload
    #[arg(long, value_name = "BYTES", default_value_t = 10 * 1024 * 1024)]
    max_file: usize,
    /// Repeat a notification byte for byte, with the signature of its first attempt
    #[arg(long)]
    repeat_stored_bytes: bool,
    /// Enforce inferred rules about X-Merch-Id, too
    #[arg(long)]
    strict: bool,
    /// Keep the state in this folder from one run to the next
    #[arg(long, value_name = "DIR")]
    state_dir: Option<PathBuf>,
    /// File with faults by chance, as the control port's PUT /faults/plan takes them
    #[arg(long, value_name = "FILE")]
    fault_plan: Option<PathBuf>,
    /// Folder for ca.pem, which vouches for the TLS port; a temporary one without it
    #[arg(long, value_name = "DIR")]
    ca_dir: Option<PathBuf>,
    /// File with the certificate that the TLS port shows, and its chain; without it one is made
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// File with that certificate's private key
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// What the log on standard error holds
    #[arg(long, value_enum, default_value_t = Log::Info)]
    log: Log,
    /// Print what would be started as JSON, without keys and token, and end
    #[arg(long)]
    print_config: bool,
}

/// Ten years after it, and some advances later, a moment can still be written as a date.
const LAST_BEGIN: u64 = 100_000_000_000_000;

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Log {
    Off,
    Error,
    Warn,
    Info,
    Debug,
}

/// Runs the emulator until it is told to end. Its words go by a thread of their own and not by the console: see [`Stderr`].
pub(crate) fn run(args: EmulateArgs, console: Console) -> Status {
    // Without a thread nothing else would start, either.
    let Ok(stderr) = Stderr::open() else { return Status::No };
    let done = if args.print_config { print_config(args, console) } else { emulate(args, &stderr) };
    if let Err(failure) = &done {
        stderr.say(console.failure(failure).as_bytes());
    }
    stderr.finish();
    Status::of(done.is_ok())
}

fn print_config(args: EmulateArgs, console: Console) -> Result<(), Failure> {
    let config = Config::load(args)?;
    let shown = serde_json::to_string_pretty(&config).map_err(|error| unstartable(&error))?;
    config.builder()?.check().map_err(|error| unstartable(&error))?;
    console.raw(format!("{shown}\n").as_bytes())
}

fn emulate(args: EmulateArgs, stderr: &Stderr) -> Result<(), Failure> {
    let log = stderr.clone();
    tracing_subscriber::fmt()
        .with_writer(move || log.clone())
        // It would print them to standard error itself, and panic where that is closed.
        .log_internal_errors(false)
        .with_ansi(false)
        .with_max_level(LevelFilter::from(args.log))
        .init();
    let config = Config::load(args)?;
    runtime()?.block_on(async {
        // Before anybody can know that it is there.
        let ending = Ending::listen().map_err(|error| unstartable(&error))?;
        let ca_dir = config.ca_dir.clone();
        let emulator = config.builder()?.start().await.map_err(|error| unstarted(&error))?;
        let ca_file = CaFile::write(ca_dir, emulator.ca_pem())?;
        announce(&emulator, &ca_file)?;
        ending.wait().await;
        let ended = emulator.stop().await;
        ended.map_err(|error| Failure::broken("end", texts::no_end(), texts::no_end_to_do()).because(&error))
    })
}

/// Of a port, with the options that chose it.
fn unstarted(error: &paykka_emulator::Error) -> Failure {
    let (port, address) = match error.port() {
        Some(Port::Http) => ("--port", "--bind"),
        Some(Port::Https) => ("--https-port", "--bind"),
        Some(Port::Control) => ("--control-port", "--control-bind"),
        _ => return unstartable(error),
    };
    Failure::broken("port", texts::no_port(&port), texts::no_port_to_do(&port, &address)).because(error)
}

/// What the emulator says of its settings and its ports.
fn unstartable(error: &dyn StdError) -> Failure {
    Failure::broken("start", texts::no_start(), texts::no_start_to_do()).because(error)
}

/// The one line of standard output.
fn announce(emulator: &Emulator, ca_file: &CaFile) -> Result<(), Failure> {
    let line = json!({
        "ready": true,
        "http": emulator.http_url(),
        "https": emulator.https_url(),
        "control": emulator.control_url(),
        "control_token": emulator.control_token(),
        "key_id": emulator.key_id(),
        "public_key_pem": emulator.public_key_pem(),
        "ca_pem_file": ca_file.path(),
    });
    let mut out = io::stdout().lock();
    let written = writeln!(out, "{line}").and_then(|()| out.flush());
    // Also where the reader has gone: nobody could find this emulator.
    written.map_err(|error| {
        Failure::broken("output", texts::no_answer(), frame::no_output_to_do()).because(&error)
    })
}

impl From<Log> for LevelFilter {
    fn from(log: Log) -> Self {
        match log {
            Log::Off => Self::OFF,
            Log::Error => Self::ERROR,
            Log::Warn => Self::WARN,
            Log::Info => Self::INFO,
            Log::Debug => Self::DEBUG,
        }
    }
}
