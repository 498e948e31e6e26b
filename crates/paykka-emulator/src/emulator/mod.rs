//! The handle to a running emulator: where it listens, what it holds, and its end.

mod control;

use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

use paykka_sign::{Signer, SigningKey};
use tokio::sync::mpsc;
use tokio::task::JoinHandle;

use crate::platform::Platform;
use crate::runner::{self, Settled};
use crate::service::router;
use crate::{EmulatorBuilder, Error, LocalCa, LoopbackServer, ServerIdentity};

/// A running emulator. It ends when it is dropped, open connections included.
pub struct Emulator {
    http: LoopbackServer,
    https: LoopbackServer,
    ca_pem: String,
    platform: Arc<Platform>,
    settle: mpsc::UnboundedSender<Settled>,
    running: JoinHandle<()>,
}

impl Emulator {
    /// Starts an emulator that signs with `key`, under that key's id.
    pub fn builder(key: SigningKey) -> EmulatorBuilder {
        Self::builder_with(Arc::new(key))
    }

    /// As [`builder`](Self::builder), for a key that is held elsewhere.
    pub fn builder_with(signer: Arc<dyn Signer>) -> EmulatorBuilder {
        EmulatorBuilder::new(signer)
    }

    /// Base URL over plain HTTP, `http://127.0.0.1:PORT`.
    #[must_use]
    pub fn http_url(&self) -> String {
        format!("http://{}", self.http_address())
    }

    /// Base URL over TLS, `https://127.0.0.1:PORT`; trust [`ca_pem`](Self::ca_pem).
    #[must_use]
    pub fn https_url(&self) -> String {
        format!("https://{}", self.https_address())
    }

    /// Where plain HTTP is served.
    #[must_use]
    pub const fn http_address(&self) -> SocketAddr {
        self.http.address()
    }

    /// Where TLS is served.
    #[must_use]
    pub const fn https_address(&self) -> SocketAddr {
        self.https.address()
    }

    /// The authority that vouches for [`https_url`](Self::https_url), as PEM, unless the server shows an
    /// [`identity`](EmulatorBuilder::identity) of somebody else's.
    #[must_use]
    pub fn ca_pem(&self) -> &str {
        &self.ca_pem
    }

    /// The platform's public key as SPKI PEM, for merchants to verify answers and notifications with.
    #[must_use]
    pub fn public_key_pem(&self) -> String {
        self.platform.signing.signer().verifying_key().to_pem()
    }

    /// The id under which the platform signs.
    #[must_use]
    pub fn key_id(&self) -> String {
        self.platform.signing.signer().key_id().to_owned()
    }

    pub(crate) fn start(
        platform: Platform,
        ca: &LocalCa,
        identity: &ServerIdentity,
        (http_port, https_port): (u16, u16),
        patience: Duration,
    ) -> Result<Self, Error> {
        let platform = Arc::new(platform);
        let http = LoopbackServer::start(http_port, router(&platform), None, patience)?;
        let https = LoopbackServer::start(https_port, router(&platform), Some(identity), patience)?;
        let (settle, waiting) = mpsc::unbounded_channel();
        let running = tokio::spawn(runner::run(Arc::clone(&platform), waiting));
        Ok(Self { http, https, ca_pem: ca.pem().to_owned(), platform, settle, running })
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.running.abort();
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Emulator")
            .field("http", &self.http.address())
            .field("https", &self.https.address())
            .finish_non_exhaustive()
    }
}
