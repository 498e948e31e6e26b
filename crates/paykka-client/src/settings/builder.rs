//! The builder: settings from code, on top of those from the environment or a profile.

use std::ffi::OsString;
use std::fmt;
use std::path::{Path, PathBuf};
use std::time::Duration;

use http::HeaderName;
use paykka_sign::{SharedKeyRing, SigningKey};
use paykka_transport::{
    BaseLayer, PaceLayer, Proxy, RetrySettings, Roots, SharedSigner, SignVerifySettings, Transport,
    TransportBuilder, Wire, WireSettings,
};

use super::environment::Environment;
use super::keys::{KeyText, OwnKey, PlatformKeys};
use super::named::{Named, in_environment};
use super::setup::Setup;
use crate::{Client, Error};

/// Builds a [`Client`]; see [`Client::builder`].
#[derive(Default)]
#[must_use]
pub struct ClientBuilder {
    environment: Option<Environment>,
    base_url: Option<String>,
    pub(super) source: Source,
    /// What their source calls them.
    pub(super) base_url_setting: String,
    pub(super) merchant_setting: String,
    pub(super) own_key: Option<OwnKey>,
    pub(super) platform_keys: Option<PlatformKeys>,
    merchant: Option<String>,
    wire: WireSettings,
    signatures: SignVerifySettings,
    timeout: Option<Duration>,
    retry: Option<RetrySettings>,
    pace: Option<PaceLayer>,
    customised: Vec<Customisation>,
    /// What was wrong with settings as they came in.
    pub(super) problems: Vec<String>,
}

type Customisation = Box<dyn FnOnce(TransportBuilder) -> TransportBuilder + Send>;

/// Where settings come from. What is said later, or in code, wins.
impl ClientBuilder {
    /// Without settings.
    pub fn new() -> Self {
        Self::default()
    }

    /// What this process' environment says, of: `PAYKKA_ENVIRONMENT` ([`Environment`]), `PAYKKA_BASE_URL`, `PAYKKA_KEY_ID`, `PAYKKA_PRIVATE_KEY_FILE` or
    /// `PAYKKA_PRIVATE_KEY` (the key's text), `PAYKKA_PLATFORM_KEY_FILE` or `PAYKKA_PLATFORM_KEY`, `PAYKKA_PLATFORM_KEY_ID`
    /// (without it the key verifies answers whatever id they name), `PAYKKA_MERCHANT_ID`, `PAYKKA_CA_FILE` (roots beside this
    /// machine's), `PAYKKA_TIMEOUT_MS`, `PAYKKA_CONNECT_TIMEOUT_MS`, `PAYKKA_CLOCK_TOLERANCE_MS`, `PAYKKA_RESPONSE_HEADER`,
    /// `PAYKKA_PROXY` (a URL, or `env` for what `HTTPS_PROXY` and its kin say).
    ///
    /// What weakens the check of answers can't be set there.
    pub fn from_env() -> Self {
        Self::from_variables(|name| std::env::var_os(name))
    }

    /// As [`from_env`](Self::from_env), with another environment.
    pub fn from_variables<V: Into<OsString>>(lookup: impl Fn(&str) -> Option<V>) -> Self {
        Named::of_environment(lookup).put(Self::default())
    }

    /// A profile of a TOML file: the table of this name, with the keys of [`from_env`](Self::from_env) in small letters and without
    /// `PAYKKA_`:
    ///
    /// ```toml
    /// [sandbox]
    /// environment = "sandbox"
    /// base_url = "https://open-fat.cb.paykka.com"
    /// key_id = "K001"
    /// private_key_file = "merchant.private.pem"
    /// platform_key_file = "platform.public.pem"
    /// merchant_id = "M24061911365700670"
    /// ```
    ///
    /// Paths are relative to the working directory. A key that is also that of a profile in another environment is an error.
    pub fn from_profile(file: impl AsRef<Path>, profile: &str) -> Self {
        Named::of_profile(file.as_ref(), profile).put(Self::default())
    }
}

/// Settings.
impl ClientBuilder {
    /// Which of the platform's worlds this is for. It is shown to people ([`Client::setup`]) and changes no call.
    pub const fn environment(mut self, environment: Environment) -> Self {
        self.environment = Some(environment);
        self
    }

    /// The platform's address, `https://HOST[:PORT]`; plain HTTP is for this machine.
    pub fn base_url(mut self, base_url: impl Into<String>) -> Self {
        self.base_url = Some(base_url.into());
        "base_url".clone_into(&mut self.base_url_setting);
        self
    }

