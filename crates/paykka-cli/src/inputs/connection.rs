//! To whom calls go, and as whom: a profile of the configuration file, or the environment. The client reads both; here is
//! only which of them, and where the file is.

use std::path::PathBuf;

use clap::Args;
use paykka_client::{Client, ClientBuilder, Setup};

use super::Source;
use super::keys::variable;
use super::secrets::warn_if_open;
use crate::frame::{Console, Failure, Message};
use crate::texts::{doctor, inputs as texts};

/// Which settings a command calls with.
#[allow(clippy::doc_markdown, reason = "these words are shown on a terminal")]
#[derive(Debug, Args)]
pub(crate) struct ConnectionArgs {
    /// Profile of the configuration file; without it PAYKKA_PROFILE, or else the variables PAYKKA_*
    #[arg(long, value_name = "NAME")]
    profile: Option<String>,
    /// Configuration file; without it paykka/config.toml in XDG_CONFIG_HOME or in ~/.config
    #[arg(long, value_name = "FILE")]
    config: Option<PathBuf>,
    /// The merchant whose calls these are, in the place of the settings' one
    #[arg(long, value_name = "M")]
    merchant: Option<String>,
}

/// Where settings come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Origin {
    Profile { name: String, file: PathBuf },
    Environment,
}

impl ConnectionArgs {
    /// The merchant that the command line names.
    pub(crate) fn merchant(&self) -> Option<&str> {
        self.merchant.as_deref()
    }

    /// The client that the settings make.
    pub(crate) fn client(&self, console: Console) -> Result<Client, Failure> {
        let (origin, builder) = self.builder()?;
        let client = builder.build().map_err(|error| {
            Failure::input("settings", doctor::settings_bad(), origin.to_do()).because(&error)
        })?;
        origin.warn_of_open_files(&client, console);
        Ok(client)
    }

    /// Whether a merchant is named for this command alone.
    pub(crate) const fn names_merchant(&self) -> bool {
        self.merchant.is_some()
    }

    /// Where the settings come from, and the client that they make.
    pub(crate) fn builder(&self) -> Result<(Origin, ClientBuilder), Failure> {
        let profile = self.profile.clone().or_else(|| variable("PAYKKA_PROFILE"));
        let (origin, builder) = match profile {
            Some(name) => {
                let file =
                    self.config.clone().or_else(default_config).ok_or_else(|| {
                        Failure::input("config", texts::no_config(), texts::no_config_to_do())
                    })?;
                let builder = ClientBuilder::from_profile(&file, &name);
                (Origin::Profile { name, file }, builder)
            }
            None if self.config.is_some() => {
                return Err(Failure::usage("config", texts::idle_config(), texts::idle_config_to_do()));
            }
            None => (Origin::Environment, ClientBuilder::from_env()),
        };
        let builder = match &self.merchant {
            Some(merchant) => builder.merchant(merchant),
            None => builder,
        };
        Ok((origin, builder))
    }
}

impl Origin {
    /// What to do where they make no client.
    pub(crate) fn to_do(&self) -> Message {
        match self {
            Self::Profile { .. } => doctor::settings_to_do(),
            Self::Environment => doctor::variables_to_do(),
        }
    }

    /// Says which of the files that a client was made of hold secrets and are open to others.
    pub(crate) fn warn_of_open_files(&self, client: &Client, console: Console) {
        let config = match self {
            Self::Profile { file, .. } => Some(file.as_path()),
            Self::Environment => None,
        };
        let key = client.setup().and_then(Setup::own_key_file);
        for file in config.into_iter().chain(key) {
            warn_if_open(&Source::File(file.to_owned()), console);
        }
    }
}

/// As the XDG base directory specification has it: a path that isn't absolute counts as none.
fn default_config() -> Option<PathBuf> {
    let folder = |name: &str| std::env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    let folder = folder("XDG_CONFIG_HOME").or_else(|| Some(folder("HOME")?.join(".config")))?;
    Some(folder.join("paykka/config.toml"))
}
