//! The handle to a running emulator: where it listens, what it holds, and its end.

mod control;

use std::fmt;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::{Arc, Weak};
use std::time::Duration;

use paykka_sign::{Signer, SigningKey};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::control::{ControlPort, ControlSettings};
use crate::platform::Platform;
use crate::runner::{self, Settled};
use crate::service::router;
use crate::state::StateDir;
use crate::{EmulatorBuilder, Error, LocalCa, LoopbackServer, Port, ServerIdentity};

/// A running emulator. It ends when it is dropped, open connections included.
pub struct Emulator {
    shared: Arc<Shared>,
    control: Option<ControlPort>,
}

/// What the handle and the requests of a control port work on.
pub(crate) struct Shared {
    http: LoopbackServer,
    https: LoopbackServer,
    ca_pem: String,
    platform: Arc<Platform>,
    settle: mpsc::UnboundedSender<Settled>,
    running: JoinHandle<()>,
    /// Held by who moves the business clock.
    advancing: tokio::sync::Mutex<()>,
    state: Option<StateDir>,
}

/// Where and how an emulator is to listen.
pub(crate) struct Listening {
    /// Of the platform's two ports.
    pub(crate) address: IpAddr,
    pub(crate) http_port: u16,
    pub(crate) https_port: u16,
    pub(crate) identity: ServerIdentity,
    pub(crate) control: Option<ControlSettings>,
    pub(crate) patience: Duration,
}

impl Emulator {
    /// Starts an emulator that signs with `key`, under that key's id.
    pub fn builder(key: SigningKey) -> EmulatorBuilder {
        Self::builder_with(Arc::new(key))
    }

    /// As [`builder`](Self::builder), with a new RSA-2048 key pair under this id. Its private half stays inside: who needs it,
    /// to go on with it after a restart, makes a pair by [`paykka_sign::generate_private_key`] and gives it.
    ///
    /// # Errors
    /// [`Error`] for an id that isn't 1..128 visible ASCII characters, or without randomness.
    #[cfg(feature = "aws-lc-rs")]
    pub fn builder_with_new_key(key_id: &str) -> Result<EmulatorBuilder, Error> {
        let made = paykka_sign::generate_private_key(2048);
        let key = made.and_then(|pem| SigningKey::from_bytes(key_id, pem.expose()));
        key.map(Self::builder).map_err(|error| Error::new("the platform's key can't be made", error))
    }

    /// As [`builder`](Self::builder), for a key that is held elsewhere.
    pub fn builder_with(signer: Arc<dyn Signer>) -> EmulatorBuilder {
        EmulatorBuilder::new(signer)
    }

    /// Base URL over plain HTTP, `http://127.0.0.1:PORT` unless it was [bound](EmulatorBuilder::bind) elsewhere.
    #[must_use]
    pub fn http_url(&self) -> String {
        format!("http://{}", from_here(self.http_address()))
    }

    /// Base URL over TLS, `https://127.0.0.1:PORT`; trust [`ca_pem`](Self::ca_pem).
    #[must_use]
    pub fn https_url(&self) -> String {
        format!("https://{}", from_here(self.https_address()))
    }

    /// Where plain HTTP is served.
    #[must_use]
    pub fn http_address(&self) -> SocketAddr {
        self.shared.http.address()
    }

    /// Where TLS is served.
    #[must_use]
    pub fn https_address(&self) -> SocketAddr {
        self.shared.https.address()
    }

    /// The control port's base URL, `http://127.0.0.1:PORT`; `None` unless the builder was told to open it with
    /// [`control`](EmulatorBuilder::control). What it answers stands in `docs/emulator.md`.
    #[must_use]
    pub fn control_url(&self) -> Option<String> {
        self.control.as_ref().map(|control| format!("http://{}", from_here(control.address())))
    }

    /// What requests to the control port must carry as `Authorization: Bearer TOKEN`. Whoever has it controls this emulator.
    #[must_use]
    pub fn control_token(&self) -> Option<&str> {
        self.control.as_ref().map(ControlPort::token)
    }

    /// The authority that vouches for [`https_url`](Self::https_url), as PEM, unless the server shows an
    /// [`identity`](EmulatorBuilder::identity) of somebody else's.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.shared.ca_pem
    }

    /// The platform's public key as SPKI PEM, for merchants to verify answers and notifications with.
    #[must_use]
    pub fn public_key_pem(&self) -> String {
        self.shared.platform.signing.signer().verifying_key().to_pem()
    }

    /// The id under which the platform signs.
    #[must_use]
    pub fn key_id(&self) -> String {
        self.shared.platform.signing.signer().key_id().to_owned()
    }

    pub(crate) fn start(
        platform: Platform,
        ca: &LocalCa,
        listening: Listening,
        state: Option<StateDir>,
    ) -> Result<Self, Error> {
        let platform = Arc::new(platform);
        let Listening { address, http_port, https_port, identity, control, patience } = listening;
        let serve = |port, identity| {
            LoopbackServer::start(SocketAddr::new(address, port), |_| router(&platform), identity, patience)
        };
        let http = serve(http_port, None).map_err(|error| error.of_port(Port::Http))?;
        let https = serve(https_port, Some(&identity)).map_err(|error| error.of_port(Port::Https))?;
        let (settle, waiting) = mpsc::unbounded_channel();
        let running = tokio::spawn(runner::run(Arc::clone(&platform), waiting));
        let shared = Arc::new(Shared {
            http,
            https,
            ca_pem: ca.pem().to_owned(),
            platform,
            settle,
            running,
            advancing: Default::default(),
            state,
        });
        let handle = Handle(Arc::downgrade(&shared));
        let control = control.map(|settings| ControlPort::start(settings, handle, patience)).transpose()?;
        Ok(Self { shared, control })
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("http", &self.http_address())
            .field("https", &self.https_address())
            .field("control", &self.control)
            .finish_non_exhaustive()
    }
}

impl Drop for Shared {
    fn drop(&mut self) {
        self.running.abort();
    }
}

/// Who listens on all of a machine's addresses is reached from the same machine by loopback's.
fn from_here(address: SocketAddr) -> SocketAddr {
    let ip = match address.ip() {
        IpAddr::V4(ip) if ip.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(ip) if ip.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        ip => ip,
    };
    SocketAddr::new(ip, address.port())
}

/// Finds the emulator as long as it is there, and doesn't keep it alive.
#[derive(Clone)]
pub(crate) struct Handle(Weak<Shared>);

impl Handle {
    pub(crate) fn emulator(&self) -> Option<Emulator> {
        Some(Emulator { shared: self.0.upgrade()?, control: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// For tests that look behind the ports.
    impl Emulator {
        pub(crate) fn platform(&self) -> &Arc<Platform> {
            &self.shared.platform
        }
    }

    #[test]
    fn urls_name_an_address_that_can_be_called() {
        for (bound, called) in [
            ("0.0.0.0:1", "127.0.0.1:1"),
            ("[::]:1", "[::1]:1"),
            ("127.0.0.2:1", "127.0.0.2:1"),
            ("192.0.2.1:1", "192.0.2.1:1"),
        ] {
            assert_eq!(from_here(bound.parse().unwrap()), called.parse().unwrap());
        }
    }
}