    /// The private key that signs requests, and the key id that the platform gave it.
    pub fn signing_key(self, key: SigningKey) -> Self {
        self.signer(key)
    }

    /// As [`signing_key`](Self::signing_key), for a key that is held elsewhere: a KMS, an HSM, another process. Give a
    /// [`SharedSigner`] to rotate it while calls are under way.
    pub fn signer(mut self, signer: impl Into<SharedSigner>) -> Self {
        self.own_key = Some(OwnKey::With(signer.into()));
        self
    }

    /// As [`signing_key`](Self::signing_key), from a file in any form that [`SigningKey::from_bytes`] reads.
    pub fn private_key_file(mut self, key_id: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        self.own_key =
            Some(OwnKey::Of { key_id: key_id.into(), text: KeyText::file("private_key_file", path) });
        self
    }

    /// The platform's public keys, with which answers must be signed. Give a [`SharedKeyRing`] to rotate them while calls
    /// are under way.
    pub fn platform_keys(mut self, keys: impl Into<SharedKeyRing>) -> Self {
        self.platform_keys = Some(PlatformKeys::Ring(keys.into()));
        self
    }

    /// As [`platform_keys`](Self::platform_keys), with the one key of a file in any form that
    /// [`VerifyingKey::from_bytes`](paykka_sign::VerifyingKey::from_bytes) reads.
    pub fn platform_key_file(mut self, key_id: impl Into<String>, path: impl Into<PathBuf>) -> Self {
        let text = KeyText::file("platform_key_file", path);
        self.platform_keys = Some(PlatformKeys::Of { key_id: key_id.into(), text });
        self
    }

    /// The merchant number, sent and signed as `X-Merch-Id` where a call belongs to a merchant.
    pub fn merchant(mut self, merchant: impl Into<String>) -> Self {
        self.merchant = Some(merchant.into());
        "merchant".clone_into(&mut self.merchant_setting);
        self
    }

    /// Which certificate authorities are trusted. Default: this machine's.
    pub fn roots(mut self, roots: Roots) -> Self {
        self.wire = self.wire.roots(roots);
        self
    }

    /// A proxy to go through. Default: none, whatever the environment says.
    pub fn proxy(mut self, proxy: Proxy) -> Self {
        self.wire = self.wire.proxy(proxy);
        self
    }

    /// How connections are made and kept, in the place of what was said of roots, proxy and connect timeout before.
    pub fn wire(mut self, settings: WireSettings) -> Self {
        self.wire = settings;
        self
    }

    /// How long a call may take, from its start to the end of its answer, with all attempts. Default 45 seconds.
    pub const fn timeout(mut self, timeout: Duration) -> Self {
        self.timeout = Some(timeout);
        self
    }

    /// How long connecting may take, name resolution and TLS included. Default 10 seconds.
    pub fn connect_timeout(mut self, timeout: Duration) -> Self {
        self.wire = self.wire.connect_timeout(timeout);
        self
    }

    /// How far an answer's signed time may lie from this machine's clock. Default 5 minutes (I).
    pub fn clock_tolerance(mut self, tolerance: Duration) -> Self {
        self.signatures = self.signatures.tolerance(tolerance);
        self
    }

    /// The header in which answers carry their signature. Default `authorization` (I: its name isn't public).
    pub fn response_header(mut self, name: HeaderName) -> Self {
        self.signatures = self.signatures.response_header(name);
        self
    }

    /// All that the platform leaves open about signatures, in the place of what was said of them before.
    pub fn signatures(mut self, settings: SignVerifySettings) -> Self {
        self.signatures = settings;
        self
    }

    /// How often, how soon, and how much in all is tried again. Which calls may be is no setting.
    pub fn retry(mut self, settings: RetrySettings) -> Self {
        self.retry = Some(settings);
        self
    }

    /// How fast operations may be called. Default: as fast as they come.
    pub fn pace(mut self, pace: PaceLayer) -> Self {
        self.pace = Some(pace);
        self
    }

    /// Changes the transport's builder before it is built: layers of yours, another service in the place of the network.
    pub fn transport(
        mut self,
        change: impl FnOnce(TransportBuilder) -> TransportBuilder + Send + 'static,
    ) -> Self {
        self.customised.push(Box::new(change));
        self
    }

    /// Builds the client. Nothing is connected yet.
    ///
    /// # Errors
    /// [`Error::is_config`], naming each file or setting that can't be used, and the fix.
    pub fn build(self) -> Result<Client, Error> {
        let base_url = match self.base_url {
            Some(url) => match BaseLayer::new(&url) {
                Ok(_) => Ok(url),
                Err(error) => Err(Some(format!("{}: {}", self.base_url_setting, with_source(&error)))),
            },
            None => Err(self.source.lacks("no base URL", "base_url", &["base_url"])),
        };
        let no_key = || {
            self.source.lacks("no private key", "private_key_file or signer", &["key_id", "private_key_file"])
        };
        let own_key_file = self.own_key.as_ref().and_then(OwnKey::file).map(Path::to_owned);
        let key = self.own_key.map_or_else(|| Err(no_key()), |key| key.load().map_err(Some));
        let no_platform = || {
            self.source.lacks("no platform key", "platform_key_file or platform_keys", &["platform_key_file"])
        };
        let platform =
            self.platform_keys.map_or_else(|| Err(no_platform()), |keys| keys.load().map_err(Some));
        let merchant = self.merchant.as_deref().filter(|merchant| !can_be_signed(merchant));
        let merchant =
            merchant.map(|_| format!("{}: must have 1..64 visible ASCII characters", self.merchant_setting));
        let (base_url, key, platform) = match (base_url, key, platform) {
            (Ok(base_url), Ok(key), Ok(platform)) if self.problems.is_empty() && merchant.is_none() => {
                (base_url, key, platform)
            }
            (base_url, key, platform) => {
                let wire = Wire::new(&self.wire).err().map(|error| with_source(&error));
                let found =
                    [base_url.err().flatten(), key.err().flatten(), platform.err().flatten(), merchant, wire];
                let problems = self.problems.into_iter().chain(found.into_iter().flatten());
                return Err(Error::settings(problems.collect()));
            }
        };
        let proxy = self.wire.proxy_to(&base_url);
        let setup = Setup::new(self.environment, &base_url, proxy, &*key.load(), &platform.load());
        let setup = setup.with_own_key_file(own_key_file);
        let mut transport =
            Transport::builder(base_url, key, platform).wire(self.wire).signatures(self.signatures);
        if let Some(timeout) = self.timeout {
            transport = transport.timeout(timeout);
        }
        if let Some(retry) = self.retry {
            transport = transport.retry(retry);
        }
        if let Some(pace) = self.pace {
            transport = transport.pace(pace);
        }
        let transport = self.customised.into_iter().fold(transport, |builder, change| change(builder));
        let transport = transport.build().map_err(|error| Error::settings(vec![with_source(&error)]))?;
        Ok(Client::from_transport(transport, self.merchant).with_setup(setup))
    }
}

impl fmt::Debug for ClientBuilder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientBuilder")
            // What can't be used may hold a password.
            .field("base_url", &self.base_url.as_ref().filter(|url| BaseLayer::new(url).is_ok()))
            .field("merchant", &self.merchant)
            .finish_non_exhaustive()
    }
}

/// Where settings were looked for by name, which is where those that are missing belong.
#[derive(Default)]
pub(super) enum Source {
    /// In code alone.
    #[default]
    Nowhere,
    Environment,
    /// The file and the profile, as they are shown.
    Profile(String),
    /// In a file that says nothing, which is a problem by itself; what it should have said isn't known.
    Unreadable,
}

impl Source {
    /// What to say of settings that aren't there: by their names where they are looked for, or by the builder's method.
    fn lacks(&self, what: &str, call: &str, names: &[&str]) -> Option<String> {
        Some(match self {
            Self::Nowhere => format!("{what} is set; call {call}"),
            Self::Environment => {
                let names: Vec<String> = names.iter().map(|name| in_environment(name)).collect();
                format!("{what} is set; set {}", names.join(" and "))
            }
            Self::Profile(place) => format!("{what} is set; add {} to {place}", names.join(" and ")),
            Self::Unreadable => return None,
        })
    }
}

/// A merchant number stands in a header and in a line that is signed.
fn can_be_signed(merchant: &str) -> bool {
    (1..=64).contains(&merchant.len()) && merchant.bytes().all(|byte| byte.is_ascii_graphic())
}

pub(super) fn with_source(error: &paykka_transport::Error) -> String {
    match std::error::Error::source(error) {
        Some(source) => format!("{error}: {source}"),
        None => error.to_string(),
    }
}
